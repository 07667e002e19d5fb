"""The office's day: late, leaving, unexplained, planned, amended, exported, visitors."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from muster.attendance.actions.absences import CannotAmend, CannotPlan, amend, note_contact, plan_absence, take_back
from muster.attendance.actions.desk import CannotPass, sign_in, sign_out
from muster.attendance.actions.exports import NothingNew, again, export_marks
from muster.attendance.actions.timetable import BadDay, BadTrip, call_off, give_pass, plan_day, plan_trip
from muster.attendance.actions.visitors import NotHere, clear, come, leave, sign_staff
from muster.attendance.expected import expected_at, on_site
from muster.attendance.forgetting import forget_comings_and_goings
from muster.attendance.models import (
    ContactNote,
    DeskEntry,
    Pass,
    PlannedAbsence,
    RegisterMark,
    StaffSigning,
    Trip,
    Visit,
)
from muster.attendance.rules.codes import ENGLAND, Session
from muster.attendance.rules.whereabouts import Why
from muster.attendance.summary import noticed, summary
from muster.attendance.unexplained import unexplained
from muster.people.actions.reach import NotTheirPupil, NotTheirSchool
from muster.people.doors import purpose
from muster.people.models import Pupil, Staff
from muster.people.purposes import Purpose, Shows
from muster.privacy import sealing
from muster.privacy.models import HistoryEntry
from tests.attendance.marking import a_said, at, say, stands
from tests.support.client import PageClient
from tests.world import World, enrol


@pytest.mark.parametrize(
    ("clock", "code"),
    [
        pytest.param("08:30", "", id="before the register opens nothing is written"),
        pytest.param("09:19", "L", id="late before it closes"),
        pytest.param("09:20", "U", id="after it closed"),
    ],
)
def test_signing_in_late_marks_the_register(world: World, clock: str, code: str) -> None:
    sign_in(pupil=world.amina, arrived_at=at(world, clock), reason="The bus", by=world.office, at=world.now)
    assert stands(world) == code
    assert DeskEntry.objects.get().reason == "The bus"


def test_whoever_comes_from_the_dentist_was_at_the_dentist(world: World) -> None:
    plan(world, "M")
    sign_in(pupil=world.amina, arrived_at=at(world, "10:00"), reason="Dentist", by=world.office, at=world.now)
    assert stands(world) == "M"


def test_the_desk_outranks_what_the_class_guessed(world: World) -> None:
    say(world, a_said(world, "N"))
    sign_in(pupil=world.amina, arrived_at=at(world, "09:10"), reason="", by=world.office, at=world.now)
    assert stands(world) == "L"
    assert RegisterMark.objects.latest("pk").minutes_late == 20


def test_signing_out_says_who_collects_and_the_pupil_is_gone(world: World) -> None:
    sign_out(
        pupil=world.amina,
        left_at=at(world, "10:30"),
        reason="Ill",
        collected_by="Farah Ali",
        by=world.office,
        at=world.now,
    )
    assert DeskEntry.objects.get().collected_by == "Farah Ali"
    found = expected_at(world.ashgrove, world.now).of(world.amina.pk)
    assert found is not None
    assert found.place.why is Why.SIGNED_OUT


def test_a_time_to_come_or_of_another_day_is_refused_and_nothing_is_written(world: World) -> None:
    for when in (at(world, "11:00"), at(world, "10:00", world.today - timedelta(days=1))):
        with pytest.raises(CannotPass):
            sign_in(pupil=world.amina, arrived_at=when, reason="", by=world.office, at=world.now)
    with pytest.raises(NotTheirPupil):
        sign_in(pupil=world.amina, arrived_at=at(world, "09:10"), reason="", by=world.okafor, at=world.now)
    assert not DeskEntry.objects.exists()


def plan(world: World, code: str = "M", *, days: int = 0, reason: str = "Dentist") -> PlannedAbsence:
    return plan_absence(
        pupil=world.amina,
        first_day=world.today,
        last_day=world.today + timedelta(days=days),
        session="",
        code=code,
        adult=None,
        reason=reason,
        by=world.office,
        at=world.now,
    )


def test_a_planned_absence_is_taken_back_once(world: World) -> None:
    planned = plan(world)
    take_back(planned=planned, by=world.office, at=world.now)
    with pytest.raises(CannotPlan):
        take_back(planned=planned, by=world.office, at=world.now)
    assert not PlannedAbsence.objects.on(world.today)


@pytest.mark.parametrize(("code", "days"), [("/", 0), ("H", 0), ("V", 0), ("M", -1), ("M", 400)])
def test_an_absence_that_cannot_be_planned(world: World, code: str, days: int) -> None:
    with pytest.raises(CannotPlan):
        plan(world, code, days=days)
    assert not PlannedAbsence.objects.exists()


def change(
    world: World, code: str, reason: str = "Rang: ill", sessions: tuple[Session, ...] = (Session.MORNING,)
) -> None:
    amend(
        pupil=world.amina,
        on=world.today,
        sessions=sessions,
        code=code,
        adult=None,
        reason=reason,
        by=world.office,
        at=world.now,
    )


def test_the_office_gives_the_reason_and_the_class_s_mark_is_kept(world: World) -> None:
    say(world, a_said(world, "N"))
    change(world, "I")
    assert (stands(world), RegisterMark.objects.count()) == ("I", 2)


def test_half_an_amendment_is_none(world: World) -> None:
    """The afternoon is still to come: neither half is changed."""
    with pytest.raises(CannotAmend, match="opens at 13:10"):
        change(world, "I", sessions=(Session.MORNING, Session.AFTERNOON))
    assert not RegisterMark.objects.exists()
    with pytest.raises(CannotAmend, match="Say why"):
        change(world, "I", reason=" ")


def test_unexplained_absences_wait_until_somebody_settles_them(world: World) -> None:
    early = world.today - timedelta(days=8)
    say(world, a_said(world, "N", on=early), a_said(world, "N"), office=True)
    note_contact(
        pupil=world.amina, on=world.today, way="call", reached=False, text="No answer", by=world.office, at=world.now
    )
    old, new = unexplained(world.ashgrove, on=world.today, today=world.today)
    assert (old.on, old.overdue, new.on, new.overdue) == (early, True, world.today, False)
    assert (new.contacts, new.reached, new.school_class) == (1, False, "3 Hazel")
    assert ContactNote.objects.get().text == "No answer"
    change(world, "O", reason="Five days have passed")
    assert [row.on for row in unexplained(world.ashgrove, on=world.today, today=world.today)] == [early]


def test_each_file_for_the_mis_holds_what_is_new_and_can_be_had_again(world: World) -> None:
    say(world, a_said(world, "N"), a_said(world, "/", pupil=world.ben, school_class=world.rowan), office=True)
    first = export_marks(school=world.ashgrove, by=world.office, at=world.now)
    assert (first.export.number, [mark.code for mark in first.marks]) == (1, ["N", "/"])
    with pytest.raises(NothingNew):
        export_marks(school=world.ashgrove, by=world.office, at=world.now)
    change(world, "I")
    second = export_marks(school=world.ashgrove, by=world.office, at=world.now)
    assert (second.export.number, [mark.code for mark in second.marks]) == (2, ["I"])
    assert [mark.pk for mark in again(first.export).marks] == [mark.pk for mark in first.marks]
    with pytest.raises(NotTheirSchool):
        export_marks(school=world.ashgrove, by=world.okafor, at=world.now)


def test_the_file_is_a_table_with_who_when_and_what_changed(world: World, client: PageClient) -> None:
    say(world, a_said(world, "N"))
    change(world, "I")
    client.force_login(world.office)
    answer = client.post("/ashgrove/mis-files/")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Code"], row["Change"], row["Session"], row["Surname"]) for row in rows] == [
        ("N", "new", "AM", "Ali"),
        ("I", "amended", "AM", "Ali"),
    ]
    assert client.get("/ashgrove/mis-files/1/").content == answer.content
    assert client.get("/ashgrove/mis-files/2/").status_code == 404


def test_a_visitor_comes_and_leaves_and_is_cleared_the_next_day_by_name(world: World) -> None:
    host = Staff.objects.get(account=world.okafor)
    said: dict[str, Any] = {
        "school": world.ashgrove,
        "organisation": "",
        "host": host,
        "by": world.office,
        "at": world.now,
    }
    one = come(name="Vera  Plum", kind="visitor", **said)
    other = come(name="Con Tractor", kind="contractor", **said)
    assert (one.name, len(on_site(world.ashgrove, world.now).visitors)) == ("Vera Plum", 2)
    leave(visit=one, by=world.office, at=world.now)
    with pytest.raises(NotHere):
        leave(visit=one, by=world.office, at=world.now)
    with pytest.raises(NotHere):
        clear(visit=other, by=world.office, at=world.now)
    tomorrow = world.now + timedelta(days=1)
    clear(visit=other, by=world.head, at=tomorrow)
    other.refresh_from_db()
    assert (other.cleared_by, other.left_at) == (world.head, tomorrow)
    with pytest.raises(NotTheirSchool):
        come(name="X", kind="visitor", **{**said, "by": world.okafor})


def test_visits_and_signings_go_after_a_year_and_passes_after_thirty_days_and_history_says_so(
    world: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    said: dict[str, Any] = {"school": world.ashgrove, "organisation": "", "host": None, "kind": "visitor"}
    left = come(name="Vera Plum", **said, by=world.office, at=world.now)
    leave(visit=left, by=world.office, at=world.now + timedelta(hours=1))
    never_left = come(name="Con Tractor", **said, by=world.office, at=world.now)
    give_pass(pupil=world.amina, to_class=world.rowan, by=world.okafor, at=world.now)
    sign_staff(adult=Staff.objects.get(account=world.okafor), by=world.office, at=world.now)
    before = HistoryEntry.objects.count()

    def night(**later: int) -> tuple[str, int]:
        at = world.now + timedelta(**later)
        with purpose().using(Purpose.MAINTENANCE, Shows.NOTHING), django_capture_on_commit_callbacks(execute=True):
            answer = forget_comings_and_goings(at)
        return answer, HistoryEntry.objects.count() - before

    assert night(days=29) == ("0 visits, 0 signings, 0 passes deleted", 0)
    assert night(days=30) == ("0 visits, 0 signings, 1 passes deleted", 1)
    assert night(days=365) == ("1 visits, 1 signings, 0 passes deleted", 2)
    assert Visit.objects.get() == left
    assert night(days=365, hours=1) == ("1 visits, 0 signings, 0 passes deleted", 3)
    assert night(days=366) == ("0 visits, 0 signings, 0 passes deleted", 3)
    assert not Visit.objects.exists()
    assert not Pass.objects.exists()
    assert not {left.key, never_left.key}.intersection(sealing.store().all_keys())


def test_staff_sign_in_and_out(world: World) -> None:
    adult = Staff.objects.get(account=world.okafor)
    sign_staff(adult=adult, by=world.office, at=world.now)
    sign_staff(adult=adult, by=world.office, at=world.now + timedelta(hours=1))
    assert StaffSigning.objects.get().left_at == world.now + timedelta(hours=1)


def test_a_day_plan_keeps_to_the_law_of_its_codes(world: World) -> None:
    said: dict[str, Any] = {
        "school": world.ashgrove,
        "morning": at(world, "08:40").time(),
        "afternoon": at(world, "13:00").time(),
        "ends": at(world, "15:15").time(),
        "by": world.office,
        "at": world.now,
    }
    with pytest.raises(BadDay, match="at most 30"):
        plan_day(**said, starts_on=world.today, codes="england", open_minutes=31)
    with pytest.raises(BadDay, match="today or a day to come"):
        plan_day(**said, starts_on=world.today - timedelta(days=1), codes="england", open_minutes=30)
    assert plan_day(**said, starts_on=world.today, codes="international", open_minutes=45).open_minutes == 45


def test_a_trip_shows_in_the_register_as_planned_until_it_is_called_off(world: World, client: PageClient) -> None:
    said: dict[str, Any] = {
        "school": world.ashgrove,
        "name": "Farm",
        "place": "Hill Farm",
        "leader": Staff.objects.get(account=world.reyes),
        "pupils": [world.amina],
        "by": world.office,
        "at": world.now,
    }
    with pytest.raises(BadTrip):
        plan_trip(**said, code="I", leaves_at=at(world, "09:00"), back_at=at(world, "12:00"))
    with pytest.raises(BadTrip):
        plan_trip(**said, code="V", leaves_at=at(world, "12:00"), back_at=at(world, "09:00"))
    trip = plan_trip(**said, code="V", leaves_at=at(world, "09:00"), back_at=at(world, "12:00"))
    client.force_login(world.okafor)
    address = f"/ashgrove/classes/{world.hazel.pk}/registers/{world.today}/am/"
    assert "Planned: School visit or trip: Farm" in client.get(address).content.decode()
    with time_machine.travel(at(world, "09:05")):
        client.post(address, {"rest": "1"})
    row = RegisterMark.objects.get()
    assert (row.code, row.adult) == ("V", said["leader"])
    call_off(trip=trip, by=world.office, at=world.now)
    with pytest.raises(BadTrip):
        call_off(trip=trip, by=world.office, at=world.now)


def test_a_trip_takes_a_class_or_pupils_by_name_or_both(world: World, client: PageClient) -> None:
    (classmate,) = enrol(world, world.hazel, pupils=1)
    client.force_login(world.office)
    reyes = Staff.objects.get(account=world.reyes).pk
    form = {
        "name": "Choir", "place": "Town hall", "code": "V", "leader": reyes, "day": world.today, "leaves": "11:00",
        "back": "12:00",
    }  # fmt: skip

    def goes(**who: Any) -> set[Pupil]:
        assert client.post("/ashgrove/trips/", form | who).status_code == 302
        return {each.pupil for each in Trip.objects.latest("pk").pupils.select_related("pupil")}

    assert goes(pupils=[world.ben.pk]) == {world.ben}
    assert goes(school_class=world.hazel.pk) == {world.amina, classmate}
    assert goes(school_class=world.hazel.pk, pupils=[world.ben.pk, world.amina.pk]) == {
        world.amina,
        classmate,
        world.ben,
    }
    nobody = client.post("/ashgrove/trips/", form)
    assert nobody.status_code == 422
    assert "Choose at least one who goes." in nobody.content.decode()
    assert client.post("/ashgrove/trips/", form | {"pupils": [world.cora.pk]}).status_code == 422, "of another school"
    page = client.get("/ashgrove/trips/").content.decode()
    assert "Ben Carter, 4 Rowan" in page


def test_a_pass_ends_with_the_session_where_there_is_no_lesson(world: World) -> None:
    given = give_pass(pupil=world.amina, to_class=world.rowan, by=world.okafor, at=world.now)
    assert given.ends_at == at(world, "13:10")
    with pytest.raises(BadDay):
        give_pass(pupil=world.amina, to_class=world.rowan, by=world.okafor, at=at(world, "17:00"))
    with pytest.raises(NotTheirPupil):
        give_pass(pupil=world.amina, to_class=world.rowan, by=world.reyes, at=world.now)


def test_rates_by_class_and_who_is_often_absent(world: World) -> None:
    days = [world.today - timedelta(weeks=week) for week in (0, 1, 2, 4, 5, 6)]
    say(
        world,
        *(a_said(world, "N" if week < 4 else "/", on=day) for week, day in enumerate(days)),
        *(a_said(world, "/", pupil=world.ben, school_class=world.rowan, on=day) for day in days),
        office=True,
    )
    viewer = world.head.viewer(world.now)
    first = days[-1]
    found = summary(world.ashgrove, viewer, first=first, last=world.today, today=world.today)
    assert [(group.name, group.tally.absent, group.tally.possible) for group in found.classes] == [
        ("3 Hazel", 4, 6),
        ("4 Rowan", 0, 6),
    ]
    assert [row.pupil for row in found.severe] == [world.amina]
    mine = summary(world.ashgrove, world.okafor.viewer(world.now), first=first, last=world.today, today=world.today)
    assert [row.pupil for row in mine.pupils] == [world.amina]
    seen = noticed(world.ashgrove, first=first, last=world.today, today=world.today, codes=ENGLAND)
    assert set(seen.patterns) == {world.amina.pk}


def test_pages_of_the_office_open_with_and_without_anything_in_them(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    day = f"{world.amina.pk}/{world.today}"
    pages = ["desk", f"desk/{world.amina.pk}", "absences", f"absences/{day}", "attendance", "mis-files", "visitors"]
    pages += ["school-day", "cover", "trips", f"pupils/{world.amina.pk}/planned-absences", "more"]
    for name in pages:
        assert client.get(f"/ashgrove/{name}/").status_code == 200, name
    say(world, a_said(world, "N"))
    plan(world)
    sign_out(
        pupil=world.amina, left_at=world.now, reason="Ill", collected_by="Farah Ali", by=world.office, at=world.now
    )
    come(school=world.ashgrove, name="Vera", kind="visitor", organisation="", host=None, by=world.office, at=world.now)
    Visit.objects.update(came_at=world.now - timedelta(days=1))
    enrol(world, world.hazel, pupils=2)
    for name in pages:
        assert client.get(f"/ashgrove/{name}/").status_code == 200, name


def test_the_desk_is_kept_by_name_and_form(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    found = client.post("/ashgrove/desk/", {"q": "ami"}, follow=True).content.decode()
    assert f"/ashgrove/desk/{world.amina.pk}/" in found
    where = f"/ashgrove/desk/{world.amina.pk}/"
    assert client.post(where, {"in": "1", "in-arrived": "09:10", "in-reason": "Bus"}).status_code == 302
    assert stands(world) == "L"
    assert client.post(where, {"in": "1", "in-arrived": "23:00"}).status_code == 422
    assert client.post(where, {"out": "1", "out-left": "10:00"}).status_code == 422


def test_forms_of_the_office_take_and_refuse(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    day = f"/ashgrove/absences/{world.amina.pk}/{world.today}/"
    right = {"amend": "1", "session": "am", "code": "I", "reason": "Rang"}
    assert client.post(day, right).status_code == 302
    assert stands(world) == "I"
    assert client.post(day, {**right, "reason": ""}).status_code == 422
    assert client.post(day, {"contact": "1", "way": "call", "text": "No answer"}).status_code == 302
    assert ContactNote.objects.count() == 1
    planned = f"/ashgrove/pupils/{world.amina.pk}/planned-absences/"
    said = {"first_day": f"{world.today}", "last_day": f"{world.today}", "code": "M", "session": "", "reason": "x"}
    assert client.post(planned, said).status_code == 302
    (row,) = PlannedAbsence.objects.all()
    assert client.post(f"/ashgrove/planned-absences/{row.pk}/end/").status_code == 302
    assert client.post("/ashgrove/visitors/", {"name": "Vera", "kind": "visitor"}).status_code == 302
    assert client.post("/ashgrove/visitors/", {"name": " ", "kind": "visitor"}).status_code == 422
    assert client.get(f"/ashgrove/absences/{world.amina.pk}/{world.today + timedelta(days=1)}/").status_code == 404
