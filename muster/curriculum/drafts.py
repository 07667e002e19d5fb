"""The steps of a scale as somebody would write them: where the editor begins, and what a change is compared with."""

from muster.curriculum.models import Scale, Step
from muster.curriculum.rules.steps import StepDraft


def draft_of(step: Step) -> StepDraft:
    """A step as it is."""
    return StepDraft(
        step.word, step.code, step.digit, step.symbol, step.fill, step.place, step.number, step.secure, step.pk
    )


def drafts_of(scale: Scale) -> list[StepDraft]:
    """The steps of `scale` as they are."""
    return [draft_of(step) for step in scale.steps.live().order_by("position", "pk")]
