"""Which class, unit and objective an address means, and how a page is handed out."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from muster.curriculum.models import Objective
from muster.markbook.units import EVERY_STRAND, Unit, unit_in
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import SchoolClass


def class_or_404(request: SchoolRequest, class_id: int, *, may: Permission) -> SchoolClass:
    """The class, if a post of this person reaches it at this school."""
    classes = SchoolClass.objects.visible_to(request.viewer, may=may).filter(school=request.school)
    return get_object_or_404(classes.select_related("year_group"), pk=class_id)


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
    request: SchoolRequest, subject_id: int, stage_id: int, strand_id: int
) -> tuple[Unit, list[Unit], list[Objective]]:
    """The unit, its neighbours and its objectives; 404 where the school has no such unit."""
    found = unit_in(request.school, subject=subject_id, stage=stage_id, strand=strand_id)
    if found is None:
        raise Http404
    return found


def whole_number(text: str) -> int | None:
    """A number that a row can have, out of a form; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def page_or_part(request: HttpRequest, name: str) -> str:
    """The template for a whole page, or only its inside when a script asks for it."""
    return f"{name}_part.html" if request.headers.get("X-Requested-With") == "fetch" else f"{name}.html"
