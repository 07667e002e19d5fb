"""Changes to one pupil: joined, left, came back, moved, put right, in which groups, and whose child."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from muster.people.access import Permission
from muster.people.actions import classes as class_act
from muster.people.actions import families, groups
from muster.people.actions import pupils as act
from muster.people.calendar import year_at
from muster.people.forms.pupils import (
    CorrectionForm,
    GuardianForm,
    JoinerForm,
    LeavingForm,
    MoveForm,
    PlacementForm,
    ReturnForm,
    StatusForm,
    status_said,
    upn_warning,
)
from muster.people.gates import SchoolRequest, requires
from muster.people.models import GroupStatus, Guardianship, KeyGroup, Pupil, YearPlacement
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import done, page, reads_and_saves, refused, sent
from muster.people.views.classes import names_of_classes
from muster.people.views.found import guardianship_of, pupil_of
from muster.people.views.pupils import matching
from muster.people.views.sought import search_is_posted, sought

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
EDIT = Permission.PUPIL_EDIT
MOST_OTHERS = 12
"""Pupils named beside a parent or carer; of more, a name finds one."""


def said_of_groups(request: SchoolRequest, pupil: Pupil) -> dict[str, str]:
    """What was said last of this pupil and each group in use, by the group's name."""
    groups_in_use = KeyGroup.objects.at(request.school).filter(retired_on__isnull=True).order_by("position")
    last = {
        row.group_id: status_said(row.answer, row.starts_on)
        for row in GroupStatus.objects.filter(pupil=pupil).order_by("starts_on")
    }
    return {group.name: last.get(group.pk, _("Nothing said yet")) for group in groups_in_use}


