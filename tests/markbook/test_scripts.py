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


SAID = [
    ROOT / "muster/pages/templates/pages/parts/sentences.html",
    ROOT / "muster/markbook/templates/markbook/sentences.html",
]
"""Where every sentence of a script is."""
ENGLISH = re.compile(r"""(['"`])(?=[A-Z])[^'"`<>{}$]*[a-z] [a-z][^'"`<>{}$]*\1""")
"""A quoted text that begins as a sentence does and goes on with another word."""


def scripts() -> list[Path]:
    return [*MARKBOOK.glob("*.js"), *(PAGES / "pages/js").glob("*.js")]


def code(file: Path) -> str:
    """A script without what it says about itself."""
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    return re.sub(r"(^|\s)//[^\n]*", "", text)


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


def test_no_script_holds_a_sentence_of_its_own() -> None:
    assert ENGLISH.search("say('No network. 3 saved on this tablet.')")
    for file in scripts():
        found = [match[0] for match in ENGLISH.finditer(code(file))]
        assert not found, f"{file.name}: put this into a sentences.html, where it can be translated: {found}"


def test_every_sentence_is_said_by_a_script_and_every_one_said_is_there() -> None:
    told = [name for file in SAID for name in re.findall(r'data-say="([\w-]+)"', file.read_text())]
    assert len(told) == len(set(told)) > 60
    asked = {name for file in scripts() for name in re.findall(r"\bsay\('([\w-]+)'", code(file))}
    assert asked <= set(told), f"No page says: {sorted(asked - set(told))}"
    every = "\n".join(code(file) for file in scripts())
    made = {"line-sending", "line-network", "line-server", "line-signed-out", "line-storage"}
    made |= {"absent-short", "not-taught-short"}
    unused = {name for name in told if not re.search(rf"""['"`]{re.escape(name)}['"`]""", every)} - made
    assert not unused, f"No script says: {sorted(unused)}"


def test_what_comes_later_is_named_as_the_collecting_of_static_files_can_read_it() -> None:
    later = {found for file in MARKBOOK.glob("*.js") for found in re.findall(r"import\(([^)]*)\)", code(file))}
    assert "'./pile.js'" in later
    for address in later:
        assert re.fullmatch(r"'\./[\w-]+\.js'", address), address
        assert (MARKBOOK / address.strip("'")).is_file()
