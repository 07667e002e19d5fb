"""A framework as a plain text: read, changed in any editor, sent by e-mail, and read back as the same.

framework: Our curriculum
  id: 0b7e…
  scale: Depth

scale: Depth
  step: Emerging
    code: E
    key: 1

stage: Year 3

subject: Mathematics
  strand: Number
    objective: Counts in tens
      code: N1
      stage: Year 3

Each line is a word, a colon and what it says; what belongs to a thing stands under it, indented. A line that begins
with # says nothing. Inside a text a line break is written \\n and a backslash \\\\, so that every line stays one line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from uuid import UUID

from muster.curriculum.rules.filling import LONGEST, cleaned
from muster.curriculum.rules.steps import StepDraft
from muster.pages.rules.said import say

INDENT = 2
GREETING = "# A framework of objectives, written by Muster. Change it in any editor; read it in again in Muster."
DEEPEST = 500
"""Levels of strands, which is more than anybody writes."""
ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
MEANT = {"\\": "\\", "n": "\n", "r": "\r"}
FILLS = frozenset({"rose", "straw", "leaf", "lilac", "sky", "sand", "aqua", "pink", "stone"})
PLACES = frozenset({"below", "at", "above"})


class NotPlain(ValueError):
    """A text that is no framework; `number` is the line, counting from 1, and `sentence` says what to do."""

    def __init__(self, number: int, sentence: str) -> None:
        """Say where and what."""
        super().__init__(f"Line {number}: {sentence}")
        self.number, self.sentence = number, sentence


@dataclass(frozen=True)
class ScaleText:
    """A scale and its steps, from least to most."""

    name: str
    steps: tuple[StepDraft, ...]


@dataclass(frozen=True)
class StageText:
    """A stage, and the names of the year groups it is usual for."""

    name: str
    year_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class ObjectiveText:
    """One objective, or one line of the summative sheet. `scale` is the name of its own scale, or nothing."""

    wording: str
    code: str = ""
    uuid: UUID | None = None
    identifier: str = ""
    stages: tuple[str, ...] = ()
    is_key: bool = False
    scale: str = ""
    detail: str = ""


@dataclass(frozen=True)
class StrandText:
    """A strand: its own objectives, then the strands in it."""

    name: str
    objectives: tuple[ObjectiveText, ...] = ()
    strands: tuple["StrandText", ...] = ()


@dataclass(frozen=True)
class SubjectText:
    """A subject, its strands and the lines that sum it up."""

    name: str
    scale: str = ""
    strands: tuple[StrandText, ...] = ()
    lines: tuple[ObjectiveText, ...] = ()


@dataclass(frozen=True)
class FrameworkText:
    """All of a framework that is not about a pupil."""

    name: str
    uuid: UUID | None
    scale: str
    scales: tuple[ScaleText, ...]
    source: str = ""
    stages: tuple[StageText, ...] = ()
    subjects: tuple[SubjectText, ...] = ()

    def objectives(self) -> Iterator[tuple[tuple[str, ...], ObjectiveText]]:
        """Every objective with the way to it, subject first, in order. Summative lines are not among them."""
        for subject in self.subjects:
            waiting: list[tuple[tuple[str, ...], StrandText]] = [
                ((subject.name,), strand) for strand in reversed(subject.strands)
            ]
            while waiting:
                above, strand = waiting.pop()
                path = (*above, strand.name)
                for objective in strand.objectives:
                    yield path, objective
                waiting += [(path, inside) for inside in reversed(strand.strands)]


# -- writing ---------------------------------------------------------------------------------------------------------


def written(framework: FrameworkText) -> str:
    """The text of `framework`."""
    return "\n".join([GREETING, "", *_framework(framework)]) + "\n"


def _line(depth: int, word: str, value: str) -> str:
    return " " * (INDENT * depth) + f"{word}: " + re.sub(r"[\\\n\r]", lambda found: ESCAPED[found[0]], value)


def _said(depth: int, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each word that says something."""
    return (_line(depth, word, value) for word, value in pairs if value)


def _framework(framework: FrameworkText) -> Iterator[str]:
    yield _line(0, "framework", framework.name)
    yield from _said(
        1,
        [("id", str(framework.uuid or "")), ("source", framework.source), ("scale", framework.scale)],
    )
    for scale in framework.scales:
        yield ""
        yield _line(0, "scale", scale.name)
        for step in scale.steps:
            yield from _step(step)
    for stage in framework.stages:
        yield ""
        yield _line(0, "stage", stage.name)
        yield from _said(1, [("year group", name) for name in stage.year_groups])
    for subject in framework.subjects:
        yield ""
        yield _line(0, "subject", subject.name)
        yield from _said(1, [("scale", subject.scale)])
        for line in subject.lines:
            yield from _objective(1, "summative line", line)
        waiting = [(1, strand) for strand in reversed(subject.strands)]
        while waiting:
            depth, strand = waiting.pop()
            yield _line(depth, "strand", strand.name)
            for objective in strand.objectives:
                yield from _objective(depth + 1, "objective", objective)
            waiting += [(depth + 1, inside) for inside in reversed(strand.strands)]


