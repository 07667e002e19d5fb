"""Who is on the list, what counts as said, and who may still look: nobody missing is hidden, and no list stays open."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muster.attendance.actions.visitors import sign_as
from muster.attendance.at_the_door import staff_of_today
from muster.attendance.expected import expected_at, on_site
from muster.attendance.models import Pass, PlannedAbsence, StaffSigning, Visit
from muster.emergency import known
from muster.emergency.actions.handing import SamePerson, do_step, see_leaving
from muster.emergency.actions.roll_calls import end, start
from muster.emergency.forgetting import forget_names
from muster.emergency.models import Listed, RollCall
from muster.emergency.report import compared, report
from muster.emergency.roster import everyone_expected
from muster.emergency.rules.handing import Answer, Step
from muster.emergency.rules.kinds import Kind, Mode
from muster.people.doors import sealer
from muster.people.models import Staff
from muster.privacy.models import HistoryEntry
from tests.attendance.test_expected import a_lesson, a_mark, a_trip, at, at_the_desk
from tests.emergency.test_handing import a_card
from tests.emergency.test_roll_calls import a_start, a_tick, begun, pupil, said, send
from tests.support.client import PageClient
from tests.world import World, a_pupil


def planned_but_marked_present(world: World) -> None:
    PlannedAbsence.objects.create(
        school=world.ashgrove, row=uuid.uuid4(), pupil=world.amina, first_day=world.today, last_day=world.today,
        code="M", recorded_at=world.now, recorded_by=world.office,
    )  # fmt: skip
    a_mark(world, world.amina, "/", clock="08:58")


def came_after_the_register_closed(world: World) -> None:
    a_mark(world, world.amina, "U", clock="09:40")


def missed_the_coach_and_came_to_the_desk(world: World) -> None:
    a_trip(world, world.amina)
    at_the_desk(world, world.amina, "in", "09:45")


def signed_out_and_back_for_the_afternoon(world: World) -> None:
    at_the_desk(world, world.amina, "out", "09:30")
    a_mark(world, world.amina, "\\", clock="13:12", session="pm")


def signed_out(world: World) -> None:
    at_the_desk(world, world.amina, "out", "11:30")


@pytest.mark.parametrize(
    ("happened", "clock", "expected"),
    [
        pytest.param(planned_but_marked_present, "10:00", True, id="planned absence, marked present"),
        pytest.param(came_after_the_register_closed, "10:00", True, id="came after the register closed"),
        pytest.param(missed_the_coach_and_came_to_the_desk, "10:00", True, id="missed the coach"),
        pytest.param(signed_out_and_back_for_the_afternoon, "13:30", True, id="signed out and back"),
        pytest.param(signed_out, "15:25", False, id="signed out, after lessons"),
    ],
)
def test_the_list_holds_whoever_is_on_the_premises(
    world: World, happened: Callable[[World], None], clock: str, *, expected: bool
) -> None:
    happened(world)
    moment = at(world, clock)
    roll_call = start(
        school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.REAL, started_at=moment, by=world.head, at=moment
    )
    (amina,) = [one for one in known.named(roll_call) if one.name == "Amina Ali"]
    assert amina.expected is expected


def test_only_who_signed_out_counts_as_gone_and_a_closed_account_says_nothing_of_where_somebody_is(
    world: World,
) -> None:
    def expected(kind: Kind) -> dict[str, bool]:
        return {one.name: one.expected for one in known.named(begun(world, kind=kind)) if one.kind == "staff"}

    world.okafor.is_active = False
    world.okafor.save(update_fields=["is_active"])
    assert expected(Kind.HOLD)["Ada Okafor"] is True
    adult = Staff.objects.get(account=world.reyes)
    StaffSigning.objects.create(
        school=world.ashgrove, adult=adult, came_at=world.now - timedelta(hours=1), left_at=world.now,
    )  # fmt: skip
    assert expected(Kind.SECURE)[adult.name] is False


def test_whoever_never_signs_in_is_on_the_list_and_at_the_door_until_they_have_left(
    world: World, client: PageClient
) -> None:
    later = world.now + timedelta(minutes=1)

    def listed() -> dict[str, bool]:
        return {one.name: one.expected for one in everyone_expected(world.ashgrove, later) if one.kind == "staff"}

    client.force_login(world.office)
    client.post("/ashgrove/accounts/staff/", {"name": "  Kit   Larder "})
    assert client.post("/ashgrove/accounts/staff/", {"name": " "}).status_code == 302
    (kit,) = Staff.objects.filter(account__isnull=True)
    assert "Kit Larder" in client.get("/ashgrove/accounts/").content.decode()
    assert listed()["Kit Larder"] is True
    assert staff_of_today(world.ashgrove, later)[kit.pk] == "Kit Larder"
    assert expected_at(world.ashgrove, later).staff[kit.pk] in [
        one.name for one in on_site(world.ashgrove, later).adults
    ]

    # At the door, by name alone: out again, and the list knows.
    for coming in (True, False):
        sign_as(school=world.ashgrove, typed="kit larder", coming=coming, by=world.office, at=world.now)
    assert listed()["Kit Larder"] is False
    StaffSigning.objects.all().delete()

    gone = f"/ashgrove/accounts/staff/{kit.pk}/leaving/"
    before = HistoryEntry.objects.exclude(kind=HistoryEntry.Kind.LOOK).count()
    for left, there in (("1", False), ("1", False), ("0", True), ("1", False)):
        assert client.post(gone, {"left": left}).status_code == 302
        assert ("Kit Larder" in listed()) is there
        assert (kit.pk in staff_of_today(world.ashgrove, later)) is there
        assert ("Kit Larder" in client.get("/ashgrove/visitors/").content.decode()) is there
    written = HistoryEntry.objects.exclude(kind=HistoryEntry.Kind.LOOK).count() - before
    assert written == 3, "saying it twice is written once"
    assert "1 left this year" in client.get("/ashgrove/accounts/").content.decode()
    with_account = Staff.objects.get(school=world.ashgrove, account=world.reyes)
    assert client.post(f"/ashgrove/accounts/staff/{with_account.pk}/leaving/", {"left": "1"}).status_code == 404
    client.force_login(world.okafor)
    assert client.post(gone, {"left": "0"}).status_code == 403


def test_a_visitor_stands_under_visitors_on_the_sheet(world: World, client: PageClient) -> None:
    Visit.objects.create(
        school=world.ashgrove, key=sealer().new_keys(1)[0], name="Vera Plum", came_at=world.now - timedelta(hours=1),
        signed_in_by=world.office,
    )  # fmt: skip
    client.force_login(world.office)
    sheet = client.get("/ashgrove/roll-call-sheet/").content.decode()
    heading = sheet[: sheet.index("Vera Plum")].rpartition("<h2>")[2]
    assert heading.startswith("Visitors")


def test_staying_where_one_is_the_list_is_by_room_with_the_class_named(world: World, client: PageClient) -> None:
    a_lesson(world, world.hazel, begins="10:30", ends="11:30", room="Lab 1")
    Pass.objects.create(
        school=world.ashgrove, pupil=world.ben, to_class=world.hazel, given_at=world.now, given_by=world.office,
        ends_at=world.now + timedelta(minutes=30),
    )  # fmt: skip
    dilys = a_pupil(world, name="Dilys Evans", in_class=world.rowan)
    gone = a_pupil(world, name="Gwil Evans", in_class=world.rowan)
    at_the_desk(world, gone, "out", "10:00")

    def groups(kind: Kind) -> list[tuple[str, str]]:
        listed = known.named(begun(world, kind=kind))
        return [(one.group, one.name) for one in listed if one.kind == "pupil"]

    by_room = [
        ("4 Rowan", dilys.name), ("4 Rowan", gone.name), ("Lab 1, 3 Hazel", "Amina Ali"), ("Lab 1, 3 Hazel", "Ben Carter"),
    ]  # fmt: skip
    client.force_login(world.okafor)
    pack = client.get("/ashgrove/roll-call/").context["pack"]
    assert {tuple(one[1:3] + one[6:]) for one in pack["list"] if one[5] == "pupil"} == {
        (dilys.name, "4 Rowan"), (gone.name, "4 Rowan"), ("Amina Ali", "3 Hazel", "Lab 1, 3 Hazel"),
        ("Ben Carter", "4 Rowan", "Lab 1, 3 Hazel"),
    }  # fmt: skip
    assert pack["own"] == ["3 Hazel", "Lab 1, 3 Hazel"], "theirs stand open, wherever it is"
    assert sorted(groups(Kind.HOLD)) == sorted(groups(Kind.SECURE)) == by_room
    assert {group for group, _name in groups(Kind.EVACUATE)} == {"3 Hazel", "4 Rowan"}
    assert client.get("/ashgrove/roll-call/").context["pack"]["own"] == ["3 Hazel", "Lab 1, 3 Hazel"]


def test_those_outdoors_are_asked_for_first_when_everybody_is_to_come_in(world: World, client: PageClient) -> None:
    a_lesson(world, world.hazel, begins="10:30", ends="11:30", room="Field")
    client.force_login(world.office)

    def plans(**changed: object) -> Any:
        told = client.get("/ashgrove/school-day/").context["form"].initial | changed
        return client.post("/ashgrove/school-day/", {name: str(value) for name, value in told.items() if value})

    # As many as there is room for, with bare commas: shown with spaces they are longer, and are taken again.
    many = ",".join(["Playground, field ", *(f"Fd{number}" for number in range(10, 65))])
    assert plans(starts_on=world.today, outdoors=many).status_code == 302
    assert plans().status_code == 302
    answer = plans(outdoors="a" * 301)
    assert (answer.status_code, "too many places" in answer.content.decode()) == (422, True)

    def groups(kind: Kind) -> list[str]:
        return list(dict.fromkeys(one.group for one in known.named(begun(world, kind=kind)) if one.kind == "pupil"))

    client.force_login(world.okafor)
    pack = client.get("/ashgrove/roll-call/").context["pack"]
    assert pack["outdoors"] == ["Field, 3 Hazel"], "a phone without a network has them first too"
    assert groups(Kind.SECURE) == ["Field, 3 Hazel", "4 Rowan"]
    assert groups(Kind.EVACUATE) == ["3 Hazel", "4 Rowan"]
    assert client.get("/ashgrove/roll-call/").context["pack"]["outdoors"] == []


def test_staff_visitors_and_those_in_no_class_are_told_on_a_list_too(world: World, client: PageClient) -> None:
    nobody = a_pupil(world, name="Zed Quill")
    Visit.objects.create(
        school=world.ashgrove, key=sealer().new_keys(1)[0], name="Vera Plum", came_at=world.now - timedelta(hours=1),
        signed_in_by=world.office,
    )  # fmt: skip
    roll_call = begun(world)
    client.force_login(world.duty)
    where = f"/ashgrove/roll-calls/{roll_call.pk}/typed-list/"
    names = [name for name, _left in client.get(where).context["groups"]]
    assert names == ["3 Hazel", "4 Rowan", "No class", "Staff", "Visitors"]
    told = {"told_by": "Olive Marsh"}
    staff = [one for one in known.named(roll_call) if one.kind == "staff"]
    assert client.post(where, told | {"group": "No class", "count": "1"}).status_code == 302
    assert client.post(where, told | {"group": "Visitors", "count": "1"}).status_code == 302
    short = told | {"group": "Staff", "count": str(len(staff) - 1)}
    assert client.post(where, short).status_code == 422
    assert client.post(where, short | {"missing": staff[0].who}).status_code == 302
    board = known.board(roll_call).derived
    assert board.people[f"pupil-{nobody.pk}"].accounted
    assert (board.people[staff[0].who].state, board.people[staff[1].who].state) == ("missing", "with-me")
    assert [each[:3] for each in report(roll_call).heads] == [
        ("No class", 1, 1), ("Staff", len(staff), len(staff) - 1), ("Visitors", 1, 1),
    ]  # fmt: skip


def test_the_sheet_says_what_it_is_for(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    sheet = "/ashgrove/roll-call-sheet/"
    assert "roll-call-band" not in client.get(sheet).content.decode()
    assert (
        '<p class="roll-call-band" data-mode="drill"><strong>Drill'
        in client.get(f"{sheet}?mode=drill").content.decode()
    )
    begun(world, mode=Mode.REAL)
    begun(world, kind=Kind.LOCKDOWN)
    page = client.get(f"{sheet}?mode=drill").content.decode()
    assert page.count("roll-call-band") == 1, "a lockdown stands on no paper"
    assert 'data-mode="real"><strong>Real</strong> <span>Evacuate' in page


def test_a_roll_call_left_open_yesterday_accounts_for_nobody_today(world: World, client: PageClient) -> None:
    yesterday = world.now - timedelta(days=1)
    old = start(
        school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=yesterday, by=world.head, at=yesterday
    )
    send(client, world.okafor, [a_tick(old, "with-me", pupil(world, "amina"), at=world.now)], sent_at=world.now)
    number = uuid.uuid4()
    assert said(send(client, world.reyes, [a_start(number, at=world.now)], sent_at=world.now)) == [201]
    today = RollCall.objects.get(uuid=number)
    assert today.joined_id is None
    assert not known.board(today).derived.people[pupil(world, "amina")].accounted


def test_a_visitor_on_a_phones_list_who_signed_out_before_can_still_be_told_of(
    world: World, client: PageClient
) -> None:
    visit = Visit.objects.create(
        school=world.ashgrove, key=sealer().new_keys(1)[0], name="Vera Plum", came_at=world.now - timedelta(hours=1),
        left_at=world.now - timedelta(minutes=3), signed_in_by=world.office,
    )  # fmt: skip
    roll_call = begun(world)
    answer = send(
        client, world.okafor, [a_tick(roll_call, "injured", f"visitor-{visit.pk}", at=world.now)], sent_at=world.now
    )
    assert said(answer) == [201]
    assert "Vera Plum" in {one.name for one in known.named(roll_call)}


def test_whoever_wrote_the_second_half_first_may_not_hand_over(world: World) -> None:
    roll_call = begun(world)
    card = a_card(world, roll_call)
    see_leaving(
        roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="Farah Ali", by=world.duty, at=world.now
    )
    do_step(card=card, step=Step.CARD, answer=Answer.YES, words="", by=world.duty, at=world.now)
    with pytest.raises(SamePerson):
        do_step(card=card, step=Step.CHECK, answer=Answer.YES, words="", by=world.duty, at=world.now)
    do_step(card=card, step=Step.CHECK, answer=Answer.YES, words="", by=world.head, at=world.now)


def ended(world: World, roll_call: RollCall) -> None:
    missing = [one.who for one in known.named(roll_call)]
    end(roll_call=roll_call, reasons=dict.fromkeys(missing, "seen later"), by=world.head, at=world.now)


def test_a_tick_that_comes_after_the_names_have_gone_brings_none_back(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    ended(world, roll_call)
    forget_names(world.now + timedelta(days=30))
    late = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)
    assert said(send(client, world.okafor, [late], sent_at=world.now)) == [410]
    assert not Listed.objects.filter(roll_call=roll_call, pupil__isnull=False).exists()


def test_a_roll_call_that_nobody_ended_keeps_no_names_either(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    send(client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)], sent_at=world.now)
    assert forget_names(world.now + timedelta(days=29)) == "names gone from 0 roll calls"
    assert forget_names(world.now + timedelta(days=31)) == "names gone from 1 roll calls"
    assert not Listed.objects.filter(roll_call=roll_call, pupil__isnull=False).exists()


def test_an_hour_after_the_end_the_list_is_for_those_who_look_back(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    ended(world, roll_call)
    where = [
        f"/ashgrove/roll-calls/{roll_call.pk}/people/",
        f"/ashgrove/roll-calls/{roll_call.pk}/people/{pupil(world, 'amina')}/",
        f"/ashgrove/roll-calls/{roll_call.uuid}/events/?after=0&list",
    ]

    def answers() -> list[int]:
        return [client.get(each).status_code for each in where]

    client.force_login(world.cover)
    assert answers() == [200, 200, 200]
    RollCall.objects.filter(pk=roll_call.pk).update(ended_at=world.now - timedelta(hours=1, seconds=1))
    assert answers() == [404, 404, 404]
    client.force_login(world.head)
    assert answers() == [200, 200, 200]


def test_a_test_opens_no_parents_to_whoever_may_not_see_them(world: World, client: PageClient) -> None:
    def on_the_card(mode: Mode) -> bool:
        roll_call = begun(world, mode=mode)
        card = a_card(world, roll_call)
        do_step(card=card, step=Step.CARD, answer=Answer.YES, words="", by=world.duty, at=world.now)
        client.force_login(world.cover)
        page = client.get(f"/ashgrove/roll-calls/{roll_call.pk}/desk/cards/{card.pk}/").content.decode()
        assert "On record" in page
        return "Shown to you in a real roll call only." not in page

    assert not on_the_card(Mode.TEST)
    assert on_the_card(Mode.REAL)


def test_the_report_says_what_contradicted_and_who_settled_it(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    who = pupil(world, "amina")
    one = a_tick(roll_call, "with-me", who, at=world.now, place="gate")
    other = a_tick(roll_call, "off-site", who, at=world.now)
    send(client, world.okafor, [one], sent_at=world.now)
    send(client, world.reyes, [other], sent_at=world.now)
    (open_still,) = report(roll_call).contradictions
    assert open_still.settled is None
    settling = a_tick(roll_call, "with-me", who, at=world.now, over=[one["id"], other["id"]])
    send(client, world.head, [settling], sent_at=world.now)
    (settled,) = report(roll_call).contradictions
    assert settled.settled is not None
    assert (settled.name, settled.settled.tick.by, len(settled.said)) == ("Amina Ali", world.head, 2)
    ended(world, roll_call)
    assert [each.contradictions for each in compared(world.ashgrove, [roll_call])] == [1]
    client.force_login(world.head)
    assert (
        f"Settled by {world.head.name}" in client.get(f"/ashgrove/roll-calls/{roll_call.pk}/report/").content.decode()
    )
