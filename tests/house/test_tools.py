"""The tools that everybody relies on: servers stop, keys are private, limits are read, nothing leaves the machine."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.limits import limit_of, read
from bench.runner import Row, keep, table
from tests.house.reading import ROOT
from tests.support import summary
from tests.support.environment import KEYS, make_folder, make_keys
from tests.support.network import NetworkUsed
from tests.support.postgres import NotInstalled, programs

pytestmark = pytest.mark.pure


def has_postgres() -> bool:
    try:
        return bool(programs())
    except NotInstalled:
        return False


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = make_keys(tmp_path / "keys")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in KEYS:
        file = folder / f"{name}.key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(bytes.fromhex(file.read_text().strip())) == 32


def test_nothing_leaves_this_machine() -> None:
    with socket.socket() as one, pytest.raises(NetworkUsed):
        one.connect(("192.0.2.1", 80))


@pytest.mark.skipif(not has_postgres(), reason="PostgreSQL is not installed")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_private_postgresql_ends_with_whoever_started_it(tmp_path: Path, ending: signal.Signals) -> None:
    program = textwrap.dedent("""
        import signal, sys, time
        from pathlib import Path
        from tests.support.postgres import PostgreSQL
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server = PostgreSQL(Path(sys.argv[1]), durable=False)
        try:
            server.start()
            print(server.process.pid, flush=True)
            time.sleep(600)
        finally:
            server.stop()
    """)
    # Not under the folder of pytest: each run of it that begins shuts that to the server, which is another user's.
    folder = make_folder("muster-server-")
    said = tmp_path / "said"
    with said.open("wb") as noise:
        starter = subprocess.Popen(
            [sys.executable, "-c", program, folder / "server"], stdout=subprocess.PIPE, stderr=noise, cwd=ROOT
        )
    assert starter.stdout
    try:
        line = starter.stdout.readline()
        assert line, said.read_text()
        server = int(line)
        os.kill(server, 0)
        starter.send_signal(ending)
        starter.wait(timeout=300)
    finally:
        starter.kill()
        starter.wait()
        starter.stdout.close()
    limit = time.monotonic() + 120
    while time.monotonic() < limit and Path(f"/proc/{server}").exists():
        time.sleep(0.05)
    assert not Path(f"/proc/{server}").exists()


def test_every_limit_says_where_it_comes_from() -> None:
    limits = read()
    assert limits
    for one in limits:
        assert one.says.endswith("."), one.figure
        assert set(one.on) <= {"sqlcipher", "postgresql"}, one.figure
        assert one.on


def test_a_figure_falls_under_the_nearest_limit() -> None:
    limits = read()
    limit = limit_of("grid.times_bare.5000", limits)
    assert limit
    assert limit.figure == "grid.times_bare"
    assert limit.kept_by(3)
    assert not limit.kept_by(3.01)
    assert limit_of("grid.bare", limits) is None


def test_a_figure_is_said_as_the_issue_asks() -> None:
    limits = read()
    short = Row("save.times_bare.sqlcipher", 4.5, "x", limit_of("save.times_bare", limits))
    free = Row("grid.bare.sqlcipher", 3.2, "ms", None)
    assert json.loads(short.as_json()) == {
        "name": "save.times_bare.sqlcipher", "value": 4.5, "unit": "x", "limit": 4, "ok": False,
    }  # fmt: skip
    assert json.loads(free.as_json())["limit"] is None
    assert json.loads(free.as_json())["ok"] is True
    assert "SHORT" in table([short])


def test_results_keep_what_was_not_measured_again(tmp_path: Path) -> None:
    file = tmp_path / "results.md"
    keep([Row("save.a.sqlcipher", 1.0, "ms", None)], datetime(2026, 1, 1, tzinfo=UTC), file)
    keep([Row("save.b.sqlcipher", 2.0, "ms", None)], datetime(2026, 1, 2, tzinfo=UTC), file)
    text = file.read_text()
    assert "`save.b.sqlcipher` | 2 " in text
    assert socket.gethostname() not in text


def test_the_closing_summary_counts_what_could_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = {
        "database": "postgresql",
        "counts": {"passed": 5, "failed": 0, "error": 0, "skipped": 3},
        "skipped": {"PostgreSQL is not installed": 3},
        "failures": [],
    }
    (tmp_path / "1.json").write_text(json.dumps(report))
    assert summary.main(tmp_path, 12) == 0
    said = capsys.readouterr().out
    assert "3 TESTS COULD NOT BE RUN" in said
    assert "5 passed, 3 skipped in 12.00s" in said


def test_a_failure_anywhere_fails_the_whole(tmp_path: Path) -> None:
    good = {"database": "sqlcipher", "counts": {"passed": 5}, "skipped": {}, "failures": []}
    bad = {"database": "postgresql", "counts": {"failed": 1}, "skipped": {}, "failures": ["tests/x.py::test_it"]}
    (tmp_path / "1.json").write_text(json.dumps(good))
    (tmp_path / "2.json").write_text(json.dumps(bad))
    assert summary.main(tmp_path, 1) == 1
    (tmp_path / "2.json").unlink()
    (tmp_path / "check-failed").touch()
    assert summary.main(tmp_path, 1) == 1


@pytest.mark.parametrize("script", ["demo", "test", "check", "bench", "lock", "lib"])
def test_the_scripts_are_a_screenful_of_shell(script: str) -> None:
    file = ROOT / "bin" / script
    assert subprocess.run(["bash", "-n", file], check=False).returncode == 0
    assert os.access(file, os.X_OK) is (script != "lib")
    if script != "lib":
        assert len(file.read_text().splitlines()) < 90
