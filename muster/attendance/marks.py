"""The marks that stand: of one day, whoever they are about; and counted over any days."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from muster.attendance.models import RegisterMark
from muster.attendance.rules.codes import Session
from muster.attendance.rules.standing import Said
from muster.people.merging import records_of
from muster.people.models import School
from muster.people.prepared import Prepared


class Standing(NamedTuple):
    """A mark that stands. `version` is its row; `times` how many marks there are of the session, itself included."""

    version: int
    said: Said
    minutes_late: int | None
    by: int
    recorded_at: datetime
    adult: int | None
    times: int = 1

    @property
    def code(self) -> str:
        """What it says; "" where the mark was taken back."""
        return self.said.code


Key = tuple[int, Session, int | None]
"""A pupil, a session, and the period where the session is a lesson."""


Cell = tuple[int, date, Session, int | None]
"""A pupil, a day, a session, and the period where the session is a lesson."""

SESSIONS = {each.value: each for each in Session}
COLUMNS = (
    "pk", "pupil", "pupil__merged_into", "on", "session", "period", "rank", "marked_at", "device_key", "code",
    "minutes_late", "by", "recorded_at", "adult",
)  # fmt: skip


def standing(rows: QuerySet[RegisterMark]) -> dict[Cell, Standing]:
    """What stands among `rows`, by pupil, day and session; the marks of records that were joined stand with the one that was
    kept. One statement.
    """
    return among(rows.values_list(*COLUMNS))


def among(rows: Iterable[tuple[Any, ...]]) -> dict[Cell, Standing]:
    """What stands among rows of `COLUMNS`."""
    found: dict[Cell, Standing] = {}
    for row in rows:
        pk, pupil, kept, on, session, period, rank, marked_at, key, code, minutes, by, recorded_at, adult = row
        cell = (kept or pupil, on, SESSIONS[session], period)
        new = Standing(pk, Said(rank, marked_at, as_uuid(key), code), minutes, by, recorded_at, adult)
        found[cell] = over(found.get(cell), new)
    return found


def standing_on(
    school: School,
    day: date,
    *,
    session: Session | None = None,
    pupils: Collection[int] | None = None,
) -> dict[Key, Standing]:
    """What stands of `day`, for all pupils or those given (and records joined to them), in one session or all.

    One statement.
    """
    if pupils is not None:
        found = among(_of_pupils[session](school=school.pk, day=day, pupils=pupils))
    else:
        found = standing(marks_of(school.pk, day, session))
    return {(pupil, of_session, period): mark for (pupil, _on, of_session, period), mark in found.items()}


def marks_of(school: int, day: date, session: Session | None) -> QuerySet[RegisterMark]:
    """All marks of a day, in one session or all."""
    rows = RegisterMark.objects.filter(school=school, on=day)
    return rows if session is None else rows.filter(session=session)


def marks_of_pupils(session: Session | None) -> Prepared[tuple[Any, ...]]:
    """Asks for the marks of some pupils on a day, and of records joined to them."""
    return Prepared(
        lambda school, day, pupils: (
            marks_of(school, day, session).filter(pupil__in=records_of(pupils)).values_list(*COLUMNS)
        )
    )


_of_pupils = {session: marks_of_pupils(session) for session in (None, *Session)}


def over(old: Standing | None, new: Standing) -> Standing:
    """Which of two marks of a session stands, with how many there are."""
    if old is None:
        return new
    stands = max(old, new, key=lambda each: each.said.weight)
    return Standing(
        stands.version,
        stands.said,
        stands.minutes_late,
        stands.by,
        stands.recorded_at,
        stands.adult,
        old.times + new.times,
    )


def as_uuid(value: object) -> UUID:
    """A key as either database hands it over."""
    return value if isinstance(value, UUID) else UUID(str(value))
