"""The week: periods, the lessons of a class, what an adult teaches, duties, and pupils who are not due."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.forms import formset_factory
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.attendance.actions.week import (
    DUTIES,
    NOT_DUE,
    Kind,
    Said,
    can_be_undone,
    holding_from,
    room_of,
    set_class_week,
    set_periods,
    set_week,
)
from muster.attendance.days import plan_on
from muster.attendance.forms import classes_today
from muster.attendance.forms_week import AT_LEAST, SPARE, ClassWeekForm, DutyForm, FromForm, NotDueForm, PeriodForm
from muster.attendance.models import Duty, Lesson, NotDue, Period
from muster.attendance.rules.codes import CodeSet, Session
from muster.attendance.week import lessons_on, periods_said, staff_words, week_on
from muster.attendance.words import WEEKDAYS, code_word, session_word
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import ChangeSet, Pupil, Staff
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import attempt, done, page, refused, taken
from muster.people.views.found import class_of, number, pupil_of

EDIT = Permission.TIMETABLE_EDIT
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def day_asked(request: SchoolRequest) -> date:
    """The day whose week is looked at: the one asked for, else today."""
    try:
        return max(date.fromisoformat(request.GET.get("from", "")), date(2000, 1, 1))
    except ValueError:
        return request.today


@require_safe
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def timetable(request: SchoolRequest) -> HttpResponse:
    """Where the week is entered, and how much of it there is."""
    school, today = request.school, request.today
    held = Lesson.objects.at(school).on(today).values_list("school_class").annotate(many=Count("pk"))
    lessons: dict[int, int] = dict(held.values_list("school_class", "many"))
    return page(
        request,
        "attendance/timetable.html",
        {
            "classes": [(row, lessons.get(row.pk, 0)) for row in classes_today(request)],
            "staff": Staff.objects.at(school).order_by("name"),
            "periods": len(week_on(school, today).rows),
            "duties": Duty.objects.at(school).on(today).count(),
            "is_empty": not lessons,
        },
    )


@GET_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def timetable_periods(request: SchoolRequest) -> HttpResponse:
    """The periods of the day, typed once: a row without a name is none, and a row taken out ends."""
    school = request.school
    day = day_asked(request)
    said = periods_said(week_on(school, day))
    every_day = [int(each) for each in school.week]
    initial: list[dict[str, Any]] = [
        {"name": one.name, "begins": one.begins, "ends": one.ends, "days": one.weekdays} for one in said
    ]
    initial += [{"days": every_day}] * max(SPARE, AT_LEAST - len(initial))
    forms_ = formset_factory(PeriodForm, extra=0, max_num=60, absolute_max=60)(
        request.POST or None, initial=initial, form_kwargs={"week": school.week}, prefix="period"
    )
    start = FromForm(request.POST or None, initial={"starts_on": max(day, request.today)})
    if request.method == "POST" and forms_.is_valid() and start.is_valid():
        wanted = [one for each in forms_ if (one := each.said) is not None]
        made: list[ChangeSet | None] = []
        if taken(
            start,
            lambda: made.append(
                set_periods(
                    school=school,
                    periods=wanted,
                    starts_on=start.cleaned_data["starts_on"],
                    by=request.account,
                    at=request.now,
                )
            ),
        ):
            return done(request, _("The day has these periods from then on."), "timetable", undo=made[0])
    wrong = request.method == "POST"
    context = {"periods": forms_, "start": start, "later": later_days(Period, request)}
    answer = page(request, "attendance/timetable_periods.html", context)
    answer.status_code = 422 if wrong else 200
    return answer


def later_days(model: Any, request: SchoolRequest, **about: Any) -> list[date]:
    """The days to come on which rows begin that are entered already. One statement."""
    rows = model.objects.at(request.school).filter(starts_on__gt=request.today, **about)
    return sorted(set(rows.values_list("starts_on", flat=True)))


@GET_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def timetable_class(request: SchoolRequest, class_id: int) -> HttpResponse:
    """The week of a class as it is on a day, and as it will be from then on. Constant statements."""
    school = request.school
    school_class = class_of(request, class_id, EDIT)
    day = day_asked(request)
    week = week_on(school, day)
    lessons = {lesson.period_id: lesson for lesson in lessons_on(school, day, school_class=school_class)}
    staff = staff_words(school)
    home = room_of(school, school_class.pk)
    form = ClassWeekForm(request.POST or None, week=week, lessons=lessons, staff=staff, home=home)
    if form.is_bound and form.is_valid():
        was = {period: (lesson.adult_id, lesson.room) for period, lesson in lessons.items()}
        said = [
            Said((school_class.pk, period), says, day)
            for period, says in form.said().items()
            if says != was.get(period)
        ]
        change: list[ChangeSet | None] = []
        if taken(
            form,
            lambda: change.append(
                set_class_week(
                    school_class=school_class,
                    said=said,
                    home_room=form.cleaned_data["home_room"],
                    by=request.account,
                    at=request.now,
                )
            ),
        ):
            what = _("Kept, from that day on.") if change[0] else _("The week was so already.")
            return done(request, what, "timetable-class", school_class.pk, undo=change[0])
    rooms = Lesson.objects.at(school).exclude(room="").order_by("room").values_list("room", flat=True).distinct()
    context = {
        "school_class": school_class,
        "week": week,
        "grid": form.grid(),
        "day": day,
        "is_past": day < request.today,
        "staff": staff.values(),
        "rooms": rooms,
        "later": later_days(Lesson, request, school_class=school_class),
    }
    return page(request, "attendance/timetable_class.html", context, form=form)


@require_safe
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def timetable_staff(request: SchoolRequest, staff_id: int) -> HttpResponse:
    """The week of a member of staff: what they teach, and where they are on duty."""
    school = request.school
    adult = get_object_or_404(Staff.objects.at(school), pk=number(staff_id))
    day = day_asked(request)
    week = week_on(school, day)
    lessons: dict[int, list[Lesson]] = {}
    for lesson in lessons_on(school, day, adult=adult):
        lessons.setdefault(lesson.period_id, []).append(lesson)
    grid = [
        {
            "row": row,
            "cells": [
                {"day": name, "lessons": lessons.get(period or 0, [])}
                for (_number, name), period in zip(week.days, row.cells, strict=True)
            ],
        }
        for row in week.rows
    ]
    duties = Duty.objects.at(school).on(day).filter(adult=adult).order_by("weekday", "begins")
    context = {
        "adult": adult,
        "week": week,
        "grid": grid,
        "day": day,
        "duties": [(WEEKDAYS[duty.weekday], duty) for duty in duties],
        "is_empty": not lessons,
    }
    return page(request, "attendance/timetable_staff.html", context)


@GET_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def timetable_duties(request: SchoolRequest) -> HttpResponse:
    """Who is on duty where, and one more."""
    form = DutyForm(request.POST or None, request=request)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if given["begins"] >= given["ends"]:
            form.add_error("ends", _("It ends before it begins."))
        else:
            said = [
                Said(
                    (given["adult"].pk, day, given["begins"], given["ends"]),
                    (given["place"],),
                    given["starts_on"],
                    given["ends_on"],
                )
                for day in given["days"]
            ]
            kept = attempt(form, lambda: [said_so(request, DUTIES, said)])
            if kept is not None:
                return done(request, _("Kept."), "timetable-duties", undo=can_be_undone(kept[0]))
    rows = Duty.objects.at(request.school).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=request.today))
    rows = rows.select_related("adult").order_by("weekday", "begins", "place", "pk")
    context = {"rows": [(WEEKDAYS[row.weekday], row) for row in rows]}
    return page(request, "attendance/timetable_duties.html", context, form=form)


def said_so(request: SchoolRequest, kind: Kind, said: list[Said]) -> ChangeSet | None:
    """Let it be so, by whoever asks."""
    return set_week(kind=kind, school=request.school, said=said, by=request.account, at=request.now)


def ended(request: SchoolRequest, kind: Kind, row: Any) -> ChangeSet | None:
    """Let a row end: from today on it holds no more; one that has not begun never does."""
    return said_so(request, kind, [Said(kind.key_of(row), None, max(row.starts_on, request.today), row.ends_on)])


@require_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def duty_end(request: SchoolRequest, duty_id: int) -> HttpResponse:
    """End a duty."""
    row = get_object_or_404(Duty.objects.at(request.school), pk=number(duty_id))
    try:
        change = ended(request, DUTIES, row)
    except Refused as refusal:
        return refused(request, refusal, "timetable-duties")
    return done(request, _("Ended."), "timetable-duties", undo=can_be_undone(change))


@require_safe
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def part_time(request: SchoolRequest) -> HttpResponse:
    """Pupils who are not due in every session, by name."""
    rows = holding_from(NOT_DUE, request.school, request.today)
    theirs = Pupil.objects.visible_to(request.viewer, may=Permission.EXPECTED_VIEW).filter(school=request.school)
    pupils = by_name(theirs.filter(pk__in={row.pupil_id for row in rows}).only("key", "names", "school", "merged_into"))
    request.look_at(pupils)
    codes = plan_on(request.school, request.today).codes
    held: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda each: (each.weekday, each.session)):
        held.setdefault(row.pupil_id, []).append(words_of(codes, row))
    context = {"rows": [(pupil, held[pupil.pk]) for pupil in pupils]}
    return page(request, "attendance/part_time.html", context)


def words_of(codes: CodeSet, row: NotDue) -> str:
    """A session in which somebody is not due, in words: "Monday, Afternoon: Due at another school (Birchwood)"."""
    when = str(WEEKDAYS[row.weekday])
    if row.session:
        when = _("%(day)s, %(session)s") % {"day": when, "session": session_word(Session(row.session))}
    why = code_word(codes, row.code)
    why = _("%(why)s (%(place)s)") % {"why": why, "place": row.place} if row.place else why
    return _("%(when)s: %(why)s") % {"when": when, "why": why}


@GET_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def pupil_part_time(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """The sessions of the week in which one pupil is not due."""
    pupil = pupil_of(request, pupil_id, Permission.EXPECTED_VIEW)
    request.look_at([pupil])
    form = NotDueForm(request.POST or None, request=request)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        said = [
            Said(
                (pupil.pk, day, given["session"]),
                (given["code"], given["place"]),
                given["starts_on"],
                given["ends_on"],
            )
            for day in given["days"]
        ]
        kept = attempt(form, lambda: [said_so(request, NOT_DUE, said)])
        if kept is not None:
            return done(
                request, _("Kept. Registers show it."), "pupil-part-time", pupil.pk, undo=can_be_undone(kept[0])
            )
    codes = plan_on(request.school, request.today).codes
    rows = NotDue.objects.at(request.school).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=request.today), pupil=pupil
    )
    context = {"pupil": pupil, "rows": [(words_of(codes, row), row) for row in rows.order_by("weekday", "session")]}
    return page(request, "attendance/pupil_part_time.html", context, form=form)


@require_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def part_time_end(request: SchoolRequest, pupil_id: int, row_id: int) -> HttpResponse:
    """Let a pupil be due again."""
    pupil = pupil_of(request, pupil_id, Permission.EXPECTED_VIEW)
    request.look_at([pupil])
    row = get_object_or_404(NotDue.objects.at(request.school).filter(pupil=pupil), pk=number(row_id))
    try:
        change = ended(request, NOT_DUE, row)
    except Refused as refusal:
        return refused(request, refusal, "pupil-part-time", pupil.pk)
    return done(request, _("Ended."), "pupil-part-time", pupil.pk, undo=can_be_undone(change))
