"""The files of a package of tables, such as a system of records writes them: read by their headings, told of row by row.

What is common to OneRoster and School Data Sync: a file for each kind of record, ids that join them, and rows that may be
wrong. Columns that no field asks for are named and their cells left alone.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from muster.exchange.rules.dates import DateSaid, WrittenDates, without_a_date
from muster.exchange.rules.roster import Of, Problem, Source
from muster.exchange.rules.table import FORMULA, tidy
from muster.pages.rules.kinds import Unreadable
from muster.pages.rules.said import say
from muster.pages.rules.separated import decoded, delimiter_of, rows_of, without_blank_end

MOST_BYTES = 32 * 1_048_576
"""Of one file. Enrolments of 10,000 pupils with long ids are about 20 MB."""
MOST_ROWS = 250_000
Fields = Mapping[str, Sequence[str]]
"""The headings of each field, in small letters and figures only: ("sourcedid", "id")."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its cells by field. A field whose column is not there is empty."""

    source: Source
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def list(self, name: str) -> tuple[str, ...]:
        """The parts of a cell that holds several with commas between, each once."""
        return tuple(dict.fromkeys(part for text in self[name].split(",") if (part := text.strip())))


@dataclass(frozen=True)
class Sheet:
    """One file. `headings` are those that were found, by field."""

    name: str
    headings: Mapping[str, str]
    lines: tuple[Line, ...]


@dataclass
class Gathering:
    """What comes together beside the records while a package is read."""

    dates: WrittenDates
    without_dates: bool = False
    """Whether somebody said that birth dates which cannot be read are left out."""
    problems: list[Problem] = field(default_factory=list)
    dropped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unsure: set[Of] = field(default_factory=set)
    """Kinds of which a row was stopped whose id is not known: then nobody may be taken to have left."""
    open_rows: set[Source] = field(default_factory=set)
    """Rows that a file ends in without the end of a line: the id in one that is stopped may be a part of another."""

    def tell(
        self,
        cause: str,
        sentence: str,
        source: Source,
        *,
        of: Of | None = None,
        id: str = "",  # noqa: A002  the roster's own word
        name: str = "",
        stops: bool = True,
        detail: str = "",
    ) -> None:
        """Say what is wrong with a row."""
        self.problems.append(Problem(cause, sentence, source, name, stops, of, id, detail))
        if stops and of and (not id or source in self.open_rows):
            self.unsure.add(of)

    def tell_of_date(
        self,
        said: DateSaid,
        line: Line,
        *,
        of: Of,
        id: str,  # noqa: A002  the roster's own word
        name: str = "",
    ) -> bool:
        """Say what is wrong with a birth date: it could be two, or it is none. Whether that keeps the record out."""
        if said.in_doubt:
            sentence = say("The birth date could be day first or month first. Say which order the dates are in.")
            self.tell("date-order", sentence, line.source, of=of, id=id, name=name)
            return True
        stops, sentence = not self.without_dates, without_a_date(self.without_dates)
        self.tell("no-date", sentence, line.source, of=of, id=id, name=name, stops=stops, detail=said.fault)
        return stops


def plain(heading: str) -> str:
    """A heading for comparing: "SIS ID" and "sisId" are both "sisid"."""
    return re.sub(r"[^a-z0-9]+", "", heading.casefold())


def stem(name: str) -> str:
    """A file's name for comparing: "Package/Users.CSV" is "users"."""
    return plain(name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0])


def sorted_files(
    files: Mapping[str, bytes], known: Collection[str], unread: Collection[str], gathering: Gathering
) -> dict[str, str]:
    """The name of the file of each kind; others are named as left alone. Raises `Unreadable` for two of one kind."""
    named: dict[str, str] = {}
    left, strange = [], []
    for name in sorted(files):
        kind = stem(name) if name.casefold().endswith(".csv") else ""
        if kind in unread:
            left.append(name)
        elif kind not in known:
            strange.append(name)
        elif kind in named:
            raise Unreadable(
                say(
                    "{one} and {other} are the same file of the package. Bring one of them.",
                    one=named[kind],
                    other=name,
                )
            )
        else:
            named[kind] = name
    if left:
        names = ", ".join(left)
        gathering.notes.append(
            say("Muster has no purpose for these files, and leaves them alone: {names}.", names=names)
        )
    if strange:
        names = ", ".join(strange[:20])
        gathering.notes.append(say("No part of the format, and left alone: {names}.", names=names))
    return named


def read_sheet(
    name: str, data: bytes, fields: Fields, gathering: Gathering, *, of: Of | None, needs: Collection[str] = ()
) -> Sheet:
    """The rows of one file. A file of headings alone has none, an empty one not even those.

    Raises `Unreadable` when it is no table, or a column of `needs` is missing.
    """
    try:
        return _read_sheet(name, data, fields, gathering, of, needs)
    except Unreadable as problem:
        raise Unreadable(f"{name}: {problem}") from problem


