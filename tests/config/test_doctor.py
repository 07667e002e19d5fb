"""The doctor: an installation is sound, then one thing after the other is broken, and it says which and what to do.

Each case breaks a copy of a real installation, made by the commands, and runs `muster doctor` on it in a process of its
own. It is the encrypted file throughout, so this runs once.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muster.config import certificate
from tests.config.installation import HOST, Installation

pytestmark = pytest.mark.pure


@pytest.fixture
def here(sound: Installation, tmp_path: Path) -> Installation:
    """One to break."""
    return sound.copy_to(tmp_path / "here")


def test_a_new_installation_is_sound(sound: Installation) -> None:
    told = sound.doctor()
    assert all(ok for ok, _ in told.values()), told
    assert set(told) >= {case.values[0] for case in CASES}, "a line that is broken below is looked at here"


def test_every_line_has_a_test_that_breaks_it(sound: Installation) -> None:
    broken = {str(case.values[0]) for case in CASES} | {"regular work"}
    unbroken = set(sound.doctor()) - broken
    assert not unbroken, f"Break each of these in a case of CASES: {unbroken}"


def test_it_speaks_plainly(sound: Installation) -> None:
    said = sound.muster("doctor").stdout
    assert said.rstrip().endswith("This installation is sound.")
    assert "PROBLEM" not in said


Breaks = Callable[[Installation], "Installation | str | None"]
"""Breaks an installation. Answers another one, or Python to run in the doctor's process, or nothing."""


def key_for_all(here: Installation) -> None:
    (here.keys / "kek.key").chmod(0o644)


def keys_beside(here: Installation) -> Installation:
    shutil.copytree(here.keys, here.data / "keys")
    return here.having(MUSTER_KEYS=str(here.data / "keys"))


def same_key_twice(here: Installation) -> None:
    (here.keys / "audit.key").write_text((here.keys / "index.key").read_text())


def old_sqlite(here: Installation) -> str:
    return "from sqlcipher3 import dbapi2\ndbapi2.sqlite_version_info = (3, 51, 1)"


def plain_file(here: Installation) -> None:
    file = here.data / "muster.sqlite3"
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE pupil (name)")
    connection.close()


def another_key(here: Installation) -> None:
    (here.keys / "data.key").write_text("ab" * 32 + "\n")


def careless_settings(here: Installation) -> str:
    return (
        "from muster.privacy.sqlcipher import opening\n"
        "opening.INIT_COMMAND = opening.INIT_COMMAND.replace('synchronous=FULL', 'synchronous=OFF')"
    )


def older_tables(here: Installation) -> None:
    with here.database() as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'markbook'")


def guard_gone(here: Installation) -> None:
    with here.database() as connection:
        connection.execute("DROP TRIGGER markbook_judgement_no_update")


def no_key_store(here: Installation) -> None:
    shutil.rmtree(here.data / "keystore")


def full_disk(here: Installation) -> str:
    return (
        "import shutil\nfrom types import SimpleNamespace\n"
        "shutil.disk_usage = lambda path: SimpleNamespace(total=10**9, used=10**9, free=1000)"
    )


def changed_history(here: Installation) -> None:
    with here.database() as connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'privacy_historyentry'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE privacy_historyentry SET at = '2026-01-01 00:00:00' WHERE seq = 1")
        for _, statement in guards:
            connection.execute(statement)


def no_backup(here: Installation) -> None:
    shutil.rmtree(here.folder / "backups")


def cut_backup(here: Installation) -> None:
    (file,) = (here.folder / "backups/data").glob("*/muster.sqlite3")
    file.write_bytes(file.read_bytes()[:5000])


def old_backup(here: Installation) -> None:
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    (folder,) = (here.folder / "backups/data").iterdir()
    folder.rename(folder.with_name(two_days_ago.strftime("%Y-%m-%dT%H%M%SZ")))


def on_postgresql(here: Installation, volume: str) -> Installation:
    """Said to be on a server; what is declared of its disk is looked at whether or not the server answers."""
    return here.having(
        MUSTER_DATABASE_URL="postgres://muster:muster@127.0.0.1:9/muster", MUSTER_ENCRYPTED_VOLUME=volume
    )


def no_name(here: Installation) -> Installation:
    return here.having(MUSTER_HOST="localhost")


def no_tls(here: Installation) -> Installation:
    return here.having(MUSTER_TLS_CERTIFICATE="", MUSTER_TLS_KEY="")


def long_certificate(here: Installation) -> None:
    """One that serves, but that a phone refuses: it lasts ten years."""
    lasted, certificate.SERVER_LASTS = certificate.SERVER_LASTS, timedelta(days=3000)
    try:
        certificate.make_server(here.tls, host=HOST, at=datetime.now(UTC))
    finally:
        certificate.SERVER_LASTS = lasted


def ending_certificate(here: Installation) -> None:
    certificate.make_server(here.tls, host=HOST, at=datetime.now(UTC) - timedelta(days=380))


def year_2001(here: Installation) -> str:
    return (
        "from datetime import datetime, UTC\nfrom muster.config import doctor\nlook = doctor.examine\n"
        "doctor.examine = lambda at: look(datetime(2001, 1, 1, tzinfo=UTC))"
    )


def yesterday(here: Installation) -> str:
    return (
        "from datetime import timedelta\nfrom muster.config import doctor\nlook = doctor.examine\n"
        "doctor.examine = lambda at: look(at - timedelta(days=1))"
    )


def no_such_zone(here: Installation) -> None:
    with here.database() as connection:
        connection.execute("UPDATE people_school SET time_zone = 'Mars/Olympus'")


