"""What an objective came out of, by splits and merges."""

from collections import defaultdict

from muster.curriculum.models import Lineage, Objective


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
