"""Key groups, and who is in them when."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import all_at, require, require_pupil
from muster.people.models import Account, GroupStatus, KeyGroup, Pupil, School
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.verbs import Verb

USUAL_GROUPS = (
    ("pupil-premium", "Pupil premium"),
    ("send-support", "SEND support"),
    ("ehcp", "EHCP"),
    ("eal", "EAL"),
    ("looked-after", "Looked after"),
    ("girls", "Girls"),
    ("boys", "Boys"),
    ("summer-born", "Summer born"),
)
"""What most schools in England begin with. A school adds, renames and retires its own."""


class GroupNameTaken(Refused):
    """Two groups of a school may not share a name."""


class StatusBeginsTooEarly(Refused):
    """A status cannot begin before one that was set for later."""


@transaction.atomic
def add_group(*, school: School, name: str, code: str = "", by: Account | None, at: datetime) -> KeyGroup:
    """A group in the school's own words, after those there are. Raises `GroupNameTaken`."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    name = name.strip()
    groups = KeyGroup.objects.at(school)
    if groups.filter(name__iexact=name, retired_on__isnull=True).exists():
        raise GroupNameTaken(_("There is a group called %(name)s already.") % {"name": name})
    taken = set(groups.values_list("code", flat=True))
    stem = (code or slugify(name))[:34] or "group"
    free = next(
        word for number in range(len(taken) + 1) if (word := f"{stem}-{number}" if number else stem) not in taken
    )
    made = KeyGroup.objects.create(school=school, code=free, name=name, position=len(taken) + 1)
    doors.record(Verb.GROUP_ADDED, school=school, by=by, at=at, about=made, details={"name": name})
    return made


@transaction.atomic
def add_usual_groups(*, school: School, by: Account | None, at: datetime) -> list[KeyGroup]:
    """The groups most schools begin with, those left out that are there already."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    have = set(KeyGroup.objects.at(school).values_list("code", flat=True))
    return [
        add_group(school=school, name=_(name), code=code, by=by, at=at)
        for code, name in USUAL_GROUPS
        if code not in have
    ]


@transaction.atomic
def rename_group(*, group: KeyGroup, name: str, by: Account, at: datetime) -> KeyGroup:
    """Call a group something else; who is in it stays. Raises `GroupNameTaken`."""
    require(Permission.SCHOOL_SETTINGS, school=group.school, by=by, at=at)
    name = name.strip()
    same = KeyGroup.objects.at(group.school).filter(name__iexact=name, retired_on__isnull=True).exclude(pk=group.pk)
    if same.exists():
        raise GroupNameTaken(_("There is a group called %(name)s already.") % {"name": name})
    before, group.name = group.name, name
    group.save(update_fields=["name"])
    doors.record(Verb.GROUP_RENAMED, school=group.school, by=by, at=at, about=group, details={"before": before})
    return group


@transaction.atomic
def retire_group(*, group: KeyGroup, on: date | None, by: Account, at: datetime) -> KeyGroup:
    """Stop asking about a group from `on`, or with None take it up again. Statuses there are stay."""
    require(Permission.SCHOOL_SETTINGS, school=group.school, by=by, at=at)
    group.retired_on = on
    group.save(update_fields=["retired_on"])
    doors.record(Verb.GROUP_RETIRED, school=group.school, by=by, at=at, about=group, details={"on": on})
    return group


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def set_status(
    *,
    pupil: Pupil,
    group: KeyGroup,
    answer: GroupStatus.Answer,
    starts_on: date,
    source: str = "",
    by: Account | None,
    at: datetime,
) -> GroupStatus:
    """Say from `starts_on` whether `pupil` is in `group`, and where that is known from. What was so before stays.

    One said for the same day is replaced, and history keeps it. Raises `StatusBeginsTooEarly` when a later one stands.
    """
    require_pupil(pupil, by=by, at=at)
    all_at(pupil.school, group)
    newest = GroupStatus.objects.filter(pupil=pupil, group=group).order_by("-starts_on").first()
    details = {"group": group.pk, "answer": answer.value, "starts_on": starts_on}
    if newest and newest.starts_on > starts_on:
        raise StatusBeginsTooEarly(
            _("Something was already said of %(group)s from a later day. Choose that day or one after it.")
            % {"group": group.name}
        )
    if newest and newest.starts_on == starts_on:
        details["replaces"] = newest.answer
        newest.answer, newest.source, newest.ends_on = answer, source.strip(), None
        newest.save(update_fields=["answer", "source", "ends_on"])
        made = newest
    else:
        if newest and (newest.ends_on is None or newest.ends_on >= starts_on):
            newest.ends_on = starts_on - timedelta(days=1)
            newest.save(update_fields=["ends_on"])
        made = GroupStatus.objects.create(
            school=pupil.school,
            pupil=pupil,
            group=group,
            answer=answer,
            starts_on=starts_on,
            source=source.strip(),
        )
    doors.record(Verb.STATUS_SET, school=pupil.school, by=by, at=at, about=made, pupils=[pupil.pk], details=details)
    return made
