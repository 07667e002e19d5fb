"""Marks are added, the right one stands in whatever order they come, and what cannot be is refused in a sentence."""

import itertools
import uuid
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from muster.attendance.actions.registers import mark
from muster.attendance.models import Period, RegisterMark
from muster.attendance.rules.codes import Session
from muster.attendance.rules.standing import Said, standing
from muster.people.models import Closure, PupilMerge, Staff
from muster.people.outbox import kinds
from tests.attendance.marking import AFTERNOON, TOMORROW, a_said, at, say, stands
from tests.world import YEAR_BEGINS, World, a_change_set, enrol


def test_a_mark_stands_and_says_who_made_it_when_and_as_what(world: World) -> None:
    (result,) = say(world, a_said(world, "N"))
    row = RegisterMark.objects.get()
    assert (result.status, result.shown, result.version) == (
        201,
        {"code": "N", "minutes": None, "office": False},
        row.pk,
    )
    assert (row.code, row.by, row.role, row.marked_at) == ("N", world.okafor, "teacher", at(world))
    assert stands(world) == "N"


def test_present_is_one_word_in_the_morning_and_in_the_afternoon(world: World) -> None:
    say(world, a_said(world, "/"), a_said(world, "/", session=AFTERNOON, clock="13:15"), received=at(world, "13:20"))
    assert (stands(world), stands(world, session=AFTERNOON)) == ("/", "\\")


def test_sending_again_saves_once(world: World) -> None:
    item = a_said(world, "N")
    assert [result.status for result in (*say(world, item, item), *say(world, item))] == [201, 200]
    other = a_said(world, "/", key=item.id)
    (result,) = say(world, other)
    assert (result.status, RegisterMark.objects.count()) == (422, 1)


def test_a_register_of_thirty_costs_a_constant_number_of_statements(world: World) -> None:
    say(world, a_said(world, "/"))  # what is asked once and then known
    with CaptureQueriesContext(connection) as one:
        say(world, a_said(world, "N", clock="09:01"))
    pupils = enrol(world, world.hazel, pupils=28)
    with CaptureQueriesContext(connection) as many:
        results = say(world, *(a_said(world, "/", pupil=pupil) for pupil in pupils))
    assert [result.status for result in results] == [201] * 28
    assert len(one) == len(many) <= 13


# -- which mark stands ---------------------------------------------------------------------------------------------


def test_among_equals_the_one_made_last_stands_however_late_the_other_arrives(world: World) -> None:
    say(world, a_said(world, "/", clock="09:05"))
    (late,) = say(world, a_said(world, "N", clock="09:01"))
    assert stands(world) == "/"
    assert late.shown == {"code": "/", "minutes": None, "office": False}


def test_an_office_reason_outranks_a_classroom_guess_made_later(world: World) -> None:
    say(world, a_said(world, "I", clock="09:02", reason="Rang: a cold"), office=True)
    (guess,) = say(world, a_said(world, "N", clock="09:10"))
    assert stands(world) == "I"
    assert guess.status == 201
    assert guess.shown == {"code": "I", "minutes": None, "office": True}
    assert RegisterMark.objects.count() == 2


def test_an_office_mark_without_a_reason_is_a_guess_like_any_other(world: World) -> None:
    say(world, a_said(world, "N", clock="09:02"), office=True)
    say(world, a_said(world, "/", clock="09:10"))
    assert stands(world) == "/"


def test_whoever_knows_of_the_office_reason_may_put_something_in_its_place(world: World) -> None:
    (office,) = say(world, a_said(world, "I", clock="09:02"), office=True)
    say(world, a_said(world, "/", clock="09:10", base=office.version))
    assert stands(world) == "/"


def test_an_amendment_keeps_the_original_the_reason_the_name_and_the_role(world: World) -> None:
    (first,) = say(world, a_said(world, "N", clock="08:55"))
    say(world, a_said(world, "M", clock="10:10", base=first.version, reason="Dentist, card seen"), office=True)
    before, after = RegisterMark.objects.order_by("pk")
    assert (before.code, after.code, after.over, after.reason) == ("N", "M", before, "Dentist, card seen")
    assert (after.by, after.role) == (world.office, "office")


said_of_amina = st.builds(
    Said,
    rank=st.integers(0, 1),
    marked_at=st.integers(0, 5).map(lambda minute: datetime(2026, 3, 4, 9, minute, tzinfo=UTC)),
    key=st.uuids(),
    code=st.sampled_from(["/", "N", "L", "I", ""]),
)


