"""docs/install/debian.md, run: every block of commands, in order, as far as a machine without systemd allows.

The blocks are run as they stand, with three changes: places such as /etc and /var lie under a folder of the test's own,
the host and port are the test's, and four commands that would change this machine (apt-get, adduser, chown, systemctl)
only write down that they were called. What systemd would start is then started from the unit file itself.
"""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.config.installation import HOST, Installation
from tests.config.test_serving import ask, end, is_there
from tests.support.environment import ROOT
from tests.support.postgres import free_port
from tests.support.server import descendants

pytestmark = pytest.mark.pure
PAGE = ROOT / "docs/install/debian.md"
PLACES = ("/etc", "/var/lib", "/var/backups", "/opt", "/usr/local/bin")


def blocks(page: Path) -> list[str]:
    """The fenced blocks of commands, in order. A block without `sh` is not for running."""
    return re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


@dataclass
class Machine:
    """A folder that stands in for a machine's own folders."""

    root: Path
    port: int = field(default_factory=free_port)

    def moved(self, text: str) -> str:
        """`text` with its places under the folder, and with the test's host and port."""
        for place in PLACES:
            text = re.sub(rf"(?<![\w./-]){re.escape(place)}(?=/|\s|$)", f"{self.root}{place}", text, flags=re.MULTILINE)
        text = text.replace("muster.yourschool.example", HOST).replace(
            "https://git.yourschool.example/muster.git", str(ROOT)
        )
        return text.replace("MUSTER_PORT=443", f"MUSTER_PORT={self.port}").replace("0.0.0.0", "127.0.0.1")  # noqa: S104

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
        programs = f"{self.root}/stand-ins:{self.root}/usr/local/bin:{kept['PATH']}"
        return {**kept, "PATH": programs, "MUSTER_ENVIRONMENT": f"{self.root}/etc/muster/muster.env"}

    def run(self, block: str) -> str:
        """Run one block as root's shell would, stopping at the first command that fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.moved(block)],
            env=self.environment, cwd=self.root, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, f"{block}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    @property
    def asked_of_root(self) -> str:
        """What the stand-ins were called with."""
        return (self.root / "asked").read_text()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    made = Machine(tmp_path_factory.mktemp("debian"))
    for place in PLACES:
        (made.root / place.lstrip("/")).mkdir(parents=True)
    (made.root / "etc/systemd/system").mkdir(parents=True)
    stand_ins = made.root / "stand-ins"
    stand_ins.mkdir()
    for name in ("apt-get", "adduser", "chown", "systemctl"):
        write_program(stand_ins / name, f'echo "{name} $*" >> "{made.root}/asked"')
    # The user of the service is the user of the test: owners are left out, modes stay.
    write_program(
        stand_ins / "install",
        'kept=(); while [ $# -gt 0 ]; do case "$1" in -o|-g) shift 2;; *) kept+=("$1"); shift;; esac; done; '
        'exec /usr/bin/install "${kept[@]}"',
    )
    write_program(stand_ins / "runuser", '[ "$1" = -u ] && [ "$3" = -- ] && shift 3 && exec "$@"')
    # What is in the checkout is installed already; the tests fetch nothing.
    write_program(stand_ins / "git", f'[ "$1" = clone ] && rm -rf "$3" && "{stand_ins}/copy" "$3"')
    write_program(
        stand_ins / "copy",
        f'mkdir -p "$1/bin" "$1/.venv/bin" && cp -r "{ROOT}/deploy" "$1/" && '
        f'printf "#!/bin/sh\\ntrue\\n" > "$1/bin/install" && chmod +x "$1/bin/install" && '
        f'ln -s "{ROOT}/.venv/bin/muster" "$1/.venv/bin/muster"',
    )
    return made


def write_program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/bash\n{body}\n")
    path.chmod(0o755)


@pytest.fixture(scope="module")
def said(machine: Machine) -> str:
    """Everything the page's commands printed."""
    return "\n".join(machine.run(block) for block in blocks(PAGE))


