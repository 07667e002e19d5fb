"""The grid's own renderer escapes whatever a school or a stranger may have typed."""

from datetime import date

import pytest

from muster.curriculum.models import Objective
from muster.markbook.grid import Band, Cell, ClassGrid, Column, Row
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
    step = StepWord(1, text[:4], text, text, 1, symbol=text[:4])
    cells = (
        Cell(Shown(text, text, text, step), 7, True, True),
        Cell(Shown(text, text, text, step), 7, True, True, 3, theirs=False, due=False),
        Cell(Shown(text, text, text, step), 7, True, True, due=False),
    )
    pupil = Pupil(pk=1, names={"surname": text, "forenames": text})
    bands = [Band(text, 1, 1, False, True, "1/1/1/"), Band(text, 2, 1, True, True, "2/2/0/")]
    columns = tuple(
        Column(Objective(pk=pk, code=text, wording=text), 1, frozenset(), band, taught_on)
        for pk, band, taught_on in (
            (2, bands[0], None),
            (3, bands[1], date(2026, 3, 4)),
            (4, bands[0], date(2026, 3, 4)),
        )
    )
    grid = ClassGrid(columns, {1: (step,)}, (Row(pupil, cells, text),), None, None)
    html = table(grid, pupil_href="/p/{}/", objective_href="/{path}o/{objective}/", open_pupils=True)
    elements = Page(f"<table>{html}</table>").elements
    assert {element.tag for element in elements} <= {
        "table",
        "colgroup",
        "col",
        "time",
        "small",
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
    assert next(element.text for element in elements if element.tag == "td" and "data-s" in element.attributes) == text
    assert next(element.text for element in elements if element.tag == "small") == text
