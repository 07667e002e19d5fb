"""Which of several roll calls a page opens."""

from datetime import UTC, datetime, timedelta

import pytest

from muster.emergency.rules.choosing import urgency
from muster.emergency.rules.kinds import Kind, Mode

pytestmark = pytest.mark.pure
MORNING = datetime(2026, 11, 19, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opens", "other"),
    [
        pytest.param(("evacuate", "real", 0), ("lockdown", "drill", 5), id="a real one before any drill"),
        pytest.param(("hold", "drill", 0), ("lockdown", "test", 5), id="a drill before a test"),
        pytest.param(("lockdown", "real", 0), ("evacuate", "real", 5), id="a lockdown before what began later"),
        pytest.param(("lockdown", "drill", 5), ("lockdown", "drill", 0), id="of two lockdowns the newest"),
        pytest.param(("hold", "real", 5), ("evacuate", "real", 0), id="the newest"),
        pytest.param(("hold", "real", 5, 8), ("evacuate", "real", 5, 7), id="of one instant the one known last"),
    ],
)
def test_the_one_that_matters_most_stands_in_front(opens: tuple[object, ...], other: tuple[object, ...]) -> None:
    def place(kind: str, mode: str, minute: int, number: int = 1) -> object:
        started_at = MORNING + timedelta(minutes=minute)
        return urgency(kind=Kind(kind), mode=Mode(mode), started_at=started_at, number=number)

    assert sorted([place(*other), place(*opens)]) == [place(*opens), place(*other)]  # type: ignore[arg-type, type-var]
