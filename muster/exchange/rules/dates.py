"""Dates as people and systems write them."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Order(StrEnum):
    """Which number of 02/01/2010 is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"

    @property
    def other(self) -> "Order":
        """The other one."""
        return Order.MONTH_FIRST if self is Order.DAY_FIRST else Order.DAY_FIRST


def order_in(country: str) -> Order:
    """How dates are written in a country (ISO 3166, such as GB-ENG). The United States write the month first."""
    return Order.MONTH_FIRST if country.upper().split("-")[0] in {"US", "FM", "MH", "PW"} else Order.DAY_FIRST


@dataclass(frozen=True)
class DateRead:
    """What a text says as a date. `could_be` is the other reading, where there is one."""

    value: date | None = None
    could_be: date | None = None
    fault: str = ""


def read_date(text: str, order: Order, *, today: date) -> DateRead:
    """Read a date of birth; two-figure years are the latest that are not in the future. Empty text is no date."""
    plain = text.strip()
    if not plain:
        return DateRead()
    # Some systems add midnight: 2010-01-01T00:00:00, 01/01/2010 00:00.
    plain = re.sub(r"[T ]00:00(?::00(?:\.0+)?)?Z?$", "", plain)
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", plain):
        value = made(int(found[1]), int(found[2]), int(found[3]))
        return DateRead(value) if value else DateRead(fault=f"“{text}” is no date.")
    if found := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", plain):
        first, second, year = int(found[1]), int(found[2]), full_year(found[3], today)
        day_first, month_first = made(year, second, first), made(year, first, second)
        value, other = (day_first, month_first) if order is Order.DAY_FIRST else (month_first, day_first)
        if value is None:
            said = "day first" if order is Order.DAY_FIRST else "month first"
            return DateRead(could_be=other, fault=f"“{text}” is no date when read {said}.")
        return DateRead(value, other if other != value else None)
    if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[- ]([A-Za-z]{3,9})\.?,?[- ](\d{4}|\d{2})", plain):
        month = month_of(found[2])
        value = made(full_year(found[3], today), month, int(found[1])) if month else None
        return DateRead(value) if value else DateRead(fault=f"“{text}” is no date.")
    if found := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", plain):
        month = month_of(found[1])
        value = made(int(found[3]), month, int(found[2])) if month else None
        return DateRead(value) if value else DateRead(fault=f"“{text}” is no date.")
    if re.fullmatch(r"\d{5}(?:\.0)?", plain):
        return DateRead(
            fault=f"“{text}” is a spreadsheet's number for a day. Format the column as a date and save again."
        )
    return DateRead(fault=f"“{text}” is no date. Write it as 2010-01-31 or 31/01/2010.")


def month_of(name: str) -> int:
    """1 for January; 0 for no month."""
    plain = name.casefold()[:3]
    return MONTHS.index(plain) + 1 if plain in MONTHS else 0


def made(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(text: str, today: date) -> int:
    """A year of two figures as the latest that is not after this one."""
    year = int(text)
    if len(text) == 4:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year else century - 100 + year
