"""What curriculum holds: nothing about a person."""

from muster.curriculum.models import (
    EarlierWords,
    Framework,
    Lineage,
    Objective,
    Origin,
    Pace,
    Published,
    Scale,
    Snapshot,
    Stage,
    Step,
    StepMapping,
    Strand,
    Subject,
    Taken,
)
from muster.privacy.holdings import WITH_THE_SCHOOL, Category, classify

for model in (
    Framework,
    Objective,
    Scale,
    Stage,
    Step,
    Strand,
    Subject,
    EarlierWords,
    Pace,
    Published,
    Taken,
    Origin,
    Lineage,
    Snapshot,
    StepMapping,
    Objective.stages.through,
    Stage.year_groups.through,
):
    classify(model, Category.SCHOOL, keep=WITH_THE_SCHOOL)
