"""Pages of the markbook. Each module is one subject."""

from muster.markbook.views.brought import brought
from muster.markbook.views.by_pupil import by_pupil
from muster.markbook.views.cells import cell
from muster.markbook.views.following import class_following, following_end, pupil_following
from muster.markbook.views.learning import class_learning, pupil_page
from muster.markbook.views.marking import gaps, objective, unit
from muster.markbook.views.next import class_next, teaching_groups, unread, unread_first, year_next
from muster.markbook.views.opening import mark, markbook
from muster.markbook.views.pictures import picture, picture_removal
from muster.markbook.views.practice import practice, practice_gaps, practice_objective, practice_unit, practices
from muster.markbook.views.rules import golden_rule, golden_rules
from muster.markbook.views.summative import sheet, sheet_gaps, sheet_line, sheets

__all__ = [
    "brought",
    "by_pupil",
    "cell",
    "class_following",
    "class_learning",
    "class_next",
    "following_end",
    "gaps",
    "golden_rule",
    "golden_rules",
    "mark",
    "markbook",
    "objective",
    "picture",
    "picture_removal",
    "practice",
    "practice_gaps",
    "practice_objective",
    "practice_unit",
    "practices",
    "pupil_following",
    "pupil_page",
    "sheet",
    "sheet_gaps",
    "sheet_line",
    "sheets",
    "teaching_groups",
    "unit",
    "unread",
    "unread_first",
    "year_next",
]
