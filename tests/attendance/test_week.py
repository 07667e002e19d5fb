"""The week: periods typed once, lessons dated, and a past that stays as it was."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.attendance.actions.week import (
    DUTIES,
    LESSONS,
    NOT_DUE,
    BadWeek,
    Said,
    set_class_week,
    set_periods,
    set_week,
)
from muster.attendance.expected import expected_at
from muster.attendance.models import Duty, HomeRoom, Lesson, NotDue, Period
from muster.attendance.rules.week import PeriodSaid, Span, clashing, said_from
from muster.attendance.rules.whereabouts import Why
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.reach import NotTheirPupil, NotTheirSchool, OtherSchool
from muster.people.doors import purpose
from muster.people.models import ChangeSet, Pupil, Staff
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.attendance.marking import LESSON, a_said, at, say
from tests.support.client import PageClient
from tests.world import World, a_class

WEEK = (1, 2, 3, 4, 5)
ONE = PeriodSaid("1", time(9), time(10), WEEK)
TWO = PeriodSaid("2", time(10), time(11), WEEK)
A, B = ("A",), ("B",)
FIRST, TENTH, TWENTIETH = date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 20)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("spans", "said", "found"),
    [
        pytest.param([], (A, TENTH, None), [Span(A, TENTH)], id="nothing was said"),
        pytest.param([Span(A, FIRST, row=1)], (A, TENTH, None), [Span(A, FIRST, row=1)], id="it was so already"),
        pytest.param(
            [Span(A, FIRST, row=1)],
            (B, TENTH, None),
            [Span(A, FIRST, date(2026, 3, 9), 1), Span(B, TENTH)],
            id="the old ends the day before the new begins",
        ),
        pytest.param(
            [Span(A, FIRST, row=1)],
            (B, TENTH, TWENTIETH),
            [Span(A, FIRST, date(2026, 3, 9), 1), Span(B, TENTH, TWENTIETH), Span(A, date(2026, 3, 21))],
            id="for a while, and what was before comes back",
        ),
        pytest.param(
            [Span(A, FIRST, row=1)],
            (None, TENTH, None),
            [Span(A, FIRST, date(2026, 3, 9), 1)],
            id="it is no more",
        ),
        pytest.param([Span(A, TENTH, row=1)], (None, TENTH, None), [], id="it never began"),
        pytest.param(
            [Span(A, FIRST, row=1)],
            (A, TENTH, TWENTIETH),
            [Span(A, FIRST, TWENTIETH, 1)],
            id="the same with an end ends there",
        ),
        pytest.param(
            [Span(A, FIRST, TENTH, 1), Span(B, date(2026, 3, 11), row=2)],
            (A, FIRST, None),
            [Span(A, FIRST, None, 1)],
            id="the same for good takes the place of what came after",
        ),
    ],
)
def test_what_is_said_from_a_day_on_leaves_the_days_before(
    spans: Sequence[Span], said: tuple[Any, date, date | None], found: Sequence[Span]
) -> None:
    assert said_from(spans, *said) == list(found)


@pytest.mark.pure
def test_two_periods_at_one_time_are_seen() -> None:
    assert clashing([ONE, TWO]) is None
    assert clashing([ONE, PeriodSaid("x", time(9, 59), time(11), (5,))]) is not None
    assert clashing([ONE, PeriodSaid("x", time(9, 59), time(11), (6,))]) is None
    assert clashing([ONE, PeriodSaid("1", time(14), time(15), (1,))]) is not None


def staff(name: str) -> Staff:
    return Staff.objects.get(name__endswith=name, school__slug="ashgrove")


def with_periods(world: World, *periods: PeriodSaid, on: date | None = None) -> ChangeSet | None:
    return set_periods(
        school=world.ashgrove,
        periods=periods or (ONE, TWO),
        starts_on=on or world.today,
        by=world.office,
        at=world.now,
    )


def period(world: World, name: str = "2", day: date | None = None) -> Period:
    on = day or world.today
    return Period.objects.at(world.ashgrove).on(on).get(name=name, weekday=on.isoweekday())


def lesson_said(world: World, adult: Staff | None, room: str, **how: Any) -> Said:
    return Said(
        (world.hazel.pk, how.pop("period", None) or period(world).pk),
        (adult.pk if adult else None, room),
        how.pop("on", world.today),
        how.pop("until", None),
    )


def says(world: World, *said: Said, kind: Any = LESSONS, **how: Any) -> ChangeSet | None:
    return set_week(kind=kind, school=world.ashgrove, said=said, by=world.office, at=world.now, **how)


def where(world: World, clock: str = "10:30", day: date | None = None, pupil: Pupil | None = None) -> tuple[Why, str]:
    with purpose().using(Purpose.ATTENDANCE, Shows.RECORD):
        one = expected_at(world.ashgrove, at(world, clock, day)).of((pupil or world.amina).pk)
    assert one is not None
    return one.place.why, one.place.where


def test_where_a_pupil_should_be_follows_the_week_as_it_is_typed(world: World) -> None:
    assert where(world) == (Why.CLASS, "3 Hazel")
    with_periods(world)
    assert where(world) == (Why.CLASS, "3 Hazel")
    says(world, lesson_said(world, staff("Reyes"), "Hall"))
    assert where(world) == (Why.LESSON, "Hall")
    assert where(world, "09:30") == (Why.CLASS, "3 Hazel")


def test_a_change_from_a_day_on_never_changes_a_day_before(world: World) -> None:
    with_periods(world)
    says(world, lesson_said(world, None, "Hall"))
    week = timedelta(days=7)
    says(world, lesson_said(world, None, "Gym", on=world.today + week))
    assert where(world) == (Why.LESSON, "Hall")
    assert where(world, day=world.today + week) == (Why.LESSON, "Gym")
    with pytest.raises(BadWeek, match="stay as they were"):
        says(world, lesson_said(world, None, "Pool", on=world.today - week))


def test_lessons_stay_in_a_period_that_moves(world: World) -> None:
    with_periods(world)
    says(world, lesson_said(world, None, "Hall"))
    week = world.today + timedelta(days=7)
    moved = with_periods(world, ONE, PeriodSaid("2", time(11), time(12), WEEK), on=week)
    assert where(world, "10:30") == (Why.LESSON, "Hall")
    assert where(world, "10:30", week) == (Why.CLASS, "3 Hazel")
    assert where(world, "11:30", week) == (Why.LESSON, "Hall")
    assert moved is not None
    undo(change_set=moved, by=world.office, at=world.now)
    assert where(world, "10:30", week) == (Why.LESSON, "Hall")
    assert where(world, "11:30", week) == (Why.CLASS, "3 Hazel")


def test_a_period_put_right_on_the_day_it_began_keeps_its_lessons(world: World) -> None:
    with_periods(world)
    says(world, lesson_said(world, None, "Hall"))
    with_periods(world, ONE, PeriodSaid("2", time(10, 15), time(11), WEEK))
    assert where(world) == (Why.LESSON, "Hall")
    assert where(world, "10:05") == (Why.CLASS, "3 Hazel")
    assert Period.objects.count() == 10


def test_a_period_with_a_register_of_today_changes_from_tomorrow(world: World) -> None:
    with_periods(world)
    item = a_said(world, "/", clock="10:30", session=LESSON, period=period(world).pk)
    assert [result.status for result in say(world, item)] == [201]
    later = PeriodSaid("2", time(10, 15), time(11), WEEK)
    with pytest.raises(BadWeek, match="tomorrow"):
        with_periods(world, ONE, later)
    with_periods(world, ONE, later, on=world.today + timedelta(days=1))
    assert where(world) == (Why.CLASS, "3 Hazel")


@pytest.mark.parametrize(
    ("periods", "why"),
    [
        pytest.param([ONE, PeriodSaid("2", time(9, 30), time(11), (1,))], "Monday", id="two at one time"),
        pytest.param([PeriodSaid("1", time(10), time(9), WEEK)], "ends before", id="backwards"),
        pytest.param([PeriodSaid("1", time(9), time(10), ())], "a day", id="on no day"),
        pytest.param([PeriodSaid("1", time(9), time(10), (6,))], "not open", id="on a Saturday"),
    ],
)
def test_periods_that_cannot_be_are_refused(world: World, periods: list[PeriodSaid], why: str) -> None:
    with pytest.raises(BadWeek, match=why):
        with_periods(world, *periods)
    assert not Period.objects.exists()


def test_a_week_is_undone_as_one_change(world: World) -> None:
    before = HistoryEntry.objects.count()
    with_periods(world)
    first = says(world, lesson_said(world, None, "Hall"))
    second = set_class_week(
        school_class=world.hazel,
        said=[
            lesson_said(world, staff("Reyes"), "Gym"),
            lesson_said(world, None, "Hall", period=period(world, "1").pk),
        ],
        home_room="Room 7",
        by=world.office,
        at=world.now,
    )
    assert (where(world), where(world, "09:30"), where(world, "11:30")) == (
        (Why.LESSON, "Gym"),
        (Why.LESSON, "Hall"),
        (Why.CLASS, "Room 7"),
    )
    assert first is not None
    assert second is not None
    with pytest.raises(CannotUndo, match="changed again"):
        undo(change_set=first, by=world.office, at=world.now)
    undo(change_set=second, by=world.office, at=world.now)
    assert (where(world), where(world, "09:30"), where(world, "11:30")) == (
        (Why.LESSON, "Hall"),
        (Why.CLASS, "3 Hazel"),
        (Why.CLASS, "3 Hazel"),
    )
    undo(change_set=first, by=world.office, at=world.now)
    assert not Lesson.objects.exists()
    # Three changes and two undone.
    assert HistoryEntry.objects.count() == before + 5


def test_what_is_said_again_changes_nothing(world: World) -> None:
    with_periods(world)
    assert says(world, lesson_said(world, None, "Hall")) is not None
    assert says(world, lesson_said(world, None, "Hall")) is None
    assert with_periods(world) is None
    assert Lesson.objects.count() == 1


def test_a_duty_and_a_part_time_pupil_are_said_for_a_while(world: World) -> None:
    okafor, day = staff("Okafor"), world.today.isoweekday()
    says(
        world,
        Said((okafor.pk, day, time(10), time(10, 20)), ("Playground",), world.today, world.today),
        kind=DUTIES,
    )
    assert Duty.objects.get().ends_on == world.today
    made = says(world, Said((world.amina.pk, day, "pm"), ("D", "Birchwood"), world.today), kind=NOT_DUE)
    assert where(world, "14:00") == (Why.NOT_DUE, "Birchwood")
    assert where(world, "10:30") == (Why.CLASS, "3 Hazel")
    gone = says(world, Said((world.amina.pk, day, "pm"), None, world.today), kind=NOT_DUE)
    assert where(world, "14:00") == (Why.CLASS, "3 Hazel")
    assert not NotDue.objects.exists()
    assert gone is not None
    assert made is not None
    # Nothing about a pupil is kept in a change set, so what was taken away of one does not come back.
    assert "Birchwood" not in str(gone.summary)
    with pytest.raises(CannotUndo, match="by hand"):
        undo(change_set=gone, by=world.office, at=world.now)


def test_nobody_changes_the_week_of_another_school(world: World) -> None:
    with_periods(world)
    with pytest.raises(OtherSchool):
        says(world, Said((world.elm.pk, period(world).pk), (None, "Hall"), world.today))
    with pytest.raises(NotTheirPupil):
        says(world, Said((world.cora.pk, 3, ""), ("D", ""), world.today), kind=NOT_DUE)
    with pytest.raises(BadWeek, match="code"):
        says(world, Said((world.amina.pk, 3, ""), ("O", ""), world.today), kind=NOT_DUE)
    for somebody in (world.okafor, world.birchwood_senco):
        with pytest.raises(NotTheirSchool):
            set_week(
                kind=LESSONS,
                school=world.ashgrove,
                said=[lesson_said(world, None, "Hall")],
                by=somebody,
                at=world.now,
            )
    assert not Lesson.objects.exists()


# -- the pages ------------------------------------------------------------------------------------------------------


def test_a_school_that_enters_nothing_is_told_that_it_need_not(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    page = client.get("/ashgrove/timetable/").content.decode()
    assert "every class is in its own room all day with its own teacher" in page
    assert "Nothing needs to be entered" in page
    assert 'href="/ashgrove/timetable/"' in client.get("/ashgrove/registers/").content.decode()
    assert 'href="/ashgrove/timetable/"' in client.get("/ashgrove/more/").content.decode()


def typed_periods(*rows: tuple[str, str, str, Sequence[int]], on: date) -> dict[str, Any]:
    form: dict[str, Any] = {
        "period-TOTAL_FORMS": len(rows),
        "period-INITIAL_FORMS": len(rows),
        "starts_on": on.isoformat(),
    }
    for place, (name, begins, ends, days) in enumerate(rows):
        for field, value in (("name", name), ("begins", begins), ("ends", ends), ("days", list(days))):
            form[f"period-{place}-{field}"] = value
    return form


def test_a_week_is_typed_on_plain_forms(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    typed = typed_periods(
        ("1", "09:00", "10:00", WEEK), ("2", "10:00", "11:00", WEEK), ("", "", "", WEEK), on=world.today
    )
    answer = client.post("/ashgrove/timetable/periods/", typed)
    assert answer.status_code == 302
    address = f"/ashgrove/timetable/classes/{world.hazel.pk}/"
    cell = period(world).pk
    empty = {f"{box}-{each}": "" for each in Period.objects.values_list("pk", flat=True) for box in ("adult", "room")}
    wrong = client.post(address, empty | {f"adult-{cell}": "Nobody Known", "home_room": ""})
    assert wrong.status_code == 422
    assert "Nobody of the staff has this name." in wrong.content.decode()
    assert 'value="Nobody Known"' in wrong.content.decode()
    answer = client.post(
        address, empty | {f"adult-{cell}": staff("Reyes").name.upper(), f"room-{cell}": "Hall", "home_room": "Room 7"}
    )
    assert answer.status_code == 302
    assert where(world) == (Why.LESSON, "Hall")
    assert HomeRoom.objects.get().room == "Room 7"
    page = client.get(address).content.decode()
    assert f'value="{staff("Reyes").name}"' in page
    theirs = client.get(f"/ashgrove/timetable/staff/{staff('Reyes').pk}/").content.decode()
    assert "3 Hazel" in theirs
    assert "Hall" in theirs
    assert "1 lesson<" in client.get("/ashgrove/timetable/").content.decode()


def test_periods_at_one_time_are_said_above_the_form(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    typed = typed_periods(("1", "09:00", "10:00", WEEK), ("2", "09:30", "11:00", WEEK), on=world.today)
    answer = client.post("/ashgrove/timetable/periods/", typed)
    assert answer.status_code == 422
    assert "are at one time" in answer.content.decode()
    answer = client.post("/ashgrove/timetable/periods/", typed_periods(("1", "9 o’clock", "", WEEK), on=world.today))
    assert answer.status_code == 422
    assert "Write the time like 09:05." in answer.content.decode()
    assert not Period.objects.exists()


def test_a_day_that_has_passed_offers_nothing_to_save(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    with_periods(world)
    address = f"/ashgrove/timetable/classes/{world.hazel.pk}/?from={world.today - timedelta(days=1)}"
    assert "stays as it was" in client.get(address).content.decode()
    assert client.post(address, {"home_room": ""}).status_code == 302  # Nothing was typed, so nothing changes.
    assert client.get("/ashgrove/timetable/classes/1/?from=x-1").status_code in {200, 404}


def test_duties_and_part_time_pupils_have_pages(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    okafor = staff("Okafor")
    duty = {"adult": okafor.pk, "place": "Gate", "days": [1, 3], "begins": "08:30", "ends": "08:50"}
    wrong = client.post("/ashgrove/timetable/duties/", duty | {"starts_on": world.today.isoformat(), "ends": "08:00"})
    assert wrong.status_code == 422
    assert client.post("/ashgrove/timetable/duties/", duty | {"starts_on": world.today.isoformat()}).status_code == 302
    assert Duty.objects.count() == 2
    client.post(f"/ashgrove/timetable/duties/{Duty.objects.earliest('pk').pk}/end/")
    assert Duty.objects.count() == 1
    assert "Nobody is due" not in client.get("/ashgrove/timetable/part-time/").content.decode()
    address = f"/ashgrove/pupils/{world.amina.pk}/part-time/"
    said = {"days": [3], "session": "pm", "code": "D", "place": "Birchwood", "starts_on": world.today.isoformat()}
    assert client.post(address, said).status_code == 302
    assert "Wednesday, Afternoon: Due at another school (Birchwood)" in client.get(address).content.decode()
    assert "Amina" in client.get("/ashgrove/timetable/part-time/").content.decode()
    client.post(f"{address}{NotDue.objects.get().pk}/end/")
    assert not NotDue.objects.exists()


def test_the_week_of_a_class_costs_the_same_however_full_it_is(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    with_periods(world)
    address = f"/ashgrove/timetable/classes/{world.hazel.pk}/"

    def opened(where: str) -> tuple[int, str]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get(where).content.decode()
        return len(asked), page

    opened(address)
    few, page = opened(address)
    assert "Reyes" in page
    many_said = [
        Said((world.hazel.pk, pk), (staff("Reyes").pk, "Hall"), world.today)
        for pk in Period.objects.values_list("pk", flat=True)
    ]
    says(world, *many_said)
    for number in range(5):
        a_class(world, name=f"5 Elder {number}")
    many, page = opened(address)
    assert page.count('value="Hall"') == 11
    assert many == few
    all_classes, _page = opened("/ashgrove/timetable/")
    a_class(world, name="6 Ash")
    assert opened("/ashgrove/timetable/")[0] == all_classes


def test_a_full_week_is_written_in_the_same_statements_as_one_lesson(world: World) -> None:
    with_periods(world)
    cells = list(Period.objects.values_list("pk", flat=True))

    def cost(*said: Said) -> int:
        with CaptureQueriesContext(connection) as asked:
            says(world, *said)
        return len(asked)

    one = cost(Said((world.hazel.pk, cells[0]), (None, "Hall"), world.today))
    every = cost(*(Said((world.rowan.pk, cell), (None, "Hall"), world.today) for cell in cells))
    assert Lesson.objects.count() == 11
    assert every == one
