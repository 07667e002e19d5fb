"""From the bytes of a framework file to its plan."""

from dataclasses import dataclass

from muster.curriculum.actions import plan_for
from muster.curriculum.models import Framework
from muster.curriculum.rules.filling import Fill
from muster.exchange.frameworks.fields import NAMES
from muster.exchange.frameworks.read import MOST_ROWS, FrameworkRead, read_framework
from muster.exchange.rules.columns import knows
from muster.exchange.rules.table import Table
from muster.exchange.tables import read_table


@dataclass(frozen=True)
class Planned:
    """A plan and what it was read from."""

    plan: Fill
    table: Table
    read: FrameworkRead


def plan_of(data: bytes, *, framework: Framework | None) -> Planned:
    """The plan of a file for `framework`; None stands for one yet to be made. Raises `Unreadable`."""
    table = read_table(data, most_rows=MOST_ROWS, knows=knows(NAMES))
    read = read_framework(table)
    return Planned(plan_for(framework, read.wanted), table, read)