@given(st.lists(said_of_amina, max_size=6, unique_by=lambda one: one.key), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_one_state(said: list[Said], shuffled: Any) -> None:
    other = [*said, *said]
    shuffled.shuffle(other)
    assert standing(said) == standing(other)


def test_three_marks_in_every_order_of_arrival_give_one_state(world: World) -> None:
    """The rule of the database is the rule of the paper: the same three marks, sent in all six orders."""
    pupils = enrol(world, world.hazel, pupils=6)
    for pupil, order in zip(pupils, itertools.permutations(range(3)), strict=True):
        three = [
            (a_said(world, "N", pupil=pupil, clock="08:55"), False),
            (a_said(world, "M", pupil=pupil, clock="08:58"), True),
            (a_said(world, "/", pupil=pupil, clock="09:04"), False),
        ]
        for place in order:
            item, office = three[place]
            say(world, item, office=office)
        assert stands(world, pupil) == "M"


def test_marks_of_a_record_that_was_joined_stand_with_the_one_that_was_kept(world: World) -> None:
    (other,) = enrol(world, world.hazel, pupils=1)
    say(world, a_said(world, "N", pupil=other))
    PupilMerge.objects.create(school=world.ashgrove, kept=world.amina, gone=other, change_set=a_change_set(world))
    other.merged_into = world.amina
    other.save()
    assert stands(world) == "N"
    (result,) = say(world, a_said(world, "/", pupil=other, clock="09:05"))
    assert (result.status, stands(world)) == (201, "/")


# -- what cannot be ------------------------------------------------------------------------------------------------


def refused(world: World, *items: Any, **how: Any) -> tuple[int, str]:
    (result,) = say(world, *items, **how)
    return result.status, result.reason


def test_the_register_of_a_class_not_ones_own(world: World) -> None:
    answer = (404, "This is not a class whose register you take.")
    assert refused(world, a_said(world, "N", pupil=world.ben, school_class=world.rowan)) == answer
    assert refused(world, a_said(world, "N"), by=world.reyes) == answer
    assert refused(world, a_said(world, "N", school_class=world.elm, pupil=world.cora)) == answer


def test_a_pupil_of_another_class_or_school(world: World) -> None:
    answer = (404, "This pupil is not in this register on that day.")
    assert refused(world, a_said(world, "N", pupil=world.ben)) == answer
    assert refused(world, a_said(world, "N", pupil=world.cora)) == answer
    assert refused(world, a_said(world, "N", pupil=world.cora), office=True) == answer


def test_the_office_act_of_somebody_who_may_not(world: World) -> None:
    assert refused(world, a_said(world, "I"), office=True, by=world.okafor)[0] == 404


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        ("H", 410, "The code H ended on 18 August 2024."),
        ("Y", 410, "The code Y ended on 18 August 2024."),
        ("ZZ", 422, "This is not one of the codes this school uses."),
        ("#", 422, "This code belongs to days and lists, not to a pupil."),
        ("Z", 422, "This code belongs to days and lists, not to a pupil."),
        ("V", 422, "Name the adult who supervises: without one this code cannot be given."),
    ],
)
def test_codes_that_cannot_be_given(world: World, code: str, status: int, sentence: str) -> None:
    assert refused(world, a_said(world, code)) == (status, sentence)
    assert not RegisterMark.objects.exists()


@pytest.mark.parametrize("code", [None, 7, ["N"], {"code": "N"}, "\ud800", "N" * 500])
def test_a_code_that_is_none(world: World, code: Any) -> None:
    assert refused(world, a_said(world, code))[0] == 422


def test_a_supervised_code_names_the_adult(world: World) -> None:
    adult = Staff.objects.get(account=world.reyes)
    elsewhere = Staff.objects.filter(school=world.birchwood).first()
    assert elsewhere is not None
    assert refused(world, a_said(world, "V", adult=elsewhere.pk))[0] == 422
    (result,) = say(world, a_said(world, "V", adult=adult.pk))
    assert (result.status, RegisterMark.objects.get().adult) == (201, adult)


def test_a_day_to_come_a_closed_day_and_an_earlier_day(world: World) -> None:
    tomorrow = world.today + TOMORROW
    assert refused(world, a_said(world, "N", on=tomorrow)) == (
        422,
        "That day is still to come. Its register is taken then.",
    )
    assert refused(world, a_said(world, "N", on=world.today - TOMORROW)) == (
        422,
        "The register of an earlier day is put right by the office.",
    )
    Closure.objects.create(school=world.ashgrove, on=world.today, reason="Snow")
    assert refused(world, a_said(world, "N")) == (422, "The school is closed that day, so nobody can be marked.")


def test_a_phone_that_was_away_a_day_brings_what_it_marked_then(world: World) -> None:
    yesterday = world.today - TOMORROW
    item = a_said(world, "N", on=yesterday, made_at=at(world, "09:00", yesterday))
    assert [result.status for result in say(world, item)] == [201]
    assert stands(world, day=yesterday) == "N"


def test_the_office_puts_an_earlier_day_right(world: World) -> None:
    yesterday = world.today - TOMORROW
    assert [result.status for result in say(world, a_said(world, "I", on=yesterday), office=True)] == [201]


def test_a_register_that_is_not_open_yet(world: World) -> None:
    assert refused(world, a_said(world, "/", clock="08:49")) == (422, "This register opens at 08:50.")


