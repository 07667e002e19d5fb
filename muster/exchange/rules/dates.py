"""Dates as people and systems write them."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from muster.pages.rules.said import say

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
        return DateRead(value) if value else DateRead(fault=say("“{text}” is no date.", text=text))
    if found := re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", plain):
        value = made(int(found[1]), int(found[2]), int(found[3]))
        return DateRead(value) if value else DateRead(fault=say("“{text}” is no date.", text=text))
    if found := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", plain):
        first, second, year = int(found[1]), int(found[2]), full_year(found[3], today)
        day_first, month_first = made(year, second, first), made(year, first, second)
        value, other = (day_first, month_first) if order is Order.DAY_FIRST else (month_first, day_first)
        if value is None:
            if order is Order.DAY_FIRST:
                said = say("“{text}” is no date when read day first.", text=text)
            else:
                said = say("“{text}” is no date when read month first.", text=text)
            return DateRead(could_be=other, fault=said)
        return DateRead(value, other if other != value else None)
    if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[- ]([A-Za-z]{3,9})\.?,?[- ](\d{4}|\d{2})", plain):
        month = month_of(found[2])
        value = made(full_year(found[3], today), month, int(found[1])) if month else None
        return DateRead(value) if value else DateRead(fault=say("“{text}” is no date.", text=text))
    if found := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", plain):
        month = month_of(found[1])
        value = made(int(found[3]), month, int(found[2])) if month else None
        return DateRead(value) if value else DateRead(fault=say("“{text}” is no date.", text=text))
    if re.fullmatch(r"\d{5}(?:\.0)?", plain):
        return DateRead(
            fault=say(
                "“{text}” is a spreadsheet's number for a day. Format the column as a date and save again.", text=text
            )
        )
    return DateRead(fault=say("“{text}” is no date. Write it as 2010-01-31 or 31/01/2010.", text=text))


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


@dataclass(frozen=True)
class DateSaid:
    """What a date comes to, knowing all the others of its file. Neither value nor fault where there is none."""

    value: date | None = None
    fault: str = ""
    in_doubt: bool = False
    """It could be two days, and nothing says which."""


def without_a_date(is_left_out: bool) -> str:
    """What is said of a birth date that cannot be read, and that is left out where somebody said so."""
    if is_left_out:
        return say("The birth date cannot be read, and is left out, as you said.")
    return say("The birth date cannot be read.")


class WrittenDates:
    """The dates of a file or package. All are added first; then each column is read in the order its own dates show.

    A day above 12 shows the order. Where no date of a column does, the other columns do, since one system wrote them all;
    else `usual` decides. Where some dates of a column make sense one way only and some only the other, those that make
    sense both ways are in doubt, whatever is usual. An `order` that a person gave holds for all.
    """

    def __init__(self, *, today: date, order: Order | None, usual: Order | None) -> None:
        self._today = today
        self._order = order
        self._usual = usual
        self._shown: dict[str, set[Order]] = {}
        self._either: dict[str, int] = {}

    def add(self, column: str, text: str) -> None:
        """Take notice of one date."""
        if not text or text[:4].isdigit():
            return
        by_day = read_date(text, Order.DAY_FIRST, today=self._today)
        if by_day.value and by_day.could_be:
            self._either[column] = self._either.get(column, 0) + 1
        elif by_day.could_be:
            self._shown.setdefault(column, set()).add(Order.MONTH_FIRST)
        elif by_day.value and re.match(r"(?:1[3-9]|2\d|3[01])[-/. ]\d{1,2}[-/. ]", text):
            self._shown.setdefault(column, set()).add(Order.DAY_FIRST)

    def order_of(self, column: str) -> Order | None:
        """How a column writes its dates; None where that is in doubt."""
        if self._order:
            return self._order
        shown = self._shown.get(column) or set().union(*self._shown.values())
        if shown:
            return next(iter(shown)) if len(shown) == 1 else None
        return self._usual

    def read(self, column: str, text: str) -> DateSaid:
        """What `text`, in that column, says."""
        if not text:
            return DateSaid()
        order = self.order_of(column)
        found = read_date(text, order or Order.DAY_FIRST, today=self._today)
        if order is None and found.value and found.could_be:
            return DateSaid(in_doubt=True)
        if order is None and found.fault and found.could_be:
            return DateSaid(found.could_be)
        return DateSaid(found.value, found.fault)

    @property
    def note(self) -> str:
        """How the dates were read that could be read either way; "" where there are none, or all are in doubt."""
        said = {column: order for column in self._either if (order := self.order_of(column))}
        many = sum(self._either[column] for column in said)
        if not many:
            return ""
        words = " and ".join(sorted({order.replace("-", " ") for order in said.values()}))
        dates, were = ("1 date", "was") if many == 1 else (f"{many:,} dates", "were")
        return f"{dates} could be read either way and {were} read {words}."
