"""Handing a child back: the steps of a card, and the second half that somebody else writes."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from muster.emergency.models import Card, CardStep, RollCall, SecondHalf
from muster.emergency.rules.handing import Answer, Half, Reconciled, Step, may_be, next_step, reconcile, words_in
from muster.emergency.verbs import Verb
from muster.emergency.words import NO_WORDS
from muster.people import doors
from muster.people.doors import CannotBeRead
from muster.people.models import Account, Guardian, Guardianship, Pupil
from muster.people.models.pupils import folded
from muster.people.purposes import Purpose
from muster.people.refusals import Refused


class MayNotCollect(Refused):
    """An order forbids this adult to have the child."""

    status = 422


class NothingKept(Refused):
    """The key of the roll call is lost: no name could be written down."""

    status = 422

    def __init__(self) -> None:
        """Say so."""
        super().__init__(NO_WORDS)


class NotThisStep(Refused):
    """The card waits for another step, or for nothing."""


class NamesGone(Refused):
    """The roll call has no names any more, and takes none."""

    status = 410

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("The names of this roll call have gone."))


class SamePerson(Refused):
    """Both halves by one person would be one record, not two."""

    status = 422


def adult_of(row: Card | SecondHalf | Guardian) -> str:
    """The folded name of an adult; empty where it has gone. Raises `CannotBeRead`."""
    return folded(row.name if isinstance(row, Guardian) else row.adult or "")


def readable(row: Card | SecondHalf | Guardian) -> str:
    """The folded name of an adult; empty where it has gone, or cannot be read."""
    try:
        return adult_of(row)
    except CannotBeRead:
        return ""


def on_record(pupil: Pupil, adult: str) -> Guardianship | None:
    """Who of the people on record `adult` is, by name. One whom an order forbids to have the child comes before all.

    Whom an order forbids under a name that cannot be read may be anybody who is not on record by their own.
    """
    name = folded(adult)
    every = list(Guardianship.objects.filter(pupil=pupil).select_related("guardian").order_by("position", "pk"))
    names = {one.pk: readable(one.guardian) for one in every}
    exactly = [one for one in every if names[one.pk] and words_in(names[one.pk]) == words_in(name)]
    forbidden = [one for one in every if one.no_contact and (not names[one.pk] or may_be(names[one.pk], name))]
    return next(iter([*(one for one in exactly if one.no_contact), *exactly, *forbidden]), None)


def forbidden(pupil: Pupil, adult: str) -> bool:
    """Whether an order forbids `adult`, by name, to have anything to do with `pupil`."""
    found = on_record(pupil, adult)
    return found is not None and found.no_contact


def hold(roll_call: RollCall) -> None:
    """Hold a roll call until the end of the transaction: its names do not go in between. Raises `NamesGone`."""
    held = RollCall.objects.filter(pk=roll_call.pk).order_by("pk").select_for_update()
    if held.get().names_gone_at is not None:
        raise NamesGone


@doors.reads(Purpose.EMERGENCY)
@transaction.atomic
def greet(*, roll_call: RollCall, uuid: UUID, pupil: Pupil, adult: str, by: Account, at: datetime) -> Card:
    """Make a card: `adult` has come for `pupil`. A known parent or carer is joined to it by name.

    Where an order forbids it the card is made and stopped at once: that this adult came is worth knowing. Raises
    `NamesGone`, `NothingKept`.
    """
    hold(roll_call)
    before = Card.objects.filter(uuid=uuid, greeted_by=by, roll_call=roll_call).first()
    if before is not None:
        return before
    if not roll_call.keeps_words:
        raise NothingKept
    joined = on_record(pupil, adult)
    card = Card.objects.create(
        school=roll_call.school,
        uuid=uuid,
        roll_call=roll_call,
        pupil=pupil,
        guardianship=joined,
        adult=adult,
        greeted_by=by,
        greeted_at=at,
    )
    if joined is not None and joined.no_contact:
        CardStep.objects.create(
            school=card.school, card=card, step=Step.CHECK, answer=Answer.NO, by=by, at=at,
            words=_("An order forbids this adult to have the child."),
        )  # fmt: skip
    doors.record(
        Verb.CARD_STEP_DONE, school=card.school, by=by, at=at, about=card, pupils=[pupil.pk],
        details={"step": Step.GREET, "blocked": joined is not None and joined.no_contact},
    )  # fmt: skip
    return card


@doors.reads(Purpose.EMERGENCY)
@transaction.atomic
def do_step(*, card: Card, step: Step, answer: Answer, words: str, by: Account, at: datetime) -> CardStep:
    """Do the step that `card` waits for. A no stops the card, and needs words.

    The adult's right to collect is checked again at the check and at handing over, because an order may have been
    entered in between. Raises `NamesGone`, `NotThisStep`, `MayNotCollect`, and `SamePerson` where the second half of
    this child or every step before the handing over is by the same person.
    """
    hold(card.roll_call)
    if card.pupil is None:
        raise NamesGone
    done = steps_of(card)
    if next_step([(Step(one.step), Answer(one.answer)) for one in done]) is not step:
        raise NotThisStep(_("This card is not at that step. Look at it again."))
    if answer is Answer.NO and not words.strip():
        raise NotThisStep(_("Say in a few words why not."))
    adult = readable(card)
    if answer is Answer.YES and not adult:
        raise MayNotCollect(_("The name of this adult cannot be read. Stop this card, and greet them anew."))
    if answer is Answer.YES and step in {Step.CHECK, Step.HAND_OVER} and forbidden(card.pupil, adult):
        raise MayNotCollect(_("An order forbids this adult to have the child. Stop, and tell the safeguarding lead."))
    halves = SecondHalf.objects.filter(roll_call=card.roll_call, pupil=card.pupil, seen_by=by)
    if step in {Step.CHECK, Step.HAND_OVER} and halves.exists():
        raise SamePerson(_("You wrote down that you saw this child leave. This step must be somebody else’s."))
    if step is Step.HAND_OVER and all(one.by_id == by.pk for one in done) and card.greeted_by_id == by.pk:
        raise SamePerson(_("Somebody else must have done a step before the child is handed over."))
    # Where the key is lost a card is stopped without its words: that it goes no further is what counts.
    kept = words.strip() if card.roll_call.keeps_words else ""
    try:
        with transaction.atomic():
            made = CardStep.objects.create(
                school=card.school, card=card, step=step, answer=answer, words=kept or None, by=by, at=at
            )
    except IntegrityError:
        raise NotThisStep(_("Somebody else has just done this step.")) from None
    doors.record(
        Verb.CARD_STEP_DONE, school=card.school, by=by, at=at, about=card, pupils=[card.pupil.pk],
        details={"step": step, "answer": answer},
    )  # fmt: skip
    return made


@doors.reads(Purpose.EMERGENCY)
@transaction.atomic
def see_leaving(*, roll_call: RollCall, uuid: UUID, pupil: Pupil, adult: str, by: Account, at: datetime) -> SecondHalf:
    """Write the second half: `by` saw `pupil` leave with `adult`. Whoever checked or handed over may not write it too.

    Raises `NamesGone`, `NothingKept`, `SamePerson`.
    """
    hold(roll_call)
    before = SecondHalf.objects.filter(uuid=uuid, seen_by=by, roll_call=roll_call).first()
    if before is not None:
        return before
    cards = Card.objects.filter(roll_call=roll_call, pupil=pupil)
    if CardStep.objects.filter(card__in=cards, step__in=[Step.CHECK, Step.HAND_OVER], by=by).exists():
        raise SamePerson(_("You checked or handed over this child. The second half must be somebody else’s."))
    if not roll_call.keeps_words:
        raise NothingKept
    half = SecondHalf.objects.create(
        school=roll_call.school, uuid=uuid, roll_call=roll_call, pupil=pupil, adult=adult, seen_by=by, seen_at=at
    )
    doors.record(Verb.CHILD_SEEN_LEAVING, school=half.school, by=by, at=at, about=half, pupils=[pupil.pk])
    return half


def steps_of(card: Card) -> list[CardStep]:
    """The steps done on a card, in order."""
    rows = list(CardStep.objects.filter(card=card).select_related("by").order_by("pk"))
    for row in rows:
        row.card = card
    return rows


def cards_of(roll_call: RollCall, *, pupil: Pupil | None = None) -> list[tuple[Card, list[CardStep]]]:
    """The cards of a desk, or those for one child, each with its steps; the older ones first. Two statements."""
    found = Card.objects.filter(roll_call=roll_call).select_related("pupil", "greeted_by").order_by("pk")
    cards = {one.pk: one for one in (found if pupil is None else found.filter(pupil=pupil))}
    steps: dict[int, list[CardStep]] = {number: [] for number in cards}
    doors.sealer().warm([roll_call.key, *(one.pupil.key for one in cards.values() if one.pupil is not None)])
    for one in cards.values():
        one.roll_call = roll_call
    for row in CardStep.objects.filter(card__in=cards).select_related("by").order_by("pk"):
        row.card = cards[row.card_id]
        steps[row.card_id].append(row)
    return [(one, steps[one.pk]) for one in cards.values()]


def halves_of(roll_call: RollCall) -> list[SecondHalf]:
    """The second halves of a desk, the older ones first."""
    rows = list(SecondHalf.objects.filter(roll_call=roll_call).select_related("pupil", "seen_by").order_by("pk"))
    doors.sealer().warm([roll_call.key, *(row.pupil.key for row in rows if row.pupil is not None)])
    for row in rows:
        row.roll_call = roll_call
    return rows


def handed_over(steps: Iterable[CardStep]) -> bool:
    """Whether the child went with the adult of the card."""
    return any(one.step == Step.HAND_OVER and one.answer == Answer.YES for one in steps)


def reconciled(
    cards: Iterable[tuple[Card, list[CardStep]]],
    halves: Iterable[SecondHalf],
    *,
    adult: Callable[[Card | SecondHalf], str] = readable,
) -> Reconciled:
    """Which halves agree, while there are names to compare; a card counts once its child was handed over."""
    first = [Half(one.pk, one.pupil_id or 0, words_in(adult(one))) for one, steps in cards if handed_over(steps)]
    return reconcile(first, [Half(one.pk, one.pupil_id or 0, words_in(adult(one))) for one in halves])


def halves_alone(roll_call: RollCall) -> int:
    """How many halves at a desk have no other half. Raises `CannotBeRead`: a count that is to stay is not guessed."""
    if roll_call.halves_alone is not None:
        return roll_call.halves_alone
    matched = reconciled(cards_of(roll_call), halves_of(roll_call), adult=adult_of)
    return len(matched.first_alone) + len(matched.second_alone)
