"""The page that turns this school year into the next, its four pages beneath, and what is left to say afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.pages.formatting import full_day
from muster.people.access import Permission
from muster.people.actions import next_year as act
from muster.people.actions.changes import UNDO_WITHIN
from muster.people.coming_year import Coming, Open, coming, posts_for, still_open, turned, year_to_turn
from muster.people.forms.next_year import ClassesForm, Closures, DaysForm, OpenForm, PupilsForm, TeachersForm
from muster.people.forms.school import Terms, initial_terms, terms_in
from muster.people.gates import SchoolRequest, requires
from muster.people.models import AcademicYear, ChangeSet, Post, Pupil, SchoolClass
from muster.people.models.pupils import by_name
from muster.people.next_year import companions
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.rules.next_year import Goes, Move
from muster.people.rules.school_days import Span
from muster.people.views.answers import done, page, refused, taken, undo_address
from muster.people.views.found import class_of

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
turns = requires(Permission.YEAR_TURN, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
TOO_EARLY = timedelta(days=200)
"""So long before the year ends nobody is offered the next one after one has just been turned."""


@dataclass(frozen=True)
class Number:
    """One thing that will happen: a sentence with its number, and the names behind it."""

    sentence: str
    pupils: list[Pupil]
    classes: list[str]
    needs: bool = False


def the_year(request: SchoolRequest) -> AcademicYear:
    """The year to turn, while nobody has turned it; 404 for a school without years."""
    year = year_to_turn(request.school, request.today)
    if year is None:
        raise Http404
    year.school = request.school
    return year


def named(request: SchoolRequest, ids: Iterable[int]) -> dict[int, Pupil]:
    """Pupils whose names this person may see, by id and in the order of names."""
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.YEAR_TURN).filter(school=request.school)
    return {pupil.pk: pupil for pupil in by_name(mine.filter(pk__in=set(ids)).only("key", "names", "school_id"))}


def numbers(request: SchoolRequest, found: Coming) -> list[Number]:
    """What will happen, with the names behind every number."""
    plan, dates = found.plan, found.dates
    leaving, asked, moving = (plan.going(goes) for goes in (Goes.LEAVES, Goes.ASKED, Goes.TO))
    held = plan.held_back
    told = [each for companion in companions().values() for each in companion.tell(found.turning)]
    names = named(request, {move.pupil for move in (*leaving, *asked, *held)})

    def people(moves: Iterable[Move]) -> list[Pupil]:
        ids = {move.pupil for move in moves}
        return [pupil for pk, pupil in names.items() if pk in ids]

    of_class = {each.pk: each.name for each in found.classes}
    new = [each for each in plan.classes if each.stands is None]
    without = [each.name for each in plan.classes if not each.carries and each.key not in found.teachers]
    rows = [
        Number(
            ngettext("%(count)d pupil moves up.", "%(count)d pupils move up.", len(moving)) % {"count": len(moving)},
            [],
            [
                f"{of_class[line.school_class]} → {line.name}: {line.pupils}"
                for line in plan.lines
                if line.goes is Goes.TO
            ],
        ),
        Number(
            ngettext("%(count)d pupil leaves", "%(count)d pupils leave", len(leaving)) % {"count": len(leaving)}
            + " "
            + _("on %(day)s. Their records and marks are kept.") % {"day": full_day(dates.leave_on)},
            people(leaving),
            [],
        ),
        Number(
            ngettext(
                "%(count)d pupil stays in the same year group.",
                "%(count)d pupils stay in the same year group.",
                len(held),
            )
            % {"count": len(held)},
            people(held),
            [],
        ),
        Number(
            ngettext(
                "%(count)d pupil has no class next year yet. Today lists them until somebody says.",
                "%(count)d pupils have no class next year yet. Today lists them until somebody says.",
                len(asked),
            )
            % {"count": len(asked)},
            people(asked),
            [],
            needs=bool(asked),
        ),
        Number(
            ngettext("%(count)d class is made.", "%(count)d classes are made.", len(new)) % {"count": len(new)},
            [],
            [each.name for each in new],
        ),
        Number(
            ngettext(
                "%(count)d class has no teacher yet. Today lists it until somebody says.",
                "%(count)d classes have no teacher yet. Today lists them until somebody says.",
                len(without),
            )
            % {"count": len(without)},
            [],
            without,
            needs=bool(without),
        ),
    ]
    rows = [each for each in rows if each.pupils or each.classes]
    if found.settled:
        rows.append(
            Number(
                ngettext(
                    "%(count)d pupil has a class there already and stays in it.",
                    "%(count)d pupils have a class there already and stay in it.",
                    found.settled,
                )
                % {"count": found.settled},
                [],
                [],
            )
        )
    rows += [Number(each.sentence, [], list(each.names), each.needs) for each in told]
    return rows


@require_safe
@turns
def new_year(request: SchoolRequest) -> HttpResponse:
    """What the next year will be, and the button that makes it; or what is left to say of the one that was made."""
    year = year_to_turn(request.school, request.today)
    if year is None:
        return TemplateResponse(request, "people/new_year_none.html", {})
    year.school = request.school
    left = still_open(request.school, request.today)
    made = turned(year)
    early = left is not None and year.pk == left.year.pk and request.today < year.last_day - TOO_EARLY
    if made or (early and "ahead" not in request.GET):
        return turned_page(request, left, made)
    return shown(request, coming(year))


def shown(request: SchoolRequest, found: Coming, *, problem: str = "") -> HttpResponse:
    """The page before the year is turned."""
    posts = {post.pk: post for post in posts_for(request.school, found.dates.span)}
    teachers = {key: posts[pk].account.name for key, pk in found.teachers.items() if pk in posts}
    of_class = {each.pk: each for each in found.classes}
    groups = {group.pk: group.name for group in found.groups}
    rows = [
        {
            "now": of_class[line.school_class],
            "group": groups.get(line.group or 0, ""),
            "pupils": line.pupils,
            "goes": line.goes.value,
            "name": line.name,
        }
        for line in found.plan.lines
    ]
    classes = [
        {
            "name": each.name,
            "group": groups.get(each.group or 0, ""),
            "pupils": each.pupils,
            "teacher": teachers.get(each.key, ""),
        }
        for each in found.plan.classes
    ]
    context = {
        "found": found,
        "rows": rows,
        "classes": classes,
        "numbers": numbers(request, found),
        "problem": problem,
        "may_turn": bool(found.plan.moves),
        "has_begun": request.today >= found.dates.span.first,
    }
    return TemplateResponse(request, "people/new_year.html", context, status=422 if problem else 200)


@GET_POST
@turns
def days(request: SchoolRequest) -> HttpResponse:
    """The days of the next year: proposed from this year's, and changed here."""
    year = the_year(request)
    found = coming(year)
    dates = found.dates
    form = DaysForm(
        request.POST or None,
        initial={
            "name": dates.name,
            "first_day": dates.span.first,
            "last_day": dates.span.last,
            "leave_on": dates.leave_on,
        },
    )
    terms = Terms(request.POST or None, initial=initial_terms(dates.terms), prefix="terms")
    closed = [{"on": day, "reason": reason} for day, reason in dates.closures]
    closures = Closures(request.POST or None, initial=[*closed, {}, {}], prefix="closures")
    if form.is_valid() and terms.is_valid() and closures.is_valid():
        given = [
            (each.cleaned_data["on"], each.cleaned_data["reason"])
            for each in closures.forms
            if each.cleaned_data.get("on")
        ]
        said = form.dates(terms_in(terms), given)
        if taken(form, lambda: act.prepare_dates(year=year, dates=said, by=request.account, at=request.now)):
            return done(request, _("Saved. Nothing is made yet."), "new-year")
    context = {"found": found, "formset": terms, "closures": closures}
    answer = page(request, "people/new_year_days.html", context, form=form)
    if answer.status_code == 200 and request.method == "POST":
        answer.status_code = 422
    return answer


