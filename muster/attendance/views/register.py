"""Taking a register, and the registers of the day."""

import uuid
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from muster.attendance import render
from muster.attendance.actions.registers import mark
from muster.attendance.days import lesson_sitting, plan_on, session_now
from muster.attendance.items import Item
from muster.attendance.register_page import ClassRegister, class_register
from muster.attendance.registers_of_day import lessons_now, lessons_of_day, registers_of_day
from muster.attendance.rules.codes import Session
from muster.attendance.words import session_word, sitting_word
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows
from muster.people.views.found import class_of, number


@require_safe
@requires(Permission.REGISTER_TAKE, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def registers(request: SchoolRequest) -> HttpResponse:
    """The registers of today's session that this person may take; where it is one, that one."""
    plan = plan_on(request.school, request.today)
    session = session_now(request.school, plan, request.now)
    found = registers_of_day(request.school, request.viewer, request.today, session)
    lessons = lessons_now(request.school, request.viewer, request.now)
    if len(found) == 1 and not lessons and not request.may(Permission.REGISTER_AMEND):
        return redirect("register", request.school.slug, found[0].school_class.pk, request.today, session.value)
    context = {
        "registers": found,
        "lessons": lessons,
        "session": session,
        "session_word": session_word(session),
        "day": request.today,
    }
    context["may_plan"] = request.may(Permission.TIMETABLE_EDIT)
    return TemplateResponse(request, "attendance/registers.html", context)


@require_safe
@requires(Permission.REGISTER_TAKE, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def register_now(request: SchoolRequest, class_id: int) -> HttpResponse:
    """To the register of the session that is on, or was last."""
    school_class = class_of(request, class_id, Permission.REGISTER_TAKE)
    session = session_now(request.school, plan_on(request.school, request.today), request.now)
    return redirect("register", request.school.slug, school_class.pk, request.today, session.value)


def day_and_session(on: str, session: str) -> tuple[date, Session, int | None]:
    """What an address says, with the period of a lesson; 404 for what is no day or no session."""
    word, _dash, period = session.partition("-")
    try:
        found = date.fromisoformat(on), Session(word), number(int(period)) if period else None
    except ValueError:
        raise Http404 from None
    if (found[1] is Session.LESSON) != (found[2] is not None) or found[0].year < 2000:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TAKE, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def register(request: SchoolRequest, class_id: int, on: str, session: str) -> HttpResponse:
    """The register of a class in one session or lesson: saved marks and what is known beforehand; a form without a script."""
    day, in_session, period_id = day_and_session(on, session)
    school_class = class_of(request, class_id, Permission.REGISTER_TAKE)
    period = None
    if period_id is not None:
        theirs = lessons_of_day(request.school, day).filter(school_class=school_class)
        period = get_object_or_404(theirs, period=period_id).period
    noon = datetime.combine(day, time(12), request.school.zone)

    def shown() -> ClassRegister:
        return class_register(
            request.school, school_class, day_session=(noon, in_session), viewer=request.viewer, period=period
        )

    found = shown()
    request.look_at([row.pupil for row in found.rows])
    if request.method == "POST":
        results = mark(sent(request, found), school=request.school, by=request.account, at=request.now)
        for reason in dict.fromkeys(result.reason for result in results if not result.accepted):
            messages.error(request, reason)
        return redirect("register", request.school.slug, class_id, on, session)
    return TemplateResponse(request, "attendance/register.html", context_of(request, found))


def context_of(request: SchoolRequest, found: ClassRegister) -> dict[str, Any]:
    """All that the page shows."""
    seat = found.sitting
    codes = found.plan.codes
    may_mark = found.is_school_day and seat.opens_at <= request.now
    planned = sum(not row.code and row.planned is not None for row in found.rows)
    return {
        "register": found,
        "school_class": found.school_class,
        "session_word": sitting_word(seat),
        "others": others(request, found),
        "is_today": seat.on == request.today,
        "is_open": seat.is_open(request.now),
        "is_over": request.now >= seat.closes_at,
        "may_mark": may_mark,
        "rows": render.rows(found, may_mark=may_mark),
        "blank": found.blank - planned,
        "planned": planned,
        "marked": len(found.rows) - found.blank,
        "total": len(found.rows),
        "present": codes.present(seat.session),
        "codes": codes,
        "every_code": [code.code for code in codes.to_mark(seat.on)],
        "saved_copy": "register" if seat.on == request.today else "",
    }


def others(request: SchoolRequest, found: ClassRegister) -> list[tuple[str, str]]:
    """The other registers of the class that day, as an address and as a person says them."""
    seat, plan = found.sitting, found.plan
    all_of_day = [(each.value, session_word(each)) for each in (Session.MORNING, Session.AFTERNOON)]
    if plan.lessons:
        rows = lessons_of_day(request.school, seat.on).filter(school_class=found.school_class)
        seats = [lesson_sitting(request.school, plan, seat.on, row.period) for row in rows]
        all_of_day += [(each.slug, sitting_word(each)) for each in seats]
    return [(slug, word) for slug, word in all_of_day if slug != seat.slug]


def sent(request: SchoolRequest, found: ClassRegister) -> list[Item]:
    """The marks a form says: one button of one row, everything typed, or all that are blank."""
    form = request.POST
    act = uuid.uuid4()
    wanted: dict[int, dict[str, Any]] = {}
    pupil, _colon, code = form.get("mark", "").partition(":")
    for row in found.rows:
        typed = form.get(f"typed-{row.pupil.pk}", "").strip().upper()
        if "rest" in form and not row.code:
            planned = row.planned
            wanted[row.pupil.pk] = (
                {"code": planned.code, "adult": planned.adult}
                if planned
                else {"code": found.plan.codes.present(found.sitting.session)}
            )
        elif str(row.pupil.pk) == pupil:
            wanted[row.pupil.pk] = {"code": code}
        elif "typed" in form and typed != row.code:
            wanted[row.pupil.pk] = {"code": typed}
    also = {name: form[name] for name in ("reason", "paper") if form.get(name)}
    return [
        Item(
            id=uuid.uuid4(),
            act=act,
            kind="register-mark",
            value={**value, **also},
            base=int(version) if (version := form.get(f"version-{pk}", "")).isdecimal() and len(version) < 19 else None,
            made_at=request.now,
            seq=place,
            pupil=pk,
            school_class=found.school_class.pk,
            on=found.sitting.on,
            session=found.sitting.session,
            period=found.sitting.period,
        )
        for place, (pk, value) in enumerate(wanted.items(), 1)
    ]
