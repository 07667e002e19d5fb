"""The demo: from a fresh clone to serving, the second run, and how long planting takes.

"From nothing" is a clone of the last commit into an empty folder and its `bin/demo`, packages included: it needs
whatever this machine fetches packages from, and the figure holds its speed.
"""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench import Database, Figure
from tests.support.environment import ROOT
from tests.support.postgres import free_port

LONG = True
WITHIN = 300.0


def served(command: list[str], folder: Path, port: int) -> float:
    """Seconds until the demo answers; it is stopped again."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("MUSTER_", "DJANGO_"))}
    begun = time.monotonic()
    with (folder / "output.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=folder, env=surroundings, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        while time.monotonic() - begun < WITHIN:
            if process.poll() is not None:
                raise RuntimeError((folder / "output.log").read_text()[-2000:])
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=2) as answer:
                    if answer.status == 200:
                        return time.monotonic() - begun
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise RuntimeError(f"The demo did not answer within {WITHIN:.0f} seconds.")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def planting(folder: Path, pupils: int) -> float:
    """Seconds that planting so many took, as the demo itself wrote them down."""
    data = folder / f"planted-{pupils}"
    served([str(ROOT / ".venv/bin/muster"), "demo", "--data", str(data), "--pupils", str(pupils)], folder, free_port())
    seconds = float(json.loads((data / "demo.json").read_text())["seconds"])
    shutil.rmtree(data)
    return seconds


def measure(db: Database) -> list[Figure]:
    """Seconds."""
    clone = db.folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    from_nothing = served([str(clone / "bin/demo")], clone, free_port())
    again = min(served([str(clone / "bin/demo")], clone, free_port()) for _ in range(3))
    shutil.rmtree(clone)
    return [
        Figure("serving", from_nothing, "s"),
        Figure("again", again, "s"),
        Figure("plant.210", planting(db.folder, 210), "s"),
        Figure("plant.1000", planting(db.folder, 1000), "s"),
    ]
