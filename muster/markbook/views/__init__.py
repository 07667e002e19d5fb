"""Pages of the markbook. Each module is one subject."""

from muster.markbook.views.cells import cell
from muster.markbook.views.marking import gaps, objective, unit
from muster.markbook.views.opening import mark, markbook

__all__ = ["cell", "gaps", "mark", "markbook", "objective", "unit"]
