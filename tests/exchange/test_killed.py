"""Killed in the middle of an import: nothing of it is seen, and what it left behind is put away."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.config.installation import Installation
from tests.support.server import drop_database, new_database

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
COUNT = """
import django
django.setup()
from muster.people.models import ChangeSet, Enrolment, Pupil
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
    print(Pupil.objects.count(), Enrolment.objects.count(), ChangeSet.objects.filter(finished_at=None).count())
"""
SWEEP = """
import django
django.setup()
from datetime import UTC, datetime, timedelta
from muster.config.jobs import sweep
print(sweep(datetime.now(UTC) + timedelta(hours=2)))
"""


@pytest.fixture(scope="module")
def one(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a school on the database of this run, that these tests share."""
    from tests.conftest import SURROUNDINGS

    is_postgres = request.config.stash[SURROUNDINGS].database == "postgresql"
    url = new_database(os.environ["MUSTER_TEST_POSTGRES"]) if is_postgres else ""
    new = Installation(tmp_path_factory.mktemp("killed") / "installation").having(MUSTER_DATABASE_URL=url)
    new.data.mkdir(parents=True)
    new.muster("keys")
    new.muster("upgrade")
    new.muster("user", "head@ashgrove.example", "--first-administrator", "--name", "Grace Holt", "--school", "ashgrove")
    yield new
    if url:
        drop_database(url)


def run(one: Installation, program: str, *said: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program, *said],
        env={**one.environment, "DJANGO_SETTINGS_MODULE": "muster.config.settings"},
        cwd=one.folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def counted(one: Installation) -> list[int]:
    """Pupils, enrolments, and change sets that are not finished."""
    done = run(one, COUNT)
    assert done.returncode == 0, done.stderr
    return [int(each) for each in done.stdout.split()]


@pytest.mark.parametrize("when", ["made ready", "shown"])
def test_a_kill_leaves_nothing_and_is_swept(one: Installation, when: str) -> None:
    killed = run(one, PROGRAM, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    pupils, enrolments, unfinished = counted(one)
    assert (pupils, enrolments) == (0, 0)
    assert unfinished >= 1
    swept = run(one, SWEEP)
    assert "1 swept" in swept.stdout, swept.stderr


def test_after_two_kills_the_same_list_comes_in_whole(one: Installation) -> None:
    done = run(one, PROGRAM, "never")
    assert done.stdout.strip() == "whole", done.stderr
    assert counted(one)[:2] == [300, 300]
