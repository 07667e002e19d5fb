"""Settings: a task list, and the school's own facts, terms, year groups, key groups, words and access."""

from datetime import timedelta

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.people.access import Permission
from muster.people.actions import groups as group_act
from muster.people.actions import schools as act
from muster.people.calendar import school_days, terms_of, year_at
from muster.people.forms.school import (
    ClosureForm,
    GroupForm,
    SchoolForm,
    Terms,
    VersionForm,
    WordsForm,
    YearForm,
    YearGroupForm,
    initial_terms,
    terms_in,
    terms_said,
)
from muster.people.gates import SchoolRequest, requires
from muster.people.models import AcademicYear, Closure, KeyGroup, Post, SchoolClass, Term, YearGroup
from muster.people.models.classes import on_day
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.roles import access_table
from muster.people.rules.school_days import usual_year
from muster.people.views.answers import attempt, done, page, reads_and_saves, refused, taken
from muster.people.views.found import number

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
setting = requires(Permission.SCHOOL_SETTINGS, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)


@require_safe
@requires(Permission.TODAY_VIEW, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def settings(request: SchoolRequest) -> HttpResponse:
    """Everything that can be set, as far as this person may: each with how it stands."""
    return TemplateResponse(request, "people/settings.html", {"tasks": tasks(request)})


def tasks(request: SchoolRequest) -> list[dict[str, str]]:
    """The task list of settings."""
    school, year = request.school, year_at(request.school, request.today)
    found: list[tuple[Permission, str, str, str, int | None, str]] = []

    def add(permission: Permission, label: str, hint: str, href: str, count: int | None = None, said: str = "") -> None:
        if request.may(permission):
            found.append((permission, label, hint, href, count, said))

    def at(name: str) -> str:
        return reverse(name, args=[school.slug])

    if request.may(Permission.SCHOOL_SETTINGS):
        terms = Term.objects.at(school).filter(year=year).count()
        year_groups = YearGroup.objects.at(school).count()
        key_groups = KeyGroup.objects.at(school).filter(retired_on__isnull=True).count()
        add(
            Permission.SCHOOL_SETTINGS,
            _("School"),
            _("Name, country, time zone, the week, whom to ask"),
            at("settings-school"),
            1 if school.help_person else 0,
            _("Done") if school.help_person else _("Nobody to ask is named"),
        )
        add(
            Permission.SCHOOL_SETTINGS,
            _("Terms"),
            _("The year, its terms and half-terms, and days closed"),
            at("settings-terms"),
            terms,
            ngettext("%(count)d term", "%(count)d terms", terms) % {"count": terms},
        )
        add(
            Permission.SCHOOL_SETTINGS,
            _("Year groups"),
            _("From youngest to oldest, in your words"),
            at("settings-year-groups"),
            year_groups,
            str(year_groups),
        )
        add(
            Permission.SCHOOL_SETTINGS,
            _("Key groups"),
            _("Pupil premium, EAL, SEND, or any of your own"),
            at("settings-groups"),
            key_groups,
            str(key_groups),
        )
    add(
        Permission.YEAR_TURN,
        _("New school year"),
        _("Turn this year into the next: classes move up, the last year leaves"),
        at("new-year"),
    )
    if request.may(Permission.CLASS_EDIT):
        classes = SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_EDIT).filter(
            school=school, year=year
        )
        count = classes.count()
        add(
            Permission.CLASS_EDIT,
            _("Classes"),
            _("Names, teachers and who is in them"),
            at("classes"),
            count,
            str(count),
        )
    if request.may(Permission.ACCESS_GRANT):
        staff = Post.objects.at(school).filter(on_day(request.today), ends_at__isnull=True)
        count = staff.exclude(role__in=["pupil", "guardian"]).values("account").distinct().count()
        add(
            Permission.ACCESS_GRANT,
            _("People"),
            _("Who works here, what they may open, and how they get in"),
            at("signin-accounts"),
            count,
            str(count),
        )
    add(
        Permission.SCHOOL_SETTINGS,
        _("Words"),
        _("What you call pupils, classes, terms and objectives"),
        at("settings-words"),
    )
    add(Permission.CURRICULUM_VIEW, _("Scales"), _("Your words for how it went"), f"/{school.slug}/scales/")
    add(Permission.CURRICULUM_VIEW, _("Objectives"), _("What is to be learnt"), f"/{school.slug}/frameworks/")
    add(
        Permission.CURRICULUM_VIEW,
        _("Snapshots"),
        _("The days of the year at which you sum up"),
        f"/{school.slug}/snapshots/",
    )
    add(
        Permission.CURRICULUM_VIEW,
        _("Workload"),
        _("How many judgements a year, and how many hours"),
        f"/{school.slug}/workload/",
    )
    add(
        Permission.GOLDEN_RULES_VIEW,
        _("Golden rules"),
        _("What is off because marks are for teaching, and what was switched on"),
        f"/{school.slug}/settings/golden-rules/",
    )
    add(Permission.PUPIL_EDIT, _("Entered twice"), _("Find and join two records of one child"), at("twins"))
    add(Permission.HISTORY_VIEW, _("History"), _("What was changed, and who looked"), f"/{school.slug}/history/")
    add(
        Permission.TODAY_VIEW,
        _("Who can do what"),
        _("Every role, as what it can and cannot do"),
        at("settings-access"),
    )
    return [
        {
            "label": label,
            "hint": hint,
            "href": href,
            "status": said,
            "kind": "" if count is None else "good" if count else "warn",
        }
        for _permission, label, hint, href, count, said in found
    ]


