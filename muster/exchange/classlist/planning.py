"""From the bytes of a class list to its plan: what the page shows, the dry run prints and the run applies."""

from dataclasses import dataclass, replace
from datetime import date

from muster.exchange.classlist.fields import ALL
from muster.exchange.classlist.held import held_at, numbers_for
from muster.exchange.classlist.read import MOST_ROWS, ListRead, read_class_list
from muster.exchange.rules.columns import knows
from muster.exchange.rules.dates import Order, order_in
from muster.exchange.rules.pupils import ClassList, plan_class_list
from muster.exchange.rules.table import Table
from muster.exchange.tables import read_table
from muster.people.models import School


@dataclass(frozen=True)
class Planned:
    """A plan and what it was read from."""

    plan: ClassList
    table: Table
    read: ListRead
    order: Order


def plan_of(data: bytes, *, school: School, day: date, order: Order | None = None, may_correct: bool = True) -> Planned:
    """The plan of a class list for `school` on `day`. Raises `Unreadable`."""
    order = order or order_in(school.country)
    table = read_table(data, most_rows=MOST_ROWS, knows=knows(ALL))
    read = read_class_list(table, order=order, today=day)
    held = held_at(school, day)
    plan = plan_class_list(
        read.rows,
        held.pupils,
        classes={key: row.name for key, row in held.classes.items()},
        year_groups=held.codes,
        year_number=numbers_for(read.rows, held),
        today=day,
        may_make_classes=held.year is not None,
        may_correct=may_correct,
    )
    notes = list(read.notes)
    if plan.new_classes:
        notes.append(f"New {'class' if len(plan.new_classes) == 1 else 'classes'}: {', '.join(plan.new_classes)}.")
    if held.year is None and any(row.class_name for row in read.rows):
        notes.append(
            "This school has no school year yet, so its classes are left out. Add the year, then bring the list again."
        )
    for number in plan.new_year_groups:
        name = {0: "Reception", -1: "Nursery"}.get(number, f"Year {number}")
        notes.append(f"{name} is new: the school had no such year group.")
    return Planned(replace(plan, notes=tuple(notes)), table, read, order)