@pytest.mark.parametrize(
    ("clock", "minutes", "status"),
    [
        pytest.param("09:19", None, 201, id="before it closes"),
        pytest.param("09:20", None, 422, id="as it closes"),
        pytest.param("10:00", 12, 201, id="typed later, came before it closed"),
        pytest.param("10:00", 30, 422, id="came as it closed"),
    ],
)
def test_late_is_late_only_until_the_register_closes(
    world: World, clock: str, minutes: int | None, status: int
) -> None:
    (result,) = say(world, a_said(world, "L", clock=clock, minutes=minutes))
    assert result.status == status
    if status == 422:
        assert result.reason == "The register closed at 09:20. Whoever comes after that is U."


@pytest.mark.parametrize("minutes", [True, "5", -1, 600, 2.5])
def test_minutes_late_are_whole_minutes(world: World, minutes: Any) -> None:
    assert refused(world, a_said(world, "L", minutes=minutes)) == (422, "Say how many minutes late, in whole minutes.")


def test_after_it_closed_a_change_says_why(world: World) -> None:
    (first,) = say(world, a_said(world, "N", clock="08:55"))
    change = a_said(world, "/", clock="09:30", base=first.version)
    assert refused(world, change) == (422, "This register has closed. Say why the mark changes.")
    (result,) = say(world, a_said(world, "/", clock="09:30", base=first.version, reason="I looked at the wrong row"))
    assert (result.status, stands(world)) == (201, "/")


def test_while_it_is_open_a_change_needs_no_reason(world: World) -> None:
    (first,) = say(world, a_said(world, "N", clock="08:55"))
    assert [one.status for one in say(world, a_said(world, "/", clock="08:56", base=first.version))] == [201]


def test_taken_on_paper_has_the_time_of_the_paper(world: World) -> None:
    (result,) = say(world, a_said(world, "N", clock="10:30", paper="08:58"))
    assert result.status == 201
    assert RegisterMark.objects.get().marked_at == at(world, "08:58")


@pytest.mark.parametrize("paper", ["soon", "10:31", "25:00", 9, ["08:58"]])
def test_a_time_on_paper_that_cannot_be(world: World, paper: Any) -> None:
    assert refused(world, a_said(world, "N", clock="10:30", paper=paper))[0] == 422


def test_taking_a_mark_back_leaves_none(world: World) -> None:
    (first,) = say(world, a_said(world, "N"))
    say(world, a_said(world, "", clock="09:01", base=first.version))
    assert stands(world) == ""
    assert RegisterMark.objects.count() == 2


def test_a_base_of_another_pupil_is_no_base(world: World) -> None:
    (of_ben,) = say(world, a_said(world, "I", pupil=world.ben, school_class=world.rowan), office=True)
    say(world, a_said(world, "N", base=of_ben.version))
    row = RegisterMark.objects.get(pupil=world.amina)
    assert (row.rank, row.over) == (0, None)


def test_a_lesson_of_that_weekday(world: World) -> None:
    period = Period.objects.create(
        school=world.ashgrove,
        name="2",
        weekday=world.today.isoweekday(),
        begins=time(10),
        ends=time(11),
        starts_on=YEAR_BEGINS,
    )
    item = a_said(world, "N", clock="10:05", session=Session.LESSON)
    of_lesson = type(item)(**{**vars(item), "period": period.pk})
    assert [one.status for one in say(world, of_lesson)] == [201]
    assert stands(world) == ""
    other = type(item)(**{**vars(item), "id": uuid.uuid4(), "period": period.pk + 1})
    assert refused(world, other) == (422, "There is no such lesson that day.")


def test_a_supply_teacher_takes_the_register_of_their_class(world: World) -> None:
    assert [one.status for one in say(world, a_said(world, "N"), by=world.cover)] == [201]
    assert RegisterMark.objects.get().role == "cover"


@pytest.mark.parametrize(
    "target",
    [
        {"pupil": "x", "class": 1, "on": "2026-03-04", "session": "am"},
        {"pupil": 1, "class": None, "on": "2026-03-04", "session": "am"},
        {"pupil": 1, "class": 1, "on": "yesterday", "session": "am"},
        {"pupil": 1, "class": 1, "on": "2026-03-04", "session": "night"},
        {"pupil": 1, "class": 1, "on": "2026-03-04", "session": "lesson"},
        {},
    ],
)
def test_what_does_not_say_what_it_is_about_is_refused_by_the_address(
    world: World, client: Any, target: dict[str, Any]
) -> None:
    client.force_login(world.okafor)
    item = {"id": str(uuid.uuid4()), "kind": "register-mark", "target": target, "value": {"code": "N"}, "base": None}
    batch = {
        "account": str(world.okafor.uuid),
        "sent_at": world.now.isoformat(),
        "items": [{**item, "at": world.now.isoformat(), "seq": 1}],
    }
    answer = client.post("/ashgrove/sync/", batch, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["results"][0]["reason"]
    assert not RegisterMark.objects.exists()


def test_the_kind_is_offered() -> None:
    assert kinds["register-mark"]


def test_marking_is_refused_without_a_post(world: World) -> None:
    item = a_said(world, "N")
    (result,) = mark([item], school=world.birchwood, by=world.okafor, at=world.now)
    assert result.status == 404
