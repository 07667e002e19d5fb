"""The timetable from a file: what it would change row by row, all of it or nothing, and out as it came in."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.attendance.actions.week import DUTIES, LESSONS, NOT_DUE, Kind, set_periods
from muster.attendance.models import Duty, Lesson, NotDue, Period
from muster.attendance.rules.week import PeriodSaid
from muster.exchange.rules.report import Effect, Row
from muster.exchange.timetable.planning import Planned, carry_out, plan_of, written
from muster.pages.rules.kinds import Unreadable
from muster.people.actions.changes import undo
from muster.people.doors import purpose
from muster.people.models import ChangeSet, Staff
from muster.people.purposes import Purpose, Shows
from tests.support.client import PageClient
from tests.support.workbooks import xlsx_of
from tests.world import World, a_pupil, an_account

WEEK = (1, 2, 3, 4, 5)
LESSON = "Class,Day,Period,Adult,Room\n"
ADDRESS = "/ashgrove/timetable/files/lessons/"


@pytest.fixture(autouse=True)
def _periods(world: World) -> None:
    with_periods(world, PeriodSaid("1", time(9), time(10), WEEK), PeriodSaid("2", time(10), time(11), WEEK))


def with_periods(world: World, *periods: PeriodSaid, on: date | None = None) -> None:
    set_periods(school=world.ashgrove, periods=periods, starts_on=on or world.today, by=world.office, at=world.now)


def planned(world: World, text: str | bytes, kind: Kind = LESSONS, **how: Any) -> Planned:
    data = text.encode() if isinstance(text, str) else text
    with purpose().using(Purpose.ATTENDANCE, Shows.RECORD):
        return plan_of(
            data,
            kind,
            school=world.ashgrove,
            viewer=world.office.viewer(world.now),
            starts_on=how.get("starts_on", world.today),
            is_whole=how.get("is_whole", False),
            at=world.now,
        )


def brought(world: World, text: str | bytes, kind: Kind = LESSONS, **how: Any) -> ChangeSet | None:
    return carry_out(planned(world, text, kind, **how), school=world.ashgrove, by=world.office, at=world.now)


def out(world: World, kind: Kind = LESSONS) -> bytes:
    with purpose().using(Purpose.ATTENDANCE, Shows.RECORD):
        data, _pupils = written(kind, school=world.ashgrove, viewer=world.office.viewer(world.now), today=world.today)
    return data


def effects(rows: tuple[Row, ...]) -> list[tuple[int, Effect]]:
    return [(row.number, row.effect) for row in rows]


def test_lessons_come_in_and_go_out_as_they_were(world: World) -> None:
    text = (
        "Class,Day,Period,Adult,Room,From,Until\n"
        "3 Hazel,Monday,1,Ada Okafor,Hall,,\n"
        "3 hazel,tue,2,,Music room,,2026-03-31\n"
        "4 Rowan,5,1,MATEO REYES,,2026-04-01,\n"
    )
    first = planned(world, text)
    assert effects(first.rows) == [(2, Effect.ADD), (3, Effect.ADD), (4, Effect.ADD)]
    assert not Lesson.objects.exists()
    made = brought(world, text)
    assert made is not None
    assert Lesson.objects.count() == 3
    assert Lesson.objects.get(room="Music room").ends_on == date(2026, 3, 31)
    again = planned(world, out(world), is_whole=True)
    assert effects(again.rows) == [(2, Effect.LEAVE), (3, Effect.LEAVE), (4, Effect.LEAVE)]
    assert brought(world, out(world), is_whole=True) is None
    before = out(world)
    undo(change_set=made, by=world.office, at=world.now)
    assert not Lesson.objects.exists()
    assert brought(world, before) is not None
    assert out(world) == before


def test_a_lesson_in_a_period_that_moves_later_goes_out_and_comes_in_as_both(world: World) -> None:
    brought(world, LESSON + "3 Hazel,Wednesday,2,,Hall\n")
    later = world.today + timedelta(days=14)
    with_periods(world, PeriodSaid("2", time(11), time(12), WEEK), on=later)
    file = out(world)
    assert file.decode().count("Hall") == 2
    assert {row.effect for row in planned(world, file, is_whole=True).rows} == {Effect.LEAVE}
    brought(world, LESSON + "3 Hazel,Wednesday,2,,Gym\n")
    assert sorted(Lesson.objects.filter(room="Gym").values_list("period__begins", flat=True)) == [time(10), time(11)]
    assert not Lesson.objects.filter(room="Hall").exists()


def test_what_is_not_in_the_whole_file_ends_and_is_said(world: World) -> None:
    brought(world, LESSON + "3 Hazel,Monday,1,,Hall\n3 Hazel,Monday,2,,Gym\n")
    week = world.today + timedelta(days=7)
    whole = planned(world, LESSON + "3 Hazel,Monday,1,,Hall\n", is_whole=True, starts_on=week)
    assert effects(whole.rows) == [(2, Effect.LEAVE), (0, Effect.CHANGE)]
    assert whole.rows[-1].reasons == ("1 not in the file: it ends.",)
    carry_out(whole, school=world.ashgrove, by=world.office, at=world.now)
    assert Lesson.objects.get(room="Gym").ends_on == week - timedelta(days=1)
    assert Lesson.objects.get(room="Hall").ends_on is None


def test_nothing_ends_while_a_row_is_refused(world: World) -> None:
    brought(world, LESSON + "3 Hazel,Monday,1,,Hall\n")
    whole = planned(world, LESSON + "3 Hazel,Monday,9,,Hall\n", is_whole=True)
    assert effects(whole.rows) == [(2, Effect.REFUSE), (0, Effect.ASK)]
    assert carry_out(whole, school=world.ashgrove, by=world.office, at=world.now) is None
    assert Lesson.objects.get().ends_on is None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        pytest.param("9 Nobody,Monday,1,,Hall", "No class of that day", id="a class there is not"),
        pytest.param("1 Elm,Monday,1,,Hall", "No class of that day", id="a class of another school"),
        pytest.param("3 Hazel,Sunday,1,,Hall", "no day on which the school is open", id="a Sunday"),
        pytest.param("3 Hazel,Monday,9,,Hall", "no period “9”", id="a period there is not"),
        pytest.param("3 Hazel,Monday,1,Nobody Known,Hall", "Nobody of the staff", id="an adult there is not"),
        pytest.param("3 Hazel,Monday,1,,", "needs no row", id="neither adult nor room"),
        pytest.param("3 Hazel,Monday,1,," + "x" * 61, "longer than 60", id="a room too long"),
        pytest.param("3 Hazel,Monday,1,=cmd|'/c calc'!A1,Hall", "formula", id="a formula"),
        pytest.param("3 Hazel,Monday,1,Sam Vale,Hall", "Two of the staff", id="a name two have"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_number_and_one_sentence(world: World, row: str, why: str) -> None:
    for _ in range(2):
        Staff.objects.create(school=world.ashgrove, account=an_account(name="Sam Vale"), name="Sam Vale")
    plan = planned(world, LESSON + "3 Hazel,Monday,2,,Gym\n" + row + "\n")
    (refused,) = (each for each in plan.rows if each.effect is Effect.REFUSE)
    assert refused.number == 3
    assert why in refused.reasons[0]
    assert len(refused.reasons) == 1
    carry_out(plan, school=world.ashgrove, by=world.office, at=world.now)
    assert Lesson.objects.get().room == "Gym"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        pytest.param("3 Hazel,Monday,1,,Hall,,\n3 Hazel,Mon,1,,Gym,2026-05-01,", "Row 2", id="the same twice"),
        pytest.param("3 Hazel,Monday,1,,Hall,2026-04-01,2026-03-20", "before it begins", id="backwards"),
        pytest.param("3 Hazel,Monday,1,,Hall,soon,", "no date", id="no date"),
    ],
)
def test_days_that_cannot_be_are_refused(world: World, rows: str, why: str) -> None:
    plan = planned(world, f"Class,Day,Period,Adult,Room,From,Until\n{rows}\n")
    assert why in plan.rows[-1].reasons[0]
    assert plan.rows[-1].effect is Effect.REFUSE


def test_a_row_that_is_over_already_changes_nothing(world: World) -> None:
    plan = planned(world, "Class,Day,Period,Room,From,Until\n3 Hazel,Monday,1,Hall,2025-09-01,2025-10-01\n")
    assert effects(plan.rows) == [(2, Effect.LEAVE)]
    past = planned(world, "Class,Day,Period,Room,From\n3 Hazel,Monday,1,Hall,2025-09-01\n")
    assert past.said[0].starts_on == world.today


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"Class,Day\n3 Hazel,Monday\n", "No column is headed Period", id="a column missing"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 200, "", id="half a workbook"),
        pytest.param(b"\x00\x01\x02" * 400, "", id="noise"),
        pytest.param(b'{"a": 1}', "JSON", id="something else"),
    ],
)
def test_what_is_no_list_costs_one_sentence(world: World, data: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as problem:
        planned(world, data)
    assert why in str(problem.value)
    assert str(problem.value).count("\n") == 0


def test_a_workbook_is_read_like_any_other_list(world: World) -> None:
    book = xlsx_of(["Adult", "Place", "Day", "Begins", "Ends"], ["Ada Okafor", "Gate", "Monday", time(8, 30), "8.50"])
    brought(world, book, DUTIES)
    duty = Duty.objects.get()
    assert (duty.place, duty.weekday, duty.begins, duty.ends) == ("Gate", 1, time(8, 30), time(8, 50))
    assert {row.effect for row in planned(world, out(world, DUTIES), DUTIES, is_whole=True).rows} == {Effect.LEAVE}


def test_part_time_pupils_come_in_by_name_and_class(world: World) -> None:
    a_pupil(world, name="Amina Ali", in_class=world.rowan)
    head = "Surname,Forename,Class,Day,Session,Code,Place\n"
    text = head + (
        "Ali,Amina,3 Hazel,Wednesday,PM,D,Birchwood\n"
        "Ali,Amina,,Monday,,C2,\n"
        "Dean,Cora,,Monday,,C2,\n"
        "Carter,Ben,,Monday,evening,C2,\n"
        "Carter,Ben,,Monday,,O,\n"
    )
    plan = planned(world, text, NOT_DUE)
    assert effects(plan.rows) == [(2, Effect.ADD), *((number, Effect.REFUSE) for number in (3, 4, 5, 6))]
    assert [row.reasons[0].split(".")[0] for row in plan.rows[1:4]] == [
        "Two pupils have this name",
        "Nobody on roll has this name",
        "“evening” is no session",
    ]
    assert brought(world, text, NOT_DUE) is not None
    assert NotDue.objects.get().pupil_id == world.amina.pk
    assert {row.effect for row in planned(world, out(world, NOT_DUE), NOT_DUE, is_whole=True).rows} == {Effect.LEAVE}


# -- the pages ------------------------------------------------------------------------------------------------------


def test_a_file_is_shown_first_and_brought_in_on_yes(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    file = SimpleUploadedFile("lessons.csv", (LESSON + "3 Hazel,Monday,1,Ada Okafor,Hall\nx,y,z,,\n").encode())
    page = client.post(ADDRESS, {"file": file, "starts_on": world.today.isoformat()})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Nothing has been written yet." in text
    assert "No class of that day is called “x”." in text
    assert not Lesson.objects.exists()
    sent = {name: page.context[name] for name in ("carried", "named")} | {
        "shown": page.context["mark"],
        "starts_on": world.today.isoformat(),
    }
    stale = client.post(ADDRESS, sent | {"shown": "0" * 16})
    assert stale.status_code == 409
    assert not Lesson.objects.exists()
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 302
    assert answer["Location"] == "/ashgrove/timetable/"
    assert Lesson.objects.get().room == "Hall"
    assert "Undo" in client.get("/ashgrove/timetable/").content.decode()
    export = client.get(ADDRESS + "present.csv")
    assert b"3 Hazel,Monday,1,Ada Okafor,Hall," in export.content


def test_the_example_is_a_list_of_the_columns_that_are_read(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    for kind, rows in (("lessons", 2), ("duties", 1), ("part-time", 1)):
        example = client.get(f"/ashgrove/timetable/files/{kind}/example.csv")
        pasted = client.post(
            f"/ashgrove/timetable/files/{kind}/",
            {"pasted": example.content.decode("utf-8-sig"), "starts_on": world.today.isoformat()},
        )
        assert pasted.status_code == 200
        assert sum(number for _word, number in pasted.context["counts"]) == rows, kind
    assert client.get("/ashgrove/timetable/files/dinners/").status_code == 404


def test_a_file_that_cannot_be_read_is_said_on_the_page(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    for sent in ({}, {"pasted": "a,b\n1,2"}, {"pasted": LESSON}, {"carried": "x"}, {"upload": str(world.office.uuid)}):
        page = client.post(ADDRESS, {**sent, "starts_on": world.today.isoformat()})
        assert page.status_code == 422, sent
    assert not Lesson.objects.exists()


def test_a_file_of_a_whole_school_costs_no_more_statements_than_one_row(world: World) -> None:
    def cost(text: str) -> int:
        plan = planned(world, text)
        with CaptureQueriesContext(connection) as asked:
            planned(world, text)
            carry_out(plan, school=world.ashgrove, by=world.office, at=world.now)
        return len(asked)

    one = cost(LESSON + "3 Hazel,Monday,1,,Hall\n")
    rows = [f"4 Rowan,{day},{name},,Hall" for day in range(1, 6) for name in (1, 2)]
    many = cost(LESSON + "\n".join(rows) + "\n")
    assert Lesson.objects.count() == 11
    assert Period.objects.count() == 10
    assert many == one