@GET_POST
@turns
def classes(request: SchoolRequest) -> HttpResponse:
    """What each class does, which classes begin empty, and which teaching groups go on."""
    year = the_year(request)
    found = coming(year)
    form = ClassesForm(request.POST or None, found=found)
    if form.is_valid() and taken(
        form, lambda: act.prepare(year=year, said=form.said, by=request.account, at=request.now)
    ):
        return done(request, _("Saved. Nothing is made yet."), "new-year")
    names = {each.pk: each.name for each in found.classes}
    groups = {group.pk: group.name for group in found.groups}
    rows = [
        (names[line.school_class], groups.get(line.group or 0, ""), line, goes, name)
        for line, goes, name in form.line_rows()
    ]
    return page(request, "people/new_year_classes.html", {"found": found, "rows": rows}, form=form)


@GET_POST
@turns
def class_pupils(request: SchoolRequest, class_id: int) -> HttpResponse:
    """The pupils of one class of this year: each goes with the class, or elsewhere."""
    school_class = class_of(request, class_id, Permission.YEAR_TURN)
    year = the_year(request)
    found = coming(year)
    moves = {move.pupil: move for move in found.plan.moves if move.school_class == school_class.pk}
    pupils = list(named(request, moves).values())
    form = PupilsForm(request.POST or None, found=found, moves=moves, pupils=pupils)
    if form.is_valid() and taken(
        form, lambda: act.prepare_pupils(year=year, places=form.places, by=request.account, at=request.now)
    ):
        return done(request, _("Saved. Nothing is made yet."), "new-year")
    return page(request, "people/new_year_class.html", {"school_class": school_class, "found": found}, form=form)


