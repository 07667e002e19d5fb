"""What a page weighs on its way to a school's phone, compressed: screens.md section 2."""

import gzip
import re
from pathlib import Path

import pytest

from tests.house.reading import ROOT

pytestmark = pytest.mark.pure

STATIC = ROOT / "muster/pages/static/pages"
STYLES = ROOT / "muster/pages/templates/pages/parts/styles.html"
SCRIPTS = ROOT / "muster/pages/templates/pages/parts/scripts.html"
BY_PAGE = {"grid.css", "mark-list.css"}
KILOBYTE = 1024


def weight(files: list[Path]) -> int:
    """Bytes on the wire when each file is compressed on its own, as it is sent."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_the_whole_kit_of_styles_is_light() -> None:
    assert weight(sorted((STATIC / "css").glob("*.css"))) <= 30 * KILOBYTE


def test_the_shell_and_the_outbox_are_light() -> None:
    """40 KB, of which htmx and its morphing will one day take 21."""
    assert weight(sorted((STATIC / "js").glob("*.js"))) <= 19 * KILOBYTE


def test_every_style_is_linked_once_and_the_order_of_layers_comes_first() -> None:
    linked = re.findall(r"pages/css/([\w-]+\.css)", STYLES.read_text())
    assert linked[0] == "layers.css"
    assert len(linked) == len(set(linked))
    assert set(linked) == {file.name for file in (STATIC / "css").glob("*.css")} - BY_PAGE


def test_every_style_stands_in_a_layer() -> None:
    """A rule outside the layers would win over all of them."""
    for file in (STATIC / "css").glob("*.css"):
        bare = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
        depth, outside = 0, ""
        for letter in bare:
            depth -= letter == "}"
            outside += letter if depth == 0 and letter != "}" else ""
            depth += letter == "{"
        heads = [head.strip() for head in outside.split("{") if head.strip()]
        assert all(
            re.match(r"@layer [\w, ]+;?$", head) for head in re.split(r"\n\s*\n|\n(?=@)", "\n".join(heads)) if head
        ), file.name


def test_every_script_of_the_shell_is_there() -> None:
    named = re.findall(r"pages/js/([\w-]+\.js)", SCRIPTS.read_text())
    assert named
    assert all((STATIC / "js" / name).is_file() for name in named)
