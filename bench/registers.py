"""A register of thirty saved and shown, and a year of 1,000 pupils counted, each against its bare work.

Each save is the register of a class that nobody has taken yet today. Saving one and the same again and again would
also read every mark made of it before, and no school amends a register fifty times.

The page is told three ways, because thirty rows are little: the whole request against its rows (`page_times_bare`), its
rows against the same rows (`rows_times_bare`), and what any page of the same person costs (`page_frame`), which is more
than three times the rows before the register begins.
"""

import json
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from html import escape
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.test import Client

from bench import Database, Figure
from bench.grid import signed_in
from bench.school import CLASS, Grown, a_school, now, settle
from bench.timing import in_turn, statements
from muster.attendance import render
from muster.attendance.counted import tallies
from muster.attendance.marks import standing_on
from muster.attendance.models import DayPlan, RegisterMark
from muster.attendance.register_page import ClassRegister, Row, class_register
from muster.attendance.rules.codes import ENGLAND, Session
from muster.people.doors import purpose
from muster.people.models import ClassMembership, Closure, HalfTerm, Post, PostClass, Pupil, Term
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows

LONG = True
PUPILS = 1_000
DAYS = 190

RAW_SUM = """
SELECT pupil_id, code, COUNT(*) FROM attendance_registermark
WHERE school_id = %s AND session IN ('am', 'pm') AND "on" BETWEEN %s AND %s GROUP BY pupil_id, code
"""
RAW_REGISTER = """
SELECT id, pupil_id, code, marked_at FROM attendance_registermark
WHERE school_id = %s AND "on" = %s AND session = 'am' AND pupil_id IN ({pupils})
"""


def opened_now(grown: Grown) -> None:
    """The morning's register is open at this very moment, whatever day and hour it is."""
    school = grown.school
    at = now()
    day = school.day(at)
    school.week = "1234567"
    school.save()
    Closure.objects.at(school).filter(on=day).delete()
    if not HalfTerm.objects.at(school).filter(first_day__lte=day, last_day__gte=day).exists():
        term = Term.objects.create(
            school=school, year=grown.school_class.year, name="Measured", first_day=day, last_day=day
        )
        HalfTerm.objects.create(school=school, term=term, name="Measured", first_day=day, last_day=day)
    DayPlan.objects.create(
        school=school, starts_on=day, codes="england", morning=time(0), afternoon=time(23, 58), ends=time(23, 59)
    )


@dataclass(frozen=True)
class Register:
    """Whose marks are saved at once."""

    school_class: int
    pupils: tuple[int, ...]


def registers(grown: Grown) -> list[Register]:
    """The register of every whole class, all of them taken by the teacher; the teacher's own class first."""
    post = Post.objects.get(account=grown.teacher)
    with purpose().using(Purpose.MAINTENANCE, Shows.NAMES):
        inside = ClassMembership.objects.at(grown.school).order_by("school_class", "pk")
        found = [
            Register(pk, tuple(pupil for _class, pupil in each))
            for pk, each in groupby(inside.values_list("school_class", "pupil"), key=lambda row: row[0])
        ]
    PostClass.objects.bulk_create(
        PostClass(school=grown.school, post=post, school_class_id=each.school_class, starts_on=post.starts_on)
        for each in found[1:]
    )
    return [each for each in found if len(each.pupils) == CLASS]


def a_mark(grown: Grown, pupil: int, on: date, session: str, code: str, at: datetime) -> RegisterMark:
    """One mark as a row."""
    return RegisterMark(
        school=grown.school,
        act=uuid.uuid4(),
        pupil_id=pupil,
        school_class=grown.school_class,
        on=on,
        session=session,
        code=code,
        marked_at=at,
        recorded_at=at,
        by=grown.teacher,
        role="teacher",
        change_set=grown.change_set,
    )