def _read_sheet(
    name: str, data: bytes, fields: Fields, gathering: Gathering, of: Of | None, needs: Collection[str]
) -> Sheet:
    if not data.strip(b"\xef\xbb\xbf \r\n\t"):
        return Sheet(name, {}, ())
    text = decoded(data, most_bytes=MOST_BYTES)
    reader = csv.reader(
        io.StringIO(without_blank_end(text), newline=""),
        delimiter=delimiter_of(text[:20_000].rpartition("\n")[0] or text[:20_000]),
        strict=True,
    )
    try:
        records = [(number, cells) for number, cells in enumerate(rows_of(reader), 1) if any(cells)]
    except csv.Error as problem:
        raise Unreadable(
            say("Row {row} cannot be read, or the file was cut short. Check its quotation marks.", row=reader.line_num)
        ) from problem
    if len(records) > MOST_ROWS:
        raise Unreadable(
            say("It has {rows:,} rows; {most:,} is the most at one time.", rows=len(records), most=MOST_ROWS)
        )
    headings = [tidy(cell) for cell in records[0][1]]
    lookup = {known: field for field, all_known in fields.items() for known in all_known}
    places: dict[str, int] = {}
    dropped = []
    for place, heading in enumerate(headings):
        found = lookup.get(plain(heading))
        if found is not None and found not in places:
            places[found] = place
        elif heading:
            dropped.append(heading)
    missing = [fields[one][0] for one in needs if one not in places]
    if missing:
        seen = ", ".join(heading for heading in headings[:6] if heading)
        raise Unreadable(
            say("Its first row has no heading {missing} (it has: {seen}).", missing=missing[0], seen=seen[:120])
        )
    if dropped:
        gathering.dropped[name] = tuple(dropped)
    is_open = len(records) > 1 and not text.endswith(("\n", "\r"))
    cut = is_open and _is_cut(records, len(headings))
    if is_open:
        gathering.open_rows.add(Source(name, records[-1][0]))
    lines = []
    for number, cells in records[1:]:
        source = Source(name, number)
        if len(cells) > len(headings) and any(cells[len(headings) :]):
            sentence = say("This row has more cells than there are headings, so they do not line up.")
            gathering.tell("more-cells", sentence, source, of=of)
            continue
        if cut and number == records[-1][0]:
            gathering.tell("cut-short", say("The file ends in the middle of this row."), source, of=of)
            continue
        width = len(cells)
        said = {one: neat(cells[place]) for one, place in places.items() if place < width and cells[place]}
        if any(cell[0] == "=" and FORMULA.match(cell) for cell in said.values() if cell):
            sentence = say("This row holds a formula.")
            gathering.tell("formula", sentence, source, of=of)
            continue
        lines.append(Line(source, said))
    return Sheet(name, {one: headings[place] for one, place in places.items()}, tuple(lines))


def neat(cell: str) -> str:
    """A cell as `tidy` leaves it; most have nothing at their ends that could be taken away."""
    return cell if cell.isascii() and cell[0] > " " and cell[0] != "=" and cell[-1] > " " else tidy(cell)


def _is_cut(records: Sequence[tuple[int, list[str]]], width: int) -> bool:
    """Whether the last row alone is short."""
    *others, (_number, last) = records
    return len(last) < width and all(len(cells) >= width for _number, cells in others)


def one_each(
    lines: Iterable[Line], gathering: Gathering, *, of: Of, apart: Collection[str] = (), key: str = "id"
) -> dict[str, tuple[Line, ...]]:
    """The lines of each id. Several only where they differ in the fields of `apart` alone.

    A row without an id is stopped, and so are all that share one and say different things: which is right, nobody knows.
    """
    found: dict[str, list[Line]] = {}
    for line in lines:
        if line[key]:
            found.setdefault(line[key], []).append(line)
        else:
            gathering.tell(
                "no-id", say("This row has no id, so it cannot be told who or what it is."), line.source, of=of
            )
    kept: dict[str, tuple[Line, ...]] = {}
    for id_, same in found.items():
        if len(same) > 1:
            said = {
                tuple(sorted((name, cell) for name, cell in line.cells.items() if name not in apart)) for line in same
            }
            if len(said) > 1:
                for line in same:
                    sentence = say("Another row has the same id and says something else.")
                    gathering.tell("same-id", sentence, line.source, of=of, id=id_)
                continue
            for line in same[1:]:
                if line.cells == same[0].cells:
                    sentence = say("This row stands in the file twice, and counts once.")
                    gathering.tell("twice", sentence, line.source, of=of, id=id_, stops=False)
        kept[id_] = tuple({tuple(sorted(line.cells.items())): line for line in reversed(same)}.values())[::-1]
    return kept
