"""The marks that stand: of one day, whoever they are about; and counted over any days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from muster.attendance.models import RegisterMark
from muster.attendance.rules.codes import Session
from muster.attendance.rules.standing import Said
from muster.people.merging import stands_for
from muster.people.models import School


@dataclass(frozen=True)
class Standing:
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


def standing_on(
    school: School,
    day: date,
    *,
    session: Session | None = None,
    period: int | None = None,
    pupils: Collection[int] | None = None,
) -> dict[Key, Standing]:
    """What stands of `day`, for all pupils or those given, in one session or all; the marks of records that were joined
    stand with the record that was kept. Two statements.
    """
    rows = RegisterMark.objects.at(school).filter(on=day)
    if session is not None:
        rows = rows.filter(session=session)
    if period is not None:
        rows = rows.filter(period=period)
    merged: dict[int, int] = {}
    if pupils is not None:
        merged = stands_for(pupils)
        rows = rows.filter(pupil__in=[*pupils, *merged])
    found: dict[Key, Standing] = {}
    seen = rows.values_list(
        "pk",
        "pupil",
        "pupil__merged_into",
        "session",
        "period",
        "rank",
        "marked_at",
        "device_key",
        "code",
        "minutes_late",
        "by",
        "recorded_at",
        "adult",
    )
    for pk, pupil, kept, in_session, in_period, rank, marked_at, key, code, minutes, by, recorded_at, adult in seen:
        cell = (kept or pupil, Session(in_session), in_period)
        new = Standing(pk, Said(rank, marked_at, as_uuid(key), code), minutes, by, recorded_at, adult)
        found[cell] = over(found.get(cell), new)
    return found


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
