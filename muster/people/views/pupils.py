"""Pupils: the list of all of them, and the page of one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from muster.pages import panels
from muster.pages.formatting import full_day
from muster.people.access import Permission
from muster.people.actions.changes import UNDO_WITHIN
from muster.people.calendar import year_at
from muster.people.gates import SchoolRequest, requires
from muster.people.merging import one_child
from muster.people.models import (
    ClassMembership,
    Correction,
    Enrolment,
    GroupStatus,
    Guardianship,
    Leaving,
    Pupil,
    PupilMerge,
    SchoolClass,
    YearPlacement,
)
from muster.people.models.pupils import PupilQuerySet, by_name, folded
from muster.people.purposes import Purpose, Shows
from muster.people.roles import capital, who_may
from muster.people.views.classes import places_today
from muster.people.views.found import number, pupil_of
from muster.people.views.sought import search_is_posted, sought

FACT_WORDS = {
    "surname": gettext_lazy("Family name"),
    "forenames": gettext_lazy("Given names"),
    "known_as": gettext_lazy("Called"),
    "born_on": gettext_lazy("Date of birth"),
    "upn": gettext_lazy("UPN"),
}


@dataclass(frozen=True)
class PupilRow:
    """One pupil in the list."""

    pk: int
    name: str
    school_class: str
    year_group: str


def matching(pupils: list[Pupil], text: str) -> list[Pupil]:
    """Those of whose names each word sought begins a part."""
    words = folded(text).split()
    if not words:
        return pupils
    kept = []
    for pupil in pupils:
        parts = folded(f"{pupil.surname} {pupil.forenames} {pupil.known_as}").replace("-", " ").split()
        if all(any(part.startswith(word) for part in parts) for word in words):
            kept.append(pupil)
    return kept


def on_which_roll(pupils: PupilQuerySet, request: SchoolRequest) -> PupilQuerySet:
    """Those on roll today; those who were and are to come, where the address asks."""
    if request.GET.get("roll") != "others":
        return pupils.on_roll(request.today)
    ever = Enrolment.objects.filter(school=request.school).values("pupil")
    return pupils.filter(pk__in=ever).exclude(pk__in=pupils.on_roll(request.today).values("pk"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PUPIL_LIST, purpose=Purpose.TEACH, shows=Shows.NAMES)
@search_is_posted
def pupils(request: SchoolRequest) -> HttpResponse:
    """Everyone the person may list, by name, on one page: a constant number of statements however many."""
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_LIST).filter(school=request.school)
    everyone = by_name(on_which_roll(mine, request).only("key", "names", "school_id"))
    text = sought(request) or ""
    found = matching(everyone, text)
    places = places_today(request)
    year = year_at(request.school, request.today)
    placed = YearPlacement.objects.filter(school=request.school, year=year).values_list("pupil", "year_group__name")
    year_groups = dict(placed)
    rows = []
    for pupil in found:
        school_class, usual = places.get(pupil.pk, ("", ""))
        rows.append(PupilRow(pupil.pk, pupil.formal_name, school_class, year_groups.get(pupil.pk, usual)))
    return TemplateResponse(
        request,
        "people/pupils.html",
        {
            "rows": rows,
            "of": len(everyone),
            "sought": text,
            "others": request.GET.get("roll") == "others",
            "may_open": request.may(Permission.PUPIL_VIEW),
            "may_edit": request.may(Permission.PUPIL_EDIT),
            "seen_by": _("%(who)s. Names and classes only.") % {"who": capital(who_may(Permission.PUPIL_LIST))},
        },
    )


@dataclass(frozen=True)
class Beside:
    """The pupil before or after this one in their class."""

    href: str
    label: str


def beside(
    request: SchoolRequest, pupil: Pupil, school_class: SchoolClass | None
) -> tuple[Beside | None, Beside | None]:
    """Who comes before and after in the class, by name, of those this person may open."""
    if school_class is None:
        return None, None
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_VIEW).filter(school=request.school)
    row = by_name(mine.in_class(school_class, request.today).only("key", "names", "school_id"))
    place = next((index for index, each in enumerate(row) if each.pk == pupil.pk), None)
    if place is None:
        return None, None

    def at(index: int) -> Beside | None:
        if not 0 <= index < len(row):
            return None
        return Beside(f"/{request.school.slug}/pupils/{row[index].pk}/", row[index].name)

    return at(place - 1), at(place + 1)


@require_safe
@requires(Permission.PUPIL_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def pupil(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """One pupil: who they are, and what every app has to show of them."""
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_VIEW).filter(school=request.school)
    kept = mine.filter(merged__pk=number(pupil_id)).first()
    if kept is not None:
        return redirect("pupil", request.school.slug, kept.pk)
    child = pupil_of(request, pupil_id, Permission.PUPIL_VIEW)
    request.look_at([child])
    return TemplateResponse(request, "people/pupil.html", pupil_context(request, child))


def pupil_context(request: SchoolRequest, child: Pupil) -> dict[str, Any]:
    """What the page shows: all of it to those who may reach the family, the rest without family and corrections."""
    may_know_family = Pupil.objects.visible_to(request.viewer, may=Permission.GUARDIAN_VIEW).contains(child)
    may_edit = Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_EDIT).contains(child)
    memberships = list(
        ClassMembership.objects.filter(pupil__in=[child])
        .select_related("school_class__year_group")
        .order_by("-starts_on", "-pk")
    )
    now = [row.school_class for row in memberships if row.starts_on <= request.today <= (row.ends_on or request.today)]
    registration = next((each for each in now if each.kind == SchoolClass.Kind.REGISTRATION), None)
    year = year_at(request.school, request.today)
    placement = YearPlacement.objects.filter(pupil__in=[child], year=year).select_related("year_group").first()
    year_group = placement.year_group if placement else registration.year_group if registration else None
    enrolments = list(Enrolment.objects.filter(pupil__in=[child]).select_related("leaving").order_by("-joined_on"))
    leaving = getattr(enrolments[0], "leaving", None) if enrolments else None
    statuses = list(
        GroupStatus.objects.filter(pupil__in=[child])
        .select_related("group")
        .order_by("group__position", "group__name", "-starts_on")
    )
    standing = [row for row in statuses if row.starts_on <= request.today <= (row.ends_on or request.today)]
    previous, following = beside(request, child, registration)
    return {
        "child": child,
        "facts": [*(each.name for each in now), *([year_group.name] if year_group else [])],
        "tags": [row.group.name for row in standing if row.answer == GroupStatus.Answer.YES],
        "previous": previous,
        "following": following,
        "registration": registration,
        "classes": [row for row in memberships if row.starts_on <= request.today and row.school_class not in now],
        "coming": [row for row in memberships if may_edit and row.starts_on > request.today],
        "now": now,
        "enrolments": enrolments,
        "leaving": leaving,
        "is_on_roll": any(is_open(enrolment, request) for enrolment in enrolments),
        # Teachers are told what they need to know: what is so, not everything that was asked.
        "statuses": statuses if may_know_family else [row for row in standing if row.answer == GroupStatus.Answer.YES],
        "guardians": guardians_of(child) if may_know_family else None,
        "corrections": corrections_of(child) if may_know_family else [],
        "merges": merges_of(child, request) if may_edit else [],
        "may_edit": may_edit,
        "may_know_family": may_know_family,
        "panels": panels.pupil.shown(request, child),
        "seen_by": _("%(who)s. Every look is written down, and the family can ask who looked.")
        % {"who": capital(who_may(Permission.PUPIL_VIEW))},
        "seen_by_href": f"/{request.school.slug}/settings/access/",
    }


def is_open(enrolment: Enrolment, request: SchoolRequest) -> bool:
    """Whether the enrolment counts today."""
    leaving: Leaving | None = getattr(enrolment, "leaving", None)
    return enrolment.joined_on <= request.today and (leaving is None or leaving.left_on >= request.today)


def guardians_of(child: Pupil) -> list[Guardianship]:
    """Parents and carers in the school's order."""
    found = Guardianship.objects.filter(pupil__in=[child]).select_related("guardian")
    return list(found.order_by("position", "pk"))


