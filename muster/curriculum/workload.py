"""The workload meter: what a school's objectives and snapshots ask of its teachers in a year. Never for one teacher."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from muster.curriculum.carrying import carriers
from muster.curriculum.models import Objective, Pace, Snapshot
from muster.curriculum.rules.workload import SECONDS, SNAPSHOTS, ClassLoad, SchoolLoad, Workload
from muster.curriculum.shown import usual_class
from muster.people.calendar import year_at
from muster.people.models import School, SchoolClass
from muster.people.models.classes import on_day


@dataclass(frozen=True)
class Meter:
    """What every workload line of a school is worked out with."""

    pupils: int
    rounds: int
    seconds: float

    def of(self, objectives: int) -> Workload:
        """The workload of so many objectives in one usual class."""
        return Workload(objectives, self.pupils, self.rounds, self.seconds)


def seconds_at(school: School) -> float:
    """Seconds for one mark: the school's own number, or three. One statement."""
    own = Pace.objects.filter(school=school).values_list("seconds", flat=True).first()
    return float(own) if own is not None else SECONDS


def rounds_at(school: School, day: date) -> int:
    """Rounds of judging in the year of `day`: its snapshots, or three where it has none."""
    year = year_at(school, day)
    return (Snapshot.objects.filter(year=year).live().count() if year else 0) or SNAPSHOTS


def meter(school: School, day: date) -> Meter:
    """The meter of a school. Four statements."""
    return Meter(usual_class(school), rounds_at(school, day), seconds_at(school))


def objectives_by_year_group(school: School) -> tuple[dict[int, int], int]:
    """Live objectives by the year group whose stages they stand in, and those that stand in no stage."""
    rows = Objective.objects.at(school).live().to_learn().filter(strand__subject__framework__retired_at__isnull=True)
    usual = Q(stages__retired_at__isnull=True, stages__year_groups__isnull=False)
    by_group = rows.filter(usual).values("stages__year_groups").annotate(n=Count("pk", distinct=True))
    return {row["stages__year_groups"]: row["n"] for row in by_group}, rows.filter(stages=None).count()


def lines_by_year_group(school: School) -> dict[int, int]:
    """Lines of the summative sheet by year group: of its stages, or for all stages of a framework it has. Two statements."""
    rows = Objective.objects.at(school).live().summing_up()
    rows = rows.filter(strand__subject__retired_at=None, strand__subject__framework__retired_at=None)
    found: dict[int, int] = defaultdict(int)
    for mine, to_stage in ((rows.filter(stages=None), "strand__subject__framework__stages"), (rows, "stages")):
        there = {f"{to_stage}__retired_at__isnull": True, f"{to_stage}__year_groups__isnull": False}
        groups = mine.filter(**there).values_list(f"{to_stage}__year_groups").annotate(Count("pk", distinct=True))
        for group, count in groups.order_by():
            found[group] += count
    return found


def school_load(school: School, day: date) -> SchoolLoad:
    """What each registration class of the year is to be judged on, and the whole school. A constant number of statements."""
    year = year_at(school, day)
    by_group, of_everybody = objectives_by_year_group(school)
    lines = lines_by_year_group(school)
    classes = (
        SchoolClass.objects.at(school)
        .filter(year=year, kind=SchoolClass.Kind.REGISTRATION)
        .annotate(n=Count("memberships", filter=on_day(day, "memberships__")))
        .order_by("year_group__position", "name")
        .values_list("name", "year_group", "n")
    )
    counts: dict[int, int] = defaultdict(int, by_group)
    return SchoolLoad(
        tuple(
            ClassLoad(name, counts[group or 0] + of_everybody, pupils, lines.get(group or 0, 0))
            for name, group, pupils in classes
        ),
        rounds_at(school, day),
        seconds_at(school),
    )


def own_pace(school: School) -> tuple[int, Decimal | None]:
    """How many marks the school has, and its own median of seconds for one; None below 500 marks."""
    found = [carrier.pace(school) for carrier in carriers()]
    return sum(marks for marks, _seconds in found), next((seconds for _marks, seconds in found if seconds), None)
