"""The scales of a published framework, found again in a school's copy: what a newer version would make of them.

A text names scales and steps by their words, and words change. So what is published says which scale and step each is,
by uuid; what was taken says which of the school's own each became. Both stand as JSON:

    Published.scales   {name in the text: {"uuid": …, "steps": [uuid, …], "read_as": {uuid of a step: uuid}}}
    Taken.scales       {uuid: {"scale": id, "steps": {uuid of a step: id}}}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from muster.curriculum.carrying import Resting, resting_on_steps
from muster.curriculum.drafts import draft_of
from muster.curriculum.models import Framework, Objective, Published, Scale, Step, StepMapping, Subject, Taken
from muster.curriculum.names import numbered
from muster.curriculum.rules.filling import same
from muster.curriculum.rules.plain_text import FrameworkText, ScaleText, read
from muster.curriculum.rules.steps import Effect, StepDraft, StepEffect, effects


def identities(framework: Framework, text: FrameworkText) -> dict[str, Any]:
    """What `Published.scales` holds of the scales that a framework is judged with, as `text` has them.

    `read_as` has the steps of any scale of which marks are read as one of the scale now. Three statements.
    """
    names = {scale.name for scale in text.scales}
    scales = list(Scale.objects.at(framework.school).live().filter(name__in=names))
    steps: dict[int, list[Step]] = {scale.pk: [] for scale in scales}
    for step in Step.objects.filter(scale__in=steps).live().order_by("position", "pk"):
        steps[step.scale_id].append(step)
    read_as: dict[int, dict[str, str]] = {scale.pk: {} for scale in scales}
    mapped = StepMapping.objects.filter(school=framework.school, ended_at__isnull=True, new__scale__in=scales)
    for old, new, scale in mapped.values_list("old__uuid", "new__uuid", "new__scale"):
        read_as[scale][str(old)] = str(new)
    return {
        scale.name: {
            "uuid": str(scale.uuid),
            "steps": [str(step.uuid) for step in steps[scale.pk]],
            "read_as": read_as[scale.pk],
        }
        for scale in scales
    }


def became(
    published: Published, text: FrameworkText, own: Mapping[str, tuple[Scale, Sequence[Step]]]
) -> dict[str, Any]:
    """What `Taken.scales` holds: `own` has the school's scale and its steps by the name in the text, in its order."""
    found = {}
    for said in text.scales:
        known = published.scales.get(said.name)
        if known and said.name in own:
            scale, steps = own[said.name]
            places = dict(zip(known["steps"], (step.pk for step in steps), strict=False))
            found[known["uuid"]] = {"scale": scale.pk, "steps": places}
    return found


@dataclass(frozen=True)
class Reshaping:
    """What a newer version makes of one scale of the copy.

    `said` has for each step of the text its place in `steps`, where steps of the school's own may stand between.
    `read_as` has, for a step that goes, the place in `steps` of the one its publisher reads it as. `resting` is what
    rests on each step of the copy. `others` are frameworks that are judged with the scale too.
    """

    name: str
    scale: Scale
    called: str
    steps: tuple[StepDraft, ...]
    said: tuple[int, ...]
    effects: tuple[StepEffect, ...]
    read_as: Mapping[int, int]
    resting: Mapping[int, Resting]
    others: tuple[str, ...]

    @property
    def gone(self) -> list[StepEffect]:
        """The steps that go."""
        return [each for each in self.effects if each.effect is Effect.GONE]

    @property
    def asked(self) -> list[StepEffect]:
        """Those of which it is to be said how marks on them are read."""
        return [each for each in self.gone if self.resting.get(each.pk or 0, Resting()).marks]

    @property
    def rows(self) -> list[tuple[StepEffect, Resting, bool, int | None]]:
        """Each step that would not be as it is: what rests on it, whether it is asked about, and what is proposed."""
        return [
            (each, self.resting.get(each.pk or 0, Resting()), each in self.asked, self.read_as.get(each.pk or 0))
            for each in self.effects
        ]

    @property
    def is_nothing(self) -> bool:
        """Whether all of it stays as it is."""
        return not self.effects and self.called == self.scale.name


def reshapings(copy: Framework, text: FrameworkText, published: Published, taken: Taken | None) -> list[Reshaping]:
    """What the scales of `text` make of those of `copy`, changed or not. A constant number of statements for a scale.

    A scale that the copy does not have yet is not among them.
    """
    found: list[Reshaping] = []
    for said in text.scales:
        known = published.scales.get(said.name, {})
        held = taken.scales.get(known.get("uuid"), {}) if taken else {}
        scale = scale_held(copy, text, said.name, held)
        if scale is not None and scale.pk not in {each.scale.pk for each in found}:
            found.append(reshaping(scale, said, known, held.get("steps", {}), copy))
    return found


def scale_held(copy: Framework, text: FrameworkText, name: str, held: Mapping[str, Any]) -> Scale | None:
    """The copy's own scale of what the text calls `name`: the one it became, else the one that is used in its place."""
    scales = Scale.objects.at(copy.school).select_related("school")
    if held:
        return scales.filter(pk=held["scale"]).first()
    if text.scale == name:
        return scales.filter(pk=copy.scale_id).first()
    places = {same(subject.name) for subject in text.subjects if subject.scale == name}
    for subject in copy.subjects.live().exclude(scale=None).select_related("scale__school").order_by("position"):
        if same(subject.name) in places:
            return subject.scale
    return None


