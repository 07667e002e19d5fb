"""Turning an import back: whom it brought goes, what it changed is put back. Refused once something newer rests on it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from muster.attendance.actions.week import put_room, room_of
from muster.exchange.models import CameWith, SourceId
from muster.exchange.staging import within
from muster.exchange.verbs import Verb
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo
from muster.people.actions.pupils import Fact, fact_of, put_back_memberships, put_right, refuse_joined
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    Correction,
    Enrolment,
    GroupStatus,
    Guardian,
    Guardianship,
    Leaving,
    Post,
    PostClass,
    Pupil,
    School,
    SchoolClass,
    SignInLink,
    Staff,
    Term,
    YearGroup,
    YearPlacement,
)
from muster.people.undoing import offer, undoable
from muster.people.verbs import Verb as PeopleVerb


@offer(Verb.FILE_IMPORTED, permission=Permission.PUPIL_EDIT)
def not_imported(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Put everything back as it was before the file. Raises `CannotUndo` where something rests on it."""
    summary, school = change_set.summary, change_set.school

    def made(model: type[models.Model]) -> models.QuerySet[Any]:
        rows = model._default_manager.filter(within(summary["made"].get(model._meta.model_name, [])))
        return rows if model is Account else rows.filter(school=school)

    pupils = list(made(Pupil).values_list("pk", flat=True))
    touched = {int(pk) for pk in summary["changed"]} | set(summary["left"])
    refuse_joined([*pupils, *touched])
    back = list(made(Enrolment).exclude(pupil__in=pupils).values_list("pupil", "joined_on"))
    came_with = set(made(CameWith).values_list("pupil", flat=True))
    made(CameWith).delete()
    made(SourceId).delete()
    made(GroupStatus).delete()
    put_back_statuses(summary["statuses"])
    # On roll first: a place in a class goes back only to somebody who is.
    put_back_leavers(made(Leaving))
    put_back_seats(summary, school, made(ClassMembership), pupils)
    for pk, before in summary["changed"].items():
        put_back_pupil(int(pk), before, school, by=by, at=at)
    put_back_guardians(summary["reach"], made(Guardian), made(Guardianship))
    put_back_placements(summary["placed"], made(YearPlacement).exclude(pupil__in=pupils))
    put_back_comings_and_goings(summary.get("staff left", {}), school)
    take_back_staff(summary, made(Staff), made(Post), made(PostClass), made(Account), school)
    made(Enrolment).exclude(pupil__in=pupils).delete()
    way = undoable(PeopleVerb.PUPILS_ENROLLED)
    if pupils and way is not None:
        joiners = ChangeSet(school=school, summary={"pupils": pupils})
        way.turn_back(change_set=joiners, by=by, at=at)
    put_back_names(summary["renamed"], school)
    put_back_rooms(summary.get("rooms", ()), school)
    for model in (SchoolClass, Term, AcademicYear, YearGroup):
        for row in made(model):
            if not is_used(row):
                row.delete()
    return sorted({*pupils, *touched, *came_with, *(pupil for pupil, _joined in back)})


def is_used(row: models.Model) -> bool:
    """Whether anything points at the row."""
    return any(
        related.related_model._base_manager.filter(**{related.field.name: row}).exists()
        for related in row._meta.related_objects
        if not related.many_to_many
    )


def put_back_statuses(before: Mapping[str, Any]) -> None:
    """What was said of key groups holds again."""
    for row in GroupStatus.objects.filter(pk__in=[int(pk) for pk in before]):
        row.ends_on = None
        row.answer, row.source = before[str(row.pk)]["answer"], before[str(row.pk)]["source"]
        row.save(update_fields=["answer", "source", "ends_on"])


def put_back_seats(
    summary: Mapping[str, Any], school: School, added: models.QuerySet[ClassMembership], pupils: Collection[int]
) -> None:
    """Out of the classes the file put them into, and back into those it took them out of."""
    if added.exclude(pupil__in=pupils).filter(ends_on__isnull=True).count() != summary["seats"]:
        raise CannotUndo(_("One of these pupils has changed class since."))
    added.delete()
    if summary["ended"] or summary["taken_out"]:
        waiting = {int(pk): day for pk, day in summary["ended"].items()}
        rows = ClassMembership.objects.filter(school=school, pk__in=list(waiting))
        if rows.count() < len(waiting):
            raise CannotUndo(_("One of these pupils has changed class since."))
        put_back_memberships({"ended": summary["ended"], "taken_out": summary["taken_out"]}, school)


def put_back_leavers(leavings: models.QuerySet[Leaving]) -> None:
    """Whom the file took off roll is on it again, unless they have come back themselves since."""
    for leaving in leavings.select_related("enrolment"):
        if Enrolment.objects.filter(pupil=leaving.enrolment.pupil_id, joined_on__gt=leaving.left_on).exists():
            raise CannotUndo(_("One of these pupils has come back since."))
    leavings.delete()


