"""The grid's scripts: what they weigh, and that each import will be found under its hashed name."""

import gzip
import re
from pathlib import Path

import pytest

from tests.house.reading import ROOT

pytestmark = pytest.mark.pure

MARKBOOK = ROOT / "muster/markbook/static/markbook"
PAGES = ROOT / "muster/pages/static"
MODULES = ROOT / "muster/markbook/templates/markbook/modules.html"
IMPORT = re.compile(r"^import .*$", re.MULTILINE)
FORM = re.compile(r"^import \{ [\w, ]+ \} from '(\.\.?/[\w./-]+\.js)';$")
"""The one form of import that the collecting of static files rewrites for certain."""


def imported(file: Path) -> list[str]:
    return [found[1] for line in IMPORT.findall(file.read_text()) if (found := FORM.match(line))]


def needs(file: Path) -> set[Path]:
    """A module and everything of the markbook it brings along."""
    own = {file}
    for address in imported(file):
        if address.startswith("./"):
            own |= needs(file.parent / address)
    return own


@pytest.mark.parametrize("page", ["grid.js", "mark-list.js"])
def test_a_page_of_the_markbook_brings_at_most_15_kilobytes(page: str) -> None:
    weight = sum(len(gzip.compress(file.read_bytes(), 9)) for file in needs(MARKBOOK / page))
    assert weight <= 15 * 1024


def test_the_grid_asks_for_all_its_modules_at_once() -> None:
    listed = set(re.findall(r"static '([\w/.-]+)'", MODULES.read_text()))
    ours = {f"markbook/{file.name}" for file in needs(MARKBOOK / "grid.js")} - {"markbook/grid.js"}
    outbox = {f"pages/js/{file.name}" for file in (PAGES / "pages/js").glob("outbox*.js")}
    assert listed == ours | outbox


def test_every_import_is_of_the_form_that_is_rewritten_and_leads_to_a_file() -> None:
    files = [*MARKBOOK.glob("*.js"), *(PAGES / "pages/js").glob("o*.js")]
    assert len(files) > 10
    for file in files:
        for line in IMPORT.findall(file.read_text()):
            found = FORM.match(line)
            assert found, f"{file.name}: {line}"
            address = found[1]
            near = (file.parent / address).resolve()
            across = PAGES / address.removeprefix("../")
            assert near.is_file() or across.is_file(), f"{file.name}: {line}"


def test_no_script_writes_a_style_or_a_handler_into_the_page() -> None:
    """The policy of the pages would refuse both, and silently."""
    for file in [*MARKBOOK.glob("*.js"), *(PAGES / "pages/js").glob("*.js")]:
        text = file.read_text()
        assert not re.search(r"""setAttribute\(['"](style|on\w+)|\beval\(|new Function|<style|\bstyle=""", text), (
            file.name
        )
