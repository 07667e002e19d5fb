"""Starting and ending a roll call, and everything said in between. Nothing is overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from muster.attendance.models import Visit
from muster.emergency import known
from muster.emergency.models import Listed, Phone, RollCall, Tick
from muster.emergency.reading import Said, Start
from muster.emergency.roster import by_room, everyone_expected, registered_in
from muster.emergency.rules.joining import CLOSE, Begun, same_as
from muster.emergency.rules.kinds import BY_ROOM, Claim, Kind, Mode
from muster.emergency.showing import real_name
from muster.emergency.verbs import Verb
from muster.emergency.words import NO_WORDS
from muster.people import doors
from muster.people.doors import sealer
from muster.people.models import Account, Pupil, School, Staff
from muster.people.outbox import Result
from muster.people.purposes import Purpose
from muster.people.refusals import Refused

LONGEST_AGE = timedelta(days=7)
"""A device keeps what it has not sent this long and no longer."""
LOOKED_BACK = timedelta(days=2)
"""A roll call begun without a network may join one that began this long before it was received."""


class AlreadyEnded(Refused):
    """Somebody was quicker."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("This roll call has ended already."))


class NotEverybody(Refused):
    """Somebody is not accounted for, and no reason is given."""

    status = 422

    def __init__(self, people: Sequence[str]) -> None:
        """Say how many, and remember who."""
        self.people = tuple(people)
        super().__init__(_("%(count)s not yet accounted for. Give a reason for each.") % {"count": len(people)})


class NotOneRollCall(Refused):
    """The number of a roll call belongs to another."""


@doors.reads(Purpose.EMERGENCY)
@transaction.atomic
def start(
    *,
    school: School,
    kind: Kind,
    mode: Mode,
    started_at: datetime,
    by: Account,
    at: datetime,
    uuid: UUID | None = None,
) -> RollCall:
    """Begin a roll call with the list of everyone expected at `started_at`; answers the one that is now going on.

    One of the same kind and mode that was open then and no older than two hours, or began within 15 minutes, is the same
    roll call: the new one joins it and it is answered. Starting again with the same `uuid` starts nothing. Raises `NotOneRollCall` where the number is
    somebody else's.
    """
    known_already = RollCall.objects.select_related("joined").filter(uuid=uuid).first() if uuid else None
    if known_already is not None:
        if known_already.school_id != school.pk or known_already.started_by_id != by.pk:
            raise NotOneRollCall(_("This roll call is not known."))
        return known_already.joined or known_already
    # Two who start in the same moment must see each other: whoever comes second waits here.
    School.objects.select_for_update().get(pk=school.pk)
    others = RollCall.objects.at(school).own().filter(started_at__gte=started_at - LOOKED_BACK)
    begun = [Begun(each.pk, Kind(each.kind), Mode(each.mode), each.started_at, each.ended_at) for each in others]
    same = same_as(Begun(0, kind, mode, started_at), begun)
    roll_call = RollCall.objects.create(
        school=school,
        uuid=uuid or uuid4(),
        key=sealer().new_keys(1)[0],
        kind=kind,
        mode=mode,
        started_at=started_at,
        received_at=at,
        started_by=by,
        list_at=at,
        joined_id=same,
    )
    if roll_call.joined is not None:
        doors.record(Verb.ROLL_CALL_JOINED, school=school, by=by, at=at, about=roll_call, details={"into": same})
        return roll_call.joined
    rows = Listed.objects.bulk_create(listing(roll_call, started_at))
    details = {"kind": kind, "mode": mode, "listed": len(rows)}
    doors.record(Verb.ROLL_CALL_STARTED, school=school, by=by, at=at, about=roll_call, details=details)
    return roll_call


def listing(roll_call: RollCall, at: datetime) -> list[Listed]:
    """The rows of a list, not yet saved; by room where everybody stays in theirs."""
    people = everyone_expected(roll_call.school, at)
    return [
        Listed(
            school=roll_call.school,
            roll_call=roll_call,
            kind=one.kind,
            pupil_id=one.number if one.kind == Listed.Kind.PUPIL else None,
            staff_id=one.number if one.kind == Listed.Kind.STAFF else None,
            visitor=one.number if one.kind == Listed.Kind.VISITOR else None,
            name=one.kept,
            group=one.group,
            expected=one.expected,
            status=one.status or None,
        )
        for one in (by_room(people) if roll_call.kind in BY_ROOM else people)
    ]


