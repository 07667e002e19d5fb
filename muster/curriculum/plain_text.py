"""A framework of a school as a text, and what a text would add."""

from collections import defaultdict

from muster.curriculum.models import Framework, Objective, Scale, Stage, Step, Strand
from muster.curriculum.rules.filling import Wanted
from muster.curriculum.rules.plain_text import (
    FrameworkText,
    ObjectiveText,
    ScaleText,
    StageText,
    StrandText,
    SubjectText,
    written,
)
from muster.curriculum.rules.steps import StepDraft


def text_of(framework: Framework) -> str:
    """All of a framework that is in use, as a plain text. A constant number of statements."""
    return written(framework_text(framework))


def scale_text(name: str, steps: list[Step]) -> ScaleText:
    """A scale as the text has it."""
    return ScaleText(
        name,
        tuple(
            StepDraft(row.word, row.code, row.digit, row.symbol, row.fill, row.place, row.number, row.secure)
            for row in sorted(steps, key=lambda row: (row.position, row.pk))
        ),
    )


def framework_text(framework: Framework) -> FrameworkText:
    """All of a framework that is in use."""
    rows = (
        Objective.objects.live()
        .filter(
            strand__subject__framework=framework,
            strand__retired_at__isnull=True,
            strand__subject__retired_at__isnull=True,
        )
        .order_by("position", "pk")
    )
    stages = list(Stage.objects.filter(framework=framework).live().prefetch_related("year_groups"))
    stages.sort(key=lambda stage: (stage.position, stage.pk))
    names = stage_names(framework)
    objectives: dict[int, list[Objective]] = defaultdict(list)
    for row in rows:
        objectives[row.strand_id].append(row)
    subjects = list(framework.subjects.live().order_by("position", "pk"))
    every = [row for group in objectives.values() for row in group]
    own = [*(row.scale_id for row in subjects), *(row.scale_id for row in every)]
    ids = {framework.scale_id, *(pk for pk in own if pk is not None)}
    scales = {row.pk: row for row in Scale.objects.filter(pk__in=ids)}
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(scale__in=ids).live():
        steps[step.scale_id].append(step)

    def said(row: Objective) -> ObjectiveText:
        return ObjectiveText(
            wording=row.wording,
            code=row.code,
            uuid=row.uuid,
            identifier=row.identifier,
            stages=tuple(names.get(row.pk, ())),
            is_key=row.is_key,
            scale=scales[row.scale_id].name if row.scale_id else "",
            detail=row.detail,
        )

    trees = strand_trees(framework)

    def tree(strands: list[Strand], children: dict[int | None, list[Strand]]) -> tuple[StrandText, ...]:
        """The strands as texts, the innermost first, so that no depth is too deep."""
        order = list(strands)
        for strand in order:
            order += children.get(strand.pk, [])
        found: dict[int, StrandText] = {}
        for strand in reversed(order):
            inside = tuple(found[each.pk] for each in children.get(strand.pk, []) if each.pk in found)
            own = objectives.get(strand.pk, [])
            if own and all(row.sums_up for row in own) and not inside:
                continue
            found[strand.pk] = StrandText(strand.name, tuple(said(row) for row in own if not row.sums_up), inside)
        return tuple(found[strand.pk] for strand in strands if strand.pk in found)

    return FrameworkText(
        name=framework.name,
        uuid=framework.uuid,
        scale=scales[framework.scale_id].name,
        scales=tuple(scale_text(row.name, steps[row.pk]) for row in sorted(scales.values(), key=lambda row: row.name)),
        source=framework.source,
        stages=tuple(
            StageText(
                stage.name,
                tuple(group.name for group in sorted(stage.year_groups.all(), key=lambda group: group.position)),
            )
            for stage in stages
        ),
        subjects=tuple(
            SubjectText(
                name=subject.name,
                scale=scales[subject.scale_id].name if subject.scale_id else "",
                strands=tree(trees[subject.pk].get(None, []), trees[subject.pk]),
                lines=tuple(
                    said(row)
                    for children in trees[subject.pk].values()
                    for strand in children
                    for row in objectives.get(strand.pk, [])
                    if row.sums_up
                ),
            )
            for subject in subjects
        ),
    )


def stage_names(framework: Framework) -> dict[int, list[str]]:
    """The live stages of each objective, in their order."""
    found: dict[int, list[str]] = defaultdict(list)
    for pk, name in (
        Objective.stages.through.objects.filter(stage__framework=framework, stage__retired_at__isnull=True)
        .order_by("stage__position", "stage")
        .values_list("objective", "stage__name")
    ):
        found[pk].append(name)
    return found


def strand_trees(framework: Framework) -> dict[int, dict[int | None, list[Strand]]]:
    """The live strands by subject and by the strand they stand in, in order."""
    trees: dict[int, dict[int | None, list[Strand]]] = defaultdict(lambda: defaultdict(list))
    for row in Strand.objects.filter(subject__framework=framework).live().order_by("position", "pk"):
        trees[row.subject_id][row.parent_id].append(row)
    return trees


def wanted_of(text: FrameworkText) -> list[Wanted]:
    """The objectives of a text, for the plan that shows what they would add and change."""
    return [
        Wanted(
            row=number,
            subject=path[0],
            strands=path[1:],
            wording=one.wording,
            stages=one.stages,
            code=one.code,
            detail=one.detail,
            is_key=one.is_key,
            identifier=str(one.uuid) if one.uuid else one.identifier,
        )
        for number, (path, one) in enumerate(text.objectives(), start=1)
    ]