@pytest.fixture(scope="module")
def service(machine: Machine, said: str) -> Iterator[Installation]:
    """What systemd would start, started as its unit says."""
    unit = machine.moved((machine.root / "etc/systemd/system/muster.service").read_text())
    command = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)[0].split()
    file = Path(re.findall(r"^EnvironmentFile=(.*)$", unit, re.MULTILINE)[0])
    variables = dict(line.split("=", 1) for line in file.read_text().splitlines())
    environment = {**machine.environment, **variables, "MUSTER_ENVIRONMENT": ""}
    notes = machine.root / "notify"
    # A socket's path must be short.
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"{short}/s")
        listening.settimeout(60)
        with notes.open("wb") as log:
            process = subprocess.Popen(
                command, env={**environment, "NOTIFY_SOCKET": f"{short}/s"}, cwd=machine.root / "var/lib/muster",
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            assert listening.recv(100) == b"READY=1", "Type=notify: systemd is told once it answers"
            started = descendants(process.pid)
            yield Installation(machine.root, port=machine.port)
        finally:
            assert end(process) == 0, notes.read_text()
        assert not [one for one in started if is_there(one)]


def test_the_page_has_a_block_for_every_step() -> None:
    assert len(blocks(PAGE)) == len(re.findall(r"^## \d", PAGE.read_text(), re.MULTILINE)) == 8


def test_every_command_of_the_page_works(said: str) -> None:
    assert "recovery sheet" in said
    assert "/trust/" in said
    assert "Made the tables of a new installation." in said


def test_a_user_of_its_own_and_folders_nobody_else_may_open(machine: Machine, said: str) -> None:
    assert "adduser --system --group" in machine.asked_of_root
    assert "enable --now muster.service" in machine.asked_of_root
    modes = {name: (machine.root / name).stat().st_mode & 0o777 for name in ("var/lib/muster", "etc/muster/keys")}
    assert modes == {"var/lib/muster": 0o700, "etc/muster/keys": 0o700}
    assert (machine.root / "etc/muster/muster.env").stat().st_mode & 0o777 == 0o640
    for key in (machine.root / "etc/muster/keys").iterdir():
        assert key.stat().st_mode & 0o777 == 0o600


def test_keys_lie_apart_and_the_doctor_finds_it_sound(machine: Machine, said: str) -> None:
    assert "This installation is sound." in said
    assert not list((machine.root / "var").rglob("*.key"))


def test_the_service_serves_and_the_first_link_opens(machine: Machine, said: str, service: Installation) -> None:
    here = Installation(machine.root, port=machine.port, more=())
    tls = machine.root / "etc/muster/tls"
    (machine.root / "tls").symlink_to(tls)
    link = re.findall(rf"https://{re.escape(HOST)}:{machine.port}(/\S+)", said)
    address = next(path for path in link if "trust" not in path)
    status, _, page = ask(here, address)
    assert status == 200
    assert "assword" in page
    assert ask(here, "/health")[0] == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        ask_untrusting(machine)


def ask_untrusting(machine: Machine) -> None:
    """A device that has not been told to trust the school."""
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", machine.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=HOST),
    ):
        pass


@pytest.mark.parametrize("unit", sorted((ROOT / "deploy").iterdir()), ids=lambda unit: unit.name)
def test_systemd_finds_no_fault_with_the_units(unit: Path, tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        pytest.skip("systemd-analyze is not on this machine, so the systemd units were not verified")
    for each in (ROOT / "deploy").iterdir():
        # The program is elsewhere here; whether it is there is not what is asked.
        (tmp_path / each.name).write_text(each.read_text().replace("/opt/muster/.venv/bin/muster", "/bin/true"))
    done = subprocess.run([verifier, "verify", tmp_path / unit.name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stderr, done.stderr


def test_the_other_pages_name_commands_that_exist() -> None:
    known = subprocess.run([ROOT / ".venv/bin/muster", "--help"], capture_output=True, text=True, check=True).stdout
    for page in (ROOT / "docs/install").glob("*.md"):
        for name in re.findall(r"^(?:.*-- |MUSTER_\S+ )?muster ([a-z]+)", "\n".join(blocks(page)), re.MULTILINE):
            assert re.search(rf"^\s+{name}\s", known, re.MULTILINE), f"{page.name}: muster {name}"
