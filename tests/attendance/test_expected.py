"""Where everybody should be, at any moment."""

import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.attendance.expected import Expected, expected_at, on_site
from muster.attendance.models import (
    Cover,
    DayPlan,
    DeskEntry,
    Duty,
    HomeRoom,
    Lesson,
    NotDue,
    Pass,
    Period,
    PlannedAbsence,
    RegisterMark,
    StaffSigning,
    Trip,
    TripPupil,
    Visit,
)
from muster.attendance.rules.whereabouts import Why
from muster.people.access import Role
from muster.people.doors import sealer
from muster.people.models import ClassMembership, Closure, Enrolment, Leaving, Pupil, School, SchoolClass, Staff
from tests.world import YEAR_BEGINS, World, a_change_set, a_class, a_post, an_account, enrol

MORNING = "10:00"


def at(world: World, clock: str = MORNING, day: date | None = None) -> datetime:
    return datetime.combine(day or world.today, time.fromisoformat(clock), world.ashgrove.zone)


def staff(account_name: str) -> Staff:
    return Staff.objects.get(school__slug="ashgrove", name=account_name)


def where(world: World, pupil: Pupil, clock: str = MORNING, day: date | None = None) -> tuple[Why, str, str]:
    """Why, the place, and the adult's name."""
    found = expected_at(world.ashgrove, at(world, clock, day))
    one = found.of(pupil.pk)
    assert one is not None
    assert expected_at(world.ashgrove, at(world, clock, day), pupils=[pupil.pk]).pupils == (one,)
    return one.place.why, one.place.where, found.staff.get(one.place.adult or 0, "")


def a_lesson(
    world: World,
    school_class: SchoolClass,
    *,
    begins: str = "09:30",
    ends: str = "10:30",
    adult: str = "",
    room: str = "",
) -> Lesson:
    period = Period.objects.create(
        school=world.ashgrove,
        name=f"{begins}",
        weekday=world.today.isoweekday(),
        begins=time.fromisoformat(begins),
        ends=time.fromisoformat(ends),
        starts_on=YEAR_BEGINS,
    )
    return Lesson.objects.create(
        school=world.ashgrove,
        school_class=school_class,
        period=period,
        adult=staff(adult) if adult else None,
        room=room,
        starts_on=YEAR_BEGINS,
    )


def a_mark(world: World, pupil: Pupil, code: str, *, session: str = "am", clock: str = "08:55") -> RegisterMark:
    return RegisterMark.objects.create(
        school=pupil.school,
        act=uuid.uuid4(),
        pupil=pupil,
        on=world.today,
        session=session,
        code=code,
        marked_at=at(world, clock),
        recorded_at=at(world, clock),
        by=world.okafor,
        role="teacher",
        change_set=a_change_set(world),
    )


def a_trip(world: World, *pupils: Pupil, leaves: str = "09:30", back: str = "14:00") -> Trip:
    trip = Trip.objects.create(
        school=world.ashgrove,
        name="Farm",
        place="Hill Farm",
        code="V",
        leader=staff("Mateo Reyes"),
        leaves_at=at(world, leaves),
        back_at=at(world, back),
        made_by=world.office,
        made_at=world.now,
    )
    for pupil in pupils:
        TripPupil.objects.create(school=world.ashgrove, trip=trip, pupil=pupil)
    return trip


def at_the_desk(world: World, pupil: Pupil, way: str, clock: str) -> None:
    DeskEntry.objects.create(
        school=pupil.school, pupil=pupil, way=way, passed_at=at(world, clock), recorded_at=world.now, by=world.office
    )


def test_with_nothing_entered_a_class_is_in_its_own_room_with_its_own_teacher_all_day(world: World) -> None:
    assert where(world, world.amina) == (Why.CLASS, "3 Hazel", "Ada Okafor")
    assert where(world, world.amina, "15:19") == (Why.CLASS, "3 Hazel", "Ada Okafor")
    HomeRoom.objects.create(school=world.ashgrove, school_class=world.hazel, room="Room 7")
    assert where(world, world.amina) == (Why.CLASS, "Room 7", "Ada Okafor")


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        pytest.param("08:49", None, id="before the morning"),
        pytest.param("15:20", None, id="from the end of the day"),
        pytest.param(MORNING, date(2026, 3, 7), id="a Saturday"),
        pytest.param(MORNING, date(2026, 4, 6), id="a holiday"),
    ],
)
def test_outside_school_hours_no_pupil_is_expected(world: World, clock: str, day: date | None) -> None:
    assert where(world, world.amina, clock, day)[0] is Why.CLOSED
    assert not on_site(world.ashgrove, at(world, clock, day)).pupils


def test_a_closure_is_no_school_day(world: World) -> None:
    Closure.objects.create(school=world.ashgrove, on=world.today, reason="Snow")
    assert where(world, world.amina)[0] is Why.CLOSED


