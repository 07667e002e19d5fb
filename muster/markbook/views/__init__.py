"""Pages of the markbook. Each module is one subject."""

from muster.markbook.views.cells import cell
from muster.markbook.views.learning import class_learning, pupil_page
from muster.markbook.views.marking import gaps, objective, unit
from muster.markbook.views.next import class_next, teaching_groups, unread, year_next
from muster.markbook.views.opening import mark, markbook
from muster.markbook.views.pictures import picture, picture_removal
from muster.markbook.views.rules import golden_rule, golden_rules
from muster.markbook.views.summative import sheet, sheet_gaps, sheet_line, sheets

__all__ = [
    "cell",
    "class_learning",
    "class_next",
    "gaps",
    "golden_rule",
    "golden_rules",
    "mark",
    "markbook",
    "objective",
    "picture",
    "picture_removal",
    "pupil_page",
    "sheet",
    "sheet_gaps",
    "sheet_line",
    "sheets",
    "teaching_groups",
    "unit",
    "unread",
    "year_next",
]