@GET_POST
@setting
@reads_and_saves
def school(request: SchoolRequest) -> HttpResponse:
    """What is said of the school."""
    form = SchoolForm(request.POST or None, school=request.school, about=request.school)
    if form.is_valid() and taken(
        form,
        lambda: act.describe_school(school=request.school, facts=form.facts, by=request.account, at=request.now),
    ):
        return done(request, _("Saved."), "settings")
    return page(request, "people/settings_school.html", {}, form=form)


@require_safe
@setting
def terms(request: SchoolRequest) -> HttpResponse:
    """The years of the school, and the days it is closed."""
    years = list(AcademicYear.objects.at(request.school).order_by("-first_day"))
    rows = [(year, terms_of(year), len(school_days(year))) for year in years[:3]]
    closures = Closure.objects.at(request.school).filter(on__gte=request.today - timedelta(days=366)).order_by("on")
    return TemplateResponse(
        request,
        "people/settings_terms.html",
        {
            "rows": rows,
            "closures": list(closures),
            "form": ClosureForm(),
            "now": year_at(request.school, request.today),
        },
    )


@GET_POST
@setting
def year_new(request: SchoolRequest) -> HttpResponse:
    """Another year, with the dates it is likely to have."""
    last = AcademicYear.objects.at(request.school).order_by("-first_day").first()
    proposed = usual_year(max(request.today, last.last_day + timedelta(days=1)) if last else request.today)
    rows = initial_terms(act.proposed_terms(proposed))
    form = YearForm(
        request.POST or None,
        initial={"name": proposed.name, "first_day": proposed.span.first, "last_day": proposed.span.last},
    )
    formset = Terms(request.POST or None, initial=rows, prefix="terms")
    if form.is_valid() and formset.is_valid():
        made = attempt(
            form,
            lambda: act.add_year(
                school=request.school,
                name=form.cleaned_data["name"],
                span=form.span,
                terms=terms_in(formset),
                by=request.account,
                at=request.now,
            ),
        )
        if made:
            return done(request, _("The year is made."), "settings-terms")
    return terms_page(request, "people/settings_year_new.html", {"formset": formset}, form, formset)


def terms_page(
    request: SchoolRequest, template: str, context: dict[str, object], form: object, formset: object
) -> HttpResponse:
    """A page with a form and a formset: 422 when either is wrong."""
    answer = page(request, template, {**context, "formset": formset}, form=form)
    if answer.status_code == 200 and getattr(formset, "is_bound", False) and not getattr(formset, "is_valid", bool)():
        answer.status_code = 422
    return answer


@GET_POST
@setting
@reads_and_saves
def year_terms(request: SchoolRequest, year_id: int) -> HttpResponse:
    """The terms of one year."""
    year = get_object_or_404(AcademicYear.objects.at(request.school).select_related("school"), pk=number(year_id))
    standing = terms_of(year)
    formset = Terms(request.POST or None, initial=initial_terms(standing), prefix="terms")
    typed = terms_in(formset) if formset.is_valid() else []
    form = VersionForm(
        request.POST or None, heading=_("Terms"), stands=terms_said(standing), typed=terms_said(typed), about=year
    )
    if (
        formset.is_valid()
        and form.is_valid()
        and taken(form, lambda: act.set_terms(year=year, terms=typed, by=request.account, at=request.now))
    ):
        return done(request, _("Saved."), "settings-terms")
    return terms_page(request, "people/settings_year.html", {"year": year}, form, formset)


@require_POST
@setting
def closures(request: SchoolRequest) -> HttpResponse:
    """Close the school on some days."""
    form = ClosureForm(request.POST)
    if form.is_valid():
        made = attempt(
            form,
            lambda: act.close(
                school=request.school,
                days=form.span,
                reason=form.cleaned_data["reason"],
                by=request.account,
                at=request.now,
            ),
        )
        if made is not None:
            return done(request, _("Saved."), "settings-terms")
    return page(request, "people/settings_closure.html", {}, form=form)


@require_POST
@setting
def closure_removal(request: SchoolRequest, closure_id: int) -> HttpResponse:
    """Open on a day that was to be closed."""
    closure = get_object_or_404(Closure.objects.at(request.school).select_related("school"), pk=number(closure_id))
    act.reopen(closure=closure, by=request.account, at=request.now)
    return done(request, _("The school is open that day."), "settings-terms")