def password_alone(here: Installation) -> str:
    return (
        "from muster.config import surroundings\nsurroundings.set_up()\n"
        "from django.conf import settings\nsettings.SECOND_FACTOR_REQUIRED = False"
    )


def page_changed(here: Installation) -> None:
    """One bit of the page that holds history."""
    with here.database() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'privacy_historyentry'"
        ).fetchone()
    file = here.data / "muster.sqlite3"
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 + 200] ^= 1
    file.write_bytes(content)


CASES = [
    pytest.param("keys", key_for_all, "chmod 600", id="a key that others may read"),
    pytest.param("keys", lambda here: (here.keys / "signing.key").unlink(), "no key at", id="the signing key gone"),
    pytest.param("keys apart", keys_beside, "inside the data folder", id="keys beside the data"),
    pytest.param("keys differ", same_key_twice, "are the same", id="one key used twice"),
    pytest.param("SQLite", old_sqlite, "can corrupt", id="an unsafe SQLite"),
    pytest.param("data file", plain_file, "is not encrypted", id="a plain file"),
    pytest.param("data file", lambda here: (here.data / "muster.sqlite3").unlink(), "no data file", id="no file"),
    pytest.param("database", another_key, "does not open", id="the wrong key"),
    pytest.param("database settings", careless_settings, "synchronous", id="commits that do not reach the disk"),
    pytest.param("migrations", older_tables, "muster upgrade", id="tables of another version"),
    pytest.param("append-only", guard_gone, "markbook_judgement_no_update", id="a guard taken away"),
    pytest.param("key store", no_key_store, "no key store", id="no key store"),
    pytest.param("disk", full_disk, "Make room", id="a full disk"),
    pytest.param("pages", page_changed, "failed its check", id="one bit of the file changed"),
    pytest.param("history", changed_history, "was changed", id="an entry of history changed"),
    pytest.param("backups", no_backup, "no backup", id="no backup"),
    pytest.param("backups", cut_backup, "cut off", id="a backup cut off"),
    pytest.param("backups", old_backup, "hours old", id="a backup of the day before yesterday"),
    pytest.param("at rest", lambda here: on_postgresql(here, ""), "does not encrypt", id="a volume nobody declared"),
    pytest.param("at rest", lambda here: on_postgresql(here, "luks"), "does not encrypt", id="nobody says when"),
    pytest.param("at rest", lambda here: on_postgresql(here, "2026-10-01"), "does not encrypt", id="nobody says which"),
    pytest.param(
        "at rest", lambda here: on_postgresql(here, "luks 2024-10-01"), "last looked", id="long not looked at"
    ),
    pytest.param(
        "at rest", lambda here: on_postgresql(here, "luks 2999-01-01"), "to come", id="looked at in the future"
    ),
    pytest.param("TLS", no_name, "host name", id="no host name"),
    pytest.param("TLS", no_tls, "over TLS only", id="no TLS"),
    pytest.param("certificate", long_certificate, "825 at most", id="a certificate no phone would accept"),
    pytest.param("certificate", ending_certificate, "Renew it now", id="a certificate about to end"),
    pytest.param("clock", year_2001, "which is over", id="a clock in the past"),
    pytest.param("clock and history", yesterday, "it was set back", id="a clock set back"),
    pytest.param("time zone", no_such_zone, "Mars/Olympus", id="an unknown time zone"),
    pytest.param("second factor", password_alone, "password alone", id="no second factor asked for"),
]


@pytest.mark.parametrize(("line", "breaks", "says"), CASES)
def test_a_line_that_is_broken_says_so(here: Installation, line: str, breaks: Breaks, says: str) -> None:
    answer = breaks(here)
    broken = answer if isinstance(answer, Installation) else here
    ok, sentence = broken.doctor(answer if isinstance(answer, str) else "")[line]
    assert not ok, f"{line} did not notice: {sentence}"
    assert says in sentence


def test_a_declared_volume_is_taken_on_trust_for_a_year(here: Installation) -> None:
    looked = datetime.now(UTC).date() - timedelta(days=364)
    ok, sentence = on_postgresql(here, f"pgdata on luks-data {looked}").doctor()["at rest"]
    assert ok, sentence
    assert "pgdata on luks-data" in sentence


@pytest.fixture
def served(here: Installation) -> Iterator[Installation]:
    """One whose folder a server holds, though no background process works beside it."""
    (here.data / "run").mkdir(exist_ok=True)
    with (here.data / "run" / "serving.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write('{"process": 1, "site": "https://muster.ashgrove.example"}')
        file.flush()
        yield here


def timer(here: Installation, *, due: datetime, outcome: str = "done") -> None:
    with here.database() as connection:
        connection.execute(
            "INSERT INTO people_timer (name, due_at, began_at, ended_at, outcome) VALUES ('anchor history', ?, ?, ?, ?)",
            (str(due)[:19], str(due)[:19], str(due)[:19], outcome),
        )


def test_regular_work_is_due_only_while_served(here: Installation) -> None:
    timer(here, due=datetime.now(UTC) - timedelta(hours=2))
    assert here.doctor()["regular work"][0]


def test_regular_work_left_undone_is_found(served: Installation) -> None:
    timer(served, due=datetime.now(UTC) - timedelta(hours=2))
    ok, sentence = served.doctor()["regular work"]
    assert not ok
    assert "anchor history" in sentence


def test_regular_work_that_failed_is_found(here: Installation) -> None:
    timer(here, due=datetime.now(UTC) + timedelta(hours=2), outcome="failed: OSError")
    ok, sentence = here.doctor()["regular work"]
    assert not ok
    assert "failed" in sentence