def put_back_pupil(pk: int, before: Mapping[str, Any], school: School, *, by: Account, at: datetime) -> None:
    """One pupil's facts as they were, where nobody has put them right since."""
    pupil = Pupil.objects.at(school).get(pk=pk)
    facts: dict[Fact, str] = {}
    for correction in Correction.objects.filter(pk__in=before.get("corrections", ())):
        fact = Fact(correction.fact)
        if fact_of(pupil, fact) != (correction.after or ""):
            raise CannotUndo(_("One of these pupils has been put right since. Put the rest right by hand."))
        facts[fact] = correction.before or ""
    if facts:
        put_right(pupil=pupil, facts=facts, reason=_("File undone"), by=by, at=at)
        pupil.refresh_from_db()
    if numbers := before.get("identifiers"):
        kept = {name: number for name, number in (pupil.identifiers or {}).items() if name not in numbers}
        pupil.identifiers = kept or None
    if before.get("address"):
        kept = {way: said for way, said in (pupil.contacts or {}).items() if way != "address"}
        pupil.contacts = kept or None
    pupil.save(update_fields=["identifiers", "contacts"])


def put_back_guardians(
    reach: Mapping[str, list[str]], new: models.QuerySet[Guardian], joined: models.QuerySet[Guardianship]
) -> None:
    """Families as they were. An adult somebody has made another child's since stays."""
    joined.delete()
    for row in Guardian.objects.filter(pk__in=[int(pk) for pk in reach]):
        gone = reach[str(row.pk)]
        row.contacts = {way: said for way, said in (row.contacts or {}).items() if way not in gone} or None
        row.save(update_fields=["contacts"])
    new.exclude(pk__in=Guardianship.objects.filter(guardian__in=new).values("guardian")).filter(
        account__isnull=True
    ).delete()


def put_back_placements(placed: Mapping[str, int], added: models.QuerySet[YearPlacement]) -> None:
    """Year groups as they were."""
    added.delete()
    by_group: dict[int, list[int]] = {}
    for pk, group in placed.items():
        by_group.setdefault(group, []).append(int(pk))
    for group, rows in by_group.items():
        YearPlacement.objects.filter(pk__in=rows).update(year_group=group)


def put_back_comings_and_goings(staff: Mapping[str, list[str | None]], school: School) -> None:
    """Whoever the file said had left, or was back, is what they were, unless somebody has said otherwise since."""
    for pk, (before, after) in staff.items():
        old, new = (datetime.fromisoformat(each) if each else None for each in (before, after))
        if not Staff.objects.at(school).filter(pk=int(pk), left_at=new).update(left_at=old):
            raise CannotUndo(_("Under Staff somebody has been said to have left, or to be back, since."))


def take_back_staff(
    summary: Mapping[str, Any],
    staff: models.QuerySet[Staff],
    posts: models.QuerySet[Post],
    reach: models.QuerySet[PostClass],
    accounts: models.QuerySet[Account],
    school: School,
) -> None:
    """Staff the file brought go, unless somebody has been invited since."""
    if SignInLink.objects.filter(account__in=accounts).exists():
        raise CannotUndo(_("Somebody this file brought has been invited since. End their post instead."))
    reach.delete()
    if PostClass.objects.filter(post__in=posts).exists():
        raise CannotUndo(_("Somebody this file brought has been given a class since. End their post instead."))
    posts.delete()
    staff.delete()
    accounts.exclude(pk__in=Post.objects.filter(account__in=accounts).values("account")).delete()
    for name, model in (("posts ended", Post), ("teaching ended", PostClass)):
        model._default_manager.filter(pk__in=summary[name]).update(ends_on=None)
    Post.objects.filter(pk__in=summary.get("posts called off", [])).update(ends_at=None)
    for name, model in (("posts were to end on", Post), ("teaching was to end on", PostClass)):
        for pk, day in summary.get(name, {}).items():
            model._default_manager.filter(pk=int(pk)).update(ends_on=date.fromisoformat(day))
    for row in summary.get("teaching called off", []):
        _made, is_new = PostClass.objects.get_or_create(
            post_id=row["post"], school_class_id=row["school_class"], starts_on=row["starts_on"],
            defaults={"pk": row["pk"], "ends_on": row["ends_on"], "school": school},
        )  # fmt: skip
        if not is_new:
            raise CannotUndo(_("Somebody who was to teach a class has been given it again since."))


def put_back_rooms(rooms: Iterable[tuple[int, str, str]], school: School) -> None:
    """Classes are in the rooms they were in."""
    for school_class, before, after in rooms:
        if room_of(school, school_class) != after:
            raise CannotUndo(_("The room of a class has been changed again since. Change it by hand."))
        put_room(school, school_class, before)


def put_back_names(renamed: Mapping[str, str], school: School) -> None:
    """Classes are called what they were."""
    for pk, name in renamed.items():
        SchoolClass.objects.at(school).filter(pk=int(pk)).update(name=name)