def reshaping(
    scale: Scale, said: ScaleText, known: Mapping[str, Any], held: Mapping[str, int], copy: Framework
) -> Reshaping:
    """What one scale of a text makes of the school's own.

    A step is the same one when its uuid says so; of a version taken before those were kept, when its word or code does.
    A step the school added itself stays, behind the one it stands behind.
    """
    own = list(steps_together(scale).order_by("position", "pk"))
    uuids: Sequence[str] = known.get("steps", ())
    places = matched(said.steps, own, [held.get(uuid) for uuid in uuids] if held else None)
    came = set(held.values())
    steps: list[tuple[int | None, StepDraft]] = [
        (place, replace(draft, pk=pk)) for place, (draft, pk) in enumerate(zip(said.steps, places, strict=True))
    ]
    for place, step in enumerate(own):
        if held and step.pk not in came:
            before = own[place - 1].pk if place else None
            behind = next((at for at, (_place, draft) in enumerate(steps, start=1) if draft.pk == before), len(steps))
            taken = any(draft.digit == step.digit for _place, draft in steps)
            steps.insert(behind, (None, replace(draft_of(step), digit=None if taken else step.digit)))
    at = {place: index for index, (place, _draft) in enumerate(steps) if place is not None}
    by_uuid = {uuid: at[place] for place, uuid in enumerate(uuids) if place in at}
    staying = {draft.pk for _place, draft in steps}
    read_as = {
        pk: by_uuid[target]
        for uuid, pk in held.items()
        if pk not in staying and (target := known.get("read_as", {}).get(uuid)) in by_uuid
    }
    others = set(Scale.objects.at(copy.school).live().exclude(pk=scale.pk).values_list("name", flat=True))
    return Reshaping(
        name=said.name,
        scale=scale,
        called=scale.name if said.name in others and scale.name not in others else numbered(said.name, others, 80),
        steps=tuple(draft for _place, draft in steps),
        said=tuple(at[place] for place in range(len(said.steps))),
        effects=tuple(effects([draft_of(step) for step in own], [draft for _place, draft in steps])),
        read_as=read_as,
        resting=resting_on_steps([step.pk for step in own]),
        others=tuple(scale.frameworks.live().exclude(pk=copy.pk).order_by("name").values_list("name", flat=True)),
    )


def steps_together(scale: Scale) -> QuerySet[Step]:
    """The steps of a scale in use; of one that was retired, those that went with it."""
    return scale.steps.filter(retired_at=scale.retired_at)


def matched(said: Sequence[StepDraft], own: Sequence[Step], held: Sequence[int | None] | None) -> list[int | None]:
    """For each step of a text the school's own, None where it is new. `held` is what each became when it was taken."""
    live = {step.pk for step in own}
    if held is not None:
        return [pk if pk in live else None for pk in held]
    found: list[int | None] = [None] * len(said)
    for key in ("word", "code"):
        for place, draft in enumerate(said):
            if found[place] is None:
                alike = (step.pk for step in own if same(getattr(step, key)) == same(getattr(draft, key)))
                found[place] = next((pk for pk in alike if pk not in found), None)
    return found


@dataclass(frozen=True)
class Judging:
    """Something of the copy that is judged on another scale from now on; `scale` is its name in the text, "" for none."""

    row: Framework | Subject | Objective
    called: str
    scale: str


def judgings(copy: Framework, versions: tuple[Published, Published], reshaped: Sequence[Reshaping]) -> list[Judging]:
    """What the second of two versions judges on another scale than the first did, and the copy does not yet. Two
    statements.

    What the school itself gave another scale stays, unless the version changes just that.
    """
    before, now = (Judged(read(each.text), each.scales) for each in versions)
    own = {each.name: each.scale.pk for each in reshaped}
    rows: list[tuple[Framework | Subject | Objective, object]] = [(copy, None)]
    rows += [(subject, same(subject.name)) for subject in copy.subjects.live().order_by("position")]
    objectives = Objective.objects.live().filter(strand__subject__framework=copy, uuid__in=now.objectives)
    rows += [(row, row.uuid) for row in objectives.select_related("strand__subject__framework").in_order()]
    return [
        Judging(row, str(row), now.on[key])
        for row, key in rows
        if key in now.on
        and now.named(key) != before.named(key)
        and (own.get(now.on[key], -1) if now.on[key] else None) != row.scale_id
    ]


class Judged:
    """What a version judges on which scale: `on` has the name of the scale of the framework (None), of each subject (by
    name) and objective (by uuid); "" for what takes the one above it.
    """

    def __init__(self, text: FrameworkText, scales: Mapping[str, Any]) -> None:
        self.scales = scales
        self.objectives = {one.uuid: one.scale for _path, one in text.objectives() if one.uuid}
        self.on: dict[object, str] = {None: text.scale}
        self.on |= self.objectives.items()
        self.on |= {same(subject.name): subject.scale for subject in text.subjects}

    def named(self, key: object) -> str:
        """Which scale that is, whatever it is called in this version."""
        name = self.on.get(key, "")
        return str(self.scales.get(name, {}).get("uuid", name))
