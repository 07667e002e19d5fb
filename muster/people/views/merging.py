"""A pupil entered twice: find the other record, look at both side by side, join them; and turn changes back."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.people import merging
from muster.people.access import Permission
from muster.people.actions import changes
from muster.people.actions import classes as class_act
from muster.people.actions import merging as act
from muster.people.actions import pupils as pupil_act
from muster.people.doors import reads
from muster.people.gates import SchoolRequest, requires
from muster.people.models import ChangeSet, Enrolment, Guardianship, Pupil
from muster.people.models.pupils import by_name, folded
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.signin import posts as post_act
from muster.people.undoing import undoable
from muster.people.views.answers import done, refused
from muster.people.views.classes import names_of_classes
from muster.people.views.found import number, pupil_of
from muster.people.views.pupils import matching
from muster.people.views.sought import search_is_posted, sought

EDIT = Permission.PUPIL_EDIT
UNDO_OFFERED_BY = (class_act, act, post_act, pupil_act)
"""Where people's own kinds of change are offered for undoing; importing them is what adds them."""


@dataclass(frozen=True)
class Pair:
    """Two records that are perhaps one child's."""

    one: Pupil
    other: Pupil
    why: str


@reads(Purpose.ADMINISTER)
def likely_pairs(pupils: list[Pupil]) -> list[Pair]:
    """Records with the same birth date and either name the same, or with the same full name."""
    found: dict[tuple[int, int], Pair] = {}
    by_day: dict[object, list[Pupil]] = defaultdict(list)
    by_full_name: dict[tuple[str, str], list[Pupil]] = defaultdict(list)
    for pupil in pupils:
        if pupil.born_on:
            by_day[pupil.born_on].append(pupil)
        by_full_name[folded(pupil.surname), folded(pupil.forenames)].append(pupil)
    for same, why, alike in (
        *((same, _("The same name"), None) for same in by_full_name.values()),
        *((same, _("A name in common, and more"), name_in_common) for same in by_day.values()),
    ):
        for place, one in enumerate(same):
            for other in same[place + 1 :]:
                if alike is None or alike(one, other):
                    found.setdefault((one.pk, other.pk), Pair(one, other, why))
    return list(found.values())


def name_in_common(one: Pupil, other: Pupil) -> bool:
    """Whether two pupils share a family name or a first given name."""
    first_names = [folded(each.forenames).split()[:1] for each in (one, other)]
    return (folded(one.surname) == folded(other.surname) != "") or (first_names[0] == first_names[1] != [])


def everyone(request: SchoolRequest) -> list[Pupil]:
    """Every pupil whose record this person may change, on roll or not, by name."""
    ever = Enrolment.objects.filter(school=request.school).values("pupil")
    mine = Pupil.objects.visible_to(request.viewer, may=EDIT).filter(school=request.school, pk__in=ever)
    return by_name(mine)


@require_safe
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def twins(request: SchoolRequest) -> HttpResponse:
    """Records that are perhaps one child's: names and classes. What they hold is shown side by side, on the next page."""
    pairs = likely_pairs(everyone(request))
    classes = names_of_classes(request)
    rows = [(pair, classes.get(pair.one.pk, ""), classes.get(pair.other.pk, "")) for pair in pairs]
    return TemplateResponse(request, "people/twins.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
@search_is_posted
def merge_choice(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Find the other record of this child: by family name, and where that finds nobody, by the first given name."""
    pupil = pupil_of(request, pupil_id, EDIT)
    said = sought(request)
    tried = [said] if said is not None else [pupil.surname, *pupil.forenames.split()[:1]]
    classes, found = names_of_classes(request), everyone(request)
    text, others = tried[0], list[Pupil]()
    for text in tried:
        others = [each for each in matching(found, text) if each.pk != pupil.pk]
        if others:
            break
    rows = [(each, classes.get(each.pk, "")) for each in others[:60]]
    context = {"child": pupil, "rows": rows, "sought": text, "more": len(others) > len(rows)}
    return TemplateResponse(request, "people/merge_choice.html", context)


@dataclass(frozen=True)
class Side:
    """One of two records, as it stands beside the other."""

    pupil: Pupil
    school_class: str
    joined_on: object
    guardians: list[str]
    held: list[str]


def side(request: SchoolRequest, pupil: Pupil) -> Side:
    """What stands in one column."""
    first = Enrolment.objects.filter(pupil__in=[pupil]).order_by("joined_on").first()
    families = Guardianship.objects.filter(pupil__in=[pupil]).select_related("guardian").order_by("position")
    return Side(
        pupil,
        names_of_classes(request).get(pupil.pk, ""),
        first.joined_on if first else None,
        [row.guardian.name for row in families],
        merging.told_of(pupil),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
def merge(request: SchoolRequest, pupil_id: int, other_id: int) -> HttpResponse:
    """Both records side by side; join them to the one chosen."""
    if pupil_id == other_id:
        raise Http404
    one, other = pupil_of(request, pupil_id, EDIT), pupil_of(request, other_id, EDIT)
    request.look_at([one, other])
    problem = ""
    if request.method == "POST":
        chosen = request.POST.get("kept")
        kept, gone = (one, other) if chosen == str(one.pk) else (other, one)
        if chosen not in {str(one.pk), str(other.pk)}:
            problem = _("Choose the record to keep.")
        else:
            try:
                made = act.merge_pupils(kept=kept, gone=gone, by=request.account, at=request.now)
            except Refused as refusal:
                problem = str(refusal)
            else:
                said = _("Joined. Marks of both records are read together from now on.")
                return done(request, said, "pupil", kept.pk, undo=made)
    context = {"sides": [side(request, one), side(request, other)], "child": one, "problem": problem}
    return TemplateResponse(request, "people/merge.html", context, status=422 if problem else 200)


@require_POST
@requires(Permission.TODAY_VIEW, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def change_undo(request: SchoolRequest, change_id: int) -> HttpResponse:
    """Turn a change back, where the person may make changes of its kind."""
    change_set = get_object_or_404(ChangeSet.objects.at(request.school).select_related("school"), pk=number(change_id))
    way = undoable(change_set.kind)
    if way is None or not request.may(way.permission):
        raise Http404
    to, args = page_of(change_set)
    try:
        changes.undo(change_set=change_set, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, to, *args)
    if to == "pupil" and change_set.summary.get("kept"):
        messages.success(request, _("Taken apart again."))
        return redirect(to, request.school.slug, *args)
    return done(request, _("Undone."), to, *args)


def page_of(change_set: ChangeSet) -> tuple[str, list[int]]:
    """The page on which a change can be seen."""
    summary = change_set.summary
    if "teaching_group" in summary:
        return "classes", []
    for key, name in (("pupil", "pupil"), ("kept", "pupil"), ("class", "class"), ("account", "signin-person")):
        if isinstance(summary.get(key), int):
            return name, [summary[key]]
    if change_set.kind.startswith("curriculum:"):
        return "curriculum:frameworks", []
    return "pupils", []
