"""From a CASE package to the objectives it lists: nesting and order from its associations, the rest kept as it is.

An item in which others stand is a strand; one in which none do is an objective. What Muster has no word for stays in the
package, which is kept whole, so that it can be written out again.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from muster.curriculum.rules.filling import LONGEST, Path, Wanted, cleaned
from muster.curriculum.rules.steps import StepDraft
from muster.exchange.case.fields import CHILD, SUBJECT_TYPES, stage_of
from muster.pages.rules.kinds import MOST_BYTES, Unreadable, too_large
from muster.pages.rules.said import say

MOST_ITEMS = 20_000
DEEPEST = 30
SECURE = ("secure", "proficient", "meets", "met", "expected", "achiev", "master")
"""What the first level of a rubric that a school calls secure may be named."""
Thing: TypeAlias = dict[str, Any]
"""One object of the package."""


@dataclass(frozen=True)
class CaseRead:
    """A package as objectives."""

    title: str
    identifier: str
    """That of the document."""
    wanted: tuple[Wanted, ...]
    faults: tuple[tuple[int, str, str], ...]
    """Items that cannot be read: their number in the package, wording, why."""
    notes: tuple[str, ...]
    places: Mapping[str, Path]
    """The path each item became in which others stand, by its identifier; a subject's is one long."""
    package: str
    """The package itself, as text that is the same for the same package."""
    scale: tuple[str, tuple[StepDraft, ...]] | None
    """The words of its rubric, where all its criteria have the same."""


@dataclass
class _Tree:
    """Which item stands in which. The document is ""."""

    items: dict[str, tuple[int, Thing]]
    children: dict[str, list[str]] = field(default_factory=dict)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def refuse(self, identifier: str, why: str) -> None:
        number, item = self.items[identifier]
        self.faults.append((number, text_in(item, "fullStatement")[:80], why))


def read_package(data: bytes) -> CaseRead:
    """The objectives of a package. Raises `Unreadable` for what is none."""
    return read_objects(opened(data))


def read_objects(package: Thing) -> CaseRead:
    """The objectives of a package that has been opened. Raises `Unreadable`."""
    document = package["CFDocument"]
    identifier, title = text_in(document, "identifier"), cleaned(text_in(document, "title"))
    if not identifier or not title:
        raise Unreadable(say("This CASE package does not say what it is: its document has no identifier or no title."))
    faults: list[tuple[int, str, str]] = []
    items = items_of(package, faults)
    tree, notes = tree_of(package, identifier, items)
    tree.faults += faults
    wanted, places = walk(tree, subjects_of(document, title))
    if not wanted and not tree.faults:
        raise Unreadable(say("This CASE package holds nothing to be learnt."))
    return CaseRead(
        title=title,
        identifier=identifier,
        wanted=tuple(wanted),
        faults=tuple(sorted(tree.faults)),
        notes=tuple(notes),
        places=places,
        package=json.dumps(package, separators=(",", ":")),
        scale=scale_of(package),
    )


