"""Every pair of colours of the kit that meets on a screen can be told apart: text at 4.5, edges and states at 3."""

import re
from collections.abc import Iterator

import pytest

from tests.house.reading import ROOT

pytestmark = pytest.mark.pure

TOKENS = (ROOT / "muster/pages/static/pages/css/tokens.css").read_text()
FILLS = ("rose", "straw", "leaf", "lilac", "sky", "sand", "aqua", "pink", "stone")
GROUNDS = ("page", "card", "sunk")
TEXT, EDGE = 4.5, 3.0


def palette(scheme: str) -> dict[str, str]:
    """The colours of a scheme by name. Dark ones stand over the light ones, as in the browser."""
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", light + dark[dark.index("\n  :root") :]))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", dark[: dark.index("\n  :root")]))
    return found


def luminance(colour: str) -> float:
    """How bright a colour is, 0 to 1. WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def pairs() -> Iterator[tuple[str, str, float]]:
    for ground in GROUNDS:
        for word in ("ink", "ink-soft", "ink-faint", "accent", "good", "warn", "bad"):
            yield word, ground, TEXT
        yield "edge", ground, EDGE
    for fill in FILLS:
        yield "ink", fill, TEXT
        yield "accent", fill, EDGE
        yield "edge", fill, EDGE
        yield "bad", fill, TEXT
    yield "ink", "picked", TEXT
    yield "accent", "picked", EDGE
    yield "on-accent", "accent", TEXT
    for band in ("real", "drill", "test"):
        yield "on-band", band, TEXT
    yield "page", "ink", TEXT


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), [pytest.param(*pair, id=f"{pair[0]} on {pair[1]}") for pair in pairs()]
)
def test_two_colours_that_meet_can_be_told_apart(scheme: str, front: str, back: str, least: float) -> None:
    colours = palette(scheme)
    found = contrast(colours[front], colours[back])
    assert found >= least, f"--{front} on --{back} is {found:.2f} in {scheme}; it needs {least}. Change tokens.css."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_fill_has_its_colour(scheme: str) -> None:
    colours = palette(scheme)
    assert len({colours[fill] for fill in FILLS}) == len(FILLS)
    assert contrast(colours["ink"], colours["page"]) > 13, "the reader of the tokens looks at something else"


def test_colours_stand_in_the_tokens_only() -> None:
    """A colour written elsewhere would not follow the dark mode or the forced colours."""
    css = ROOT / "muster/pages/static/pages/css"
    allowed = {"tokens.css", "print.css"}
    bad = [
        f"{file.name}: {found}"
        for file in sorted(css.glob("*.css"))
        if file.name not in allowed
        for found in re.findall(r"#[0-9A-Fa-f]{3,8}\b", file.read_text())
    ]
    assert not bad, f"Use a token: {bad}"
