"""Who follows other objectives than the class, and which: read as of any day, by one statement."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from muster.curriculum.earlier import Earlier
from muster.curriculum.models import Stage, Subject
from muster.markbook.as_at import AsAt
from muster.markbook.models import Following
from muster.people.prepared import Prepared


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


def columns(rows: QuerySet[Following]) -> "QuerySet[Following, tuple[Any, ...]]":
    """What `followings` reads of each row."""
    return rows.order_by("pk").values_list(
        "pk", "pupil", "instead_of", "subject", "stage", "stage__name", "subject__name", "scale"
    )


_now = Prepared(lambda pupils, day: columns(Following.objects.standing().on(day).of(pupils)))


def followings(
    pupils: Collection[int],
    *,
    day: date,
    as_at: AsAt | None = None,
    instead_of: Collection[int] | None = None,
    joined: Mapping[int, int] | None = None,
    then: Earlier | None = None,
) -> dict[int, list[Follows]]:
    """What each of `pupils` (ids) follows on `day` instead of the class, in `instead_of` (subjects; None: in any).

    One statement. Pupils who follow the class are not in it. `joined` names records joined to another (gone: kept).
    With `then` under the names of that moment.
    """
    joined = joined or {}
    of = [*pupils, *joined]
    rows: Iterable[tuple[Any, ...]]
    if instead_of is None and (as_at is None or not as_at.recorded):
        rows = _now(pupils=of, day=day)
    else:
        asked = Following.objects.standing(recorded_by=as_at.recorded_by if as_at else None).on(day).of(of)
        rows = columns(asked if instead_of is None else asked.filter(instead_of__in=instead_of))
    found: dict[int, list[Follows]] = {}
    for pk, pupil, instead, subject, stage, stage_now, subject_now, scale in rows:
        kept = joined.get(pupil, pupil)
        stage_name, subject_name = stage_now or "", subject_now
        if then is not None:
            stage_name = then.name(Stage, stage, stage_name)
            subject_name = then.name(Subject, subject, subject_name)
        found.setdefault(kept, []).append(Follows(pk, kept, instead, subject, stage, stage_name, subject_name, scale))
    return found


def is_theirs(follows: Iterable[Follows], *, subject: int, stages: Collection[int]) -> Follows | None:
    """The following by which an objective of `subject` in `stages` is the pupil's own; None where none makes it so."""
    for each in follows:
        if each.subject == subject and (each.stage is None or each.stage in stages):
            return each
    return None
