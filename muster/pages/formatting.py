"""Dates, times and numbers as Muster says them, everywhere and once.

A time is always told in the zone it is handed, the school's; a day is already the school's own date. Names of days and
months follow the language of the reader. Nothing here reads the clock: "today" is an argument.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_letters
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def long_day(day: date) -> str:
    """A day people talk about now, so without its year: "Tuesday 4 March"."""
    return in_letters(day, pgettext("date format: Tuesday 4 March", "l j F"))


def short_day(day: date) -> str:
    """A day where its name in the week adds nothing: "4 March"."""
    return in_letters(day, pgettext("date format: 4 March", "j F"))


def brief_day(day: date) -> str:
    """A day where there is room for little, such as over a column: "4 Mar"."""
    return in_letters(day, pgettext("date format: 4 Mar", "j M"))


def full_day(day: date) -> str:
    """A day with its year, for birth dates, print and anything kept: "4 March 2027"."""
    return in_letters(day, pgettext("date format: 4 March 2027", "j F Y"))


def day_seen_from(day: date, today: date) -> str:
    """The shortest of "today", "yesterday", "Tuesday" (the week behind), "4 March" (half a year) and the whole date."""
    behind = (today - day).days
    if behind == 0:
        return gettext("today")
    if behind == 1:
        return gettext("yesterday")
    if 1 < behind < 7:
        return in_letters(day, pgettext("date format: Tuesday", "l"))
    return short_day(day) if abs(behind) < 183 else full_day(day)


def clock(at: datetime, zone: ZoneInfo) -> str:
    """A time by the clock on the school's wall: "10:42"."""
    return in_letters(at.astimezone(zone), pgettext("time format: 10:42", "H:i"))


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """As short as still says when: "10:42" today, then "yesterday 10:42", "Tuesday 10:42", "4 March 10:42"."""
    today, day = now.astimezone(zone).date(), at.astimezone(zone).date()
    if day == today:
        return clock(at, zone)
    return pgettext("day and time", "%(day)s %(time)s") % {"day": day_seen_from(day, today), "time": clock(at, zone)}


def full_moment(at: datetime, zone: ZoneInfo) -> str:
    """For print and for the record: "4 March 2027, 10:42"."""
    day = full_day(at.astimezone(zone).date())
    return pgettext("full day and time", "%(day)s, %(time)s") % {"day": day, "time": clock(at, zone)}


def age(passed: timedelta) -> str:
    """How old something is: "just now", "4 min", "3 h", "2 days". Rounded down; never a verdict."""
    if passed < MINUTE:
        return gettext("just now")
    if passed < HOUR:
        return gettext("%(number)s min") % {"number": passed // MINUTE}
    if passed < 24 * HOUR:
        return gettext("%(number)s h") % {"number": passed // HOUR}
    days = passed.days
    return ngettext("%(number)s day", "%(number)s days", days) % {"number": days}


def years_old(born: date, on: date) -> tuple[int, int]:
    """Whole years and months of age on a day. Somebody born on 29 February has their birthday on 1 March."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    return divmod(months, 12)


def count(number: int) -> str:
    """A number with the marks its language puts between thousands: "1,080"."""
    return number_format(number, use_l10n=True, force_grouping=True)


def out_of(part: int, whole: int) -> str:
    """A part and its whole: "11 of 30"."""
    return gettext("%(part)s of %(whole)s") % {"part": count(part), "whole": count(whole)}


def listed(names: Sequence[str]) -> str:
    """Names in a row: "Ann", "Ann and Raj", "Ann, Raj and Mo"."""
    if len(names) < 2:
        return "".join(names)
    first, last = ", ".join(names[:-1]), names[-1]
    return pgettext("the last of a list", "%(first)s and %(last)s") % {"first": first, "last": last}


def initials(name: str) -> str:
    """Two letters at most, of the first and the last word: "Amina Bint Ali" is "AA". Nothing for no name."""
    words = [word for word in name.split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper()
