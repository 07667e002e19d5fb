"""What a plan would do, ready to be put on a page: numbers, names behind them, and what has to be settled, by cause."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from muster.exchange.reading import Found
from muster.exchange.rules.causes import is_answered
from muster.exchange.rules.known import HeldPupil, HeldStaff, Known
from muster.exchange.rules.matching import folded
from muster.exchange.rules.plan import Line, Plan
from muster.exchange.rules.planning.classes import year_word
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, Source
from muster.exchange.rules.table import Table, TableRow

SAMPLE = 5
MOST_SHOWN = 200
"""Names behind one number, or records of one cause; the numbers always count all."""


@dataclass(frozen=True)
class Shown:
    """All of it, as values that rest sealed between two requests."""

    kind: str = ""
    title: str = ""
    mark: str = ""
    needs_columns: bool = False
    either_way: bool = False
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Records by kind and effect."""
    names: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    """Of people, those behind each effect."""
    causes: Sequence[Mapping[str, Any]] = ()
    notes: Sequence[str] = ()
    new_classes: Sequence[Mapping[str, str]] = ()
    classes: Sequence[Sequence[str]] = ()
    year_groups: Sequence[Sequence[str]] = ()
    headings: Sequence[Mapping[str, str]] = ()
    rows: Sequence[Sequence[str]] = ()
    refused: Sequence[Sequence[str]] = ()
    refused_headings: Sequence[str] = ()
    parts: Sequence[Mapping[str, str]] = ()
    """Schools of a package among which nobody has said which is this one."""
    others: Sequence[Mapping[str, str]] = ()
    """The other schools of a package."""
    pupils: Sequence[int] = ()
    """Whose records it looked into."""
    has_work: bool = False
    to_invite: int = 0
    blanks: int = 0
    """Pupils of whom something is known where the file has an empty cell."""

    def packed(self) -> bytes:
        """As bytes."""
        return zlib.compress(json.dumps(asdict(self), ensure_ascii=False).encode(), 3)

    @classmethod
    def unpacked(cls, data: bytes) -> "Shown":
        """From what `packed` gave."""
        return cls(**json.loads(zlib.decompress(data)))

    def count(self, effect: str, *of: str) -> int:
        """Records with that effect, of these kinds or of all."""
        return sum(
            many
            for kind, each in self.counts.items()
            if not of or kind in of
            for name, many in each.items()
            if name == effect
        )


def columns_shown(found: Found) -> dict[str, Any]:
    """The headings and the first rows of a list."""
    if found.table is None or found.columns is None:
        return {}
    taken = {place: name for name, place in found.columns.known.items()}
    headings = [
        {"place": str(place), "heading": heading, "field": taken.get(place, "")}
        for place, heading in enumerate(found.table.headings)
    ]
    rows = [[cell[:60] for cell in cells_of(row, found)] for row in found.table.rows[:SAMPLE]]
    return {"headings": headings, "rows": rows}


def cells_of(row: TableRow, found: Found) -> list[str]:
    """The cells of a row, but those of columns that are never stored."""
    headings = found.table.headings if found.table else ()
    never = found.columns.never if found.columns else ()
    return ["" if heading in never else row.cell(place) for place, heading in enumerate(headings)]


def shown_of(plan: Plan, found: Found, known: Known) -> Shown:
    """What the page shows of `plan`."""
    counts: dict[str, dict[str, int]] = {}
    for (of, effect), many in plan.counts.items():
        counts.setdefault(of.value, {})[effect.value] = many
    names: dict[str, list[dict[str, str]]] = {}
    refused: list[list[str]] = []
    by_pk = {one.pk: one for one in known.pupils}
    staff = {one.pk: one for one in known.staff}
    causes: dict[tuple[str, str], dict[str, Any]] = {}
    table = {row.number: row for row in found.table.rows} if found.table else {}
    for line in plan.lines:
        stops = line.effect in {Effect.REFUSE, Effect.ASK}
        if line.of in {Of.PUPIL, Of.STAFF} or stops:
            why = " ".join(each.words for each in line.reasons)
            names.setdefault(line.effect.value, []).append({"name": line.name, "why": why})
        if not stops or not line.reasons:
            continue
        add_cause(causes, line, by_pk if line.of is Of.PUPIL else staff)
        row = table.get(line.source.row)
        cells = cells_of(row, found) if row is not None else []
        where = cells or [line.source.file, str(line.source.row or ""), line.of.value, line.name]
        refused.append([*where, " ".join(each.words for each in line.reasons)])
    work = plan.work
    looked = {pk for line in plan.lines if line.of is Of.PUPIL for pk in line.candidates} | {
        *work.change,
        *work.leave,
        *work.back,
    }
    looked |= set(work.from_before) | {seat.pupil for seat in work.seats} | {pupil for pupil, _year in work.placed}
    return Shown(
        kind=found.kind,
        title=found.title,
        mark=plan.mark,
        either_way=found.either_way,
        counts=counts,
        names=names,
        causes=sorted(causes.values(), key=lambda cause: (not is_answered(cause["cause"]), -cause["many"])),
        notes=plan.notes,
        new_classes=[{"name": name, "key": f"class|{folded(name)}"} for name in plan.new_classes],
        classes=[[str(held.pk), held.name] for held in known.classes if known.year and held.year == known.year.pk],
        year_groups=[[str(number), name] for number, name in sorted(known.year_groups.items())],
        refused=refused,
        refused_headings=list(found.table.headings) if found.table else ["File", "Row", "What", "Who or which"],
        pupils=sorted(looked & set(by_pk)),
        has_work=not work.is_empty,
        to_invite=sum(bool(each.email) for each in work.staff),
        blanks=plan.blanks,
        **columns_shown(found),
    )


def add_cause(
    causes: dict[tuple[str, str], dict[str, Any]], line: Line, by_pk: Mapping[int, HeldPupil] | Mapping[int, HeldStaff]
) -> None:
    """Put one record under what keeps it out, beside all that are alike."""
    reason = line.reasons[0]
    sentence = reason.sentence
    cause = causes.setdefault(
        (reason.cause, sentence),
        {
            "cause": reason.cause,
            "sentence": sentence,
            "effect": line.effect.value,
            "many": 0,
            "records": [],
        },
    )
    cause["many"] += 1
    if len(cause["records"]) < MOST_SHOWN:
        cause["records"].append(
            {
                "name": line.name,
                "place": place_of(line.source),
                "detail": reason.detail,
                "key": f"{reason.cause}|{line.key}" if line.key else "",
                "candidates": [
                    {"value": f"same:{pk}", "name": described(by_pk[pk])} for pk in line.candidates if pk in by_pk
                ],
            }
        )


def described(held: HeldPupil | HeldStaff) -> str:
    """Somebody we have, as they can be told from another: by birth date or e-mail address."""
    apart = held.email if isinstance(held, HeldStaff) else held.born_on.isoformat() if held.born_on else ""
    return f"{held.name}, {apart}" if apart else held.name


def place_of(source: Source) -> str:
    """File and row."""
    return " ".join(filter(None, (source.file, str(source.row) if source.row else "")))


def year_groups_offered(shown: Shown) -> list[tuple[str, str]]:
    """Year groups a word may stand for: the school's, and those a school could have."""
    held = [(number, name) for number, name in shown.year_groups]
    known = {number for number, _name in held}
    return held + [(str(number), year_word(number)) for number in range(-1, 14) if str(number) not in known]


def table_key(table: Table) -> str:
    """A set of headings, in whatever order, as one text."""
    return "\n".join(sorted(heading.casefold().strip() for heading in table.headings))
