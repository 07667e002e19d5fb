"""How a class stands, and how a pupil does: each on one sheet of paper, now or as at a past moment."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.markbook.as_at import AsAt, NoSuchMoment, asked, query
from muster.markbook.class_page import all_subjects, one_subject
from muster.markbook.golden_figures import expected_by_now, sum_across
from muster.markbook.golden_rules import Rule, footnotes, rules_on
from muster.markbook.members import members
from muster.markbook.pictures import thumbnails_of
from muster.markbook.pupil_page import pupil_learning
from muster.markbook.reading import noted_as_read
from muster.markbook.rules.depth import four_shares
from muster.markbook.units import stages_for
from muster.markbook.views.moments import moment_context
from muster.markbook.views.next import chosen_subject, seen_by
from muster.markbook.views.places import class_or_404, then_of
from muster.markbook.what_next import subjects_in
from muster.people.access import Permission
from muster.people.calendar import term_at, year_at
from muster.people.gates import SchoolRequest, requires
from muster.people.merging import one_child
from muster.people.models import ClassMembership, Pupil, SchoolClass
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.views.found import pupil_of
from muster.people.views.pupils import Beside


def moment_of(request: SchoolRequest) -> AsAt | None:
    """The moment the page is asked for. Raises `NoSuchMoment`."""
    return asked(request, request.school, now=request.now)


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def class_learning(request: SchoolRequest, class_id: int) -> HttpResponse:
    """How a class stands: in the subject the address asks for, else a line for each."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    try:
        as_at = moment_of(request)
    except NoSuchMoment as refusal:
        messages.error(request, str(refusal))
        return redirect("class-learning", request.school.slug, class_id)
    day = school_class.nearest(request.school.day(as_at.at) if as_at else request.today)
    then = then_of(request, as_at)
    who = members(school_class, request.viewer, day=day, as_at=as_at)
    pupils = who.pupils
    request.look_at(pupils)
    stages = stages_for(school_class, then=then)
    subjects = subjects_in(request.school, stages, then=then)
    context: dict[str, Any] = {
        "school_class": school_class,
        "pupils": len(pupils),
        "unseen": who.unseen,
        "seen_by": seen_by(),
        "seen_by_href": f"/{request.school.slug}/settings/access/",
        "may_open": request.may(Permission.PUPIL_VIEW),
        **moment_context(request, as_at),
    }
    if not pupils or not subjects:
        return TemplateResponse(request, "markbook/class_learning.html", context)
    everything = {"label": _("All"), "href": query(as_at) or "?", "current": "subject" not in request.GET}
    joint = f"{query(as_at)}&" if as_at else "?"
    if "subject" not in request.GET:
        ids = [pupil.pk for pupil in pupils]
        context["subjects"] = all_subjects(request.school, subjects, ids, stages, day=day, as_at=as_at, then=then)
        if Rule.SUMS_ACROSS in rules_on(request, as_at):
            context["across"] = sum_across(each.coverage for each in context["subjects"])
            context["across_apart"] = len(frozenset().union(*(each.others for each in context["subjects"])))
            context["across_shares"] = four_shares(context["across"])
            context["footnotes"] = footnotes(request, [Rule.SUMS_ACROSS], as_at)
        chosen = None
    else:
        chosen = chosen_subject(request, subjects)
        found = one_subject(request.school, chosen, pupils, stages, day=day, as_at=as_at, then=then)
        context["found"] = found
        noted_as_read(found.shown, school=request.school, term=term_at(request.school, request.today))
    context["subject"] = chosen
    context["tabs"] = [
        everything,
        *({"label": each.name, "href": f"{joint}subject={each.pk}", "current": each == chosen} for each in subjects),
    ]
    return TemplateResponse(request, "markbook/class_learning.html", context)


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def pupil_page(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """One pupil's learning on one page."""
    child = pupil_of(request, pupil_id, Permission.MARKBOOK_VIEW)
    request.look_at([child])
    try:
        as_at = moment_of(request)
    except NoSuchMoment as refusal:
        messages.error(request, str(refusal))
        return redirect("pupil-learning", request.school.slug, pupil_id)
    then = then_of(request, as_at)
    learning = pupil_learning(child, school=request.school, today=request.today, as_at=as_at, then=then)
    term = term_at(request.school, request.today)
    day = request.school.day(as_at.at) if as_at else request.today
    year = year_at(request.school, day)
    drawn = year is not None and Rule.EXPECTED_LINE in rules_on(request, as_at)
    strips = [(strip, expected_by_now(strip.depth, year, day) if year and drawn else None) for strip in learning.strips]
    noted_as_read(learning.shown, school=request.school, term=term)
    may_open = Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_VIEW).contains(child)
    previous, following = neighbours(request, child, kept=query(as_at))
    context = {
        "child": child,
        "learning": learning,
        "strips": strips,
        "footnotes": footnotes(request, [Rule.EXPECTED_LINE], as_at) if drawn else [],
        "facts": [learning.year_group.name] if learning.year_group else [],
        "previous": previous,
        "following": following,
        "pictures": thumbnails_of(one_child([child.pk]), most=4) if may_open and not as_at else [],
        "may_open": may_open,
        "seen_by": seen_by(),
        "seen_by_href": f"/{request.school.slug}/settings/access/",
        **moment_context(request, as_at),
    }
    return TemplateResponse(request, "markbook/pupil_learning.html", context)


def neighbours(request: SchoolRequest, child: Pupil, *, kept: str) -> tuple[Beside | None, Beside | None]:
    """Who comes before and after in the registration class, of those whose marks this person may see."""
    inside = SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW).filter(
        school=request.school,
        kind=SchoolClass.Kind.REGISTRATION,
        pk__in=ClassMembership.objects.filter(on_day(request.today), pupil=child).values("school_class"),
    )
    school_class = inside.first()
    if school_class is None:
        return None, None
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW).filter(school=request.school)
    row = by_name(mine.in_class(school_class, request.today).only("key", "names", "school_id"))
    place = next((index for index, each in enumerate(row) if each.pk == child.pk), None)

    def at(index: int) -> Beside | None:
        if place is None or not 0 <= index < len(row):
            return None
        return Beside(reverse("pupil-learning", args=[request.school.slug, row[index].pk]) + kept, row[index].name)

    return (None, None) if place is None else (at(place - 1), at(place + 1))
