"""The power goes while a real server is at work: nothing anybody was told is saved is lost, and history is whole.

A server is run under load while everything it asks of its disk is written down (tests/privacy/power). Then the files
are rebuilt as a cut at chance moments may leave them, half of those in the middle of a checkpoint, and opened again.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from muster.privacy.keys import KeyRing
from muster.privacy.sqlcipher import opening
from tests.privacy.power import recorder
from tests.privacy.power.replay import entries
from tests.support.environment import ROOT
from tests.support.server import Site

pytestmark = pytest.mark.pure
ENOUGH = {"mark": 400, "pupil": 8}
"""How much is to be told saved while the server is under load."""
SECONDS = 30.0
"""How long that may take on a machine that is busy."""
CUTS = 100


@dataclass
class Person:
    """Somebody signed in at a browser of their own."""

    site: Site
    cookies: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.token = ""

    def open(self, path: str, data: bytes | None = None, **headers: str) -> str:
        """A page, or the answer to what is sent."""
        asked = urllib.request.Request(f"{self.site.url}{path}", data=data, headers=headers)  # noqa: S310  our own
        with self.opener.open(asked, timeout=30) as answer:
            page: str = answer.read().decode()
        if found := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page):
            self.token = found[1]
        return page

    def fill_in(self, path: str, **fields: str) -> str:
        """Send a form."""
        return self.open(path, urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode())

    def signed_in_as(self, role: str, *, school: int = 0) -> Person:
        """Sign in as the demo's table says."""
        one = self.site.sign_in_of(role, school=school)
        self.open("/sign-in/")
        self.fill_in("/sign-in/", email=one.address, password=one.password)
        return self


@dataclass(frozen=True)
class Marking:
    """What a teacher may mark, read past the server."""

    school: str
    account: str
    pupils: list[int]
    objectives: list[tuple[int, int]]
    """Each objective with a step of its scale."""


def marking(site: Site, address: str) -> Marking:
    """What the teacher who signs in with `address` may mark."""
    connection = opening.open_file(site.data / "muster.sqlite3", KeyRing(site.data / "keys").text("data"))
    try:
        account, number, school, slug = connection.execute(
            "SELECT a.uuid, a.id, s.id, s.slug FROM people_account a JOIN people_post p ON p.account_id = a.id "
            "JOIN people_school s ON s.id = p.school_id WHERE a.email = ?", (address,)
        ).fetchone()  # fmt: skip
        pupils = connection.execute(
            "SELECT DISTINCT m.pupil_id FROM people_classmembership m JOIN people_postclass c "
            "ON c.school_class_id = m.school_class_id JOIN people_post p ON p.id = c.post_id "
            "WHERE p.account_id = ? AND m.ends_on IS NULL", (number,)
        ).fetchall()  # fmt: skip
        objectives = connection.execute(
            "SELECT o.id, MIN(t.id) FROM curriculum_objective o JOIN curriculum_strand r ON r.id = o.strand_id "
            "JOIN curriculum_subject u ON u.id = r.subject_id JOIN curriculum_framework f ON f.id = u.framework_id "
            "JOIN curriculum_step t ON t.scale_id = f.scale_id "
            "WHERE o.school_id = ? AND o.retired_at IS NULL AND t.retired_at IS NULL GROUP BY o.id LIMIT 40", (school,)
        ).fetchall()  # fmt: skip
    finally:
        connection.close()
    return Marking(slug, str(uuid.UUID(account)), [pk for (pk,) in pupils], objectives)


def marks(person: Person, what: Marking, chance: random.Random, say: Callable[[str], None]) -> None:
    """Send a few marks, and say which the server calls saved."""
    now = datetime.now(UTC).isoformat()
    items: list[dict[str, Any]] = []
    for number in range(chance.randint(1, 8)):
        objective, step = chance.choice(what.objectives)
        items.append(
            {
                "id": str(uuid.uuid4()), "act": str(uuid.uuid4()), "kind": "judgement", "value": {"step": step},
                "target": {"pupil": chance.choice(what.pupils), "objective": objective}, "base": None, "at": now, "seq": number,
            }
        )  # fmt: skip
    batch = {"device": "tablet", "account": what.account, "sent_at": now, "items": items}
    answer = person.open(
        f"/{what.school}/sync/", json.dumps(batch).encode(),
        **{"Content-Type": "application/json", "X-CSRFToken": person.token},
    )  # fmt: skip
    for result in json.loads(answer)["results"]:
        assert result["status"] == 201, result
        say(f"mark {uuid.UUID(result['id']).hex}")


