"""The steps of a school as pages name them."""

from dataclasses import dataclass

from muster.curriculum.models import Step
from muster.markbook.rules.depth import DepthStep
from muster.people.models import School


@dataclass(frozen=True)
class NamedStep(DepthStep):
    """A step with what it is called and how it is drawn."""

    word: str = ""
    code: str = ""
    fill: str = ""
    symbol: str = ""


def named_steps(school: School) -> dict[int, NamedStep]:
    """Every step of `school`, retired ones too, by id, from most to least within each scale. One statement."""
    return {
        step.pk: NamedStep(
            step.pk, step.scale_id, step.position, step.secure, step.word, step.code, step.fill, step.symbol
        )
        for step in Step.objects.at(school).order_by("scale", "-position", "-pk")
    }
