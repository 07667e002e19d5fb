"""What an import does or would do, row by row: the same for the dry run, the page and the run."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Effect(StrEnum):
    """What happens to a row."""

    ADD = "add"
    CHANGE = "change"
    LEAVE = "leave"
    REFUSE = "refuse"
    """It cannot be as it stands."""
    ASK = "ask"
    """Only a person can say. Nothing is done until somebody does."""


@dataclass(frozen=True)
class Row:
    """One row of the file, what happens to it, and why in one sentence each."""

    number: int
    effect: Effect
    name: str
    reasons: tuple[str, ...] = ()
    of: str = ""
    """What kind of record, where it is none of the kind the file is about."""
    file: str = ""
    """The file inside a package."""
    school: str = ""
    """Whose, where a package holds several schools."""

    @property
    def place(self) -> str:
        """Where it stands: a row, of a file where there are several."""
        return (
            f"{self.file} row {self.number}"
            if self.file
            else f"Row {self.number}"
            if self.number
            else "Not in the file"
        )


@dataclass(frozen=True)
class Report:
    """All that an import did, or in a dry run would do."""

    kind: str
    file: str
    school: str
    dry_run: bool
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences about the file as a whole: columns left out, how dates were read, what is new."""
    unreadable: str = ""
    change_set: str = ""
    """The id of the change set by which it can be undone; empty when nothing was written."""
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, effect: Effect) -> int:
        """Rows with that effect."""
        return sum(row.effect is effect for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 when all rows are good, 1 when some were refused or need asking, 2 when the file cannot be read."""
        if self.unreadable:
            return 2
        return 1 if self.count(Effect.REFUSE) or self.count(Effect.ASK) else 0

    @property
    def effects(self) -> dict[str, int]:
        """The number of rows for each effect."""
        return {effect.value: self.count(effect) for effect in Effect}

    @property
    def summary(self) -> str:
        """The exact effect in one line."""
        words = {
            Effect.ADD: "Add", Effect.CHANGE: "change", Effect.LEAVE: "leave", Effect.REFUSE: "refuse", Effect.ASK: "ask about",
        }  # fmt: skip
        said = ", ".join(f"{word} {self.count(effect):,}" for effect, word in words.items())
        return f"{said}."

    def as_text(self) -> str:
        """For a person at a terminal."""
        if self.unreadable:
            return self.unreadable
        lines = [
            f"{self.file} as {self.kind} into {self.school}"
            + (", dry run: nothing is written." if self.dry_run else ".")
        ]
        lines.append(self.summary)
        lines += self.notes
        lines += [
            f"{row.place} ({row.name or 'no name'}): {row.effect.value}. {' '.join(row.reasons)}".rstrip()
            for row in self.rows
            if row.reasons and row.effect is not Effect.LEAVE
        ]
        return "\n".join(lines)

    def as_json(self) -> str:
        """For a script: one object."""
        return json.dumps(
            {
                "kind": self.kind,
                "file": self.file,
                "school": self.school,
                "dry_run": self.dry_run,
                "exit_code": self.exit_code,
                "unreadable": self.unreadable or None,
                "effects": self.effects,
                "counts": self.counts,
                "notes": list(self.notes),
                "change_set": self.change_set or None,
                "rows": [
                    {"row": row.number, "effect": row.effect.value, "name": row.name, "reasons": list(row.reasons)}
                    | {name: said for name in ("of", "file", "school") if (said := getattr(row, name))}
                    for row in self.rows
                ],
            },
            ensure_ascii=False,
        )


def causes(rows: Sequence[Row]) -> list[tuple[Effect, str, list[int]]]:
    """Rows that were refused or need asking, grouped by their cause, the commonest first."""
    found: dict[tuple[Effect, str], list[int]] = {}
    for row in rows:
        if row.effect in {Effect.REFUSE, Effect.ASK}:
            for reason in row.reasons[:1]:
                found.setdefault((row.effect, reason), []).append(row.number)
    order = Counter({key: len(numbers) for key, numbers in found.items()})
    return [(effect, reason, found[effect, reason]) for (effect, reason), _ in order.most_common()]
