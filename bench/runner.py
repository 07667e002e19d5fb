"""bin/bench: run figures, hold them against their limits, print a table, keep bench/results.md."""

import argparse
import ast
import json
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.limits import Limit, limit_of, read

HERE = Path(__file__).parent
OWN = frozenset({"__init__", "limits", "one", "runner", "timing"})
TITLE = "# What Muster was measured at\n"


@dataclass(frozen=True)
class Row:
    """A figure as it is shown; `value` is None when it could not be measured."""

    name: str
    value: float | None
    unit: str
    limit: Limit | None

    @property
    def ok(self) -> bool:
        if self.value is None:
            return False
        return self.limit is None or self.limit.kept_by(self.value)

    def as_json(self) -> str:
        number = self.limit.number if self.limit else None
        return json.dumps({"name": self.name, "value": self.value, "unit": self.unit, "limit": number, "ok": self.ok})


def modules() -> dict[str, bool]:
    """Every module that measures, and whether it is a long one; read without running it."""
    found = {}
    for file in sorted(HERE.glob("*.py")):
        if file.stem in OWN:
            continue
        tree = ast.parse(file.read_text())
        names = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        if "measure" in names:
            found[file.stem] = any(ast.unparse(one) == "LONG = True" for one in tree.body)
    return found


def measure(name: str, limits: list[Limit]) -> list[Row]:
    """The rows of one module, on every database its limits name."""
    own = [one for one in limits if one.figure.split(".")[0] == name]
    rows = []
    for database in sorted({database for one in own for database in one.on} or {"sqlcipher"}, reverse=True):
        print(f"{name} on {database} …", file=sys.stderr, flush=True)
        begun = time.monotonic()
        run = subprocess.run(
            [sys.executable, "-m", "bench.one", name, database], stdout=subprocess.PIPE, text=True, check=False
        )
        measured = {}
        for line in run.stdout.splitlines():
            if line.startswith("{"):
                figure = json.loads(line)
                measured[f"{name}.{figure['name']}"] = figure
        print(f"  {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        for full, figure in measured.items():
            rows.append(Row(f"{full}.{database}", figure["value"], figure["unit"], limit_of(full, limits)))
        # A limit that nothing was held against is a figure that could not be measured, and so is a crash.
        missing = [
            one.figure
            for one in own
            if database in one.on and not any(limit_of(full, limits) == one for full in measured)
        ]
        if run.returncode and not missing:
            missing = [f"{name}.finished"]
        rows += [Row(f"{one}.{database}", None, "", limit_of(one, limits)) for one in missing]
    return rows


def table(rows: list[Row]) -> str:
    lines = [("figure", "value", "unit", "limit", "")]
    for one in rows:
        verdict = (
            "NOT MEASURED"
            if one.value is None
            else ""
            if one.limit is None or one.limit.number is None
            else "ok"
            if one.ok
            else "SHORT"
        )
        shown = "" if one.value is None else f"{one.value:,.4g}" if abs(one.value) < 1000 else f"{one.value:,.0f}"
        lines.append((one.name, shown, one.unit, str(one.limit or ""), verdict))
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join("  ".join(cell.rjust(width) if column in {1, 3} else cell.ljust(width) for column, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip() for line in lines)  # fmt: skip


def machine() -> str:
    """The machine and the versions, without its name."""
    processor = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    from sqlcipher3 import dbapi2

    from tests.support.postgres import NotInstalled, programs

    try:
        said = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True)
        postgres = re.sub(r".*\) (\S+).*", r"PostgreSQL \1", said.stdout.strip())
    except NotInstalled:
        postgres = "no PostgreSQL"
    return (
        f"{processor.group(1) if processor else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}; "
        f"Python {platform.python_version()}, Django {version('django')}, SQLite {dbapi2.sqlite_version}, {postgres}"
    )


def keep(rows: list[Row], now: datetime, file: Path = HERE / "results.md") -> None:
    """Write the rows into results.md; figures of earlier runs that were not run now stay, with their own date."""
    kept: dict[str, str] = {}
    if file.exists():
        kept = {match[1]: match[0] for match in re.finditer(r"^\| `([^`]+)` \|.*$", file.read_text(), re.MULTILINE)}
    where = machine()
    for one in rows:
        value = (
            "not measured"
            if one.value is None
            else f"{one.value:.4g}"
            if abs(one.value) < 1000
            else f"{one.value:,.0f}"
        )
        verdict = "" if one.limit is None or one.limit.number is None else "yes" if one.ok else "**no**"
        kept[one.name] = f"| `{one.name}` | {value} | {one.unit} | {one.limit or ''} | {verdict} | {now:%Y-%m-%d} |"
    measured = {name.split(".")[0] for name in (one.name for one in rows)}
    live = modules()
    lines = [
        line for name, line in sorted(kept.items()) if name.split(".")[0] in live or name.split(".")[0] in measured
    ]
    file.write_text(
        f"{TITLE}\nWritten by `bin/bench`. Limits, and the sentences they come from: [limits.toml](limits.toml).\n\n"
        f"Last run {now:%Y-%m-%d %H:%M} UTC on {where}.\n\n"
        "| figure | value | unit | limit | kept | measured on |\n|---|---:|---|---|---|---|\n" + "\n".join(lines) + "\n"
    )


def main() -> int:
    there = modules()
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measure Muster. With nothing after it: the quick set, at most 8 minutes.",
        epilog="There are: " + ", ".join(f"{name}{' (long)' if long else ''}" for name, long in there.items()),
    )
    parser.add_argument("name", nargs="*", metavar="NAME", help="measure only these, long ones included")
    parser.add_argument("--all", action="store_true", help="measure everything")
    parser.add_argument("--json", action="store_true", help="print one object a line instead of a table")
    asked = parser.parse_args()
    if unknown := [name for name in asked.name if name not in there]:
        print(f"There is no figure called {', '.join(unknown)}. There are: {', '.join(there)}.", file=sys.stderr)
        return 1
    chosen = asked.name or [name for name, long in there.items() if asked.all or not long]
    limits = read()
    rows: list[Row] = []
    for name in chosen:
        measured = measure(name, limits)
        rows += measured
        if asked.json:
            print("\n".join(one.as_json() for one in measured), flush=True)
    if not asked.json:
        print(table(rows))
    keep(rows, datetime.now(UTC))
    absent = [one.name for one in rows if one.value is None]
    if absent:
        print(f"Could not be measured: {', '.join(absent)}.", file=sys.stderr)
    return 1 if absent or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