def _step(step: StepDraft) -> Iterator[str]:
    yield _line(1, "step", step.word)
    yield from _said(
        2,
        [
            ("code", step.code),
            ("key", "" if step.digit is None else str(step.digit)),
            ("symbol", step.symbol),
            ("fill", step.fill),
            ("place", step.place),
            ("number", "" if step.number is None else format(step.number.normalize(), "f")),
            ("secure", "yes" if step.secure else ""),
        ],
    )


def _objective(depth: int, word: str, objective: ObjectiveText) -> Iterator[str]:
    yield _line(depth, word, objective.wording)
    yield from _said(
        depth + 1,
        [
            ("code", objective.code),
            ("id", str(objective.uuid or "")),
            ("identifier", objective.identifier),
            *(("stage", stage) for stage in objective.stages),
            ("key objective", "yes" if objective.is_key else ""),
            ("scale", objective.scale),
            ("detail", objective.detail),
        ],
    )


# -- reading ---------------------------------------------------------------------------------------------------------


@dataclass
class _Thing:
    """A line of the text with the lines under it."""

    number: int
    word: str
    value: str
    under: list["_Thing"] = field(default_factory=list)

    def all(self, word: str) -> list["_Thing"]:
        """What stands under it by that word."""
        return [thing for thing in self.under if thing.word == word]

    def one(self, word: str) -> str:
        """What it says under that word, or nothing."""
        found = self.all(word)
        if len(found) > 1:
            raise NotPlain(found[1].number, say("“{word}” stands here for the second time. Take one away.", word=word))
        return found[0].value if found else ""

    def yes(self, word: str) -> bool:
        """Whether it says yes under that word."""
        value = self.one(word).strip().casefold()
        if value not in {"", "yes", "no"}:
            raise NotPlain(self.all(word)[0].number, say("Write yes or no after “{word}”.", word=word))
        return value == "yes"

    def uuid(self) -> UUID | None:
        """What it is called wherever it stands, or None."""
        text = self.one("id").strip()
        try:
            return UUID(text) if text else None
        except ValueError:
            raise NotPlain(self.all("id")[0].number, say("This identifier is not one. Take the line away.")) from None


UNDER = {
    "": {"framework", "scale", "stage", "subject"},
    "framework": {"id", "source", "scale"},
    "scale": {"step"},
    "step": {"code", "key", "symbol", "fill", "place", "number", "secure"},
    "stage": {"year group"},
    "subject": {"scale", "strand", "summative line"},
    "strand": {"strand", "objective"},
    "objective": {"code", "id", "identifier", "stage", "key objective", "scale", "detail"},
    "summative line": {"code", "id", "identifier", "stage", "key objective", "scale", "detail"},
}
"""Which words may stand under which."""


def _things(text: str) -> _Thing:
    top = _Thing(0, "", "")
    above: list[tuple[int, _Thing]] = [(-1, top)]
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        bare = raw.lstrip(" \t")
        if not bare.strip() or bare.startswith("#"):
            continue
        depth = len(raw[: len(raw) - len(bare)].expandtabs(INDENT))
        word, colon, value = bare.partition(":")
        word = " ".join(word.split()).casefold()
        while above[-1][0] >= depth:
            above.pop()
        parent = above[-1][1]
        allowed = UNDER.get(parent.word, set())
        if not colon or word not in allowed:
            words = ", ".join(sorted(allowed))
            if not parent.word:
                raise NotPlain(number, say("Only these may begin a line: {words}.", words=words))
            if not allowed:
                raise NotPlain(number, say("Nothing may stand under “{word}”.", word=parent.word))
            raise NotPlain(number, say("Only these may stand under “{word}”: {words}.", word=parent.word, words=words))
        if len(above) > DEEPEST:
            raise NotPlain(number, say("Strands may stand at most {deepest} deep.", deepest=DEEPEST))
        thing = _Thing(number, word, cleaned(_meant(value.removeprefix(" "), number)))
        parent.under.append(thing)
        above.append((depth, thing))
    return top


def _meant(value: str, number: int) -> str:
    def letter(found: re.Match[str]) -> str:
        if found[1] not in MEANT:
            raise NotPlain(number, say("After a backslash comes n, r or another backslash."))
        return MEANT[found[1]]

    return re.sub(r"\\(.?)", letter, value, flags=re.DOTALL)