def a_year(grown: Grown, pupils: list[int]) -> None:
    """Both sessions of a school year for everybody; one cell in twenty was amended.

    One day is made as rows, and copied to the others by the database, each row under a key of its own.
    """
    at = now()
    last = at.date() - timedelta(days=1)
    rows = []
    for session, present in (("am", "/"), ("pm", "\\")):
        for place, pupil in enumerate(pupils):
            rows.append(a_mark(grown, pupil, last, session, "N" if place % 20 == 0 else present, at))
            if place % 20 == 0:
                rows.append(a_mark(grown, pupil, last, session, "I", at + timedelta(minutes=20)))
    RegisterMark.objects.bulk_create(rows)
    every = [str(field.column) for field in RegisterMark._meta.concrete_fields]
    columns = [column for column in every if column not in {"id", "on", "device_key"}]
    key = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    names = ", ".join(columns)
    copy = (
        f'INSERT INTO attendance_registermark ("on", device_key, {names}) '  # noqa: S608  our own columns
        f'SELECT %s, {key}, {names} FROM attendance_registermark WHERE school_id = %s AND "on" = %s'
    )
    with connection.cursor() as cursor:
        for number in range(1, DAYS):
            cursor.execute(copy, [last - timedelta(days=number), grown.school.pk, last])


def sent(client: Client, grown: Grown, register: Register) -> None:
    """One register of thirty, as a phone sends it."""
    at = now()
    items: list[dict[str, Any]] = [
        {
            "id": str(uuid.uuid4()),
            "act": str(uuid.uuid4()),
            "kind": "register-mark",
            "target": {
                "pupil": pupil,
                "class": register.school_class,
                "on": grown.school.day(at).isoformat(),
                "session": "am",
            },
            "value": {"code": "/"},
            "base": None,
            "at": at.isoformat(),
            "seq": number,
        }
        for number, pupil in enumerate(register.pupils)
    ]
    batch = {"device": "bench", "account": str(grown.teacher.uuid), "sent_at": at.isoformat(), "items": items}
    answer = client.post(f"/{grown.school.slug}/sync/", json.dumps(batch), content_type="application/json", secure=True)
    if [result["status"] for result in answer.json()["results"]] != [201] * len(items):
        raise RuntimeError(f"The register was answered {answer.status_code}: {answer.content[:400]!r}")


def bare_save(grown: Grown, register: Register) -> None:
    """The same rows by bulk_create in one transaction on the same connection."""
    at = now()
    with transaction.atomic():
        RegisterMark.objects.bulk_create(
            a_mark(grown, pupil, grown.school.day(at), "am", "/", at) for pupil in register.pupils
        )


def opened(client: Client, grown: Grown) -> bytes:
    """The whole request: session, access, look, unsealing, rendering."""
    page = f"/{grown.school.slug}/classes/{grown.school_class.pk}/registers/{grown.school.day(now())}/am/"
    response = client.get(page, secure=True)
    if response.status_code != 200 or response.content.count(b"<li data-row") != len(grown.pupils):
        raise RuntimeError(f"The register answered {response.status_code}.")
    return bytes(response.content)


def frame(client: Client, grown: Grown) -> None:
    """A page of the same person with next to nothing on it: what being signed in and the frame cost every page."""
    if client.get(f"/{grown.school.slug}/more/", secure=True).status_code != 200:
        raise RuntimeError("The page could not be opened.")


def rows_alone(register: ClassRegister) -> str:
    """What `bare_page` does, as the page does it: the marks that stand, and the rows with all that is said in them."""
    day, session = register.sitting.on, register.sitting.session
    with purpose().using(Purpose.ATTENDANCE, Shows.RECORD):
        pupils = [row.pupil.pk for row in register.rows]
        marks = standing_on(register.school_class.school, day, session=session, pupils=pupils)
        rows = [Row(row.pupil, marks.get((row.pupil.pk, session, None)), row.planned) for row in register.rows]
        return render.rows(replace(register, rows=tuple(rows)), may_mark=True)