def corrections_of(child: Pupil) -> list[dict[str, object]]:
    """What was put right, newest first, on this record and on those joined to it."""
    found = Correction.objects.filter(pupil__in=one_child([child.pk])).select_related("pupil", "by")
    return [
        {
            "what": FACT_WORDS.get(row.fact, row.fact),
            "before": shown(row.fact, row.before),
            "after": shown(row.fact, row.after),
            "reason": row.reason,
            "at": row.at,
            "who": row.by.name,
        }
        for row in found.order_by("-at", "-pk")
    ]


def shown(fact: str, text: str | None) -> str:
    """A fact as it is read: a date in words."""
    return full_day(date.fromisoformat(text)) if fact == "born_on" and text else text or ""


def merges_of(child: Pupil, request: SchoolRequest) -> list[dict[str, object]]:
    """Records joined to this one, with the way back where there still is one."""
    found = PupilMerge.objects.filter(kept=child, school=request.school, change_set__undone_by__isnull=True)
    return [
        {
            "at": merge.change_set.at,
            "who": merge.change_set.by.name if merge.change_set.by else "",
            "undo": merge.change_set_id if request.now - merge.change_set.at <= UNDO_WITHIN else None,
        }
        for merge in found.select_related("change_set__by").order_by("-pk")
    ]