def read(text: str) -> FrameworkText:
    """The framework a text says. Raises `NotPlain` at the first line that cannot be read."""
    top = _things(text.removeprefix("\ufeff"))
    frameworks = top.all("framework")
    if len(frameworks) != 1:
        number = frameworks[1].number if frameworks else 1
        raise NotPlain(number, say("The file says one framework: begin it with “framework:” and a name."))
    (first,) = frameworks
    scales = tuple(
        ScaleText(_named(thing, 80), tuple(map(_read_step, thing.all("step")))) for thing in top.all("scale")
    )
    _once(top.all("scale"))
    _once(top.all("stage"))
    _once(top.all("subject"))
    known = {scale.name for scale in scales}
    stages = tuple(
        StageText(_named(thing, LONGEST["stage"]), tuple(each.value for each in thing.all("year group") if each.value))
        for thing in top.all("stage")
    )
    names = _Names(known, {stage.name for stage in stages})
    scale = first.one("scale")
    if scale not in known:
        raise NotPlain(
            first.number, say("Say under the framework which scale it is judged with, and write that scale.")
        )
    return FrameworkText(
        name=_named(first, 120),
        uuid=first.uuid(),
        scale=scale,
        scales=scales,
        source=first.one("source")[:200],
        stages=stages,
        subjects=tuple(_read_subject(thing, names) for thing in top.all("subject")),
    )


@dataclass(frozen=True)
class _Names:
    """The scales and stages that may be named."""

    scales: set[str]
    stages: set[str]

    def scale(self, thing: _Thing) -> str:
        """The scale named under `thing`."""
        name = thing.one("scale")
        if name and name not in self.scales:
            raise NotPlain(
                thing.all("scale")[0].number, say("There is no scale “{name}” in this file.", name=name[:60])
            )
        return name


def _named(thing: _Thing, longest: int) -> str:
    if not thing.value:
        raise NotPlain(thing.number, say("Say after “{word}:” what it is called.", word=thing.word))
    if len(thing.value) > longest:
        raise NotPlain(thing.number, say("At most {longest:,} letters fit here.", longest=longest))
    return thing.value


def _once(things: Iterable[_Thing]) -> None:
    seen: set[str] = set()
    for thing in things:
        if thing.value in seen:
            raise NotPlain(
                thing.number, say("There are two {word}s of this name here. Give one another name.", word=thing.word)
            )
        seen.add(thing.value)


def _read_step(thing: _Thing) -> StepDraft:
    digit, number = thing.one("key").strip(), thing.one("number").strip()
    if digit and not (digit.isascii() and digit.isdecimal() and len(digit) == 1):
        raise NotPlain(thing.number, say("A key is one digit, 0 to 9."))
    for word, known in (("fill", FILLS), ("place", PLACES)):
        if thing.one(word) and thing.one(word) not in known:
            raise NotPlain(
                thing.number, say("A {word} is one of these: {known}.", word=word, known=", ".join(sorted(known)))
            )
    try:
        value = Decimal(number) if number else None
    except InvalidOperation:
        raise NotPlain(thing.number, say("This number cannot be read.")) from None
    if value is not None and not (value.is_finite() and abs(value) < 10_000 and round(value, 2) == value):
        raise NotPlain(thing.number, say("A number has at most four digits and two decimal places."))
    return StepDraft(
        word=_named(thing, 60),
        code=thing.one("code"),
        digit=int(digit) if digit else None,
        symbol=thing.one("symbol")[:4],
        fill=thing.one("fill"),
        place=thing.one("place"),
        number=value,
        secure=thing.yes("secure"),
    )


def _read_objective(thing: _Thing, names: _Names) -> ObjectiveText:
    for each in thing.all("stage"):
        if each.value not in names.stages:
            raise NotPlain(each.number, say("There is no stage “{value}” in this file.", value=each.value[:60]))
    for word in ("code", "identifier", "detail"):
        if len(thing.one(word)) > LONGEST[word]:
            raise NotPlain(
                thing.number, say("The {word} is longer than {longest:,} letters.", word=word, longest=LONGEST[word])
            )
    return ObjectiveText(
        wording=_named(thing, LONGEST["wording"]),
        code=thing.one("code"),
        uuid=thing.uuid(),
        identifier=thing.one("identifier"),
        stages=tuple(dict.fromkeys(each.value for each in thing.all("stage"))),
        is_key=thing.yes("key objective"),
        scale=names.scale(thing),
        detail=thing.one("detail"),
    )


def _read_subject(thing: _Thing, names: _Names) -> SubjectText:
    _once(thing.all("summative line"))
    return SubjectText(
        name=_named(thing, LONGEST["subject"]),
        scale=names.scale(thing),
        strands=_read_strands(thing, names),
        lines=tuple(_read_objective(line, names) for line in thing.all("summative line")),
    )


def _read_strands(above: _Thing, names: _Names) -> tuple[StrandText, ...]:
    """The strands under `above`, however deep, without a function calling itself."""
    order = [above]
    for thing in order:
        order += thing.all("strand")
    found: dict[int, StrandText] = {}
    for thing in reversed(order):
        _once(thing.all("strand"))
        inside = tuple(found[each.number] for each in thing.all("strand"))
        if thing is above:
            return inside
        objectives = tuple(_read_objective(each, names) for each in thing.all("objective"))
        found[thing.number] = StrandText(_named(thing, LONGEST["strand"]), objectives, inside)
    return ()
