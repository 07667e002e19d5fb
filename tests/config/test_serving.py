"""`muster serve` and `muster demo` as processes: what they refuse, how they start, and that they leave nothing behind."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from muster.config.planting.cast import CAST
from tests.config.installation import HOST, Installation
from tests.support.environment import ROOT
from tests.support.postgres import free_port
from tests.support.server import Site, descendants

pytestmark = pytest.mark.pure


# -- refusals --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served_from(sound: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that each test serves in turn."""
    return replace(sound.copy_to(tmp_path_factory.mktemp("serving") / "installation"), port=free_port())


@pytest.mark.parametrize(
    ("more", "says"),
    [
        pytest.param({"MUSTER_HOST": "localhost"}, "host name", id="localhost"),
        pytest.param({"MUSTER_HOST": "192.0.2.7"}, "host name", id="a number"),
        pytest.param({"MUSTER_TLS_CERTIFICATE": "", "MUSTER_TLS_KEY": ""}, "muster certificate", id="no TLS"),
        pytest.param({"MUSTER_HOST": "other.example"}, "not for other.example", id="another's certificate"),
        pytest.param({"MUSTER_BEHIND_PROXY": "127.0.0.1"}, "unset one of the two", id="a proxy and a certificate"),
        pytest.param({"MUSTER_TLS_CERTIFICATE": "/nowhere.pem"}, "is not there", id="no such file"),
        pytest.param({"MUSTER_DEMO": "1"}, "muster demo", id="a demo"),
    ],
)
def test_it_refuses_to_serve(served_from: Installation, more: dict[str, str], says: str) -> None:
    done = served_from.having(**more).muster("serve", fails=True)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, "a sentence, not a traceback"


def test_it_refuses_an_unsound_installation(served_from: Installation, tmp_path: Path) -> None:
    here = served_from.copy_to(tmp_path / "here")
    (here.keys / "kek.key").chmod(0o640)
    assert "chmod 600" in here.muster("serve", fails=True).stderr
    (here.keys / "kek.key").chmod(0o600)
    with here.database() as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'markbook'")
    assert "muster upgrade" in here.muster("serve", fails=True).stderr
    shutil.rmtree(here.keys)
    assert "no key" in here.muster("serve", fails=True).stderr


# -- serving over TLS ------------------------------------------------------------------------------


@pytest.fixture
def server(served_from: Installation) -> Iterator[subprocess.Popen[bytes]]:
    process = serve(served_from)
    yield process
    end(process)


