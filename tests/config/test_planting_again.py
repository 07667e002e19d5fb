"""The invented trust is the same each time, and can be planted on any day of a year."""

from datetime import UTC, datetime, timedelta

import pytest

from muster.config.planting.plant import plant
from muster.markbook.models import Judgement
from muster.people.doors import purpose
from muster.people.models import Pupil
from muster.people.purposes import Purpose, Shows

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
SUMMER = datetime(2026, 8, 12, 9, 0, tzinfo=UTC)
FIRST_DAY = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def test_it_is_the_same_each_time(db: None) -> None:
    def told() -> list[object]:
        with purpose().using(Purpose.TEACH, Shows.RECORD):
            marks = list(Judgement.objects.order_by("pk").values_list("device_key", "judged_at", "step__code")[:500])
        return [[pupil.name for pupil in Pupil.objects.order_by("pk")], marks]

    from django.db import transaction

    seen = []
    for _ in range(2):
        with transaction.atomic():
            plant(pupils=31, at=NOW)
            seen.append(told())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "at", [SUMMER, FIRST_DAY, FIRST_DAY + timedelta(days=2)], ids=["in August", "on the first day", "in the first week"]
)
def test_it_can_be_planted_on_any_day(db: None, at: datetime) -> None:
    planted = plant(pupils=31, at=at)
    assert planted.judgements > 500
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        assert Judgement.objects.filter(judged_at__gte=at).count() == 0
