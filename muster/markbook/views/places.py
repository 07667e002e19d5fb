"""Which class, unit and objective an address means, and how a page is handed out."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from muster.curriculum.earlier import Earlier, earlier
from muster.curriculum.models import Objective
from muster.markbook.as_at import AsAt
from muster.markbook.models import Practice
from muster.markbook.units import EVERY_STRAND, Opened, Place, Unit, units_in
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import SchoolClass
from muster.people.views.found import number


def class_or_404(request: SchoolRequest, class_id: int, *, may: Permission) -> SchoolClass:
    """The class, if a post of this person reaches it at this school."""
    classes = SchoolClass.objects.visible_to(request.viewer, may=may).filter(school=request.school)
    return get_object_or_404(classes.select_related("year_group", "year"), pk=number(class_id))


def address(request: SchoolRequest, school_class: SchoolClass, unit: Unit) -> str:
    """Where a unit's page is."""
    return reverse(
        "unit",
        args=[
            request.school.slug,
            school_class.pk,
            unit.subject.pk,
            unit.stage.pk,
            unit.strand.pk if unit.strand else EVERY_STRAND,
        ],
    )


def unit_or_404(
    request: SchoolRequest, subject_id: int, stage_id: int, strand_id: int, *, then: Earlier | None = None
) -> tuple[Opened, list[Unit]]:
    """The unit with its objectives, and its neighbours; 404 where the school has no such unit."""
    found = units_in(request.school, [Place(subject_id, stage_id, strand_id)], then=then)
    if found is None:
        raise Http404
    (opened,), units = found
    return opened, units


def then_of(request: SchoolRequest, as_at: AsAt | None) -> Earlier | None:
    """What words and objectives were at the moment; None for today's."""
    return earlier(request.school, as_at.at) if as_at is not None and as_at.recorded else None


def elsewhere(request: SchoolRequest, inside: SchoolClass | Practice, objective_id: int, page: str) -> HttpResponse:
    """To `page` of an objective that is not in the unit of the address, in a unit it is in; 404 where there is none.

    Somebody of the class may follow it instead of the unit.
    """
    there = (
        Objective.objects.at(request.school)
        .to_learn()
        .live()
        .filter(pk=objective_id, stages__retired_at__isnull=True)
        .values_list("strand__subject", "stages")
        .first()
    )
    if there is None:
        raise Http404
    subject, stage = there
    return redirect(page, request.school.slug, inside.pk, subject, stage, EVERY_STRAND, objective_id)


def whole_number(text: str) -> int | None:
    """A number that a row can have, out of a form; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def page_or_part(request: HttpRequest, name: str) -> str:
    """The template for a whole page, or only its inside when a script asks for it."""
    return f"{name}_part.html" if request.headers.get("X-Requested-With") == "fetch" else f"{name}.html"
