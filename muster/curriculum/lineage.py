"""What an objective came out of, by splits and merges, and what came out of it."""

from collections import defaultdict
from collections.abc import Collection

from muster.curriculum.models import Lineage, Objective
from muster.people.models import School


def heirs(objectives: Collection[int], *, school: School) -> dict[int, list[int]]:
    """Those that took over the marks of each of these by a split or a merge that stands; none that began blank. One statement."""
    rows = Lineage.objects.filter(
        school=school,
        earlier__in=objectives,
        change_set__finished_at__isnull=False,
        change_set__undone_by__isnull=True,
    )
    found: dict[int, list[int]] = defaultdict(list)
    for before, after, summary in rows.order_by("pk").values_list("earlier", "later", "change_set__summary"):
        if after in summary.get("copied", ()):
            found[before].append(after)
    return found


def forebears(objective: Objective) -> list[int]:
    """The ids of the objectives this one came out of, and of those they came out of. One statement."""
    rows = Lineage.objects.filter(
        school=objective.school_id, change_set__finished_at__isnull=False, change_set__undone_by__isnull=True
    )
    earlier: dict[int, list[int]] = defaultdict(list)
    for before, after in rows.values_list("earlier", "later"):
        earlier[after].append(before)
    found: list[int] = []
    waiting = [objective.pk]
    while waiting:
        for pk in earlier[waiting.pop()]:
            if pk not in found:
                found.append(pk)
                waiting.append(pk)
    return found