@dataclass(frozen=True)
class Recorded:
    """A server's time under load: its installation, its files before, and what it asked of the disk."""

    site: Site
    before: Path
    record: Path

    def checked(self, *, times: int, seed: int, ignoring: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """What became of so many cuts, the syncs of some files taken for empty promises."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.privacy.power.checker", self.record, self.before, str(times), str(seed),
             *ignoring],
            env={**self.site.environment, "DJANGO_SETTINGS_MODULE": "muster.config.settings"},
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """Two teachers mark, the office takes in pupils, the log is moved into the file all the time, and all is recorded."""
    folder = tmp_path_factory.mktemp("power")
    site = Site(folder / "site")
    try:
        site.start("--pupils", "12")
        site.stop()
        before, record = folder / "before", folder / "record"
        before.mkdir()
        for file in (site.data / "muster.sqlite3", site.data / "keystore" / "keystore.sqlite3"):
            assert not Path(f"{file}-wal").exists(), "a server that ended well leaves no log behind"
            shutil.copy(file, before)
        under_load(site, record)
        written = Counter((one.kind, one.place) for one in entries(record))
        assert written[recorder.WRITTEN, 1] > 100, "what the server itself wrote to its log was not recorded"
        yield Recorded(site, before, record)
    finally:
        site.remove()


def under_load(site: Site, record: Path) -> None:
    """Serve, and have everybody work at once for a while; stop in good order."""
    recording = {
        recorder.RECORD: str(record),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests/privacy/power/start")]),
    }
    site.more = recording
    site.start()
    site.more = {}
    add = recorder.open_record(record)

    told: Counter[str] = Counter()

    def say(what: str) -> None:
        add(recorder.entry(recorder.ACKNOWLEDGED, data=what.encode()))
        told[what.split(maxsplit=1)[0]] += 1

    ended, faults = threading.Event(), []

    def at_work(begin: Callable[[], Callable[[int], None]]) -> None:
        try:
            act, number = begin(), 0
            while not ended.is_set():
                act(number)
                number += 1
        except BaseException as problem:
            faults.append(problem)
            raise

    def teaching(school: int) -> Callable[[int], None]:
        person, chance = Person(site).signed_in_as("Teacher", school=school), random.Random(school)
        what = marking(site, site.sign_in_of("Teacher", school=school).address)
        person.open(f"/{what.school}/")
        return lambda number: marks(person, what, chance, say)

    def enrolling() -> Callable[[int], None]:
        person = Person(site).signed_in_as("Office")
        page = person.open("/ashgrove/pupils/new/")
        assert "csrfmiddlewaretoken" in page

        def enrol(number: int) -> None:
            name = f"Newcomer {number}"
            today = datetime.now(UTC).date().isoformat()
            person.fill_in("/ashgrove/pupils/new/", forenames=name, surname="Evans", joined_on=today)
            say(f"pupil {name}")

        return enrol

    keys, store = site.data / "keys", site.data / "keystore" / "keystore.sqlite3"
    moving = subprocess.Popen(
        [sys.executable, "-m", "tests.privacy.power.checkpoints", keys, f"{site.data / 'muster.sqlite3'}=data", f"{store}=store"],
        env={**site.environment, **recording}, cwd=ROOT, stdin=subprocess.PIPE,
    )  # fmt: skip
    threads = [
        threading.Thread(target=at_work, args=(begin,), daemon=True)
        for begin in (lambda: teaching(0), lambda: teaching(1), enrolling)
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and not faults and any(told[what] < number for what, number in ENOUGH.items()):
        time.sleep(0.05)
    ended.set()
    for thread in threads:
        thread.join(30)
    moving.communicate(b"\n", timeout=30)
    site.stop()
    assert not faults, faults
    assert moving.returncode == 0


def test_a_sync_of_sqlite_reaches_the_system() -> None:
    """It is recorded where SQLite asks for it; that it then asks the system is settled when the library is made."""
    connection = opening.driver.connect(":memory:")
    options = {row[0] for row in connection.execute("PRAGMA compile_options").fetchall()}
    connection.close()
    assert "NO_SYNC" not in options
    assert "DISABLE_DIRSYNC" not in options


def test_a_power_cut_at_any_moment_loses_nothing_that_was_acknowledged(recorded: Recorded) -> None:
    cuts = recorded.checked(times=CUTS, seed=1)
    assert not [cut for cut in cuts if cut["wrong"]]
    assert len(cuts) == CUTS
    assert len([cut for cut in cuts if cut["within"]]) >= CUTS // 3, "hardly any cut fell within a checkpoint"
    assert cuts[-1]["told"] > 60, "the server was hardly under load"


@pytest.mark.parametrize(
    ("ignoring", "finds"),
    [
        pytest.param(("muster.sqlite3-wal",), "lost: mark", id="the log is not synced"),
        pytest.param(("muster.sqlite3",), "", id="the data file is not synced before its log is begun anew"),
        pytest.param(("keystore.sqlite3-wal", "keystore.sqlite3"), "KeyUnknown", id="keys come after what they seal"),
    ],
)
def test_the_same_cuts_find_a_database_that_does_not_keep_its_promises(
    recorded: Recorded, ignoring: tuple[str, ...], finds: str
) -> None:
    """Where a sync is an empty promise the very same cuts must find something: else the test above proves nothing."""
    found = [problem for cut in recorded.checked(times=25, seed=2, ignoring=ignoring) for problem in cut["wrong"]]
    assert [problem for problem in found if finds in problem], found[:3]
