"""XML from outside, read without its tricks.

A declaration of types (DOCTYPE) is where entities that grow without end and files of this machine come in. No format Muster
reads has one, so a file that has is refused at that very place. Depth and the number of elements are bounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from muster.pages.rules.kinds import MOST_BYTES, Unreadable, too_large
from muster.pages.rules.said import say

DEEPEST = 60
MOST_ELEMENTS = 600_000
"""A transfer file has a few hundred for each child."""


@dataclass(slots=True)
class Element:
    """One element: its name without its namespace, its own text without outer spaces, and what stands in it."""

    name: str
    line: int
    """Where it begins in the file, from 1."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        """Those of that name directly in it."""
        return (child for child in self.children if child.name == name)

    def find(self, *path: str) -> "Element | None":
        """The first along `path`, or None."""
        here: Element | None = self
        for name in path:
            here = next(here.all(name), None) if here is not None else None
        return here

    def said(self, *path: str) -> str:
        """The text of the first along `path`; "" where there is none."""
        found = self.find(*path)
        return found.text if found is not None else ""


def too_many() -> Unreadable:
    """That a file holds more elements than are read."""
    return Unreadable(say("This XML file holds more than a list can. Split it, for instance by year."))


def read_xml(data: bytes) -> Element:
    """The outermost element. Raises `Unreadable` for what is no XML, declares types, or goes too deep."""
    if len(data) > MOST_BYTES:
        raise too_large(len(data))
    # Counted before anything is built, where a tag is one byte; whatever else hides there is counted as it is read.
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        begun = data.count(b"<") - data.count(b"</") - data.count(b"<!") - data.count(b"<?")
        if begun > MOST_ELEMENTS:
            raise too_many()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    outermost: list[Element] = []
    standing: list[Element] = []
    pieces: list[list[str]] = []
    count = 0

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS:
            raise too_many()
        if len(standing) >= DEEPEST:
            raise Unreadable(say("This XML file is nested deeper than any list. Nothing of it was read."))
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(" ")[2], parser.CurrentLineNumber, plain)
        (standing[-1].children if standing else outermost).append(element)
        standing.append(element)
        pieces.append([])

    def ends(_name: str) -> None:
        standing.pop().text = "".join(pieces.pop()).strip()

    def says(text: str) -> None:
        if pieces:
            pieces[-1].append(text)

    def declares(*_what: object) -> None:
        raise Unreadable(
            say(
                "This XML file declares types or entities of its own (DOCTYPE), which no list does. Nothing of it was read."
            )
        )

    parser.StartElementHandler = begins
    parser.EndElementHandler = ends
    parser.CharacterDataHandler = says
    parser.StartDoctypeDeclHandler = declares
    parser.EntityDeclHandler = declares
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise Unreadable(
            say(
                "This XML file cannot be read beyond line {line:,}: it is damaged or was cut short. Save or send it again.",
                line=problem.lineno,
            )
        ) from None
    except (LookupError, ValueError) as problem:
        if isinstance(problem, Unreadable):
            raise
        raise Unreadable(
            say("The letters of this XML file cannot be read. Save it as UTF-8, and bring that.")
        ) from None
    return outermost[0]
