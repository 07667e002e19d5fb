"""Killed in the middle of an import: nothing of it is seen, and what it left behind is put away."""

import signal
import subprocess
import sys

import pytest

from tests.config.installation import Installation, made

pytestmark = pytest.mark.pure

PROGRAM = """
import os, signal, sys
import django
django.setup()
from datetime import UTC, date, datetime
from muster.exchange.importing import carry_out
from muster.exchange.rules.roster import Roster, RosterPupil, Source
from muster.people.models import School
when = sys.argv[1]
def die(*said):
    os.kill(os.getpid(), signal.SIGKILL)
def progress(done, of):
    if when == "made ready" and done == of - 1:
        die()
pupils = tuple(
    RosterPupil(str(n), Source(row=n), f"Member{n}", "Pupil", born_on=date(2018, 1, 1)) for n in range(300)
)
school = School.objects.get()
carry_out(Roster("classlist", pupils=pupils, lasting_ids=False), school, by=None, at=datetime.now(UTC),
          progress=progress, along=die if when == "shown" else lambda made: None)
print("whole")
"""


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a school, that these tests share."""
    return made(tmp_path_factory.mktemp("killed") / "installation")


@pytest.mark.parametrize("when", ["made ready", "shown"])
def test_a_kill_leaves_nothing_and_the_next_run_is_whole(one: Installation, when: str) -> None:
    where = {**one.environment, "DJANGO_SETTINGS_MODULE": "muster.config.settings"}

    def run(when: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, when],
            env=where, cwd=one.folder, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    killed = run(when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with one.database() as connection:
        for table in ("people_pupil", "people_enrolment"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        left = connection.execute("SELECT count(*) FROM people_changeset WHERE finished_at IS NULL").fetchone()
    assert left[0] >= 1
    swept = subprocess.run(
        [sys.executable, "-c", SWEEP],
        env=where,
        cwd=one.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "1 swept" in swept.stdout, swept.stderr


SWEEP = """
import django
django.setup()
from datetime import UTC, datetime, timedelta
from muster.config.jobs import sweep
print(sweep(datetime.now(UTC) + timedelta(hours=2)))
"""


def test_after_two_kills_the_same_list_comes_in_whole(one: Installation) -> None:
    where = {**one.environment, "DJANGO_SETTINGS_MODULE": "muster.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "never"],
        env=where, cwd=one.folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.strip() == "whole", done.stderr
    with one.database() as connection:
        assert connection.execute("SELECT count(*) FROM people_pupil").fetchone() == (300,)