@GET_POST
@turns
def teachers(request: SchoolRequest) -> HttpResponse:
    """Who teaches each class of the next year. Whoever is not said yet stands on Today."""
    year = the_year(request)
    found = coming(year)
    form = TeachersForm(request.POST or None, found=found, posts=posts_for(request.school, found.dates.span))
    if form.is_valid() and taken(
        form, lambda: act.prepare(year=year, said=form.said, by=request.account, at=request.now)
    ):
        return done(request, _("Saved. Nothing is made yet."), "new-year")
    return page(request, "people/new_year_teachers.html", {"found": found}, form=form)


@require_POST
@turns
def turning(request: SchoolRequest) -> HttpResponse:
    """Make the next year, as it was shown."""
    year = the_year(request)
    try:
        made = act.turn_year(year=year, shown=request.POST.get("shown", ""), by=request.account, at=request.now)
    except Refused as refusal:
        if turned(year):
            return refused(request, refusal, "new-year")
        return shown(request, coming(year), problem=str(refusal))
    return done(request, _("The next school year is made."), "new-year", undo=made)


def open_form(request: SchoolRequest, left: Open, data: Any = None) -> OpenForm:
    """The boxes for what is left to say; classes of pupils only for those who may move them."""
    may_move = request.may(Permission.PUPIL_EDIT)
    posts: list[Post] = posts_for(request.school, Span(left.day, left.year.last_day))
    offered = (
        SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_EDIT)
        .filter(school=request.school, year=left.year, kind=SchoolClass.Kind.REGISTRATION)
        .select_related("school", "year")
        .order_by("year_group__position", "name")
    )
    pupils = list(named(request, left.pupils).values()) if may_move else []
    return OpenForm(data, classes=left.classes, posts=posts, pupils=pupils, offered=list(offered))


def turned_page(
    request: SchoolRequest, left: Open | None, made: ChangeSet | None, form: OpenForm | None = None
) -> HttpResponse:
    """After the year was turned: what is left to say, and the way back while there is one."""
    waiting = left is not None and bool(left.classes or left.pupils)
    if waiting and left is not None and form is None:
        form = open_form(request, left)
    context = {
        "left": left,
        "is_waiting": waiting,
        "pupils_left": len(left.pupils) if left else 0,
        "may_move": request.may(Permission.PUPIL_EDIT),
        "undo": undo_address(made) if made and request.now - made.at <= UNDO_WITHIN else "",
        "made": made,
    }
    return page(request, "people/new_year_made.html", context, form=form)


@require_POST
@turns
def open_questions(request: SchoolRequest) -> HttpResponse:
    """Say what was left to say."""
    left = still_open(request.school, request.today)
    if left is None:
        return done(request, _("Nothing is left to say."), "new-year")
    form = open_form(request, left, request.POST)
    if form.is_valid():
        said: list[int] = []

        def settle() -> None:
            said.append(
                act.settle(
                    school=request.school,
                    day=left.day,
                    teachers=form.teachers,
                    places=form.places,
                    by=request.account,
                    at=request.now,
                )
            )

        if taken(form, settle):
            words = ngettext("%(count)d said.", "%(count)d said.", said[0]) % {"count": said[0]}
            return done(request, words, "new-year")
    year = year_to_turn(request.school, request.today)
    return turned_page(request, left, turned(year) if year else None, form)
