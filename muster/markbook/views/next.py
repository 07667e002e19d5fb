"""What comes next for a class or a year group, the teaching group made of it, and objectives nobody has read."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from muster.curriculum.earlier import Earlier
from muster.curriculum.models import Framework, Stage, Subject
from muster.markbook.as_at import AsAt, asked, query
from muster.markbook.golden_figures import by_teacher
from muster.markbook.golden_rules import Rule, footnotes, rules_on
from muster.markbook.members import members
from muster.markbook.reading import noted_as_read, unread_of
from muster.markbook.units import stages_for, stages_of
from muster.markbook.views.moments import moment_context
from muster.markbook.views.places import class_or_404, then_of, whole_number
from muster.markbook.what_next import (
    AT_ONCE,
    free_name,
    group_name,
    names_taken,
    pupils_in_year,
    subjects_in,
    what_next,
)
from muster.people.access import Permission
from muster.people.actions.teaching_groups import make_teaching_group
from muster.people.calendar import term_at, year_at
from muster.people.gates import SchoolRequest, requires
from muster.people.models import AcademicYear, Pupil, SchoolClass, Term, YearGroup
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.roles import capital, who_may
from muster.people.views.answers import done


def chosen_subject(request: SchoolRequest, subjects: Sequence[Subject]) -> Subject:
    """The subject the address asks for; the first, where it asks for none, or for one of other years; else 404."""
    asked = request.GET.get("subject", "")
    found = next((each for each in subjects if str(each.pk) == asked), None)
    if found is None and asked and not Subject.objects.at(request.school).filter(pk=whole_number(asked) or 0).exists():
        raise Http404
    return found or subjects[0]


def seen_by() -> str:
    """The line at the foot of a page that shows marks."""
    return _("%(who)s. Every look is written down, and the family can ask who looked.") % {
        "who": capital(who_may(Permission.MARKBOOK_VIEW))
    }


def shown(
    request: SchoolRequest,
    *,
    pupils: Sequence[Pupil],
    stages: Collection[Stage],
    heading: str,
    whole_year: YearGroup | None = None,
    school_class: SchoolClass | None = None,
    day: date,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
    unseen: int = 0,
) -> HttpResponse:
    """The page of what comes next, for a class or a year group, on `day`: now, or as at a past moment."""
    request.look_at(pupils)
    subjects = subjects_in(request.school, stages, then=then)
    context: dict[str, Any] = {
        "heading": heading,
        "school_class": school_class,
        "year_group": whole_year,
        "unseen": unseen,
        **moment_context(request, as_at),
    }
    if not pupils or not subjects:
        return TemplateResponse(request, "markbook/next.html", context)
    subject = chosen_subject(request, subjects)
    start = whole_number(request.GET.get("from", "")) or 0
    found = what_next(request.school, subject, pupils, stages, day=day, start=start, as_at=as_at, then=then)
    term = term_at(request.school, request.today)
    noted_as_read(found.shown, school=request.school, term=term)
    year = year_at(request.school, request.today)
    taken = names_taken(year)
    joint = f"{query(as_at)}&" if as_at else "?"
    context |= {
        "found": found,
        "tabs": [
            {"label": each.name, "href": f"{joint}subject={each.pk}", "current": each == subject} for each in subjects
        ],
        "joint": joint,
        "gaps": [(gap, free_name(gap.group_name, taken)) for gap in found.gaps],
        "before": max(0, found.start - AT_ONCE) if found.start else None,
        "after": found.start + AT_ONCE if found.start + AT_ONCE < found.lacked else None,
        "may_group": as_at is None and request.may(Permission.TEACHING_GROUP_MAKE),
        "may_open": request.may(Permission.PUPIL_VIEW),
        "until": until(request, year, term),
        "footnotes": [],
        "seen_by": seen_by(),
        "seen_by_href": f"/{request.school.slug}/settings/access/",
    }
    if whole_year and Rule.BY_TEACHER in rules_on(request, as_at):
        covered, ids = found.evidence.counted(), [pupil.pk for pupil in pupils]
        context["by_teacher"] = by_teacher(request.school, covered, ids, subject=subject.pk, day=day)
        context["footnotes"] = footnotes(request, [Rule.BY_TEACHER], as_at)
    return TemplateResponse(request, "markbook/next.html", context)


def proposed_name(request: SchoolRequest, about: str) -> str:
    """The name a teaching group about something would get; "" where this person makes none. One statement."""
    if not request.may(Permission.TEACHING_GROUP_MAKE):
        return ""
    return free_name(group_name(about, request.today), names_taken(year_at(request.school, request.today)))


def until(request: SchoolRequest, year: AcademicYear | None, term: Term | None) -> date:
    """The last day of a group made today: the term's; in a holiday the year's."""
    if term and request.today <= term.last_day:
        return term.last_day
    return year.last_day if year else request.today


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def class_next(request: SchoolRequest, class_id: int) -> HttpResponse:
    """What comes next for a class."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    as_at = asked(request, request.school, now=request.now)
    then = then_of(request, as_at)
    day = school_class.nearest(request.school.day(as_at.at)) if as_at else request.today
    who = members(school_class, request.viewer, day=day, as_at=as_at)
    return shown(
        request,
        pupils=who.pupils,
        stages=stages_for(school_class, then=then),
        heading=school_class.name,
        school_class=school_class,
        day=day,
        as_at=as_at,
        then=then,
        unseen=who.unseen,
    )


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def year_next(request: SchoolRequest, year_group_id: int) -> HttpResponse:
    """What comes next for a year group: for those of it whom this person may see; 404 where that is nobody.

    As at a past moment those of the year group then, as they are known now: records joined since stay one child.
    """
    year_group = get_object_or_404(YearGroup.objects.at(request.school), pk=year_group_id)
    as_at = asked(request, request.school, now=request.now)
    then = then_of(request, as_at)
    day = request.school.day(as_at.at) if as_at else request.today
    pupils = pupils_in_year(request.school, year_group, request.viewer, day=day)
    if not pupils:
        raise Http404
    return shown(
        request,
        pupils=pupils,
        stages=stages_of(request.school.pk, year_group.pk, then=then),
        heading=year_group.name,
        whole_year=year_group,
        day=day,
        as_at=as_at,
        then=then,
    )


