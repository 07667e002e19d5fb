"""The plan of a list of objectives: what each row would add, change, leave or refuse. The run applies this plan.

A row is the same objective as one already there when the file's own identifier is the same; else when code and
strand are; else when subject, strand and wording are. Two rows of one file that are the same objective become one
objective in both rows' stages.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from muster.pages.rules.said import say

Path: TypeAlias = tuple[str, ...]
"""Subject, strand, strand in the strand…; always at least two long."""

LONGEST = {"subject": 120, "strand": 200, "stage": 80, "code": 40, "identifier": 200, "wording": 4000, "detail": 20000}


class Effect(StrEnum):
    """What happens to a row."""

    ADD = "add"
    CHANGE = "change"
    LEAVE = "leave"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Wanted:
    """One objective as a list or file has it. None and "" say nothing, and leave what is there."""

    row: int
    subject: str
    strands: Path
    wording: str
    stages: Path = ()
    code: str = ""
    detail: str = ""
    is_key: bool | None = None
    identifier: str = ""

    @property
    def path(self) -> Path:
        """Where it belongs. Directly under a subject means in a strand of the subject's own name."""
        return (self.subject, *(self.strands or (self.subject,)))


@dataclass(frozen=True)
class Known:
    """One objective that is there."""

    pk: int
    path: Path
    wording: str
    stages: Path = ()
    code: str = ""
    detail: str = ""
    is_key: bool = False
    identifier: str = ""
    uuid: str = ""
    retired: bool = False


@dataclass(frozen=True)
class Change:
    """The fields of one objective that would get new values."""

    wording: str | None = None
    code: str | None = None
    detail: str | None = None
    is_key: bool | None = None
    path: Path | None = None
    stages: Path | None = None
    back: bool = False
    """Whether a retired objective returns."""

    @property
    def words(self) -> str:
        """What changes, in words."""
        names = {
            "wording": "wording",
            "code": "code",
            "detail": "detail",
            "is_key": "key flag",
            "path": "place",
            "stages": "stages",
        }
        said = [name for key, name in names.items() if getattr(self, key) is not None]
        return ", ".join(said + (["no longer retired"] if self.back else []))

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not self.words


@dataclass(frozen=True)
class Row:
    """What happens to one row, and why."""

    number: int
    effect: Effect
    wording: str
    reason: str = ""


