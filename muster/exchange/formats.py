"""The formats Muster reads: each package adds itself here in one line, and nothing else knows them by name.

`exchange/<name>/__init__.py` calls `offer(...)`; `gather` imports every package of the folder that has a `read`.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec

from muster.exchange.rules.dates import Order
from muster.exchange.rules.roster import Roster

Files = Mapping[str, bytes]
"""What was brought: name inside the package, without folders that all share, and bytes. One file is a package of one."""


@dataclass(frozen=True)
class Reading:
    """What a reader is told beside the files.

    `order` is what a person answered when asked for the order of dates, and holds for all of them. Without it each column
    shows by its own dates what it is; `usual` decides where none does, and None leaves those to be asked about.
    """

    today: date
    order: Order | None = None
    usual: Order | None = None
    without_dates: bool = False
    """Whether a person said that birth dates which cannot be read are left out. Else they stop their records."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Of a list: which field a heading was said to be; "" leaves the column out."""


@dataclass(frozen=True)
class Format:
    """A format of people and classes. `recognises` answers 0 (no) to 100 (its own manifest says so); it reads little.

    `read` raises `Unreadable`, and nothing else, whatever the files hold.
    """

    name: str
    title: str
    recognises: Callable[[Files], int]
    read: Callable[[Files, Reading], Roster]


offered: dict[str, Format] = {}


def offer(format_: Format) -> None:
    """Let files of this format be recognised and read."""
    offered[format_.name] = format_


def gather() -> None:
    """Import every package beside this file that reads something, so that each adds itself."""
    for found in pkgutil.iter_modules(importlib.import_module("muster.exchange").__path__):
        name = f"muster.exchange.{found.name}"
        if found.ispkg and find_spec(f"{name}.read"):
            importlib.import_module(name)


def recognised(files: Files) -> Format | None:
    """The format that is surest of `files`; None where none is."""
    sure = [(each.recognises(files), each.name) for each in offered.values()]
    best = max(sure, default=(0, ""))
    return offered[best[1]] if best[0] else None