def bare_page(grown: Grown, names: dict[int, str]) -> str:
    """One raw query for the marks of the session, and the same rows written by escaped f-strings: nothing else.

    Names are known beforehand, so that unsealing them counts against the page and not for it.
    """
    with connection.cursor() as cursor:
        sql = RAW_REGISTER.format(pupils=", ".join(["%s"] * len(names)))
        cursor.execute(sql, [grown.school.pk, grown.school.day(now()), *names])
        marks = {pupil: (pk, code) for pk, pupil, code, _marked_at in cursor.fetchall()}
    buttons = [("/", "present", "Present"), ("N", "absent", "Absent"), ("L", "late", "Late")]
    rows = []
    for pupil, name in names.items():
        mark, code = marks.get(pupil, (0, ""))
        rows.append(
            f'<li data-row data-pupil="{pupil}" data-code="{escape(code)}" data-v="{mark}"><span class="name" id="n{pupil}">'
            f"<span data-name>{escape(name)}</span><small data-said>{escape('Present')}</small></span>"
            f'<input type="hidden" name="version-{pupil}" value="{mark}"><span class="marks" role="group" '
            f'aria-labelledby="n{pupil}">'
        )
        rows += [
            f'<button class="button quiet {escape(css)}" type="submit" name="mark" value="{pupil}:{escape(value)}" '
            f'data-set="{escape(css)}" aria-pressed="{"true" if code == value else "false"}">{escape(word)}</button>'
            for value, css, word in buttons
        ]
        rows.append(
            f'<input class="typed" name="typed-{pupil}" value="{escape(code)}" maxlength="3" autocomplete="off" '
            f'autocapitalize="characters" aria-label="{escape(f"Code for {name}")}" data-typed>'
            f'<label class="minutes" hidden><input type="number" inputmode="numeric" min="0" max="120" data-minutes '
            f'value="" aria-label="{escape(f"Minutes late, {name}")}"> {escape("min")}</label></span></li>'
        )
    return "".join(rows)


def measure(db: Database) -> list[Figure]:
    """Saving, showing and counting, each with its bare work in turn."""
    grown = a_school(PUPILS, marked=False)
    opened_now(grown)
    with purpose().using(Purpose.MAINTENANCE, Shows.NAMES):
        pupils = list(Pupil.objects.at(grown.school).values_list("pk", flat=True))
    a_year(grown, pupils)
    settle()
    client = signed_in(grown)
    own, *others = registers(grown)
    sent(client, grown, own)
    to_save, to_insert = iter(others), iter(others)
    save, bare = in_turn(
        lambda: sent(client, grown, next(to_save)), lambda: bare_save(grown, next(to_insert)), rounds=20
    )
    with purpose().using(Purpose.MAINTENANCE, Shows.NAMES):
        names = {pupil.pk: pupil.name for pupil in by_name(Pupil.objects.filter(pk__in=[p.pk for p in grown.pupils]))}
    at = now()
    with purpose().using(Purpose.ATTENDANCE, Shows.RECORD):
        register = class_register(
            grown.school, grown.school_class, day_session=(at, Session.MORNING), viewer=grown.teacher.viewer(at)
        )
    whole, rows, draw, around = in_turn(
        lambda: opened(client, grown),
        lambda: rows_alone(register),
        lambda: bare_page(grown, names),
        lambda: frame(client, grown),
        rounds=20,
    )
    first, last = now().date() - timedelta(days=DAYS), now().date()

    def summed() -> None:
        with purpose().using(Purpose.ATTENDANCE, Shows.RECORD):
            if len(tallies(grown.school, first, last, codes=ENGLAND)) != PUPILS:
                raise RuntimeError("Not everybody is counted.")

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(RAW_SUM, [grown.school.pk, first, last])
            cursor.fetchall()

    total, aggregate = in_turn(summed, raw, rounds=7, warm=1)
    return [
        Figure("save_milliseconds", save, "ms"),
        Figure("save_times_bare", save / bare, "x"),
        Figure("save_bare", bare, "ms"),
        Figure("save_statements", statements(lambda: sent(client, grown, next(to_save))), "statements"),
        Figure("page_statements", statements(lambda: opened(client, grown)), "statements"),
        Figure("page_milliseconds", whole, "ms"),
        Figure("page_bare", draw, "ms"),
        Figure("page_frame", around, "ms"),
        Figure("page_times_bare", whole / draw, "x"),
        Figure("rows_times_bare", rows / draw, "x"),
        Figure("summary_milliseconds", total, "ms"),
        Figure("summary_raw", aggregate, "ms"),
        Figure("summary_times_raw", total / aggregate, "x"),
    ]