@GET_POST
@setting
def year_groups(request: SchoolRequest) -> HttpResponse:
    """The year groups, youngest first, and another one."""
    form = YearGroupForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        if taken(
            form,
            lambda: act.add_year_groups(
                school=request.school, groups=[(given["code"], given["name"])], by=request.account, at=request.now
            ),
        ):
            return done(request, _("Added at the end."), "settings-year-groups")
    found = YearGroup.objects.at(request.school).order_by("position").annotate(used=Count("classes", distinct=True))
    return page(request, "people/settings_year_groups.html", {"groups": list(found)}, form=form)


@require_POST
@setting
def usual_year_groups(request: SchoolRequest) -> HttpResponse:
    """The year groups that most schools of a kind have."""
    kind = request.POST.get("kind", "")
    if kind not in act.USUAL_YEAR_GROUPS:
        return redirect("settings-year-groups", request.school.slug)
    act.add_year_groups(school=request.school, groups=act.USUAL_YEAR_GROUPS[kind], by=request.account, at=request.now)
    return done(request, _("Added. Take away what you do not have."), "settings-year-groups")


@GET_POST
@setting
@reads_and_saves
def year_group(request: SchoolRequest, year_group_id: int) -> HttpResponse:
    """Call a year group something else."""
    found = get_object_or_404(YearGroup.objects.at(request.school).select_related("school"), pk=number(year_group_id))
    form = YearGroupForm(request.POST or None, initial={"name": found.name, "code": found.code}, about=found)
    if form.is_valid():
        given = form.cleaned_data
        if taken(
            form,
            lambda: act.rename_year_group(
                year_group=found, name=given["name"], code=given["code"], by=request.account, at=request.now
            ),
        ):
            return done(request, _("Saved."), "settings-year-groups")
    return page(request, "people/settings_year_group.html", {"group": found}, form=form)


@require_POST
@setting
def year_group_removal(request: SchoolRequest, year_group_id: int) -> HttpResponse:
    """Take away a year group nobody is in."""
    found = get_object_or_404(YearGroup.objects.at(request.school).select_related("school"), pk=number(year_group_id))
    try:
        act.remove_year_group(year_group=found, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "settings-year-groups")
    return done(request, _("Taken away."), "settings-year-groups")


@GET_POST
@setting
def groups(request: SchoolRequest) -> HttpResponse:
    """The key groups, and another one."""
    form = GroupForm(request.POST or None)
    if form.is_valid() and taken(
        form,
        lambda: group_act.add_group(
            school=request.school, name=form.cleaned_data["name"], by=request.account, at=request.now
        ),
    ):
        return done(request, _("Added."), "settings-groups")
    found = KeyGroup.objects.at(request.school).order_by("retired_on", "position")
    return page(request, "people/settings_groups.html", {"groups": list(found)}, form=form)


@require_POST
@setting
def usual_groups(request: SchoolRequest) -> HttpResponse:
    """The key groups most schools begin with."""
    group_act.add_usual_groups(school=request.school, by=request.account, at=request.now)
    return done(request, _("Added. Rename or retire what you do not use."), "settings-groups")


@GET_POST
@setting
@reads_and_saves
def group(request: SchoolRequest, group_id: int) -> HttpResponse:
    """Call a key group something else."""
    found = get_object_or_404(KeyGroup.objects.at(request.school).select_related("school"), pk=number(group_id))
    form = GroupForm(request.POST or None, initial={"name": found.name}, about=found)
    if form.is_valid() and taken(
        form,
        lambda: group_act.rename_group(group=found, name=form.cleaned_data["name"], by=request.account, at=request.now),
    ):
        return done(request, _("Saved."), "settings-groups")
    return page(request, "people/settings_group.html", {"group": found}, form=form)


@require_POST
@setting
def group_retirement(request: SchoolRequest, group_id: int) -> HttpResponse:
    """Stop asking about a group, or take it up again."""
    found = get_object_or_404(KeyGroup.objects.at(request.school).select_related("school"), pk=number(group_id))
    group_act.retire_group(
        group=found, on=None if found.retired_on else request.today, by=request.account, at=request.now
    )
    return done(request, _("Saved. Statuses there are stay."), "settings-groups")


@GET_POST
@setting
@reads_and_saves
def words(request: SchoolRequest) -> HttpResponse:
    """What the school calls things."""
    form = WordsForm(request.POST or None, school=request.school, about=request.school)
    if form.is_valid() and taken(
        form,
        lambda: act.choose_words(school=request.school, words=form.words, by=request.account, at=request.now),
    ):
        return done(request, _("Saved. Every page says it so from now on."), "settings")
    return page(request, "people/settings_words.html", {"pairs": form.pairs()}, form=form)


@require_safe
@requires(Permission.TODAY_VIEW, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def access(request: SchoolRequest) -> HttpResponse:
    """Who can do what, printed from what is so."""
    return TemplateResponse(request, "people/settings_access.html", {"roles": access_table()})
