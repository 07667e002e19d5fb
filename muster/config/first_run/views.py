"""The seven screens: a form each, what to do with it, and on to the next. "Later" goes on without."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.config.first_run import actions as act
from muster.config.first_run.forms import (
    ClassListForm,
    CountryForm,
    ObjectivesForm,
    PersonForm,
    ScaleForm,
    SchoolAndHeadForm,
)
from muster.config.first_run.steps import BY_SLUG, STEPS, Step, after, before
from muster.curriculum import actions as curriculum
from muster.curriculum.models import Objective, Scale
from muster.pages.forms import rows_of
from muster.people.access import Permission, Role
from muster.people.actions import schools
from muster.people.calendar import year_at
from muster.people.forms.school import Terms, YearForm, initial_terms, terms_in
from muster.people.gates import SchoolRequest, requires
from muster.people.models import ClassMembership, SchoolClass, Term, YearGroup
from muster.people.purposes import Purpose, Shows
from muster.people.rules.school_days import usual_year
from muster.people.signin import actions as signin
from muster.people.signin import letters
from muster.people.signin.links import FreshLink
from muster.people.views.answers import attempt, taken

Screen = Callable[[SchoolRequest, Step], HttpResponse]
setting_up = requires(Permission.SCHOOL_SETTINGS, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)


def screen(request: SchoolRequest, step: Step, context: dict[str, Any], *, status: int = 200) -> TemplateResponse:
    """One of the seven, with where one is and the way on."""
    place = STEPS.index(step)
    following, previous = after(step), before(step)
    steps = [
        {
            "label": str(each.label),
            "done": number < place,
            "current": each is step,
            "href": f"/{request.school.slug}/first-run/{each.slug}/",
        }
        for number, each in enumerate(STEPS)
    ]
    frame = {
        "steps": steps,
        "step": step,
        "number": place + 1,
        "of": len(STEPS),
        "next_href": f"/{request.school.slug}/first-run/{following.slug}/" if following else "",
        "previous_href": f"/{request.school.slug}/first-run/{previous.slug}/" if previous else "",
    }
    return TemplateResponse(request, f"first_run/{step.slug}.html", {**frame, **context}, status=status)


def status_of(*forms: Any) -> int:
    """422 when something sent cannot be taken."""
    return 422 if any(form.is_bound and not form.is_valid() for form in forms) else 200


def on(request: SchoolRequest, step: Step) -> HttpResponse:
    """To the next screen."""
    following = after(step)
    return redirect("first-run-step", request.school.slug, following.slug if following else step.slug)


def country(request: SchoolRequest, step: Step) -> HttpResponse:
    """Where the school is."""
    form = CountryForm(request.POST or None, initial={"country": request.school.country})
    if form.is_valid() and taken(
        form,
        lambda: act.choose_country(
            school=request.school, country=form.cleaned_data["country"], by=request.account, at=request.now
        ),
    ):
        return on(request, step)
    return screen(request, step, {"form": form}, status=status_of(form))


def school(request: SchoolRequest, step: Step) -> HttpResponse:
    """What it is called, its year groups, and its head. Left for later, it gets the usual year groups."""
    if "later" in request.POST:
        act.leave_naming_for_later(school=request.school, by=request.account, at=request.now)
        return on(request, step)
    form = SchoolAndHeadForm(
        request.POST or None, initial={"name": request.school.name, "help_person": request.school.help_person}
    )
    if form.is_valid():
        made = attempt(
            form,
            lambda: (act.name_school(school=request.school, **form.cleaned_data, by=request.account, at=request.now),),
        )
        if made:
            (fresh,) = made
            return screen(request, step, {"handed": handed_over([fresh])}) if fresh else on(request, step)
    has_year_groups = YearGroup.objects.at(request.school).exists()
    return screen(request, step, {"form": form, "has_year_groups": has_year_groups}, status=status_of(form))


def terms(request: SchoolRequest, step: Step) -> HttpResponse:
    """The year and its terms, with the dates most schools have."""
    year = year_at(request.school, request.today)
    if year is not None:
        found = Term.objects.at(request.school).filter(year=year).order_by("first_day")
        if request.method == "POST":
            return on(request, step)
        return screen(request, step, {"year": year, "terms": list(found)})
    proposed = usual_year(request.today)
    form = YearForm(
        request.POST or None,
        initial={"name": proposed.name, "first_day": proposed.span.first, "last_day": proposed.span.last},
    )
    formset = Terms(
        request.POST or None, initial=initial_terms(schools.proposed_terms(proposed), empty=0), prefix="terms"
    )
    if (
        form.is_valid()
        and formset.is_valid()
        and taken(
            form,
            lambda: schools.add_year(
                school=request.school,
                name=form.cleaned_data["name"],
                span=form.span,
                terms=terms_in(formset),
                by=request.account,
                at=request.now,
            ),
        )
    ):
        return on(request, step)
    return screen(request, step, {"form": form, "formset": formset}, status=status_of(form, formset))


def classes(request: SchoolRequest, step: Step) -> HttpResponse:
    """Classes, one after another, each with its list of names."""
    year = year_at(request.school, request.today)
    form = ClassListForm(request.POST or None, request=request)
    if year and form.is_valid():
        given = form.cleaned_data
        made = attempt(
            form,
            lambda: act.paste_class(
                year=year,
                name=given["name"],
                year_group=given["year_group"],
                names=given["names"],
                mine=given["mine"],
                by=request.account,
                at=request.now,
            ),
        )
        if made:
            said = _("%(class)s is made, with %(count)d on its list.") % {
                "class": made.name,
                "count": len(given["names"]),
            }
            messages.success(request, said)
            if "another" in request.POST:
                return redirect("first-run-step", request.school.slug, step.slug)
            return on(request, step)
    visible = SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_EDIT)
    rows = [
        (each, ClassMembership.objects.filter(school_class=each).count())
        for each in visible.filter(school=request.school, year=year).order_by("name")
    ]
    context = {"form": form, "year": year, "rows": rows, "may": may_fill_classes(request)}
    return screen(request, step, context, status=status_of(form))


def may_fill_classes(request: SchoolRequest) -> bool:
    """Whether the person may make classes and put pupils on roll."""
    return request.may(Permission.CLASS_EDIT) and request.may(Permission.PUPIL_EDIT)


def scale(request: SchoolRequest, step: Step) -> HttpResponse:
    """One scale in the school's words."""
    standing = list(Scale.objects.at(request.school).live().order_by("pk"))
    form = ScaleForm(request.POST or None, initial={"name": _("Our scale")})
    if form.is_valid() and taken(
        form,
        lambda: curriculum.add_scale(
            school=request.school,
            name=form.cleaned_data["name"],
            steps=form.steps,
            by=request.account,
            at=request.now,
        ),
    ):
        return on(request, step)
    context = {"form": form, "standing": standing, "may": request.may(Permission.CURRICULUM_EDIT)}
    return screen(request, step, context, status=status_of(form))