def test_the_hours_are_those_the_school_has_planned_from_that_day_on(world: World) -> None:
    DayPlan.objects.create(
        school=world.ashgrove,
        starts_on=world.today,
        codes="england",
        morning=time(8, 0),
        afternoon=time(12),
        ends=time(14),
    )
    assert where(world, world.amina, "08:10")[0] is Why.CLASS
    assert where(world, world.amina, "14:10")[0] is Why.CLOSED
    assert where(world, world.amina, "14:10", world.today - timedelta(days=1))[0] is Why.CLASS


def test_a_lesson_says_where_and_with_whom_until_it_ends(world: World) -> None:
    a_lesson(world, world.hazel, adult="Mateo Reyes", room="Lab 2")
    assert where(world, world.amina, "09:30") == (Why.LESSON, "Lab 2", "Mateo Reyes")
    assert where(world, world.amina, "10:30") == (Why.CLASS, "3 Hazel", "Ada Okafor")
    assert where(world, world.amina, day=world.today + timedelta(days=1)) == (Why.CLASS, "3 Hazel", "Ada Okafor")


def test_a_teaching_group_says_more_than_the_class_it_comes_from(world: World) -> None:
    french = a_class(world, name="French B", kind=SchoolClass.Kind.TEACHING)
    ClassMembership.objects.create(school=world.ashgrove, pupil=world.amina, school_class=french, starts_on=YEAR_BEGINS)
    group = a_lesson(world, french, adult="Selma Nour", room="Lab 1")
    Lesson.objects.create(
        school=world.ashgrove,
        school_class=world.hazel,
        period=group.period,
        adult=staff("Mateo Reyes"),
        room="Hall",
        starts_on=YEAR_BEGINS,
    )
    assert where(world, world.amina) == (Why.LESSON, "Lab 1", "Selma Nour")


def test_cover_changes_the_adult_for_a_day_and_no_longer(world: World) -> None:
    lesson = a_lesson(world, world.hazel, adult="Mateo Reyes", room="Lab 2")
    Cover.objects.create(
        school=world.ashgrove, school_class=world.hazel, on=world.today, period=lesson.period, adult=staff("Selma Nour")
    )
    Cover.objects.create(school=world.ashgrove, school_class=world.hazel, on=world.today, room="Hall")
    assert where(world, world.amina) == (Why.LESSON, "Lab 2", "Selma Nour")
    assert where(world, world.amina, "11:00") == (Why.CLASS, "Hall", "Ada Okafor")
    assert where(world, world.amina, day=world.today + timedelta(days=7)) == (Why.LESSON, "Lab 2", "Mateo Reyes")


def test_a_supply_teacher_with_a_day_pass_is_the_adult_of_the_class(world: World) -> None:
    supply = an_account(name="Sue Ply")
    post = a_post(supply, Role.COVER, world.ashgrove, classes=[world.hazel], starts_on=world.today)
    post.ends_at = at(world, "18:00")
    post.save()
    assert where(world, world.amina) == (Why.CLASS, "3 Hazel", "Sue Ply")


def test_a_trip_is_away_from_leaving_until_it_is_back(world: World) -> None:
    trip = a_trip(world, world.amina)
    assert where(world, world.amina) == (Why.TRIP, "Hill Farm", "Mateo Reyes")
    assert where(world, world.amina, "14:00")[0] is Why.CLASS
    assert world.amina.pk not in {each.pupil for each in on_site(world.ashgrove, at(world)).pupils}
    assert "Mateo Reyes" not in {each.name for each in on_site(world.ashgrove, at(world)).adults}
    trip.called_off_at = world.now
    trip.save()
    assert where(world, world.amina)[0] is Why.CLASS


def test_a_pass_leads_to_wherever_the_other_class_is(world: World) -> None:
    a_lesson(world, world.rowan, adult="Selma Nour", room="Hall")
    Pass.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        to_class=world.rowan,
        given_at=at(world, "09:45"),
        ends_at=at(world, "10:30"),
        given_by=world.okafor,
    )
    assert where(world, world.amina) == (Why.PASS, "Hall", "Selma Nour")
    assert where(world, world.amina, "10:30")[0] is Why.CLASS


def test_part_of_a_timetable_and_another_school(world: World) -> None:
    NotDue.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        weekday=world.today.isoweekday(),
        session="pm",
        code="D",
        place="Birchwood School",
        starts_on=YEAR_BEGINS,
    )
    assert where(world, world.amina)[0] is Why.CLASS
    assert where(world, world.amina, "14:00") == (Why.NOT_DUE, "Birchwood School", "")


