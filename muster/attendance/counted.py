"""Standing marks counted by pupil and code over any days, by one statement whatever the school.

Written as SQL because the mark that stands is picked and counted in one pass over one index; the fuse is asked as a
manager would ask it.
"""

from collections.abc import Collection
from datetime import date

from django.db import connection

from muster.attendance.models import RegisterMark
from muster.attendance.rules.codes import CodeSet
from muster.attendance.rules.rates import Tally, tally
from muster.people.doors import purpose
from muster.people.merging import stands_for
from muster.people.models import School

COUNTED = """
SELECT pupil_id, code, COUNT(*)
FROM ({standing}) AS standing
GROUP BY pupil_id, code
"""

STANDING = """
  SELECT pupil_id, code
  FROM (
    SELECT pupil_id, code,
           ROW_NUMBER() OVER (
             PARTITION BY session, pupil_id, "on" ORDER BY rank DESC, marked_at DESC, device_key DESC
           ) AS place
    FROM attendance_registermark
    WHERE school_id = %s AND session IN ('am', 'pm') AND "on" BETWEEN %s AND %s {pupils}
  ) AS ranked
  WHERE place = 1
"""

STANDING_POSTGRESQL = """
  SELECT DISTINCT ON (session, pupil_id, "on") pupil_id, code
  FROM attendance_registermark
  WHERE school_id = %s AND session IN ('am', 'pm') AND "on" BETWEEN %s AND %s {pupils}
  ORDER BY session, pupil_id, "on", rank DESC, marked_at DESC, device_key DESC
"""
"""PostgreSQL takes one row in two hundred to come first and sorts what it finds on disk; this it estimates rightly."""


def counted(
    school: School, first: date, last: date, *, pupils: Collection[int] | None = None
) -> dict[int, dict[str, int]]:
    """How many sessions stand with each code, by pupil (id), from `first` to `last`; both count. "" are marks taken back.

    What stands of a record that was joined to another is counted with the one that was kept.
    """
    purpose().check(RegisterMark)
    merged = stands_for(pupils) if pupils is not None else {}
    chosen = sorted({*pupils, *merged}) if pupils is not None else []
    if pupils is not None and not chosen:
        return {}
    among = f"AND pupil_id IN ({', '.join(['%s'] * len(chosen))})" if pupils is not None else ""
    standing = STANDING_POSTGRESQL if connection.vendor == "postgresql" else STANDING
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(standing=standing.format(pupils=among)), [school.pk, first, last, *chosen])
        rows = cursor.fetchall()
    if pupils is None:
        merged = stands_for({pupil for pupil, _code, _count in rows})
    found: dict[int, dict[str, int]] = {}
    for pupil, code, count in rows:
        of_pupil = found.setdefault(merged.get(pupil, pupil), {})
        of_pupil[code] = of_pupil.get(code, 0) + count
    return found


def tallies(
    school: School, first: date, last: date, *, codes: CodeSet, pupils: Collection[int] | None = None
) -> dict[int, Tally]:
    """Attendance of each pupil (id) with a mark between two days, both counting."""
    return {
        pupil: tally({code or None: number for code, number in by_code.items()}, codes=codes)
        for pupil, by_code in counted(school, first, last, pupils=pupils).items()
    }