def warn_of_upn(request: SchoolRequest, upn: str) -> None:
    """Say what is odd about a UPN that has been kept."""
    if warning := upn_warning(upn):
        messages.warning(request, warning)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def joiner(request: SchoolRequest) -> HttpResponse:
    """A pupil who comes."""
    form = JoinerForm(request.POST or None, request=request)
    made = sent(
        form,
        lambda _given: act.enrol(school=request.school, joiners=[form.joiner], by=request.account, at=request.now),
    )
    if made:
        change, (pupil,) = made
        warn_of_upn(request, form.cleaned_data["upn"])
        return done(request, _("Taken on roll."), "pupil", pupil.pk, undo=change)
    return page(request, "people/joiner.html", {}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def leaving(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """A pupil who goes."""
    pupil = pupil_of(request, pupil_id, EDIT)
    form = LeavingForm(request.POST or None, request=request)
    made = sent(form, lambda given: act.leave(pupil=pupil, **given, by=request.account, at=request.now))
    if made:
        return done(request, _("The last day on roll is kept. Marks stay."), "pupil", pupil_id, undo=made)
    return page(request, "people/leaving.html", {"child": pupil}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def coming_back(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """A pupil who comes back."""
    pupil = pupil_of(request, pupil_id, EDIT)
    form = ReturnForm(request.POST or None, request=request)
    made = sent(form, lambda given: act.come_back(pupil=pupil, **given, by=request.account, at=request.now))
    if made:
        return done(request, _("Back on roll. The record goes on."), "pupil", pupil_id, undo=made)
    return page(request, "people/coming_back.html", {"child": pupil}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
@reads_and_saves
def move(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """A pupil who changes class."""
    pupil = pupil_of(request, pupil_id, EDIT)
    class_now = names_of_classes(request).get(pupil.pk, "")
    form = MoveForm(request.POST or None, request=request, stands={_("Class"): class_now}, about=pupil)
    made = sent(
        form,
        lambda given: class_act.move_class(
            pupil=pupil, to=given["to"], on=given["on"], by=request.account, at=request.now
        ),
    )
    if made:
        said = _("Moved to %(class)s. Marks go along.") % {"class": form.cleaned_data["to"].name}
        return done(request, said, "pupil", pupil_id, undo=made)
    context = {"child": pupil, "class_now": class_now}
    return page(request, "people/move.html", context, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
@reads_and_saves
def correction(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Names, birth date and UPN put right."""
    pupil = pupil_of(request, pupil_id, EDIT)
    request.look_at([pupil])
    form = CorrectionForm(request.POST or None, pupil=pupil, today=request.today, about=pupil)
    made = sent(
        form,
        lambda given: act.correct(
            pupil=pupil, facts=form.facts, reason=given["reason"], by=request.account, at=request.now
        ),
    )
    if made:
        if any(row.fact == act.Fact.UPN for row in made):
            warn_of_upn(request, form.cleaned_data["upn"])
        return done(request, _("Put right. What was there before is kept."), "pupil", pupil_id)
    return page(request, "people/correction.html", {"child": pupil}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
@reads_and_saves
def placement(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """The year group a pupil is placed in this year."""
    pupil = pupil_of(request, pupil_id, EDIT)
    year = year_at(request.school, request.today)
    placed = YearPlacement.objects.filter(pupil=pupil, year=year).first()
    initial = {"year_group": placed.year_group_id if placed else None}
    form = PlacementForm(request.POST or None, request=request, initial=initial, about=pupil)
    made = (
        sent(
            form,
            lambda given: act.place(
                pupil=pupil, year=year, year_group=given["year_group"], by=request.account, at=request.now
            ),
        )
        if year
        else None
    )
    if made:
        return done(request, _("Saved."), "pupil", pupil_id)
    return page(request, "people/placement.html", {"child": pupil, "year": year}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
@reads_and_saves
def group_status(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Whether a pupil is in a group."""
    pupil = pupil_of(request, pupil_id, EDIT)
    request.look_at([pupil])
    said = said_of_groups(request, pupil)
    form = StatusForm(request.POST or None, request=request, stands=said, about=pupil)
    made = sent(
        form,
        lambda given: groups.set_status(
            pupil=pupil,
            group=given["group"],
            answer=GroupStatus.Answer(given["answer"]),
            starts_on=given["starts_on"],
            source=given["source"],
            by=request.account,
            at=request.now,
        ),
    )
    if made:
        return done(request, _("Saved. What was said before stays."), "pupil", pupil_id)
    context = {"child": pupil, "said": said}
    return page(request, "people/group_status.html", context, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def guardian_new(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Another parent or carer."""
    pupil = pupil_of(request, pupil_id, EDIT)
    form = GuardianForm(request.POST or None)
    made = sent(
        form,
        lambda _given: families.add_guardian(pupil=pupil, **form.facts, by=request.account, at=request.now),
    )
    if made:
        return done(request, _("Saved."), "pupil", pupil_id)
    return page(request, "people/guardian.html", {"child": pupil, "is_new": True}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
@reads_and_saves
@search_is_posted
def guardian(request: SchoolRequest, pupil_id: int, guardianship_id: int) -> HttpResponse:
    """A parent or carer put right."""
    pupil = pupil_of(request, pupil_id, EDIT)
    guardianship = guardianship_of(pupil, guardianship_id)
    request.look_at([pupil])
    contacts = guardianship.guardian.contacts or {}
    form = GuardianForm(
        request.POST or None,
        initial={
            "name": guardianship.guardian.name,
            "relation": guardianship.relation,
            "responsibility": guardianship.responsibility,
            "no_contact": guardianship.no_contact,
            **{kind: contacts.get(kind, "") for kind in ("email", "telephone", "address")},
        },
        about=pupil,
    )
    made = sent(
        form,
        lambda _given: families.change_guardian(
            guardianship=guardianship, **form.facts, by=request.account, at=request.now
        ),
    )
    if made:
        return done(request, _("Saved."), "pupil", pupil_id)
    said = sought(request)
    text = pupil.surname if said is None else said
    others = not_theirs(request, guardianship, text)
    context = {"child": pupil, "guardianship": guardianship, "is_new": False, "sought": text}
    return page(request, "people/guardian.html", {**context, "others": others[:MOST_OTHERS]}, form=form)


def not_theirs(request: SchoolRequest, guardianship: Guardianship, text: str) -> list[tuple[Pupil, str]]:
    """Other pupils on roll of that name whose parent or carer this is not yet, each with the class."""
    mine = Pupil.objects.visible_to(request.viewer, may=EDIT).filter(school=request.school)
    others = mine.on_roll(request.today).exclude(guardianships__guardian=guardianship.guardian_id)
    found, classes = by_name(others.only("key", "names", "school_id")), names_of_classes(request)
    return [(each, classes.get(each.pk, "")) for each in matching(found, text)] if text.strip() else []


@require_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
def guardian_sharing(request: SchoolRequest, pupil_id: int, guardianship_id: int) -> HttpResponse:
    """A brother or sister has the same parent or carer: their page comes next, because not all need be the same."""
    guardianship = guardianship_of(pupil_of(request, pupil_id, EDIT), guardianship_id)
    sent_id = request.POST.get("pupil", "")
    sibling = pupil_of(
        request, int(sent_id) if sent_id.isascii() and sent_id.isdecimal() and len(sent_id) < 20 else 0, EDIT
    )
    try:
        made = families.share_guardian(guardianship=guardianship, pupil=sibling, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "guardian", pupil_id, guardianship_id)
    said = _("Added here too. Put right what is different for this child.")
    return done(request, said, "guardian", sibling.pk, made.pk)
