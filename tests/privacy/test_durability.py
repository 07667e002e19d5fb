"""No acknowledged row is lost: killed outright thirty times under load, disk full, power cut."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from muster.privacy import history
from muster.privacy.keys import NAMES, KeyRing
from muster.privacy.keystore import KeyStore
from muster.privacy.sqlcipher import opening
from tests.support.environment import variables

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 30


@dataclass
class Installation:
    """A whole installation apart from the one the tests run in, and the programs that write to it."""

    environment: dict[str, str]
    rows: Callable[[str], list[tuple[Any, ...]]]

    def run(self, *what: str) -> list[str]:
        """What the writer said, line by line."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.privacy.writer", *what],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode not in {0, -9}:
            pytest.fail(done.stderr[-3000:])
        return done.stdout.splitlines()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted installation with its tables made, to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "installation"
    Installation({**os.environ, **variables(folder)}, lambda statement: []).run("prepare")
    return folder


def on_sqlcipher(prepared: Path, folder: Path) -> Installation:
    """A copy of `prepared` in `folder`, which is made."""
    shutil.copytree(prepared, folder)
    environment = {**os.environ, **variables(folder)}
    key = KeyRing(folder / "keys").text("data")

    def rows(statement: str) -> list[tuple[Any, ...]]:
        connection = opening.open_file(folder / "data" / "muster.sqlite3", key)
        try:
            found: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
            return found
        finally:
            connection.close()

    return Installation(environment, rows)


@pytest.fixture
def installation(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    """On the database this run is on."""
    if database == "sqlcipher":
        yield on_sqlcipher(request.getfixturevalue("prepared"), tmp_path / "installation")
        return
    url = os.environ["MUSTER_TEST_POSTGRES"]
    name = f"durable_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        own = urlsplit(url)._replace(path=f"/{name}").geturl()

        def rows(statement: str) -> list[tuple[Any, ...]]:
            with psycopg.connect(own) as connection:
                return connection.execute(statement).fetchall()

        installation = Installation({**os.environ, **variables(tmp_path / "installation", database_url=own)}, rows)
        installation.run("prepare")
        yield installation
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def saved(lines: list[str]) -> list[str]:
    return [line.split()[1] for line in lines if line.startswith("saved ")]


def nothing_is_lost_or_half(rows: Callable[[str], list[tuple[Any, ...]]], acknowledged: list[str]) -> int:
    """Every acknowledged row is there, each with its entry, and the chain is whole. Gives how many there are."""
    there = {name for (name,) in rows("SELECT name FROM people_timer")}
    lost = set(acknowledged) - there
    assert not lost, f"{len(lost)} acknowledged rows are lost, such as {sorted(lost)[:3]}"
    entries = rows(
        "SELECT seq, previous, hash, kind, at, tag, body FROM privacy_historyentry WHERE chain = 0 ORDER BY seq"
    )
    assert len(entries) == len(there) + 1, "a row without its entry, or an entry without its row"
    previous = history.BEGINNING
    for place, (seq, before, digest, kind, at, tag, body) in enumerate(entries, start=1):
        assert (seq, bytes(before)) == (place, previous)
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        previous = history.hash_of(0, bytes(before), seq, kind, moment, bytes(tag), bytes(body))
        assert previous == bytes(digest)
    return len(there)


def test_killed_outright_thirty_times_under_load(installation: Installation) -> None:
    lines = installation.run("killed", str(KILLS), "2")
    acknowledged = saved(lines)
    assert not [line for line in lines if line.startswith("failed")]
    assert len({name.rpartition("-")[0] for name in acknowledged}) == KILLS * 2, "each writer wrote, every time"
    there = nothing_is_lost_or_half(installation.rows, acknowledged)
    # A commit may have been cut off between being durable and being said, once for each writer.
    assert there <= len(acknowledged) + 2 * KILLS


@pytest.mark.pure
@pytest.mark.parametrize("how", ["pages", "file"])
def test_a_full_disk_loses_nothing_and_writing_goes_on_afterwards(prepared: Path, tmp_path: Path, how: str) -> None:
    """`pages`: SQLite may not grow the file. `file`: the system refuses to write past a size, in the log or the file."""
    installation = on_sqlcipher(prepared, tmp_path / "installation")
    lines = installation.run("filled", how)
    acknowledged = saved(lines)
    assert len([line for line in lines if line.startswith("refused")]) == 5
    assert [name for name in acknowledged if name.startswith("full-")]
    assert [name for name in acknowledged if name.startswith("after-")] == [f"after-{number}" for number in range(20)]
    assert nothing_is_lost_or_half(installation.rows, acknowledged) == len(acknowledged)


@pytest.mark.pure
def test_names_of_keys_and_of_the_key_store_reach_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What SQLite syncs is tried in test_power_cut.py; this is what is made around it."""
    synced: list[str] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        really(descriptor)
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    monkeypatch.setattr(os, "fsync", fsync)
    ring = KeyRing.make(tmp_path / "new" / "keys")
    assert {str(tmp_path), str(tmp_path / "new"), str(ring.folder)} <= set(synced)
    assert {str(ring.path(name)) for name in NAMES} <= set(synced)
    KeyStore(tmp_path / "data" / "keystore" / "keystore.sqlite3", ring, may_make=lambda: True).new_key()
    assert synced[-2:] == [str(tmp_path), str(tmp_path / "data")]


@pytest.mark.pure
def test_a_power_cut_loses_nothing_that_was_acknowledged(prepared: Path, tmp_path: Path) -> None:
    """What the disk may hold after a cut: the log as far as it was synced, and any part of what came after, torn.

    The writer says after each commit how long the log was, and `synchronous=FULL` has synced that much of it. So the
    log is cut at a hundred random places, the sectors before the cut overwritten with chance as far as the last sync.
    """
    installation = on_sqlcipher(prepared, tmp_path / "installation")
    lines = installation.run("steady", "120")
    acknowledged = [(line.split()[1], int(line.split()[2])) for line in lines if line.startswith("saved ")]
    assert len(acknowledged) == 120
    data = tmp_path / "installation" / "data" / "muster.sqlite3"
    file, log = data.read_bytes(), Path(f"{data}-wal").read_bytes()
    assert len(log) >= acknowledged[-1][1]
    key = KeyRing(tmp_path / "installation" / "keys").text("data")
    chance = random.Random(120)
    image = tmp_path / "image.sqlite3"
    for _ in range(100):
        cut = chance.randrange(len(log) + 1)
        synced = max((size for _, size in acknowledged if size <= cut), default=0)
        torn = bytearray(log[:cut])
        for sector in range(synced - synced % 512 + 512, cut, 512):
            if chance.random() < 0.3:
                torn[sector : sector + 512] = chance.randbytes(len(torn[sector : sector + 512]))
        for old in tmp_path.glob("image.sqlite3*"):
            old.unlink()
        image.write_bytes(file)
        Path(f"{image}-wal").write_bytes(torn)
        connection = opening.open_file(image, key)
        try:
            promised = [name for name, size in acknowledged if size <= cut]
            nothing_is_lost_or_half(lambda statement, it=connection: it.execute(statement).fetchall(), promised)  # type: ignore[misc]
        finally:
            connection.close()
