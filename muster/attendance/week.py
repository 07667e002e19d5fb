"""The week as its pages show it: periods down, days across, and who is where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from muster.attendance.models import Lesson, Period
from muster.attendance.rules.week import PeriodSaid
from muster.attendance.words import WEEKDAYS
from muster.people.models import School, Staff


@dataclass(frozen=True)
class PeriodRow:
    """A period at its times, and where it is kept for each day of the week; None on a day without it."""

    name: str
    begins: time
    ends: time
    cells: tuple[int | None, ...]


@dataclass(frozen=True)
class Week:
    """The periods that hold on a day. `days` are the open days of the school by number and name."""

    days: tuple[tuple[int, str], ...]
    rows: tuple[PeriodRow, ...]


def week_on(school: School, day: date) -> Week:
    """The periods of the week as they are on `day`. One statement."""
    days = [int(number) for number in school.week]
    found: dict[tuple[time, time, str], dict[int, int]] = {}
    for pk, name, weekday, begins, ends in (
        Period.objects.at(school).on(day).values_list("pk", "name", "weekday", "begins", "ends")
    ):
        found.setdefault((begins, ends, name), {})[weekday] = pk
    return Week(
        tuple((number, str(WEEKDAYS[number])) for number in days),
        tuple(
            PeriodRow(name, begins, ends, tuple(held.get(number) for number in days))
            for (begins, ends, name), held in sorted(found.items())
        ),
    )


def periods_said(week: Week) -> list[PeriodSaid]:
    """The periods as somebody would type them, each once with its days."""
    return [
        PeriodSaid(
            row.name,
            row.begins,
            row.ends,
            tuple(number for (number, _name), cell in zip(week.days, row.cells, strict=True) if cell is not None),
        )
        for row in week.rows
    ]


def lessons_on(school: School, day: date, **about: Any) -> list[Lesson]:
    """The lessons of the week as it is on `day`, of one class or one adult. One statement."""
    rows = Lesson.objects.at(school).on(day).filter(**about).select_related("school_class", "adult", "period")
    return list(rows.order_by("period__begins", "pk"))


def told_apart(rows: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What to call rows in a box and in a file, none like another: a name that several have is followed by a number."""
    names = list(rows)
    seen: dict[str, int] = {}
    for _pk, name in names:
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
    return {pk: name if seen[name.casefold()] == 1 else f"{name} ({pk})" for pk, name in names}


def staff_words(school: School) -> dict[int, str]:
    """The staff by number, with what each is called. One statement."""
    return told_apart(Staff.objects.at(school).order_by("name", "pk").values_list("pk", "name"))


def meant(text: str, words: Mapping[int, str]) -> int | None:
    """Whom a text means; None where it is nobody, or could be two."""
    plain = " ".join(text.split()).casefold()
    return next((pk for pk, word in words.items() if word.casefold() == plain), None)