@doors.reads(Purpose.EMERGENCY)
@transaction.atomic
def take_in(
    *, items: Sequence[Start | Said], school: School, by: Account, at: datetime, device: UUID | None = None
) -> list[Result]:
    """Take in what a device sent, in its order, and answer for each. Starts come first, then what was said.

    A constant number of statements for the ticks of a roll call. One that is known already changes nothing and says so;
    one whose number says something else than before is refused. Everything said after the end is kept as late.
    """
    answers: dict[UUID, Result] = {}
    for item in items:
        if isinstance(item, Start):
            began = at - min(item.age, LONGEST_AGE)
            try:
                now_on = start(
                    school=school, kind=item.kind, mode=item.mode, started_at=began, by=by, at=at, uuid=item.roll_call
                )
            except NotOneRollCall as refusal:
                answers[item.id] = Result(item.id, 409, reason=str(refusal))
            else:
                answers[item.id] = Result(item.id, 201, shown={"roll_call": str(now_on.uuid), "number": now_on.pk})
    ticks = [item for item in items if isinstance(item, Said)]
    wanted = {item.roll_call for item in ticks}
    found = {each.uuid: each for each in RollCall.objects.at(school).filter(uuid__in=wanted)}
    own = sorted({each.joined_id or each.pk for each in found.values()})
    # Held until the end of the transaction, in one order: numbers follow one another, and no device misses one.
    locked = {
        each.pk: each for each in RollCall.objects.at(school).filter(pk__in=own).order_by("pk").select_for_update()
    }
    for number, roll_call in locked.items():
        mine = [
            item for item in ticks if (there := found.get(item.roll_call)) and (there.joined_id or there.pk) == number
        ]
        answers |= add(mine, roll_call=roll_call, by=by, at=at, device=device)
    for item in ticks:
        if item.id not in answers:
            answers[item.id] = Result(item.id, 422, reason=_("This roll call is not known at this school."))
    return [answers[item.id] for item in items]


def add(
    items: Sequence[Said], *, roll_call: RollCall, by: Account, at: datetime, device: UUID | None = None
) -> dict[UUID, Result]:
    """Add to a roll call that this transaction holds, and answer for each by its number.

    Where its key is lost, what is said is kept without its words, and the answer says so; what is nothing but words is
    refused.
    """
    if roll_call.names_gone_at is not None:
        return {item.id: Result(item.id, 410, reason=_("The names of this roll call have gone.")) for item in items}
    before = {
        each.device_key: each
        for each in Tick.objects.filter(device_key__in=[item.id for item in items]).select_related("listed")
    }
    words = roll_call.keeps_words
    people = people_of(roll_call, items, at)
    extras = extras_of(roll_call, items)
    answers: dict[UUID, Result] = {}
    fresh: list[Tick] = []
    for item in items:
        if item.id in answers:
            continue
        if (earlier := before.get(item.id)) is not None:
            answers[item.id] = (
                Result(item.id, 200, version=earlier.number)
                if says_the_same(earlier, item, roll_call, by)
                else Result(item.id, 409, reason=_("This tick was sent before and said something else."))
            )
        elif (item.kind and item.who not in people) or (item.extra and item.extra not in extras):
            answers[item.id] = Result(item.id, 422, reason=_("This person is not known at this school."))
        elif not words and item.text and item.claim in {Claim.EXTRA, Claim.NOTE}:
            extras.discard(item.id)
            answers[item.id] = Result(item.id, 422, reason=str(NO_WORDS))
        else:
            kept = item if words else replace(item, place="", text="")
            fresh.append(tick_of(kept, roll_call, people.get(item.who), by, at, device, len(fresh) + 1))
            reason = "" if kept == item else str(NO_WORDS)
            answers[item.id] = Result(item.id, 201, version=fresh[-1].number, reason=reason)
    if fresh:
        Tick.objects.bulk_create(fresh)
        RollCall.objects.filter(pk=roll_call.pk).update(version=F("version") + len(fresh))
        roll_call.version += len(fresh)
        touched = {tick.listed.pupil_id for tick in fresh if tick.listed is not None}
        doors.record(
            Verb.ROLL_CALL_TICKED,
            school=roll_call.school,
            by=by,
            at=at,
            about=roll_call,
            pupils=sorted(each for each in touched if each is not None),
            details={"ticks": len(fresh), "late": roll_call.ended_at is not None},
        )
    return answers


def tick_of(
    item: Said, roll_call: RollCall, listed: Listed | None, by: Account, at: datetime, device: UUID | None, place: int
) -> Tick:
    """A tick, not yet saved. It was not made before its roll call began, nor after it was received."""
    made_at = min(max(at - item.age, roll_call.started_at - CLOSE), at)
    return Tick(
        school=roll_call.school,
        device_key=item.id,
        roll_call=roll_call,
        number=roll_call.version + place,
        listed=listed,
        extra=item.extra,
        claim=item.claim,
        by=by,
        made_at=made_at,
        device_at=item.device_at,
        received_at=at,
        device=device,
        seq=item.seq,
        over=[str(each) for each in item.over],
        group=item.group,
        count=item.count,
        late=roll_call.ended_at is not None,
        place=item.place or None,
        text=item.text or None,
    )


