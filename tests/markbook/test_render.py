"""The grid's own renderer escapes whatever a school or a stranger may have typed."""

import pytest

from muster.curriculum.models import Objective
from muster.markbook.grid import Cell, ClassGrid, Row
from muster.markbook.render import table
from muster.markbook.rules.cells import Shown, StepWord
from muster.people.models import Pupil
from tests.support.client import Page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;",
    "</td></table>",
]


@pytest.mark.pure
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_becomes_markup(text: str) -> None:
    step = StepWord(1, text[:4], text, text, 1)
    cell = Cell(Shown(text, text, text, step), 7, True, True)
    pupil = Pupil(pk=1, names={"surname": text, "forenames": text})
    grid = ClassGrid((Objective(pk=2, code=text, wording=text),), (step,), (Row(pupil, (cell,)),), None, None)
    html = table(grid, pupil_href="/p/{}/", objective_href="/o/{}/", open_pupils=True)
    elements = Page(f"<table>{html}</table>").elements
    assert {element.tag for element in elements} <= {
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "svg",
        "rect",
        "span",
    }
    assert not [name for element in elements for name in element.attributes if name.startswith("on")]
    assert next(element.text for element in elements if element.tag == "td") == text
