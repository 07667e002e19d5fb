"""What the scripts in bin/ do on a machine that lacks something: a sentence that says what to do, and no half-made folder.

They run on a copy of bin/ and locks/, with Python or the installer replaced by one that fails as a bare machine's does.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.reading import ROOT

pytestmark = pytest.mark.pure


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Scripts and locks, and nothing installed."""
    for folder in ("bin", "locks"):
        shutil.copytree(ROOT / folder, tmp_path / "checkout" / folder)
    (tmp_path / "fakes").mkdir()
    return tmp_path / "checkout"


def fake(checkout: Path, name: str, script: str) -> Path:
    """A program of that name, to be found before the real one."""
    file = checkout.parent / "fakes" / name
    file.write_text(f"#!/bin/bash\n{script}\n")
    file.chmod(0o755)
    return file


def ensured(checkout: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """What `ensure_venv product` comes to, with the fakes first on the path."""
    path = f"{checkout.parent / 'fakes'}:/usr/bin:/bin"
    return subprocess.run(
        ["bash", "-c", ". bin/lib; ensure_venv product"],
        env={"PATH": path, "HOME": str(checkout), **more}, cwd=checkout, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def with_an_installer(checkout: Path, script: str) -> None:
    """An installer that is there, as the stamp says, and does as `script` does."""
    tools = checkout / ".tools/bin"
    tools.mkdir(parents=True)
    (tools / "uv").write_text(f"#!/bin/bash\n{script}\n")
    (tools / "uv").chmod(0o755)
    digest = subprocess.run(["sha256sum", checkout / "locks/uv.txt"], capture_output=True, text=True, check=True)
    (checkout / ".tools/stamp").write_text(f"{digest.stdout[:32]} {checkout}")


def test_without_a_python_that_is_new_enough_it_says_which(checkout: Path) -> None:
    done = ensured(checkout, MUSTER_PYTHON="no-such-python")
    assert done.returncode == 1
    assert "needs Python 3.11 or later" in done.stderr


def test_without_venv_it_is_installed_by_root_and_said_to_anybody_else(checkout: Path) -> None:
    python = fake(checkout, "bare-python", '[[ "$2" == *ensurepip* ]] && exit 1; exit 0')
    fake(checkout, "apt-get", f'echo "$@" >>{checkout}/asked')
    fake(checkout, "sudo", "exit 1")
    fake(checkout, "id", "echo 1000")
    done = ensured(checkout, MUSTER_PYTHON=str(python))
    assert (done.returncode, done.stderr) == (
        1,
        "Python's venv module is missing. Ask an administrator for: apt install python3-venv\n",
    )
    assert not (checkout / "asked").exists()
    fake(checkout, "id", "echo 0")
    ensured(checkout, MUSTER_PYTHON=str(python))
    assert "install -qy --no-install-recommends python3-venv" in (checkout / "asked").read_text()


def test_an_environment_that_is_half_made_is_made_again(checkout: Path) -> None:
    with_an_installer(checkout, 'case "$1" in venv) mkdir -p "${@: -1}";; *) exit 1;; esac')
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/left-behind").write_text("")
    done = ensured(checkout)
    assert "half made or was moved; making it again" in done.stderr
    assert not (checkout / ".venv/bin/left-behind").exists()
    assert done.returncode == 1
    assert "Check this machine's network, then run the same again" in done.stderr
    assert not (checkout / ".venv/muster-stamp").exists()
