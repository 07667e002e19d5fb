"""The closing lines of bin/test: what every run came to, and loudly what could not run."""

import json
import sys
from collections import Counter
from pathlib import Path


def main(folder: Path, seconds: int) -> int:
    """Print the summary of the reports in `folder`; 1 when any of them, or bin/check, found something wrong."""
    counts: Counter[str] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    failures = []
    reports = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
    for file in reports:
        said = json.loads(file.read_text())
        counts.update(said["counts"])
        failures += [f"{name} [{said['database']}]" for name in said["failures"]]
        for reason, count in said["skipped"].items():
            missed[said["database"], reason] += count
    print()
    checks_failed = (folder / "check-failed").exists()
    if checks_failed:
        print("bin/check FAILED: see what it said at the top.")
    for one in failures:
        print(f"FAILED {one}")
    if missed:
        print("!" * 100)
        print(f"{sum(missed.values())} TESTS COULD NOT BE RUN on this machine:")
        for (database, reason), count in missed.most_common():
            print(f"  {count:4d} on {database}: {reason}")
        print("!" * 100)
    words = [
        ("failed", "failed"),
        ("error", "errors"),
        ("passed", "passed"),
        ("skipped", "skipped"),
        ("xfailed", "xfailed"),
    ]
    said = [f"{counts[name]} {word}" for name, word in words if counts[name]] or ["no tests ran"]
    wrong = bool(failures or checks_failed or counts["failed"] or counts["error"])
    print(f" {', '.join(said)} in {seconds}.00s ".center(100, "="))
    return int(wrong or not reports)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
