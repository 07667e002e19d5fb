"""The register of a class: blank at first, saved marks only, planned absences with their reason; also without a script."""

from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.attendance.actions.visitors import come, leave
from muster.attendance.models import PlannedAbsence, RegisterMark
from muster.people.models import Staff
from tests.attendance.marking import a_said, at, say, stands
from tests.support.client import PageClient
from tests.world import World, a_pupil, enrol


def address(world: World, session: str = "am") -> str:
    return f"/ashgrove/classes/{world.hazel.pk}/registers/{world.today}/{session}/"


def opened(world: World, client: PageClient, session: str = "am") -> str:
    return client.get(address(world, session)).content.decode()


def planned(world: World, code: str = "M", reason: str = "Dentist at ten") -> PlannedAbsence:
    return PlannedAbsence.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        first_day=world.today,
        last_day=world.today,
        code=code,
        reason=reason,
        recorded_at=world.now,
        recorded_by=world.office,
    )


def test_a_register_begins_blank(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    page = opened(world, client)
    assert "Amina Ali" in page
    assert "data-code=" not in page
    assert 'aria-pressed="true"' not in page
    assert "Mark the other 1 present" in page
    assert not RegisterMark.objects.exists()


def test_a_planned_absence_is_there_with_its_reason_and_is_no_mark(world: World, client: PageClient) -> None:
    planned(world)
    client.force_login(world.okafor)
    page = opened(world, client)
    assert "Planned: Leave: medical or dental appointment: Dentist at ten" in page
    assert "data-code=" not in page
    assert stands(world) == ""


def test_it_opens_again_with_what_was_saved_and_with_who_of_the_office_changed_it(
    world: World, client: PageClient
) -> None:
    (first,) = say(world, a_said(world, "N"))
    say(world, a_said(world, "I", clock="09:14", base=first.version, reason="Rang"), office=True)
    client.force_login(world.okafor)
    assert "Illness. Olive Marsh, 09:14" in opened(world, client)


def test_without_a_script_one_button_marks_one_and_the_foot_marks_everybody_else(
    world: World, client: PageClient
) -> None:
    planned(world)
    one, two = enrol(world, world.hazel, pupils=2)
    client.force_login(world.okafor)
    with time_machine.travel(at(world, "09:00")):
        assert client.post(address(world), {"mark": f"{one.pk}:N"}).status_code == 302
        assert client.post(address(world), {"rest": "1"}).status_code == 302
    assert (stands(world, one), stands(world, two), stands(world)) == ("N", "/", "M")


def test_without_a_script_codes_are_typed(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    with time_machine.travel(at(world, "09:00")):
        client.post(address(world), {"typed": "1", f"typed-{world.amina.pk}": "i"})
        assert stands(world) == "I"
        answer = client.post(address(world), {"typed": "1", f"typed-{world.amina.pk}": "H"}, follow=True)
    assert "The code H ended on 18 August 2024." in answer.content.decode()
    assert stands(world) == "I"


def test_without_a_script_a_change_after_the_close_needs_its_reason(world: World, client: PageClient) -> None:
    (first,) = say(world, a_said(world, "N"))
    client.force_login(world.okafor)
    sent = {"mark": f"{world.amina.pk}:/", f"version-{world.amina.pk}": str(first.version)}
    answer = client.post(address(world), sent, follow=True)
    assert "This register has closed. Say why the mark changes." in answer.content.decode()
    client.post(address(world), {**sent, "reason": "The wrong row"})
    assert stands(world) == "/"


def test_the_clock_says_when_it_opens_and_closes(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    for clock, said in (("09:00", "Open until 09:20."), ("10:00", "Closed at 09:20."), ("08:00", "Opens at 08:50.")):
        with time_machine.travel(at(world, clock)):
            assert said in opened(world, client)


def test_what_is_in_a_name_or_a_reason_is_text(world: World, client: PageClient) -> None:
    a_pupil(world, name="Eve <script>alert(1)</script>", in_class=world.hazel)
    planned(world, reason='"><img src=x onerror=alert(1)>')
    client.force_login(world.okafor)
    page = opened(world, client)
    assert "<script>alert" not in page
    assert "<img" not in page


def test_the_register_costs_the_same_whatever_the_class(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    opened(world, client)
    with CaptureQueriesContext(connection) as few:
        opened(world, client)
    for pupil in enrol(world, world.hazel, pupils=29):
        say(world, a_said(world, "/", pupil=pupil))
    planned(world)
    with CaptureQueriesContext(connection) as many:
        page = opened(world, client)
    assert page.count("data-row") == 30
    assert len(few) == len(many) <= 16


def test_today_leads_to_the_register_until_it_is_taken(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    with time_machine.travel(at(world, "09:00")):
        page = client.get("/ashgrove/").content.decode()
        assert "Register 3 Hazel" in page
        assert "open until 09:20" in page
        assert address(world) in page
        say(world, a_said(world, "/"), received=at(world, "09:00"))
        assert "Register 3 Hazel" not in client.get("/ashgrove/").content.decode()


def test_leaders_see_the_day_in_numbers(world: World, client: PageClient) -> None:
    say(world, a_said(world, "N"))
    client.force_login(world.head)
    page = " ".join(client.get("/ashgrove/").content.decode().split())
    for label, number in (("Present", 0), ("Unexplained", 1), ("Registers missing", 1)):
        assert f"<dt>{label}</dt><dd>{number}</dd>" in page


def test_the_place_leads_a_teacher_to_their_register_and_the_office_to_all(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    assert client.get("/ashgrove/registers/").headers["Location"] == address(world)
    client.force_login(world.office)
    page = client.get("/ashgrove/registers/").content.decode()
    assert "3 Hazel" in page
    assert "4 Rowan" in page


def test_a_day_that_is_none_is_not_found(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    for rest in ("2026-13-40/am", "2026-03-04/lesson", "today/am", "1900-01-01/am"):
        assert client.get(f"/ashgrove/classes/{world.hazel.pk}/registers/{rest}/").status_code == 404
    tomorrow = world.today + timedelta(days=1)
    page = client.get(f"/ashgrove/classes/{world.hazel.pk}/registers/{tomorrow}/am/").content.decode()
    assert "Opens at 08:50." in page
    assert 'name="rest"' not in page


def test_where_a_pupil_should_be_now_is_on_their_page_for_those_who_may(world: World, client: PageClient) -> None:
    where = f"/ashgrove/pupils/{world.amina.pk}/"
    for who, sees in ((world.okafor, True), (world.tutor, True), (world.office, True), (world.senco, False)):
        client.force_login(who)
        page = client.get(where).content.decode()
        assert ("Should be now" in page) is sees
        assert ("With the class, Ada Okafor" in page) is sees


def test_a_host_is_told_on_today_while_the_visitor_is_here(world: World, client: PageClient) -> None:
    host = Staff.objects.get(account=world.okafor)
    visit = come(
        school=world.ashgrove,
        name="Vera Plum",
        organisation="Plums",
        kind="visitor",
        host=host,
        by=world.office,
        at=world.now,
    )
    client.force_login(world.okafor)
    assert "Vera Plum, Plums" in client.get("/ashgrove/").content.decode()
    client.force_login(world.reyes)
    assert "Vera Plum" not in client.get("/ashgrove/").content.decode()
    leave(visit=visit, by=world.office, at=world.now)
    client.force_login(world.okafor)
    assert "Vera Plum" not in client.get("/ashgrove/").content.decode()
