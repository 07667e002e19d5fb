"""A roster of 1,000 pupils brought in, and again with nothing new, against reading it; and a page view meanwhile."""

import csv
import io
import time
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from statistics import median

from django.db import transaction

from bench import Database, Figure
from bench.merge import somebody_looking
from bench.school import Grown, a_school, now
from bench.timing import in_turn, milliseconds
from muster.exchange.formats import Files
from muster.exchange.importing import carry_out
from muster.exchange.reading import Said, read
from muster.exchange.rules.dates import Order
from muster.exchange.rules.roster import Roster
from muster.people import doors
from muster.people.models import AcademicYear, ClassMembership, Enrolment, Pupil, School, SchoolClass
from muster.people.purposes import Purpose, Shows

PUPILS, EACH = 1_000, 8
"""Of the roster that is timed: pupils, and the classes each is in."""
MANY, MANY_EACH = 2_000, 9
"""Of the roster of 20,000 rows."""
LONG = True
ROUNDS = 3
AGAIN = 9
ALONE = 2


def sheet(headings: str, rows: Sequence[Sequence[object]]) -> bytes:
    """A file of a package."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings.split(","))
    writer.writerows(rows)
    return out.getvalue().encode()


def package(pupils: int, each: int) -> Files:
    """OneRoster 1.1 in bulk: so many pupils in `each` classes of about thirty."""
    day = now().date()
    begins = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    classes = max(each, pupils * each // 30)
    return {
        "manifest.csv": sheet(
            "propertyName,value",
            [("manifest.version", "1.0"), ("oneroster.version", "1.1")]
            + [(f"file.{name}", "bulk") for name in ("orgs", "academicSessions", "classes", "users", "enrollments")],
        ),
        "orgs.csv": sheet("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId", [("o1", "active", "", "Roster School", "school", "", "")]),
        "academicSessions.csv": sheet(
            "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
            [("y1", "active", "", "This year", "schoolYear", begins, begins + timedelta(days=360), "", begins.year + 1)],
        ),
        "classes.csv": sheet(
            "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
            [(f"c{n}", "active", "", f"Class {n}", "", "", "", "scheduled", "", "o1", "y1", "", "", "") for n in range(classes)],
        ),
        "users.csv": sheet(
            "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
            [
                (f"u{n}", "active", "", "true", "o1", "student", f"user{n}", "", f"Pupil{n}", f"Member{n}", "", f"id{n}", "", "", "", "", n % 6 + 1, "")
                for n in range(pupils)
            ],
        ),
        "enrollments.csv": sheet(
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
            [
                (f"e{n}-{k}", "active", "", f"c{(n + k * 31) % classes}", "o1", f"u{n}", "student", "false", "", "")
                for n in range(pupils)
                for k in range(each)
            ],
        ),
    }  # fmt: skip


def a_new_school(grown: Grown, slug: str) -> School:
    """One more school of the trust, with nobody in it."""
    like = grown.school
    school = School.objects.create(trust=like.trust, slug=slug, name=slug.title(), set_up_at=now())
    day = now().date()
    begins = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    AcademicYear.objects.create(
        school=school,
        name="This year",
        first_day=begins,
        last_day=begins.replace(year=begins.year + 1, month=8, day=31),
    )
    return school


def roster_of(files: Files) -> Roster:
    """The package, read."""
    found = read(files, Said(), today=now().date(), usual=Order.DAY_FIRST)
    if found.roster is None:
        raise RuntimeError("The package was not recognised.")
    return found.roster


def bring(files: Files, school: School) -> None:
    """All of it, from bytes to the last transaction."""
    carry_out(roster_of(files), school, by=None, at=now())


def bare(roster: Roster, school: School) -> None:
    """As many rows by bulk_create in one transaction, sealed, and nothing else."""
    year = AcademicYear.objects.get(school=school)
    today = now().date()
    with transaction.atomic():
        classes = SchoolClass.objects.bulk_create(
            SchoolClass(school=school, year=year, name=each.name, kind="teaching") for each in roster.classes
        )
        pupils = Pupil.objects.bulk_create(
            Pupil(
                school=school, key=key, names={"surname": each.surname, "forenames": each.forenames, "known_as": ""},
                identifiers=dict(each.identifiers) or None,
            )
            for each, key in zip(roster.pupils, doors.sealer().new_keys(len(roster.pupils)), strict=True)
        )  # fmt: skip
        Enrolment.objects.bulk_create(
            Enrolment(school=school, pupil=pupil, joined_on=today, recorded_at=now()) for pupil in pupils
        )
        by_class = {each.id: row for each, row in zip(roster.classes, classes, strict=True)}
        by_id = {each.id: row for each, row in zip(roster.pupils, pupils, strict=True)}
        ClassMembership.objects.bulk_create(
            ClassMembership(
                school=school, pupil=by_id[each.person], school_class=by_class[each.school_class], starts_on=today
            )
            for each in roster.memberships
        )


def measure(db: Database) -> list[Figure]:
    """The ratios, the times behind them, and the longest wait."""
    grown = a_school(200)
    files, large = package(PUPILS, EACH), package(MANY, MANY_EACH)
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        schools = [a_new_school(grown, f"roster-{n}") for n in range(ROUNDS)]
        whole = median(milliseconds(partial(bring, files, school)) for school in schools)
        if ClassMembership.objects.filter(school=schools[0]).count() != PUPILS * EACH:
            raise RuntimeError("The roster did not come in whole.")
        parse, again = in_turn(partial(roster_of, files), partial(bring, files, schools[0]), rounds=AGAIN, warm=1)
        rows = roster_of(files)
        plain = median(milliseconds(partial(bare, rows, a_new_school(grown, f"bare-{n}"))) for n in range(ROUNDS))
        with somebody_looking(grown) as alone:
            time.sleep(ALONE)
        with somebody_looking(grown) as waits:
            bring(large, a_new_school(grown, "large"))
    return [
        Figure("parsing", parse, "ms"),
        Figure("bare", plain, "ms"),
        Figure("milliseconds", whole, "ms"),
        Figure("times_bare", whole / (parse + plain), "x"),
        Figure("again", again, "ms"),
        Figure("again_times_parsing", again / parse, "x"),
        Figure("longest_wait", max(waits), "ms"),
        Figure("longest_alone", max(alone), "ms"),
    ]
