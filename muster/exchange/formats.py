"""The formats Muster reads: each package adds itself here in one line, and nothing else knows them by name.

`exchange/<name>/__init__.py` calls `offer(...)`; `exchange/apps.py` imports every package of the folder that has a `read`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from muster.exchange.rules.roster import Roster

Files = Mapping[str, bytes]
"""What was brought: name inside the package, without folders that all share, and bytes. One file is a package of one."""


@dataclass(frozen=True)
class Format:
    """A format of people and classes. `recognises` answers 0 (no) to 100 (its own manifest says so); it reads little."""

    name: str
    title: str
    recognises: Callable[[Files], int]
    read: Callable[[Files], Roster]


offered: dict[str, Format] = {}


def offer(format_: Format) -> None:
    """Let files of this format be recognised and read."""
    offered[format_.name] = format_


def recognised(files: Files) -> Format | None:
    """The format that is surest of `files`; None where none is."""
    sure = [(each.recognises(files), each.name) for each in offered.values()]
    best = max(sure, default=(0, ""))
    return offered[best[1]] if best[0] else None