def test_a_planned_absence_holds_until_somebody_signs_in(world: World) -> None:
    planned = PlannedAbsence.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        first_day=world.today,
        last_day=world.today,
        code="M",
        recorded_at=world.now,
        recorded_by=world.office,
    )
    assert where(world, world.amina)[0] is Why.AWAY
    at_the_desk(world, world.amina, "in", "09:40")
    assert where(world, world.amina, "09:39")[0] is Why.AWAY
    assert where(world, world.amina)[0] is Why.CLASS
    planned.taken_back_at, planned.taken_back_by = world.now, world.office
    planned.save()
    assert where(world, world.amina, "09:00")[0] is Why.CLASS


def test_who_was_marked_absent_is_not_expected_until_marked_or_signed_in(world: World) -> None:
    a_mark(world, world.amina, "N")
    assert where(world, world.amina, "08:54")[0] is Why.CLASS
    assert where(world, world.amina)[0] is Why.ABSENT
    assert where(world, world.amina, "14:00")[0] is Why.ABSENT
    a_mark(world, world.amina, "\\", session="pm", clock="13:12")
    assert where(world, world.amina)[0] is Why.ABSENT
    assert where(world, world.amina, "14:00")[0] is Why.CLASS


def test_who_was_signed_out_is_gone_until_signed_in_again(world: World) -> None:
    at_the_desk(world, world.amina, "out", "09:30")
    at_the_desk(world, world.amina, "in", "11:00")
    assert where(world, world.amina, "09:29")[0] is Why.CLASS
    assert where(world, world.amina)[0] is Why.SIGNED_OUT
    assert where(world, world.amina, "11:00")[0] is Why.CLASS


def test_who_left_the_school_is_expected_nowhere(world: World) -> None:
    enrolment = Enrolment.objects.get(pupil=world.ben)
    Leaving.objects.create(
        school=world.ashgrove, enrolment=enrolment, left_on=world.today - timedelta(days=1), recorded_at=world.now
    )
    assert expected_at(world.ashgrove, at(world)).of(world.ben.pk) is None
    assert expected_at(world.ashgrove, at(world, day=world.today - timedelta(days=1))).of(world.ben.pk) is not None


def test_staff_are_expected_while_the_school_is_open(world: World) -> None:
    Duty.objects.create(
        school=world.ashgrove,
        adult=staff("Selma Nour"),
        place="Front gate",
        weekday=world.today.isoweekday(),
        begins=time(9),
        ends=time(11),
        starts_on=YEAR_BEGINS,
    )
    adults = {each.name: each.place.where for each in on_site(world.ashgrove, at(world)).adults}
    assert adults["Ada Okafor"] == "3 Hazel"
    assert adults["Selma Nour"] == "Front gate"
    assert "Gwen Orr" not in adults
    assert not on_site(world.ashgrove, at(world, "20:00")).adults


def test_staff_who_signed_out_are_not_expected_and_who_signed_in_early_are(world: World) -> None:
    StaffSigning.objects.create(
        school=world.ashgrove, adult=staff("Selma Nour"), came_at=at(world, "07:30"), left_at=at(world, "09:30")
    )
    assert [each.name for each in on_site(world.ashgrove, at(world, "08:00")).adults] == ["Selma Nour"]
    assert "Selma Nour" not in {each.name for each in on_site(world.ashgrove, at(world)).adults}


def test_visitors_are_here_until_they_leave(world: World) -> None:
    Visit.objects.create(
        school=world.ashgrove,
        key=sealer().new_keys(1)[0],
        name="Vera Plum",
        host=staff("Ada Okafor"),
        came_at=at(world, "09:00"),
        left_at=at(world, "11:00"),
        signed_in_by=world.office,
    )
    (visitor,) = on_site(world.ashgrove, at(world)).visitors
    assert (visitor.visit.name, visitor.host) == ("Vera Plum", "Ada Okafor")
    assert not on_site(world.ashgrove, at(world, "11:00")).visitors


def test_the_next_school_is_not_in_it(world: World) -> None:
    found = expected_at(world.ashgrove, at(world))
    assert {each.pupil for each in found.pupils} == {world.amina.pk, world.ben.pk}
    assert {each.pupil for each in expected_at(world.birchwood, at(world)).pupils} == {world.cora.pk}


def test_it_costs_the_same_whatever_the_school(world: World) -> None:
    def asked(school: School) -> tuple[int, Expected]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = expected_at(school, at(world))
        return len(queries), found

    few, before = asked(world.ashgrove)
    enrol(world, world.hazel, pupils=28)
    a_lesson(world, world.hazel, adult="Mateo Reyes", room="Lab 2")
    a_trip(world, world.ben)
    a_mark(world, world.amina, "N")
    many, after = asked(world.ashgrove)
    assert (len(before.pupils), len(after.pupils)) == (2, 30)
    assert few == many <= 22


@pytest.mark.parametrize("table", ["attendance_registermark", "attendance_deskentry"])
def test_marks_and_the_desk_are_only_added_to(world: World, table: str) -> None:
    a_mark(world, world.amina, "N")
    at_the_desk(world, world.amina, "in", "09:00")
    for change in (f"UPDATE {table} SET school_id = school_id", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
