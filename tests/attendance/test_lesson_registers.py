"""The register of a lesson: taken on the page of all registers, and no session that the law counts."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.attendance.actions.timetable import plan_day
from muster.attendance.actions.week import LESSONS, Said, set_periods, set_week
from muster.attendance.models import DayPlan, Period, RegisterMark
from muster.attendance.rules.week import PeriodSaid
from tests.attendance.marking import LESSON, a_said, say, stands
from tests.support.client import PageClient
from tests.world import World, a_class, enrol


@pytest.fixture(autouse=True)
def _lessons(world: World) -> None:
    """Period 2 is on at 10:42, and 3 Hazel has a lesson in it. The day plan of Ashgrove says that lessons are registered."""
    said: dict[str, Any] = {"school": world.ashgrove, "by": world.office, "at": world.now}
    periods = [PeriodSaid("1", time(9), time(10), (3,)), PeriodSaid("2", time(10, 30), time(11, 30), (3,))]
    set_periods(periods=periods, starts_on=world.today, **said)
    key = (world.hazel.pk, period("2").pk)
    set_week(kind=LESSONS, said=[Said(key, (None, "Hall"), world.today)], **said)
    with_lessons(world)


def with_lessons(world: World, *, lessons: bool = True) -> None:
    plan_day(
        school=world.ashgrove, starts_on=world.today, codes="england", morning=time(8, 50), afternoon=time(13, 10),
        ends=time(15, 20), open_minutes=30, lessons=lessons, by=world.office, at=world.now,
    )  # fmt: skip


def period(name: str) -> Period:
    return Period.objects.get(name=name)


def address(world: World, name: str = "2", on: date | None = None) -> str:
    day = (on or world.today).isoformat()
    return f"/ashgrove/classes/{world.hazel.pk}/registers/{day}/lesson-{period(name).pk}/"


def test_the_register_of_a_lesson_is_taken_on_the_page_of_all_registers(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    page = client.get(address(world)).content.decode()
    assert "<strong>Lesson 2</strong>" in page
    assert "Open until 11:00." in page
    assert f'data-session="lesson" data-period="{period("2").pk}"' in page
    assert client.post(address(world), {"rest": "1"}).status_code == 302
    mark = RegisterMark.objects.get()
    assert (mark.pupil, mark.session, mark.period, mark.code) == (world.amina, "lesson", period("2"), "/")
    assert stands(world) == ""
    assert 'data-code="/"' in client.get(address(world)).content.decode()
    assert 'data-code="/"' not in client.get(address(world).replace(f"lesson-{period('2').pk}", "am")).content.decode()


def test_a_mark_of_a_lesson_comes_from_a_device_too(world: World) -> None:
    item = a_said(world, "N", clock="10:35", session=LESSON, period=period("2").pk)
    assert [result.status for result in say(world, item, item)] == [201]
    assert RegisterMark.objects.get().period == period("2")


def test_who_is_away_today_is_not_marked_present_by_the_foot(world: World, client: PageClient) -> None:
    say(world, a_said(world, "N"))
    client.force_login(world.okafor)
    page = client.get(address(world)).content.decode()
    assert "as in the register of the day" in page
    client.post(address(world), {"rest": "1"})
    assert RegisterMark.objects.get(session="lesson").code == "N"


def test_there_is_a_register_only_where_the_class_has_a_lesson(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    assert client.get(address(world, "1")).status_code == 404
    assert client.get(address(world, on=world.today - timedelta(days=1))).status_code == 404
    assert client.get(address(world).replace(str(world.hazel.pk), str(world.rowan.pk), 1)).status_code == 404
    for word in ("lesson", "lesson-x", "lesson-99999999999999999999", "am-2", "lesson--1"):
        wrong = f"/ashgrove/classes/{world.hazel.pk}/registers/{world.today.isoformat()}/{word}/"
        assert client.get(wrong).status_code == 404, word


def test_the_lesson_that_is_on_stands_above_the_registers(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    page = client.get("/ashgrove/registers/").content.decode()
    assert "Lessons now" in page
    assert "3 Hazel, lesson 2" in page
    assert "4 Rowan, lesson" not in page
    client.force_login(world.okafor)
    say(world, a_said(world, "/"))
    assert address(world) in client.get("/ashgrove/").content.decode()
    client.post(address(world), {"rest": "1"})
    assert address(world) not in client.get("/ashgrove/").content.decode()
    DayPlan.objects.update(lessons=False)
    assert "Lessons now" not in client.get("/ashgrove/registers/", follow=True).content.decode()


def test_a_school_says_on_the_page_of_its_day_whether_lessons_have_registers(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    page = client.get("/ashgrove/school-day/").content.decode()
    assert "Lessons have registers too" in page
    with_lessons(world, lessons=False)
    assert not DayPlan.objects.get().lessons


def test_registers_of_lessons_cost_the_same_however_many_there_are(world: World, client: PageClient) -> None:
    client.force_login(world.office)

    def cost(where: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(where)
        return len(asked)

    for where in ("/ashgrove/registers/", address(world)):
        cost(where)
    few = cost("/ashgrove/registers/"), cost(address(world))
    for number in range(4):
        one = a_class(world, name=f"5 Elder {number}")
        enrol(world, one, pupils=3)
        key = (one.pk, period("2").pk)
        set_week(
            kind=LESSONS,
            school=world.ashgrove,
            said=[Said(key, (None, "Gym"), world.today)],
            by=world.office,
            at=world.now,
        )
    enrol(world, world.hazel, pupils=10)
    assert (cost("/ashgrove/registers/"), cost(address(world))) == few
    assert client.get("/ashgrove/registers/").content.decode().count(", lesson 2</a>") == 5