def opened(data: bytes) -> dict[str, Any]:
    """The package as objects. Raises `Unreadable`."""
    if len(data) > MOST_BYTES:
        raise too_large(len(data))
    try:
        package = json.loads(data, parse_constant=no_number)
        # Half of a pair of code points is no letter, and no database keeps it.
        json.dumps(package, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Unreadable(
            say("This JSON file is damaged or was cut short. Save or send it again, and bring that.")
        ) from None
    parts = ("CFItems", "CFAssociations")
    is_package = isinstance(package, dict) and isinstance(package.get("CFDocument"), dict)
    if not is_package or not all(isinstance(package.get(part, []), list) for part in parts):
        raise Unreadable(say("This is JSON, but no CASE package: it has no CFDocument with its items."))
    if len(package.get("CFItems", [])) > MOST_ITEMS:
        raise Unreadable(say("This CASE package has more than {most:,} items. Bring it in parts.", most=MOST_ITEMS))
    found: dict[str, Any] = package
    return found


def no_number(text: str) -> float:
    """NaN and its like are no JSON."""
    raise ValueError(text)


def text_in(thing: object, name: str) -> str:
    """The text under a name; "" where there is none or something else."""
    value = thing.get(name) if isinstance(thing, dict) else None
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def texts_in(thing: Thing, name: str) -> list[str]:
    """The texts under a name, whether it is one or a list."""
    value = thing.get(name)
    each = value if isinstance(value, list) else [value]
    return [cleaned(one) for one in each if isinstance(one, str) and cleaned(one)]


def items_of(package: Thing, faults: list[tuple[int, str, str]]) -> dict[str, tuple[int, Thing]]:
    """The items by identifier, each with its number from 1."""
    listed = package.get("CFItems", [])
    many = Counter(text_in(item, "identifier") for item in listed)
    items: dict[str, tuple[int, Thing]] = {}
    for number, item in enumerate(listed, start=1):
        identifier, words = text_in(item, "identifier"), text_in(item, "fullStatement")[:80]
        if not identifier:
            faults.append((number, words, say("This item has no identifier.")))
        elif many[identifier] > 1:
            faults.append((number, words, say("Another item has the same identifier, so neither can be told from it.")))
        else:
            items[identifier] = (number, item)
    return items


def tree_of(package: Thing, document: str, items: dict[str, tuple[int, Thing]]) -> tuple[_Tree, list[str]]:
    """Where every item stands: in the first of its parents that the package has."""
    tree = _Tree(items)
    first: dict[str, tuple[str, float, int]] = {}
    several: set[str] = set()
    strangers: set[str] = set()
    elsewhere = lost = 0
    for number, one in enumerate(package.get("CFAssociations", [])):
        child, parent = (text_in(one.get(end), "identifier") if isinstance(one, dict) else "" for end in ENDS)
        if text_in(one, "associationType") != CHILD:
            elsewhere += bool(child and parent and not {child, parent} <= items.keys())
            continue
        if child not in items:
            lost += 1
        elif parent not in items and parent != document:
            strangers.add(child)
        elif child in first:
            several.add(child)
        else:
            order = one.get("sequenceNumber")
            first[child] = (parent, order if isinstance(order, int | float) else math.inf, number)
    for child, (parent, _order, _number) in sorted(first.items(), key=lambda each: each[1][1:]):
        tree.children.setdefault("" if parent == document else parent, []).append(child)
    for child in strangers - first.keys():
        tree.refuse(child, say("It stands in an item that the package does not have."))
    # An item that no association places stands in the document itself.
    tree.children.setdefault("", []).extend(name for name in items if name not in first and name not in strangers)
    notes = []
    if lost:
        notes.append(
            say("Associations of items that the package does not have, kept and not shown: {count}.", count=lost)
        )
    if elsewhere:
        notes.append(say("Links to items of other frameworks, kept and written out again: {count}.", count=elsewhere))
    if several:
        notes.append(
            say("Items that stand in several places are taken where they stand first: {count}.", count=len(several))
        )
    return tree, notes


ENDS = ("originNodeURI", "destinationNodeURI")


def subjects_of(document: Thing, title: str) -> list[str]:
    """The subjects a document names; its title where it names none."""
    return [name[: LONGEST["subject"]] for name in texts_in(document, "subject")] or [title[: LONGEST["subject"]]]


def walk(tree: _Tree, subjects: Sequence[str]) -> tuple[list[Wanted], dict[str, Path]]:
    """Every objective from top to bottom, and the path of each item that others stand in."""
    wanted: list[Wanted] = []
    places: dict[str, Path] = {}
    seen: set[str] = set()
    waiting: list[tuple[str, Path]] = [(name, ()) for name in reversed(tree.children.get("", []))]
    while waiting:
        name, above = waiting.pop()
        seen.add(name)
        number, item = tree.items[name]
        inside = tree.children.get(name, [])
        path = path_of(item, above, subjects, holds=bool(inside))
        if len(path) > DEEPEST:
            tree.refuse(name, say("It is nested deeper than Muster reads."))
            continue
        if inside:
            places[name] = path
            waiting.extend((child, path) for child in reversed(inside))
        elif not cleaned(text_in(item, "fullStatement")):
            tree.refuse(name, say("This item says nothing to be learnt."))
        else:
            wanted.append(objective(name, number, item, path))
    placed = {child for children in tree.children.values() for child in children}
    for name in tree.items:
        if name in placed and name not in seen:
            tree.refuse(name, say("It stands in itself, round some other items or below what was refused."))
    return wanted, places


def path_of(item: Thing, above: Path, subjects: Sequence[str], *, holds: bool) -> Path:
    """Subject and strands of an item: with itself where others stand in it."""
    named = cleaned(" ".join((text_in(item, "abbreviatedStatement") or text_in(item, "fullStatement")).split()))
    if not above:
        is_subject = text_in(item, "CFItemType").casefold() in SUBJECT_TYPES or (
            len(subjects) > 1 and named in subjects
        )
        if holds and is_subject and named:
            return (named[: LONGEST["subject"]],)
        above = (subjects[0],)
    return (*above, named[: LONGEST["strand"]]) if holds and named else above


def objective(identifier: str, number: int, item: Thing, path: Path) -> Wanted:
    """The objective that an item is."""
    code = cleaned(text_in(item, "humanCodingScheme"))
    return Wanted(
        row=number,
        subject=path[0],
        strands=path[1:],
        wording=cleaned(text_in(item, "fullStatement")),
        stages=tuple(dict.fromkeys(stage_of(level) for level in texts_in(item, "educationLevel"))),
        code=code if len(code) <= LONGEST["code"] else "",
        detail=cleaned(text_in(item, "notes")),
        identifier=identifier,
    )


def scale_of(package: Thing) -> tuple[str, tuple[StepDraft, ...]] | None:
    """The words of the first rubric whose criteria all have the same levels, from least to most."""
    for rubric in listed(package, "CFRubrics"):
        criteria = [levels_of(criterion) for criterion in listed(rubric, "CFRubricCriteria")]
        words = criteria[0] if criteria else []
        if (
            len(words) > 1
            and all(each == words for each in criteria)
            and len(set(map(str.casefold, words))) == len(words)
        ):
            secure = next((word for word in words if any(sign in word.casefold() for sign in SECURE)), words[-1])
            steps = tuple(StepDraft(word, secure=words.index(word) >= words.index(secure)) for word in words)
            return cleaned(text_in(rubric, "title"))[:80] or say("Levels"), steps
    return None


def levels_of(criterion: Thing) -> list[str]:
    """The words of a criterion's levels in order."""

    def number(level: Thing, name: str) -> float:
        value = level.get(name)
        return value if isinstance(value, int | float) else math.inf

    def place(level: Thing) -> tuple[float, float]:
        return number(level, "position"), number(level, "score")

    levels = sorted(listed(criterion, "CFRubricCriterionLevels"), key=place)
    words = [cleaned(text_in(level, "quality") or text_in(level, "description"))[:60] for level in levels]
    return [word for word in words if word]


def listed(thing: Thing, name: str) -> list[Thing]:
    """The objects under a name."""
    value = thing.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
