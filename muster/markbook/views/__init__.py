"""Pages of the markbook. Each module is one subject."""

from muster.markbook.views.cells import cell
from muster.markbook.views.marking import gaps, objective, unit
from muster.markbook.views.opening import mark, markbook
from muster.markbook.views.pictures import picture, picture_removal
from muster.markbook.views.rules import golden_rule, golden_rules

__all__ = [
    "cell",
    "gaps",
    "golden_rule",
    "golden_rules",
    "mark",
    "markbook",
    "objective",
    "picture",
    "picture_removal",
    "unit",
]
