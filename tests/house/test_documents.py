"""Every setting, permission, verb and format has a heading, and every link leads somewhere."""

import csv
import importlib
import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

import pytest

from muster.people import told
from muster.people.access import Permission
from tests.exchange.real import NATIONAL_CURRICULUM, needs
from tests.house.reading import ROOT, place, python, tracked

pytestmark = pytest.mark.pure

PAGES = ROOT / "docs/how-it-works"
WANTED = [
    "README.md", "ARCHITECTURE.md", "STYLE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE",
    "docs/glossary.md", "docs/install/debian.md",
]  # fmt: skip


def headings() -> set[str]:
    """Every heading of docs/how-it-works, without its marks."""
    return {
        re.sub(r"[`*]", "", line.lstrip("#")).strip()
        for file in PAGES.glob("*.md")
        for line in file.read_text().splitlines()
        if re.match(r"#{1,6} ", line)
    }


def has_heading(name: str, there: set[str]) -> bool:
    """A heading that is the name, or begins with it: `markbook:judge`, `markbook:judge — mark a class`."""
    return any(heading == name or re.match(re.escape(name) + r"[\s,:;.—–(]", heading + " ") for heading in there)


def verbs() -> list[str]:
    """Every verb of history, from every app."""
    found = []
    for file in python("muster/**/verbs.py"):
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == module.__name__:
                found += [verb.value for verb in kind]
    return sorted(found)


def settings() -> list[str]:
    """Every variable that an installation may set."""
    text = "".join(file.read_text() for file in python("muster/**/*.py"))
    return sorted(set(re.findall(r"[\"'](MUSTER_[A-Z_]+)[\"']", text)))


def formats() -> list[str]:
    """Every outside format: a folder of exchange with something to read or write."""
    return sorted(
        {file.parent.name for name in ("read", "write") for file in ROOT.glob(f"muster/exchange/*/{name}.py")}
    )


def test_every_permission_has_a_heading() -> None:
    missing = [one.value for one in Permission if not has_heading(one.value, headings())]
    assert not missing, f"Give each a heading in docs/how-it-works, and say what it lets somebody do: {missing}"


def test_every_verb_of_history_has_a_heading() -> None:
    missing = [verb for verb in verbs() if not has_heading(verb, headings())]
    assert not missing, f"Give each a heading in docs/how-it-works, and say when it is written: {missing}"


def test_every_verb_of_history_is_a_sentence_on_its_page() -> None:
    found = verbs()
    bare = [verb for verb in found if told.sentence(verb) == verb]
    assert not bare, f"Say in verbs.py, with told.offer, what the history page shows for: {bare}"


def test_every_setting_has_a_heading() -> None:
    missing = [name for name in settings() if not has_heading(name, headings())]
    assert not missing, f"Give each a heading in docs/how-it-works/settings.md: {missing}"


def test_every_format_has_a_heading() -> None:
    missing = [name for name in formats() if not has_heading(name, {one.lower() for one in headings()})]
    assert not missing, f"Give each a heading in docs/how-it-works: {missing}"


def test_no_setting_is_described_that_is_not_there() -> None:
    described = {word for heading in headings() for word in re.findall(r"\bMUSTER_[A-Z_]+\b", heading)}
    assert not described - set(settings())


def test_there_are_things_to_describe() -> None:
    assert len(verbs()) > 10
    assert len(settings()) > 5
    assert formats()


@pytest.mark.parametrize("name", WANTED)
def test_the_documents_are_there(name: str) -> None:
    assert (ROOT / name).exists(), f"Write {name}"
    assert len((ROOT / name).read_text().split()) > 30


def anchors(file: Path) -> set[str]:
    """The anchors that a reader of Markdown makes of headings."""
    found = set()
    for line in file.read_text().splitlines():
        if re.match(r"#{1,6} ", line):
            words = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(words.replace(" ", "-"))
    return found


def links(file: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", file.read_text(), flags=re.DOTALL)
    return re.findall(r"(?<!\\)\]\(([^)\s]+)\)", text)


def test_every_link_leads_somewhere() -> None:
    broken = []
    for file in (one for one in tracked() if one.suffix == ".md"):
        for link in links(file):
            if re.match(r"[a-z]+:", link) or link.startswith("/"):
                continue
            path, _, anchor = unquote(link).partition("#")
            target = (file.parent / path).resolve() if path else file
            if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
                broken.append(f"{place(file)}: {link}")
    assert not broken, f"These lead nowhere: {broken}"


def test_decisions_are_numbered_once() -> None:
    numbers = [file.name[:4] for file in (ROOT / "docs/decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))
    assert all(number.isdigit() for number in numbers)
    for file in (ROOT / "docs/decisions").glob("*.md"):
        text = file.read_text().lower()
        for part in ("decision", "because", "considered", "consequences"):
            assert part in text, f"{place(file)} does not say: {part}"


def test_nothing_is_left_for_later() -> None:
    words = "|".join(word[::-1] for word in ("ODOT", "EMXIF", "XXX", "DBT"))
    left = re.compile(rf"\b(?:{words})\b|to be confirmed")
    bad = [
        place(file)
        for file in tracked()
        if file.suffix in {".py", ".md", ".html", ".js", ".css", ".toml"}
        and file.name != "test_documents.py"
        and left.search(file.read_text())
    ]
    assert not bad, f"Do it, or open an issue: {bad}"


@needs(NATIONAL_CURRICULUM)
def test_no_text_of_the_national_curriculum_is_in_the_project() -> None:
    """Schools bring it themselves: its licence is theirs to keep to, and its wording changes without us."""
    with NATIONAL_CURRICULUM.open(newline="", encoding="utf-8-sig") as file:
        said = {
            " ".join(text.split())[:60]
            for row in csv.DictReader(file)
            for text in (row["statement"], row["sub_statements"])
            if len(text) > 60
        }
    assert len(said) > 500
    ours = " ".join(
        file.read_text(errors="ignore") for file in tracked() if file.suffix not in {".png", ".woff2"}
    ).split()
    starts = {text.split()[0] for text in said}
    found = [
        text
        for place, word in enumerate(ours)
        if word in starts and (text := " ".join(ours[place : place + 30])[:60]) in said
    ]
    assert not found, f"Write objectives of our own: {found[:3]}"