@dataclass(frozen=True)
class Fill:
    """The plan: objectives to add, changes by objective, and every row's fate."""

    rows: tuple[Row, ...]
    add: tuple[Wanted, ...]
    change: Mapping[int, Change]
    paths: tuple[Path, ...]
    """Every subject and strand needed, a strand always after the one it stands in."""
    stages: Path

    def count(self, effect: Effect) -> int:
        """Rows with that fate."""
        return sum(row.effect is effect for row in self.rows)

    @property
    def is_empty(self) -> bool:
        """Whether the run would change nothing."""
        return not self.add and not self.change

    @property
    def mark(self) -> str:
        """A short digest: what was shown and what is applied have the same one."""
        said = repr((self.add, sorted(self.change.items(), key=lambda one: one[0]), self.stages))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def same(text: str) -> str:
    """`text` for comparing names and wordings: case, spaces and ways of writing one letter ignored."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def cleaned(text: str) -> str:
    """`text` without the spaces at its ends and without the one character no database keeps; otherwise as it was."""
    return text.replace("\x00", "").strip()


@dataclass
class _Gathered:
    """Rows of one file that are one objective."""

    first: Wanted
    stages: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    def wanted(self) -> Wanted:
        """The one objective they make."""
        return replace(self.first, stages=tuple(self.stages), detail="\n".join(self.details))


def plan_filling(wanted: Iterable[Wanted], known: Iterable[Known]) -> Fill:
    """What `wanted` would do to `known`. Nothing that is there and not in `wanted` is touched."""
    index = _Index(known)
    gathered: dict[object, _Gathered] = {}
    rows: list[Row] = []
    for one in wanted:
        reason = fault_of(one)
        if reason:
            rows.append(Row(one.row, Effect.REFUSE, one.wording[:80], reason))
            continue
        key: object = (
            ("id", one.identifier) if one.identifier else ("at", _place(one.path), same(one.code), same(one.wording))
        )
        group = gathered.get(key)
        if group is None:
            gathered[key] = _Gathered(one, list(dict.fromkeys(one.stages)), [one.detail] if one.detail else [])
            continue
        if same(group.first.wording) != same(one.wording) or _place(group.first.path) != _place(one.path):
            rows.append(
                Row(
                    one.row,
                    Effect.REFUSE,
                    one.wording[:80],
                    say("Row {row} has the same identifier with other words or another place.", row=group.first.row),
                )
            )
            continue
        more = [stage for stage in one.stages if stage not in group.stages]
        group.stages += more
        if one.detail and one.detail not in group.details:
            group.details.append(one.detail)
        said = say("The same objective as row {row}.", row=group.first.row)
        if more:
            said = say("The same objective as row {row}, also in {stage}.", row=group.first.row, stage=more[0])
        rows.append(Row(one.row, Effect.LEAVE, one.wording[:80], said))
    add: list[Wanted] = []
    change: dict[int, Change] = {}
    for group in gathered.values():
        one = group.wanted()
        there = index.find(one)
        if there is None:
            add.append(one)
            rows.append(Row(one.row, Effect.ADD, one.wording[:80]))
            continue
        if there.pk in change:
            rows.append(
                Row(one.row, Effect.REFUSE, one.wording[:80], say("Another row already changes the same objective."))
            )
            continue
        differs = difference(one, there)
        if differs.is_empty:
            rows.append(Row(one.row, Effect.LEAVE, one.wording[:80], say("Already there.")))
        else:
            change[there.pk] = differs
            rows.append(Row(one.row, Effect.CHANGE, one.wording[:80], say("Changes {words}.", words=differs.words)))
    rows.sort(key=lambda row: row.number)
    moved = [differs.path for differs in change.values() if differs.path]
    return Fill(
        tuple(rows), tuple(add), change, _all_paths([one.path for one in add] + moved), _all_stages(add, change)
    )


def fault_of(one: Wanted) -> str:
    """Why a row cannot be an objective; empty when it can."""
    if not one.wording:
        return say("This row says nothing to be learnt.")
    if not one.subject:
        return say("This row names no subject.")
    for name, texts in (
        ("subject", (one.subject,)), ("strand", one.strands), ("stage", one.stages), ("code", (one.code,)),
        ("identifier", (one.identifier,)), ("wording", (one.wording,)), ("detail", (one.detail,)),
    ):  # fmt: skip
        for text in texts:
            if len(text) > LONGEST[name]:
                return say("The {name} is longer than {longest:,} letters.", name=name, longest=LONGEST[name])
    return ""


def difference(one: Wanted, there: Known) -> Change:
    """What `one` would change; what it leaves out (no code, no detail, no stage) stays."""
    new_stages = [stage for stage in one.stages if same(stage) not in {same(name) for name in there.stages}]
    gone = [stage for stage in there.stages if same(stage) not in {same(name) for name in one.stages}]
    return Change(
        wording=one.wording if one.wording != there.wording else None,
        code=one.code if one.code and one.code != there.code else None,
        detail=one.detail if one.detail and one.detail != there.detail else None,
        is_key=one.is_key if one.is_key is not None and one.is_key != there.is_key else None,
        path=one.path if _place(one.path) != _place(there.path) else None,
        stages=one.stages if one.stages and (new_stages or gone) else None,
        back=there.retired,
    )


class _Index:
    """Finds the objective a row means."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.identifiers: dict[str, Known] = {}
        self.codes: dict[object, list[Known]] = {}
        self.words: dict[object, list[Known]] = {}
        # Live ones come last, so that they win over a retired one of the same name.
        for there in sorted(known, key=lambda there: not there.retired):
            for name in filter(None, (there.uuid, there.identifier)):
                self.identifiers[name] = there
            if there.code:
                self.codes.setdefault((_place(there.path), same(there.code)), []).append(there)
            self.words.setdefault((_place(there.path), same(there.wording)), []).append(there)

    def find(self, one: Wanted) -> Known | None:
        """The one it means, or None when it is new or could mean two."""
        if one.identifier and one.identifier in self.identifiers:
            return self.identifiers[one.identifier]
        place = _place(one.path)
        for found in (
            self.codes.get((place, same(one.code)), []) if one.code else [],
            self.words.get((place, same(one.wording)), []),
        ):
            # An objective that a file knows by its identifier is not taken for another's.
            free = [there for there in found if not (one.identifier and there.identifier)]
            live = [there for there in free if not there.retired] or free
            if len(live) == 1:
                return live[0]
            narrowed = [there for there in live if same(there.wording) == same(one.wording)]
            if len(narrowed) == 1 or (narrowed and not one.code):
                return narrowed[0]
        return None


def _place(path: Path) -> Path:
    return tuple(same(name) for name in path)


def _all_paths(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Each path with those above it, without repeats, in the order they first appear."""
    found: dict[Path, Path] = {}
    for path in paths:
        for depth in range(1, len(path) + 1):
            found.setdefault(_place(path[:depth]), path[:depth])
    return tuple(found.values())


def _all_stages(add: Iterable[Wanted], change: Mapping[int, Change]) -> Path:
    found: dict[str, str] = {}
    for stages in [*(one.stages for one in add), *(differs.stages or () for differs in change.values())]:
        for stage in stages:
            found.setdefault(same(stage), stage)
    return tuple(found.values())
