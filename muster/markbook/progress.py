"""How far a class has got, for Today and for opening the right page."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.curriculum.models import Objective
from muster.markbook.following import followings
from muster.markbook.models import Judgement
from muster.markbook.newest import newest
from muster.markbook.units import Unit, plan_of, stages_for, tops
from muster.people.access import Permission
from muster.people.doors import reads
from muster.people.gates import SchoolRequest
from muster.people.models import Account, Pupil, SchoolClass, Term
from muster.people.purposes import Purpose


def last_unit(school_class: SchoolClass, units: Sequence[Unit], *, account: Account) -> Unit | None:
    """The unit `account` marked last in the class, if it is still one of `units`; else the first; None without any."""
    inside = school_class.memberships.values("pupil")
    last = (
        Judgement.objects.filter(
            judged_by=account,
            school=school_class.school_id,
            pupil__in=inside,
            objective__sums_up=False,
            copied_from__isnull=True,
        )
        .order_by("-pk")
        .values_list("objective__strand", flat=True)
        .first()
    )
    if last is not None:
        for unit in units:
            if unit.strand and last in inside_of(unit):
                return unit
    return units[0] if units else None


def inside_of(unit: Unit) -> set[int]:
    """Ids of the strands below the unit's own, itself included."""
    above = tops(unit.subject.strands.all())
    return {pk for pk, top in above.items() if unit.strand is None or top.pk == unit.strand.pk}


@dataclass(frozen=True)
class CarryOn:
    """Where a teacher left off: the objective last touched, and how many of the class are marked in it.

    `apart` follow objectives of their own in the subject, and are in neither number.
    """

    school_class: SchoolClass
    unit: Unit
    objective: Objective
    marked: int
    pupils: int
    apart: int


@reads(Purpose.TEACH)
def carry_on(request: SchoolRequest) -> CarryOn | None:
    """The last thing this person was marking, if they may still mark it."""
    last = (
        Judgement.objects.filter(
            judged_by=request.account, school=request.school, objective__sums_up=False, copied_from__isnull=True
        )
        .select_related("objective__strand__subject__framework")
        .order_by("-pk")
        .first()
    )
    if last is None or last.objective.retired_at is not None:
        return None
    school_class = (
        SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_JUDGE)
        .filter(school=request.school, memberships__pupil=last.pupil_id)
        .select_related("year_group")
        .order_by("pk")
        .first()
    )
    if school_class is None:
        return None
    for unit in plan_of(request.school, stages_for(school_class)).units():
        if unit.strand and last.objective.strand_id in inside_of(unit):
            return counted(request, school_class, unit, last.objective)
    return None


def counted(request: SchoolRequest, school_class: SchoolClass, unit: Unit, objective: Objective) -> CarryOn:
    """`CarryOn` with its counts for this term."""
    pupils = set(
        Pupil.objects.visible_to(request.viewer, may=Permission.MARKBOOK_JUDGE)
        .in_class(school_class, request.today)
        .values_list("pk", flat=True)
    )
    apart = followings(pupils, day=request.today, instead_of=[unit.subject.pk])
    pupils -= apart.keys()
    term = Term.objects.begun(request.school, request.today)
    since = request.school.midnight(term.first_day) if term else None
    marks = newest(pupils=pupils, objectives=[objective.pk])
    done = sum(1 for mark in marks.values() if mark.kind == "step" and (since is None or mark.judged_at >= since))
    return CarryOn(school_class, unit, objective, done, len(pupils), len(apart))