def objectives(request: SchoolRequest, step: Step) -> HttpResponse:
    """One subject's objectives, pasted as a list."""
    visible = SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_VIEW)
    first = visible.filter(school=request.school, year_group__isnull=False).order_by("pk").first()
    form = ObjectivesForm(
        request.POST or None,
        request=request,
        initial={"subject": _("Maths"), "stage": first.year_group.name if first and first.year_group else ""},
    )
    if form.is_valid() and taken(
        form,
        lambda: act.paste_objectives(
            school=request.school,
            scale=form.cleaned_data["scale"],
            outline=form.cleaned_data["outline"],
            stage=form.cleaned_data["stage"] or _("Everyone"),
            by=request.account,
            at=request.now,
        ),
    ):
        return on(request, step)
    context = {
        "form": form,
        "has_scale": rows_of(form, "scale").exists(),
        "standing": Objective.objects.at(request.school).live().count(),
        "may": request.may(Permission.CURRICULUM_EDIT),
    }
    return screen(request, step, context, status=status_of(form))


def people(request: SchoolRequest, step: Step) -> HttpResponse:
    """Two people let in, each with a link of their own."""
    visible = SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_EDIT)
    choices = visible.filter(school=request.school, year=year_at(request.school, request.today)).order_by("name")
    forms = [PersonForm(request.POST or None, classes=choices, prefix=prefix) for prefix in ("first", "second")]
    fresh: list[FreshLink] = []
    if request.method == "POST" and all(form.is_valid() for form in forms):
        for form in forms:
            given = form.cleaned_data
            if not given["email"]:
                continue
            made = attempt(form, partial(invited, request, given))
            if made:
                fresh += made
        if not fresh and status_of(*forms) == 200:
            return redirect("first-run", request.school.slug)
    context = {"forms": forms, "handed": handed_over(fresh), "again": status_of(*forms) != 200}
    return screen(request, step, context, status=status_of(*forms))


def invited(request: SchoolRequest, given: dict[str, Any]) -> list[FreshLink]:
    """Give one person a post; their link."""
    fresh = signin.invite(
        name=given["name"],
        email=given["email"],
        role=Role(given["role"]),
        school=request.school,
        classes=[given["school_class"]] if given["school_class"] else [],
        starts_on=request.today,
        by=request.account,
        at=request.now,
    )
    return [fresh]


def handed_over(fresh: list[FreshLink]) -> list[dict[str, object]]:
    """Each link: sent to its owner where letters can be sent, else to be handed over."""
    return [{"person": each.link.account, "sent": letters.send_link(each), "address": each.address} for each in fresh]


SCREENS: dict[str, Screen] = {
    "country": country,
    "school": school,
    "terms": terms,
    "classes": classes,
    "scale": scale,
    "objectives": objectives,
    "people": people,
}


@require_safe
@setting_up
def first_run(request: SchoolRequest) -> HttpResponse:
    """The first of the seven; once it is over, Today."""
    if request.school.set_up_at is not None:
        return redirect("today", request.school.slug)
    return redirect("first-run-step", request.school.slug, STEPS[0].slug)


@require_http_methods(["GET", "HEAD", "POST"])
@setting_up
def first_run_step(request: SchoolRequest, step: str) -> HttpResponse:
    """One of the seven."""
    if step not in BY_SLUG:
        raise Http404
    if request.school.set_up_at is not None:
        messages.info(request, _("This school is set up. Everything can be changed under Settings."))
        return redirect("today", request.school.slug)
    return SCREENS[step](request, BY_SLUG[step])


@require_POST
@setting_up
def first_run_end(request: SchoolRequest) -> HttpResponse:
    """Over: on to the markbook of the first class."""
    schools.finish_set_up(school=request.school, by=request.account, at=request.now)
    mine = SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_JUDGE)
    seen = SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW)
    for visible in (mine, seen):
        if (first := visible.filter(school=request.school).order_by("pk").first()) is not None:
            return redirect("markbook", request.school.slug, first.pk)
    return redirect("today", request.school.slug)
