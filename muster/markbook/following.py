"""Who follows other objectives than the class, and which: read as of any day, by one statement."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from muster.markbook.as_at import AsAt
from muster.markbook.models import Following


class Follows(NamedTuple):
    """One pupil following `subject` and `stage` (None: all of the subject) instead of the class's `instead_of`."""

    id: int
    pupil: int
    instead_of: int
    subject: int
    stage: int | None
    stage_name: str
    subject_name: str
    scale: int | None

    @property
    def tag(self) -> str:
        """What stands beside the name: the stage, else the subject."""
        return self.stage_name or self.subject_name


def followings(
    pupils: Collection[int],
    *,
    day: date,
    as_at: AsAt | None = None,
    instead_of: Collection[int] | None = None,
    joined: Mapping[int, int] | None = None,
) -> dict[int, list[Follows]]:
    """What each of `pupils` (ids) follows on `day` instead of the class, in `instead_of` (subjects; None: in any).

    One statement. Pupils who follow the class are not in it. `joined` names records joined to another (gone: kept).
    """
    joined = joined or {}
    rows = Following.objects.standing(recorded_by=as_at.recorded_by if as_at else None).on(day)
    rows = rows.of([*pupils, *joined])
    if instead_of is not None:
        rows = rows.filter(instead_of__in=instead_of)
    found: dict[int, list[Follows]] = {}
    for pk, pupil, instead, subject, stage, stage_name, subject_name, scale in rows.order_by("pk").values_list(
        "pk", "pupil", "instead_of", "subject", "stage", "stage__name", "subject__name", "scale"
    ):
        kept = joined.get(pupil, pupil)
        found.setdefault(kept, []).append(
            Follows(pk, kept, instead, subject, stage, stage_name or "", subject_name, scale)
        )
    return found


def is_theirs(follows: Iterable[Follows], *, subject: int, stages: Collection[int]) -> Follows | None:
    """The following by which an objective of `subject` in `stages` is the pupil's own; None where none makes it so."""
    for each in follows:
        if each.subject == subject and (each.stage is None or each.stage in stages):
            return each
    return None
