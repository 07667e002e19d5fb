"""What the markbook holds. Each module is one subject."""

from muster.markbook.models.brought import Brought
from muster.markbook.models.judgements import Judgement, Note
from muster.markbook.models.pictures import Picture
from muster.markbook.models.practice import Practice, PracticeMark
from muster.markbook.models.rules import GoldenRuleChange, ObjectiveRead
from muster.markbook.models.teaching import Following, Taught

__all__ = [
    "Brought",
    "Following",
    "GoldenRuleChange",
    "Judgement",
    "Note",
    "ObjectiveRead",
    "Picture",
    "Practice",
    "PracticeMark",
    "Taught",
]
