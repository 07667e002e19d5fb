"""The steps of a school as pages name them."""

from dataclasses import dataclass

from muster.curriculum.earlier import Earlier
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

    @property
    def face(self) -> str:
        """What stands for it where there is no room: the code, and the symbol where the school gave one."""
        return self.code + self.symbol


def named_steps(school: School, *, then: Earlier | None = None) -> dict[int, NamedStep]:
    """Every step of `school`, retired ones too, by id, from most to least within each scale. One statement.

    With `then` as they were called, ordered and meant at that moment.
    """
    steps = list(Step.objects.at(school))
    if then is not None:
        then.as_then(steps)
    return {
        step.pk: NamedStep(
            step.pk, step.scale_id, step.position, step.secure, step.word, step.code, step.fill, step.symbol
        )
        for step in sorted(steps, key=lambda each: (each.scale_id, -each.position, -each.pk))
    }