@require_POST
@requires(Permission.TEACHING_GROUP_MAKE, purpose=Purpose.TEACH, shows=Shows.NAMES)
def teaching_groups(request: SchoolRequest) -> HttpResponse:
    """Make a teaching group of the pupils ticked; where it cannot be made, the form again with the reason."""
    wanted = {pk for text in request.POST.getlist("pupil") if (pk := whole_number(text)) is not None}
    offered = {pk for text in request.POST.getlist("offered") if (pk := whole_number(text)) is not None}
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.TEACHING_GROUP_MAKE).filter(school=request.school)
    pupils = by_name(mine.filter(pk__in=wanted | offered).select_related("school"))
    chosen = [pupil for pupil in pupils if pupil.pk in wanted]
    school_class = (
        SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_VIEW)
        .filter(school=request.school, pk=whole_number(request.POST.get("class", "")) or 0)
        .select_related("year_group")
        .first()
    )
    year_groups = YearGroup.objects.at(request.school)
    whole_year = year_groups.filter(pk=whole_number(request.POST.get("year_group", "")) or 0).first()
    year = year_at(request.school, request.today)
    name = request.POST.get("name", "")
    problem = _("Say which school year it is first.")
    if len(chosen) < len(wanted):
        problem = _("One of these is not in a class of yours. Choose again.")
    elif year is not None:
        term = term_at(request.school, request.today)
        try:
            made = make_teaching_group(
                name=name,
                pupils=chosen,
                year=year,
                year_group=school_class.year_group if school_class else whole_year,
                last_day=until(request, year, term),
                by=request.account,
                at=request.now,
            )
        except Refused as refusal:
            problem = str(refusal)
        else:
            said = _("%(group)s is made.") % {"group": " ".join(name.split())}
            return done(request, said, "class", made.summary["teaching_group"], undo=made)
    context = {
        "problem": problem,
        "name": name,
        "pupils": [(pupil, pupil.pk in wanted) for pupil in pupils],
        "school_class": school_class,
        "year_group": whole_year,
    }
    return TemplateResponse(request, "markbook/teaching_group.html", context, status=422)


@require_safe
@requires(Permission.CURRICULUM_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def unread_first(request: SchoolRequest) -> HttpResponse:
    """To the objectives nobody has read, of the first framework in use."""
    framework = Framework.objects.at(request.school).live().order_by("pk").first()
    if framework is None:
        return redirect("curriculum:frameworks", school=request.school.slug)
    return redirect("unread", request.school.slug, framework.pk)


@require_safe
@requires(Permission.CURRICULUM_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def unread(request: SchoolRequest, framework_id: int) -> HttpResponse:
    """The objectives of a framework with marks that nobody has read, term by term of this year. Counts only."""
    framework = get_object_or_404(Framework.objects.at(request.school).select_related("school"), pk=framework_id)
    year = year_at(request.school, request.today)
    begun = Term.objects.at(request.school).filter(year=year, first_day__lte=request.today).order_by("-first_day")
    asked = request.GET.get("term", "")
    terms = list(begun)
    term = next((each for each in terms if str(each.pk) == asked), terms[0] if terms else None)
    context = {
        "framework": framework,
        "found": unread_of(framework, term) if term else None,
        "tabs": [{"label": each.name, "href": f"?term={each.pk}", "current": each == term} for each in reversed(terms)],
    }
    return TemplateResponse(request, "markbook/unread.html", context)
