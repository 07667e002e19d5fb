"""From a table to the objectives it lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from muster.curriculum.rules.filling import Wanted, cleaned
from muster.curriculum.rules.stages import stage_in
from muster.exchange.frameworks.fields import BETWEEN_STAGES, BETWEEN_STATEMENTS, BETWEEN_STRANDS, NAMES, NO, YES
from muster.exchange.rules.columns import Columns, chosen, recognise
from muster.exchange.rules.table import Table, TableRow, Unreadable
from muster.pages.rules.said import say

MOST_ROWS = 5_000


@dataclass(frozen=True)
class FrameworkRead:
    """The objectives of a file, and what to say about the file as a whole."""

    wanted: tuple[Wanted, ...]
    faults: tuple[tuple[int, str, str], ...]
    """Rows that cannot be read: number, wording, why."""
    columns: Columns
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SaidOfColumns:
    """What a person said of a file of objectives: the field of a heading ("" leaves it out), and a subject for all rows."""

    columns: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""


NOTHING_SAID = SaidOfColumns()


class ColumnsUnknown(Unreadable):
    """The headings do not say which column is which. `table` and `columns` are what was read so far."""

    def __init__(self, sentence: str, table: Table, columns: Columns) -> None:
        super().__init__(sentence)
        self.table, self.columns = table, columns


def read_framework(table: Table, said: SaidOfColumns = NOTHING_SAID) -> FrameworkRead:
    """The objectives of `table`. Raises `ColumnsUnknown` without a column of wordings, or without a subject."""
    columns, subject = chosen(recognise(table.headings, NAMES), table.headings, said.columns), said.subject
    if "wording" not in columns:
        seen = ", ".join(heading for heading in table.headings[:6] if heading)
        sentence = say(
            "No column of objectives was found (columns: {seen}). Muster looks for headings such as Statement or Objective.",
            seen=seen[:120],
        )
        raise ColumnsUnknown(sentence, table, columns)
    if "subject" not in columns and not subject:
        raise ColumnsUnknown(say("No column names the subject. Add one called Subject."), table, columns)
    wanted: list[Wanted] = []
    faults: list[tuple[int, str, str]] = []
    for line in table.rows:
        if line.fault:
            faults.append((line.number, line.cell(columns.known["wording"])[:80], line.fault))
        else:
            wanted.append(read_row(line, columns, subject))
    # A column called id in a file of one's own may hold row numbers; only the file's own names for things are kept.
    if all(one.identifier.isdecimal() for one in wanted if one.identifier):
        wanted = [Wanted(**{**vars(one), "identifier": ""}) for one in wanted]
    notes = list(table.notes)
    notes += [say("Not known, and left out: {dropped}.", dropped=", ".join(columns.dropped))] if columns.dropped else []
    if "progression" in columns and "stage" not in columns:
        notes.append(say("Stages were read from the headings of the progressions."))
    if not ({"stage", "progression"} & set(columns.known)):
        notes.append(say("No column names a stage, so the objectives come without one."))
    return FrameworkRead(tuple(wanted), tuple(faults), columns, tuple(notes))


def read_row(line: TableRow, columns: Columns, subject: str) -> Wanted:
    """The objective of one row."""

    def cell(name: str) -> str:
        return cleaned(line.cell(columns.known.get(name)))

    deeper = cell("strand_3").split(BETWEEN_STRANDS)
    strands = [name for name in (cell("strand"), cell("substrand"), *deeper) if name]
    # "Measurement" in "Measurement" is one strand written twice.
    path = [name for place, name in enumerate(strands) if place == 0 or name != strands[place - 1]]
    wording = cell("wording")
    said = cell("is_key").casefold()
    return Wanted(
        row=line.number,
        subject=cell("subject") or subject,
        strands=tuple(path),
        wording=wording,
        stages=stages_of(cell("stage"), cell("progression")),
        code=cell("code"),
        detail=detail_of(cell("detail"), wording),
        is_key=True if said in YES else False if said in NO else None,
        identifier=cell("identifier"),
    )


def stages_of(stage: str, progression: str) -> tuple[str, ...]:
    """The stages a row names: in a cell of their own, as they are written, or within the heading of a progression."""
    if stage:
        names = [" ".join(name.split()) for name in stage.split(BETWEEN_STAGES)]
        return tuple(dict.fromkeys(f"Year {name}" if name.isdecimal() else name for name in names if name))
    read = stage_in(progression)
    return (read.name,) if read else ()


def detail_of(text: str, wording: str) -> str:
    """Sub-statements, each once, those that only repeat the wording left out."""
    parts = dict.fromkeys(part.strip() for part in text.split(BETWEEN_STATEMENTS))
    return "\n".join(part for part in parts if part and part != wording)
