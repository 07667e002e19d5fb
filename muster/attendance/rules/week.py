"""The week as dated rows: what is said from a day on, and what that does to the rows there are. The past stays as it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

Values = tuple[object, ...]
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Something that holds between two days, both counting; `ends_on` None: for good. `row` is where it is kept, if it is."""

    says: Values
    starts_on: date
    ends_on: date | None = None
    row: int | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def said_from(spans: Sequence[Span], says: Values | None, first: date, last: date | None = None) -> list[Span]:
    """`spans` once `says` holds from `first` to `last`; None says that nothing does. What was so before `first` stays.

    What held before comes back after `last`; the same said with another end ends there.
    """
    held = next((span for span in spans if span.holds(first)), None)
    if held is not None and held.says == says and held.ends_on == last:
        return list(spans)
    found = []
    for span in spans:
        if (span.ends_on is not None and span.ends_on < first) or (last is not None and span.starts_on > last):
            found.append(span)
        elif span is held and span.says == says:
            found.append(replace(span, ends_on=last))
        else:
            if span.starts_on < first:
                found.append(replace(span, ends_on=first - A_DAY))
            if last is not None and (span.ends_on is None or span.ends_on > last):
                found.append(Span(span.says, last + A_DAY, span.ends_on))
    if says is not None and (held is None or held.says != says):
        found.append(Span(says, first, last))
    return sorted(found, key=lambda span: span.starts_on)


@dataclass(frozen=True)
class PeriodSaid:
    """A period of the day, on the days of the week (ISO numbers) it has."""

    name: str
    begins: time
    ends: time
    weekdays: tuple[int, ...]


def clashing(periods: Iterable[PeriodSaid]) -> tuple[PeriodSaid, PeriodSaid] | None:
    """Two periods that have one name, or are on at one time, on the same day of the week; None where none are."""
    seen: list[PeriodSaid] = []
    for one in sorted(periods, key=lambda each: (each.begins, each.ends)):
        for other in seen:
            if set(one.weekdays) & set(other.weekdays) and (
                one.name.casefold() == other.name.casefold() or one.begins < other.ends
            ):
                return other, one
        seen.append(one)
    return None
