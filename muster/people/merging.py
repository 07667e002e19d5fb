"""A child entered twice: which records are one child's, and what higher apps hold of them.

What cannot move, because it is never changed (judgements, notes), stays with the record it was made on, and is read
with the record that was kept: ask `one_child` for every id that stands for a pupil.
"""

from collections.abc import Callable, Collection

from django.db.models import Q, QuerySet

from muster.people.models import Pupil
from muster.people.prepared import Prepared

Tells = Callable[[Pupil], str]
_tellers: list[Tells] = []


def offer(tells: Tells) -> Tells:
    """Add what an app tells of a record before two are joined: "212 marks", or nothing. Reads as a decorator."""
    if tells not in _tellers:
        _tellers.append(tells)
    return tells


def told_of(pupil: Pupil) -> list[str]:
    """What the apps hold of this record, in their own words."""
    return [told for tell in _tellers if (told := tell(pupil))]


def stands_for(pupils: Collection[int]) -> dict[int, int]:
    """Records joined to another, each with the one that was kept: those among `pupils`, and those joined to one of them.

    One query. It is asked where an id may be of before the joining: a tablet sends what it noted while it was away. A
    record that was joined points at the one that was kept, however many were joined one after another.
    """
    return {gone: kept for gone, kept in _joined(pupils=pupils) if kept is not None}


def records_of(pupils: Collection[int]) -> QuerySet[Pupil]:
    """The records of these pupils: their own, and those joined to them. To be asked inside another query."""
    return Pupil.objects.filter(Q(pk__in=pupils) | Q(merged_into__in=pupils))


_joined = Prepared(lambda pupils: records_of(pupils).filter(merged_into__isnull=False).values_list("pk", "merged_into"))


def one_child(pupils: Collection[int]) -> dict[int, int]:
    """Every record of these pupils, each with the id of the pupil it stands for: their own, and those joined to them."""
    return {pk: pk for pk in pupils} | stands_for(pupils)
