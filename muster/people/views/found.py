"""Finding what an address names, among what the person may see. Not there and not theirs are the same answer."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import Guardianship, Pupil, SchoolClass

HIGHEST = 2**63 - 1
"""The highest number a row can have; an address with a higher one names nothing."""


def number(found: int) -> int:
    """`found` when a row can have that number, else 404."""
    if found > HIGHEST:
        raise Http404
    return found


def pupil_of(request: SchoolRequest, pupil_id: int, may: Permission) -> Pupil:
    """The pupil of this school with that number, where a post of this person grants `may` for them."""
    mine = Pupil.objects.visible_to(request.viewer, may=may).filter(school=request.school).select_related("school")
    return get_object_or_404(mine, pk=number(pupil_id))


def class_of(request: SchoolRequest, class_id: int, may: Permission) -> SchoolClass:
    """The class of this school with that number, where a post of this person grants `may` in it."""
    mine = SchoolClass.objects.visible_to(request.viewer, may=may).filter(school=request.school)
    return get_object_or_404(mine.select_related("school", "year", "year_group"), pk=number(class_id))


def guardianship_of(pupil: Pupil, guardianship_id: int) -> Guardianship:
    """The guardian of that pupil with that number."""
    theirs = Guardianship.objects.filter(pupil=pupil).select_related("guardian", "pupil", "school")
    return get_object_or_404(theirs, pk=number(guardianship_id))