def serve(installation: Installation, *, workers: int = 1) -> subprocess.Popen[bytes]:
    """Start it and wait until it answers."""
    log = (installation.folder / "log").open("ab")
    process = subprocess.Popen(
        [ROOT / ".venv/bin/muster", "serve", "--workers", str(workers)],
        env=installation.environment, cwd=installation.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip
    log.close()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, (installation.folder / "log").read_text()
        try:
            if ask(installation, "/health")[0] == 200:
                return process
        except OSError:
            time.sleep(0.1)
    end(process)
    raise AssertionError((installation.folder / "log").read_text())


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> int:
    """Ask it to end and wait."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def ask(installation: Installation, path: str, *, seconds: float = 10) -> tuple[int, dict[str, str], str]:
    """A request as a phone makes it that trusts the school's authority."""
    context = ssl.create_default_context(cafile=str(installation.tls / "authority.pem"))
    asked = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{installation.port}\r\nConnection: close\r\n\r\n"
    with (
        socket.create_connection(("127.0.0.1", installation.port), timeout=seconds) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as speaking,
    ):
        speaking.sendall(asked.encode())
        answer = b""
        while part := speaking.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, body.decode(errors="replace")


def test_a_phone_that_trusts_the_authority_is_served(
    served_from: Installation, server: subprocess.Popen[bytes]
) -> None:
    status, headers, page = ask(served_from, "/sign-in/")
    assert status == 200
    assert headers["strict-transport-security"]
    assert "<title>" in page
    status, headers, page = ask(served_from, "/trust/")
    assert status == 200
    assert "iPhone" in page
    assert "Android" in page
    status, headers, _ = ask(served_from, "/trust/muster-authority.crt")
    assert headers["content-type"] == "application/x-x509-ca-cert"
    assert ask(served_from, "/health")[0] == 200
    told = served_from.doctor()
    assert told["regular work"] == (True, "The background process is at work.")


def test_a_second_server_and_an_upgrade_wait_for_the_first(
    served_from: Installation, server: subprocess.Popen[bytes]
) -> None:
    assert "already being served" in served_from.muster("serve", fails=True).stderr
    assert "Stop it first" in served_from.muster("upgrade", fails=True).stderr


def test_ended_by_systemd_it_leaves_nothing_behind(served_from: Installation) -> None:
    process = serve(served_from)
    started = descendants(process.pid)
    assert len(started) >= 2, "a worker and the background process"
    assert end(process) == 0
    assert not [one for one in started if is_there(one)]
    log = [json.loads(line) for line in (served_from.folder / "log").read_text().splitlines()]
    assert {"serving", "background process started", "background process ended"} <= {line["event"] for line in log}
    assert not [line for line in log if line["level"] == "error"]


def test_killed_outright_it_leaves_nothing_behind_and_starts_again(served_from: Installation) -> None:
    process = serve(served_from)
    started = descendants(process.pid)
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while [one for one in started if is_there(one)] and time.monotonic() < until:
        time.sleep(0.1)
    assert not [one for one in started if is_there(one)]
    end(serve(served_from))


def test_a_background_process_that_ends_is_started_again(served_from: Installation) -> None:
    process = serve(served_from)
    try:
        (background,) = [one for one in descendants(process.pid) if "muster.config.background" in command(one)]
        os.kill(background, signal.SIGKILL)
        until = time.monotonic() + 20
        others: list[int] = []
        while not others and time.monotonic() < until:
            time.sleep(0.2)
            others = [
                one
                for one in descendants(process.pid)
                if one != background and "muster.config.background" in command(one)
            ]
        assert others
    finally:
        end(process)


def test_each_worker_that_is_killed_is_replaced_by_one_that_speaks_tls(served_from: Installation) -> None:
    """Workers are forked from the server's process, whenever that may be. The other one is stopped while we ask."""
    process = serve(served_from, workers=2)
    try:
        for _ in range(2):
            eldest, other = wait_for(lambda: workers_of(process.pid), count=2)
            os.kill(eldest, signal.SIGKILL)
            others = wait_for(lambda gone=eldest: [one for one in workers_of(process.pid) if one != gone], count=2)  # type: ignore[misc]
            os.kill(other, signal.SIGSTOP)
            try:
                assert other in others
                assert answers_within(served_from, 20), "the worker that was forked anew does not answer"
            finally:
                os.kill(other, signal.SIGCONT)
        assert process.poll() is None
    finally:
        end(process)


def workers_of(process: int) -> list[int]:
    """Those that were forked from the server and run, the eldest first."""
    forked = [one for one in descendants(process) if is_there(one) and command(one) == command(process)]
    return sorted(forked, key=lambda one: int(Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[19]))


def wait_for(look: Callable[[], list[int]], *, count: int) -> list[int]:
    """What `look` sees once it sees so many."""
    until = time.monotonic() + 20
    while len(found := look()) < count:
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return found


def answers_within(installation: Installation, seconds: float) -> bool:
    """Whether it answers. A connection that a stopped worker took in is given up after a second."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if ask(installation, "/health", seconds=1)[0] == 200:
                return True
        except OSError:
            time.sleep(0.05)
    return False


def is_there(process: int) -> bool:
    """Whether it runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def test_behind_a_proxy_only_the_proxy_is_answered(served_from: Installation) -> None:
    from muster.config.wsgi import BehindProxy

    seen: dict[str, object] = {}

    def application(environ: dict[str, object], start_response: object) -> list[bytes]:
        seen.update(environ)
        return [b"page"]

    guard = BehindProxy(application, "192.0.2.1")
    said: list[str] = []

    def start(status: str, headers: object, exc_info: object = None) -> None:
        said.append(status)

    asked = {"PATH_INFO": "/", "REMOTE_ADDR": "192.0.2.9", "HTTP_X_FORWARDED_FOR": "10.0.0.1"}
    assert b"".join(guard(dict(asked), start)) != b"page"  # type: ignore[arg-type]
    assert said == ["403 Forbidden"]
    forged = asked | {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.5, 10.0.0.7"}
    assert b"".join(guard(forged, start)) == b"page"  # type: ignore[arg-type]
    assert seen["REMOTE_ADDR"] == "10.0.0.7", "the last address is the one the proxy added"


def test_a_proxy_that_does_tls_is_served_without_it(served_from: Installation) -> None:
    proxied = served_from.having(
        MUSTER_TLS_CERTIFICATE="", MUSTER_TLS_KEY="", MUSTER_BEHIND_PROXY="127.0.0.1", MUSTER_PORT=str(free_port())
    )
    port = int(proxied.environment["MUSTER_PORT"])
    log = (served_from.folder / "proxied.log").open("wb")
    process = subprocess.Popen(
        [ROOT / ".venv/bin/muster", "serve", "--workers", "1"],
        env=proxied.environment, cwd=served_from.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip
    log.close()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/sign-in/",
        headers={"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"},
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
                    assert answer.status == 200
                    assert "Secure" in answer.headers["Set-Cookie"]
                    assert answer.headers["Strict-Transport-Security"]
                    break
            except urllib.error.URLError:
                assert process.poll() is None, (served_from.folder / "proxied.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
    finally:
        end(process)
    assert proxied.doctor()["TLS"][0]


# -- the demo --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo of one class and the second school, stopped."""
    site = Site(tmp_path_factory.mktemp("demo") / "site")
    site.start("--pupils", "30")
    site.stop()
    yield site
    site.remove()


def test_the_second_run_plants_nothing(demo: Site) -> None:
    """How soon it serves is measured by `bin/bench demo`."""
    assert "Planting" in demo.output
    said_before = len(demo.output)
    demo.start()
    demo.stop()
    assert demo.url in demo.output[said_before:]
    assert "Planting" not in demo.output[said_before:]
    assert "Making the tables" not in demo.output[said_before:]


def test_with_reload_a_change_of_code_starts_it_again(demo: Site) -> None:
    demo.start("--reload")
    try:
        assert demo.process is not None
        served = demo.process.pid
        before = set(descendants(served))
        # Nothing is written: only the moment of the last change is another.
        os.utime(ROOT / "muster/config/health.py")

        def is_served_by_another() -> bool:
            try:
                with urllib.request.urlopen(f"{demo.url}/health", timeout=30) as answer:  # noqa: S310 -- our own address
                    return bool(set(descendants(served)) - before) and answer.status == 200
            except (urllib.error.URLError, ConnectionError):
                return False

        until = time.monotonic() + 120
        while not is_served_by_another():
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        demo.stop()


def test_it_prints_a_sign_in_for_each_role(demo: Site) -> None:
    assert {one.address for one in demo.sign_ins} == {part.address for part in CAST}
    assert demo.url in demo.output


def test_started_twice_it_says_where_it_runs(demo: Site) -> None:
    demo.start()
    try:
        assert demo.process is not None
        started = descendants(demo.process.pid)
        again = demo.muster("demo", "--data", str(demo.data), "--port", str(free_port()))
        assert again.returncode == 1
        assert f"already being served at {demo.url}" in again.stderr
        elsewhere = demo.muster("demo", "--data", str(demo.folder / "other"), "--port", str(demo.port))
        assert elsewhere.returncode == 1
        assert "--port" in elsewhere.stderr
    finally:
        demo.stop()
    assert not [one for one in started if is_there(one)], "Ctrl-C stops everything it started"


def test_another_number_of_pupils_needs_another_folder(demo: Site) -> None:
    refused = demo.muster("demo", "--data", str(demo.data), "--port", str(free_port()), "--pupils", "31")
    assert refused.returncode == 2
    assert "--data" in refused.stderr


def test_a_folder_that_is_no_demo_is_left_alone(demo: Site, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    refused = demo.muster("demo", "--data", str(tmp_path), "--port", str(free_port()))
    assert refused.returncode == 2
    assert "left alone" in refused.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


def test_a_demo_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.folder.mkdir()
    process = subprocess.Popen(
        [ROOT / ".venv/bin/muster", "demo", "--port", str(site.port), "--data", site.data, "--pupils", "200"],
        env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not (site.data / "muster.sqlite3").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    try:
        site.start("--pupils", "12")
        assert "cut short" in site.output
        with urllib.request.urlopen(f"{site.url}/sign-in/", timeout=10) as answer:  # noqa: S310
            assert answer.status == 200
    finally:
        site.remove()


def test_other_commands_work_on_the_demo(demo: Site) -> None:
    assert demo.muster("doctor").returncode in {0, 1}
    assert demo.muster("verify").returncode == 0
    assert demo.muster("backup").returncode == 0
    assert demo.muster("doctor").returncode == 0, demo.muster("doctor").stdout


def test_help_is_quick_and_loads_no_django() -> None:
    code = "import sys\nfrom muster.config import cli\ntry:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\nassert 'django' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_what_is_asked_wrongly_exits_with_two(demo: Site) -> None:
    assert demo.muster("demo", "--port", "70000").returncode == 2
    assert demo.muster("demo", "--pupils", "none").returncode == 2
    assert demo.muster("nonsense").returncode == 2
