"""An indented list as subject, strands and objectives.

Mathematics
    Number
        N1 Count in tens from any number *
        Compare two fractions
    Shape
        Name the parts of a circle

A line with deeper lines under it is a heading; any other line is an objective. The first level of headings is
the subjects, every further one a strand in the one above. `*` at either end of an objective marks it as key.
A code in front ("N1", "3.2", "Ma/4a:") is recognised by its figure, so that "I" or "A" stays a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from muster.pages.rules.said import say

TAB = 4
"""Columns a tab stands for, when tabs and spaces are mixed."""
CODE = re.compile(
    r"(?P<code>[^\W\d_]{0,4}[./:-]?\d{1,3}(?:[./:-]?[^\W_]{1,3}){0,3}|\d{1,2}[a-z]?|\([^\W_]{1,3}\)|[a-z])(?P<mark>[.):]?)(?P<gap>\s+)(?P<rest>\S.*)",
    re.IGNORECASE,
)
BULLET = re.compile(r"^(?:[-–—•·◦▪‣○●]\s+)+")


@dataclass(frozen=True)
class Line:
    """An objective of the list. `number` is its line, counting from 1."""

    number: int
    subject: str
    strands: tuple[str, ...]
    code: str
    wording: str
    is_key: bool


@dataclass(frozen=True)
class Problem:
    """A line that could not be read, and why."""

    number: int
    sentence: str


@dataclass(frozen=True)
class Outline:
    """What an indented list says, in its own order."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()


def depth_of(line: str) -> int:
    """How far a line is indented, in columns."""
    depth = 0
    for letter in line:
        if letter == "\t":
            depth += TAB - depth % TAB
        elif letter.isspace():
            depth += 1
        else:
            break
    return depth


def split_code(text: str) -> tuple[str, str]:
    """(code, the rest). A code needs a figure, or a single letter closed by a bracket, full stop or colon.

    "3 digit numbers" keeps its 3: a bare number counts as a code only with a mark after it.
    """
    found = CODE.fullmatch(text)
    if not found:
        return "", text
    code, mark, rest = found["code"], found["mark"], found["rest"]
    closed = bool(mark) or code.startswith("(")
    has_figure = any(letter.isdecimal() for letter in code)
    bare_number = code.isdecimal()
    if (has_figure and not bare_number and not code[-1:].isspace() and plausible(code)) or closed:
        return code.strip("()"), rest
    return "", text


def plausible(code: str) -> bool:
    """Whether a word with a figure in it looks like a code: not "2nd", "1000s", "3D", "24-hour" or "60p"."""
    if re.fullmatch(r"\d+(?:st|nd|rd|th|s|d|p|x|am|pm|cm|mm|m|km|g|kg|l|ml)", code, re.IGNORECASE):
        return False
    return not re.fullmatch(r"\d+[-/:]\d+|\d+-[^\W\d_]+", code)


def key_mark(text: str) -> tuple[bool, str]:
    """Whether `*` stands at an end of `text`, and the text without it."""
    plain = text.strip()
    bare = plain.strip("*").strip()
    return (bare != plain and bool(bare)), (bare or plain)


def read_outline(text: str, *, subject: str = "") -> Outline:
    """Read an indented list. With `subject` every heading is a strand of it, else the first level names subjects."""
    rows = [
        (number, depth_of(line), BULLET.sub("", line.strip()).strip())
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1)
        if line.strip()
    ]
    rows = [row for row in rows if row[2]]
    lines: list[Line] = []
    problems: list[Problem] = []
    above: list[tuple[int, str]] = []
    for place, (number, depth, words) in enumerate(rows):
        while above and above[-1][0] >= depth:
            above.pop()
        is_heading = place + 1 < len(rows) and rows[place + 1][1] > depth
        if is_heading:
            above.append((depth, key_mark(words)[1]))
            continue
        path = ([subject] if subject else []) + [name for _, name in above]
        if not path:
            problems.append(Problem(number, say("This line stands under no subject. Indent it under one.")))
            continue
        is_key, bare = key_mark(words)
        code, wording = split_code(bare)
        starred, wording = key_mark(wording)
        lines.append(Line(number, path[0], tuple(path[1:]), code, wording, is_key or starred))
    return Outline(tuple(lines), tuple(problems))


def written(lines: Iterator[Line] | tuple[Line, ...], *, subject: str = "") -> str:
    """`lines` as an indented list that reads back as the same."""
    out: list[str] = []
    shown: tuple[str, ...] = ()
    for line in lines:
        path = (line.subject, *line.strands) if not subject else line.strands
        same = 0
        while same < min(len(path), len(shown)) and path[same] == shown[same]:
            same += 1
        out += [" " * TAB * level + path[level] for level in range(same, len(path))]
        shown = path
        code = f"{line.code}: " if line.code else ""
        out.append(" " * TAB * len(path) + code + line.wording + (" *" if line.is_key else ""))
    return "\n".join(out)
