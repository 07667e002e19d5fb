"""From an indented list to objectives wanted."""

from collections.abc import Iterable

from muster.curriculum.rules.filling import Wanted, cleaned
from muster.curriculum.rules.outline import Outline


def wanted_from(outline: Outline, *, stages: Iterable[str] = ()) -> list[Wanted]:
    """The objectives of a list, all of them in `stages`. A `*` sets the key flag; its absence takes none away."""
    names = tuple(stages)
    return [
        Wanted(
            row=line.number,
            subject=cleaned(line.subject),
            strands=tuple(cleaned(name) for name in line.strands),
            wording=cleaned(line.wording),
            stages=names,
            code=line.code,
            is_key=True if line.is_key else None,
        )
        for line in outline.lines
    ]
