"""Regular work: done when it is due, once, and whatever happens to the job beside it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.config.jobs import count_rows
from muster.people import schedule
from muster.people.models import Timer

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A schedule of its own: one job each minute, one each night, one that always fails, one at start and end."""
    monkeypatch.setattr(schedule, "offered", {})
    said: list[str] = []

    def job(name: str) -> schedule.Job:
        def work(at: datetime) -> str:
            said.append(f"{name} {at:%d %H:%M}")
            return "well"

        return work

    def fails(at: datetime) -> None:
        said.append("fails")
        raise RuntimeError("a name nobody may read in a log")

    schedule.offer("a failing", fails, every=MINUTE)
    schedule.offer("minute", job("minute"), every=MINUTE)
    schedule.offer("night", job("night"), daily=time(2, 0))
    schedule.offer("ends", job("ends"), every=timedelta(days=9), at_start=True, at_end=True)
    return said


def clock() -> datetime:
    return NOW


def test_what_is_due_is_done_and_the_rest_waits(db: None, done: list[str]) -> None:
    schedule.begin(NOW)
    assert schedule.tick(NOW, clock) == ["ends"]
    assert schedule.tick(NOW + MINUTE, clock) == ["a failing", "minute"]
    assert schedule.tick(NOW + MINUTE, clock) == []
    assert done == ["ends 11 09:00", "fails", "minute 11 09:01"]


def test_a_nightly_job_is_done_at_its_hour_and_not_made_up_for_twice(db: None, done: list[str]) -> None:
    schedule.begin(NOW)
    assert "night" not in schedule.tick(datetime(2026, 3, 12, 1, 59, tzinfo=UTC), clock)
    assert "night" in schedule.tick(datetime(2026, 3, 12, 2, 0, tzinfo=UTC), clock)
    assert "night" in schedule.tick(datetime(2026, 3, 20, 12, 0, tzinfo=UTC), clock), "the machine was off for a week"
    assert Timer.objects.get(name="night").due_at == datetime(2026, 3, 21, 2, 0, tzinfo=UTC)


def test_a_failing_job_says_only_what_kind_of_error_it_met(
    db: None, done: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    schedule.begin(NOW)
    schedule.tick(NOW + MINUTE, clock)
    timer = Timer.objects.get(name="a failing")
    assert timer.outcome == "failed: RuntimeError"
    assert timer.ended_at == NOW
    assert schedule.tick(NOW + 2 * MINUTE, clock) == ["a failing", "minute"], "it is tried again at its next time"


def test_of_two_processes_one_does_the_job(db: None, done: list[str]) -> None:
    schedule.begin(NOW)
    due = list(Timer.objects.filter(name="minute"))
    later = NOW + MINUTE
    schedule.tick(later, clock)
    # The other had read the row before; its conditional update finds the time moved on.
    won = Timer.objects.filter(pk=due[0].pk, due_at=due[0].due_at).update(due_at=later)
    assert not won
    assert done.count("minute 11 09:01") == 1


def test_beginning_again_forgets_nothing(db: None, done: list[str]) -> None:
    schedule.begin(NOW)
    schedule.tick(NOW, clock)
    schedule.begin(NOW + timedelta(days=3))
    ran = schedule.tick(NOW + timedelta(days=3), clock)
    assert ran == ["a failing", "minute", "night", "ends"] or set(ran) == {"a failing", "minute", "night", "ends"}


def test_what_is_to_be_done_last(db: None, done: list[str]) -> None:
    schedule.end(NOW)
    assert done == ["ends 11 09:00"]


def test_late_work_is_named(db: None, done: list[str]) -> None:
    schedule.begin(NOW)
    schedule.tick(NOW, clock)
    assert schedule.late(NOW + 5 * MINUTE) == []
    assert [timer.name for timer in schedule.late(NOW + 15 * MINUTE)] == ["a failing", "minute"]
    schedule.tick(NOW + 15 * MINUTE, clock)
    Timer.objects.filter(name="night").update(began_at=NOW - timedelta(days=1), ended_at=None)
    assert [timer.name for timer in schedule.late(NOW + 16 * MINUTE)] == ["night"], "it was cut off"


@pytest.mark.pure
def test_a_job_needs_one_kind_of_time() -> None:
    with pytest.raises(ValueError, match="either"):
        schedule.offer("never", lambda at: None)


def test_rows_are_counted_every_night_where_the_database_does_not_do_it_itself(db: None) -> None:
    """Counted while it was nearly empty, a table is taken for small: SQLite then reads all of it for every row beside it."""
    assert schedule.offered["count rows"].daily is not None
    if connection.vendor != "sqlite":
        with CaptureQueriesContext(connection) as asked:
            count_rows(NOW)
        assert not list(asked)
        return

    def counted() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", ["people_timer"])
            return str(cursor.fetchone()[0].split()[0])

    Timer.objects.create(name="one", due_at=NOW)
    count_rows(NOW)
    few = counted()
    Timer.objects.bulk_create(Timer(name=f"job {number}", due_at=NOW) for number in range(500))
    count_rows(NOW)
    assert (few, counted()) == ("1", "501")