def says_the_same(tick: Tick, item: Said, roll_call: RollCall, by: Account) -> bool:
    """Whether a tick that came again is the one that came before."""
    about = tick.listed.who if tick.listed is not None else f"extra-{tick.extra}" if tick.extra else ""
    return (tick.roll_call_id, tick.by_id, tick.claim, about, tick.over, tick.count) == (
        roll_call.pk,
        by.pk,
        item.claim,
        item.who,
        [str(each) for each in item.over],
        item.count,
    )


def people_of(roll_call: RollCall, items: Sequence[Said], at: datetime) -> dict[str, Listed]:
    """The rows of those that `items` are about, by who they are.

    Somebody of this school who was not on the list is added to it: no tick made without a network is lost for want of a
    row. They were not expected, so no count of those missing changes.
    """
    wanted: dict[str, set[int]] = {}
    for item in items:
        if item.kind:
            wanted.setdefault(item.kind, set()).add(item.number)
    if not wanted:
        return {}
    pupils, staff, visitors = (wanted.get(kind.value, set()) for kind in Listed.Kind)
    rows = Listed.objects.filter(
        Q(pupil__in=pupils) | Q(staff__in=staff) | Q(visitor__in=visitors), roll_call=roll_call
    )
    found = {row.who: row for row in rows}
    more: list[Listed] = []
    new_pupils = {number for number in pupils if f"pupil-{number}" not in found}
    new_staff = {number for number in staff if f"staff-{number}" not in found}
    if new_pupils:
        classes = registered_in(roll_call.school, roll_call.started_at)
        enrolled = Pupil.objects.at(roll_call.school).filter(pk__in=new_pupils).values_list("pk", flat=True)
        more += [
            Listed(kind=Listed.Kind.PUPIL, pupil_id=number, group=classes.get(number, ""), expected=False)
            for number in sorted(enrolled)
        ]
    if new_staff:
        working = Staff.objects.at(roll_call.school).filter(pk__in=new_staff).values_list("pk", flat=True)
        more += [Listed(kind=Listed.Kind.STAFF, staff_id=number, expected=False) for number in sorted(working)]
    new_visitors = {number for number in visitors if f"visitor-{number}" not in found}
    if new_visitors:
        # Such as one who was on the list a phone keeps, and signed out before the alarm.
        words = roll_call.keeps_words
        came = Visit.objects.at(roll_call.school).filter(pk__in=new_visitors).order_by("pk")
        more += [
            Listed(kind=Listed.Kind.VISITOR, visitor=one.pk, name=real_name(one) if words else None, expected=False)
            for one in came
        ]
    for row in more:
        row.school, row.roll_call, row.added_at = roll_call.school, roll_call, at
    Listed.objects.bulk_create(more)
    return found | {row.who: row for row in more}


def extras_of(roll_call: RollCall, items: Sequence[Said]) -> set[UUID]:
    """The ticks that told of somebody on no list, of those that `items` name: known ones and those of this batch."""
    wanted = {item.extra for item in items if item.extra}
    if not wanted:
        return set()
    there = Tick.objects.filter(roll_call=roll_call, device_key__in=wanted, claim=Claim.EXTRA)
    return {*there.values_list("device_key", flat=True), *(item.id for item in items if item.claim is Claim.EXTRA)}


@doors.reads(Purpose.EMERGENCY)
@transaction.atomic
def end(*, roll_call: RollCall, reasons: Mapping[str, str], by: Account, at: datetime) -> None:
    """End a roll call. Whoever is not accounted for needs a reason (by `who`), which is kept under the name of `by`, while
    the roll call keeps words.

    Raises `AlreadyEnded` where somebody was quicker, and `NotEverybody` where a reason is missing; then nothing is written.
    """
    held = RollCall.objects.select_for_update().select_related("school").get(pk=roll_call.pk)
    if held.ended_at is not None:
        raise AlreadyEnded
    board = known.board(held)
    left = [who for who in board.unaccounted() if not reasons.get(who, "").strip()]
    if left:
        raise NotEverybody(left)
    items = [
        Said(uuid4(), held.uuid, Claim.NOTE, timedelta(0), at, text=reasons[who].strip(), kind=kind, number=int(number))
        for who in board.unaccounted()
        for kind, _dash, number in [who.partition("-")]
    ]
    add(items, roll_call=held, by=by, at=at)
    won = RollCall.objects.filter(pk=held.pk, ended_at__isnull=True).update(
        ended_at=at, ended_by=by, ended_version=F("version")
    )
    if not won:
        raise AlreadyEnded
    details = {"unaccounted": len(items), "expected": board.derived.expected, "accounted": board.derived.accounted}
    doors.record(Verb.ROLL_CALL_ENDED, school=held.school, by=by, at=at, about=held, details=details)


@transaction.atomic
def say_ready(*, school: School, device: UUID, list_at: datetime, by: Account, at: datetime) -> None:
    """Note that a phone proved it can open its list, made at `list_at`. It is in no history: nothing has happened."""
    Phone.objects.update_or_create(
        school=school, account=by, device=device, defaults={"list_at": min(list_at, at), "told_at": at}
    )
