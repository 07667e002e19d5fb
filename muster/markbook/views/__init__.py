"""Pages of the markbook. Each module is one subject."""

from muster.markbook.views.cells import cell
from muster.markbook.views.marking import gaps, objective, unit
from muster.markbook.views.opening import mark, markbook
from muster.markbook.views.pictures import picture, picture_removal
from muster.markbook.views.rules import golden_rule, golden_rules
from muster.markbook.views.summative import sheet, sheet_gaps, sheet_line, sheets

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
    "sheet",
    "sheet_gaps",
    "sheet_line",
    "sheets",
    "unit",
]
