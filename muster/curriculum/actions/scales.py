"""Making and changing scales."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.curriculum.carrying import Resting, resting_on_steps
from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Scale, Step
from muster.curriculum.names import InUse, NameMissing, NameTaken
from muster.curriculum.rules.filling import cleaned
from muster.curriculum.rules.steps import Fault, StepDraft, completed, faults
from muster.curriculum.verbs import Verb
from muster.people.models import Account, ChangeSet, School
from muster.people.refusals import Refused


class ScaleRefused(Refused):
    """The steps are no scale; `faults` says why, step by step."""

    def __init__(self, found: Sequence[Fault]) -> None:
        """Hold every fault, and say the first."""
        super().__init__(found[0].sentence)
        self.faults = list(found)


def checked(steps: Sequence[StepDraft]) -> list[StepDraft]:
    """`steps` completed; raises `ScaleRefused`."""
    done = completed(steps)
    found = faults(done)
    if found:
        raise ScaleRefused(found)
    return done


def free_name(name: str, *, school: School, beside: Scale | None = None) -> str:
    """`name` without outer spaces; raises where the school has another scale of that name."""
    name = cleaned(name)
    if not name:
        raise NameMissing(_("Give the scale a name."))
    others = Scale.objects.at(school).live().filter(name=name)
    if (others.exclude(pk=beside.pk) if beside else others).exists():
        raise NameTaken(_("There is already a scale called “%(name)s”.") % {"name": name})
    return name


def columns(draft: StepDraft, position: int) -> dict[str, object]:
    """The fields of one step."""
    return {
        "position": position,
        "word": draft.word,
        "code": draft.code,
        "digit": draft.digit,
        "symbol": draft.symbol,
        "fill": draft.fill,
        "place": draft.place,
        "number": draft.number,
        "secure": draft.secure,
    }


def free(steps: Sequence[Step]) -> None:
    """Let go of the codes and keys of `steps`: two may swap, and the database would see two of one for a moment."""
    for place, step in enumerate(steps):
        Step.objects.filter(pk=step.pk).update(code=chr(0xE000 + place), digit=None)


class Unanswered(Refused):
    """Marks rest on steps of which nobody has said how they are to be read; `steps` has their ids."""

    def __init__(self, steps: Sequence[Step]) -> None:
        """Hold the steps, and name the first."""
        super().__init__(_("Say how marks on “%(word)s” are to be read.") % {"word": steps[0].word})
        self.steps = [step.pk for step in steps]


def refuse_unanswered(steps: Iterable[Step], answers: Mapping[int, object], resting: Mapping[int, Resting]) -> None:
    """Raise `Unanswered` where a step with marks is not among `answers`."""
    missing = [step for step in steps if resting.get(step.pk, Resting()).marks and step.pk not in answers]
    if missing:
        raise Unanswered(missing)


@transaction.atomic
def add_scale(*, school: School, name: str, steps: Sequence[StepDraft], by: Account | None, at: datetime) -> Scale:
    """Add a scale of `steps`, from least to most. Raises `ScaleRefused`, `NameTaken`, `NameMissing`."""
    done = checked(steps)
    changes = Changes(school, Kind.SCALE_ADDED, by=by, at=at)
    scale = Scale.objects.create(school=school, name=free_name(name, school=school))
    made = Step.objects.bulk_create(
        Step(school=school, scale=scale, **columns(draft, position)) for position, draft in enumerate(done, start=1)
    )
    changes.made(scale, *made)
    changes.finish(Verb.SCALE_ADDED, scale)
    return scale


@transaction.atomic
def change_scale(
    *,
    scale: Scale,
    name: str,
    steps: Sequence[StepDraft],
    by: Account,
    at: datetime,
    read_as: Mapping[int, int | None] | None = None,
) -> ChangeSet | None:
    """Make `scale` be `name` and `steps`. A step keeps its marks through any new word; one left out is retired.

    Marks on a step that is left out keep it, and are read as `read_as` says: the place in `steps` of another, counted
    from 0, or None for their own word. None when nothing differed. Raises `Unanswered` where a step with marks is left
    out and nothing is said of it, `ScaleRefused`, `NameTaken`, `NameMissing`.
    """
    changes = Changes(scale.school, Kind.SCALE_CHANGED, by=by, at=at)
    change_steps(changes, scale, name=name, steps=steps, read_as=read_as or {})
    return None if changes.is_empty else changes.finish(Verb.SCALE_CHANGED, scale)


def change_steps(
    changes: Changes, scale: Scale, *, name: str, steps: Sequence[StepDraft], read_as: Mapping[int, int | None]
) -> list[Step]:
    """What `change_scale` does, inside another act; the steps as they then are, in the order of `steps`."""
    done = checked(steps)
    changes.change(scale, name=free_name(name, school=scale.school, beside=scale))
    there = {step.pk: step for step in scale.steps.live()}
    kept = {draft.pk for draft in done if draft.pk}
    gone = [step for step in there.values() if step.pk not in kept]
    for step in gone:
        changes.change(step, retired_at=changes.at)
    refuse_unanswered(gone, read_as, resting_on_steps([step.pk for step in gone]))
    staying = [(draft, position) for position, draft in enumerate(done, start=1) if draft.pk in there]
    differing = [
        there[draft.pk]
        for draft, position in staying
        if draft.pk is not None and (there[draft.pk].code, there[draft.pk].digit) != (draft.code, draft.digit)
    ]
    free(differing)
    for draft, position in staying:
        if draft.pk is not None:
            changes.change(there[draft.pk], **columns(draft, position))
    for step in differing:
        step.save(update_fields=["code", "digit"])
    made: dict[int, Step] = {}
    for position, draft in enumerate(done, start=1):
        if draft.pk not in there:
            made[position] = Step.objects.create(school=scale.school, scale=scale, **columns(draft, position))
            changes.made(made[position])
    now = [made[position] if position in made else there[draft.pk or 0] for position, draft in enumerate(done, start=1)]
    for step in gone:
        place = read_as.get(step.pk)
        if place is not None:
            changes.read(step, now[place])
    return now


@transaction.atomic
def retire_scale(*, scale: Scale, by: Account, at: datetime) -> ChangeSet:
    """Take `scale` out of every list. Raises `InUse` while anything is judged with it."""
    changes = Changes(scale.school, Kind.SCALE_RETIRED, by=by, at=at)
    using = (
        scale.frameworks.live().order_by("name").first()
        or scale.subjects.live().filter(framework__retired_at__isnull=True).order_by("name").first()
        or scale.objectives.live().order_by("code").first()
    )
    if using:
        raise InUse(_("“%(name)s” is judged with this scale. Give it another scale first.") % {"name": using})
    changes.change(scale, retired_at=at)
    return changes.finish(Verb.SCALE_CHANGED, scale)
