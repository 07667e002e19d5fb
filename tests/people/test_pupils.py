"""Pupils join, leave, come back, move, are put right and are joined with themselves; and each can be turned back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from muster.people.actions import changes, pupils
from muster.people.actions.classes import AlreadyInClass, move_class
from muster.people.actions.merging import CannotMerge, merge_pupils
from muster.people.actions.pupils import Fact, Joiner
from muster.people.actions.reach import NotTheirPupil, NotTheirSchool, OtherSchool
from muster.people.doors import purpose
from muster.people.merging import one_child
from muster.people.models import (
    ChangeSet,
    ClassMembership,
    Correction,
    Enrolment,
    GroupStatus,
    Guardianship,
    Leaving,
    Pupil,
    PupilMerge,
    SchoolClass,
    YearPlacement,
)
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from tests.support.client import PageClient
from tests.world import World, a_class, a_judgement, a_pupil, a_year, enrol


def now_in(world: World, pupil: Pupil) -> set[str]:
    rows = ClassMembership.objects.filter(pupil=pupil, starts_on__lte=world.today)
    return {
        row.school_class.name
        for row in rows.select_related("school_class")
        if row.ends_on is None or row.ends_on >= world.today
    }


def on_roll(world: World, pupil: Pupil, day: date | None = None) -> bool:
    return Pupil.objects.on_roll(day or world.today).contains(pupil)


# -- joining -----------------------------------------------------------------------------------------------------------


def test_a_joiner_is_on_roll_in_a_class_and_in_its_year_group(world: World) -> None:
    joiner = Joiner(
        "Evans", "Dilys Mair", known_as="Dil", born_on=date(2018, 4, 1), upn="b801200005001", school_class=world.hazel
    )
    change, (dilys,) = pupils.enrol(school=world.ashgrove, joiners=[joiner], by=world.office, at=world.now)
    dilys = Pupil.objects.get(pk=dilys.pk)
    assert (dilys.name, dilys.formal_name, dilys.upn) == ("Dil Evans", "Evans, Dilys Mair", "B801200005001")
    assert dilys.born_on == date(2018, 4, 1)
    assert on_roll(world, dilys)
    assert not on_roll(world, dilys, world.today - timedelta(days=1))
    assert now_in(world, dilys) == {"3 Hazel"}
    assert YearPlacement.objects.get(pupil=dilys).year_group == world.year_3
    assert change.summary == {"pupils": [dilys.pk]}


def test_a_bad_upn_is_never_a_lost_pupil(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    sent = {"forenames": "Dilys", "surname": "Evans", "upn": "Q207000016049", "joined_on": "2026-03-04"}
    page = client.post("/ashgrove/pupils/new/", sent, follow=True)
    assert "should be P" in page.content.decode()
    assert Pupil.objects.latest("pk").upn == "Q207000016049"


def test_two_pupils_never_share_a_upn(world: World, client: PageClient) -> None:
    a_pupil(world, name="Dilys Evans", upn="B801200005001", in_class=world.hazel)
    client.force_login(world.office)
    sent = {"forenames": "Other", "surname": "Child", "upn": "b801 2000 05001", "joined_on": "2026-03-04"}
    page = client.post("/ashgrove/pupils/new/", sent)
    assert page.status_code == 422
    assert "already belongs to another pupil in 3 Hazel" in page.content.decode()
    with pytest.raises(pupils.UpnTaken):
        twice = [Joiner("A", "B", upn="A123456789012"), Joiner("C", "D", upn="A123456789012")]
        pupils.enrol(school=world.ashgrove, joiners=twice, by=world.office, at=world.now)


def test_the_next_school_may_have_the_same_upn(world: World) -> None:
    a_pupil(world, name="Dilys Evans", upn="B801200005001", in_class=world.elm)
    joiner = Joiner("Evans", "Dilys", upn="B801200005001")
    _change, (dilys,) = pupils.enrol(school=world.ashgrove, joiners=[joiner], by=world.office, at=world.now)
    assert dilys.school == world.ashgrove


def test_many_join_for_the_price_of_one(world: World, django_assert_max_num_queries: Any) -> None:
    few = [Joiner(f"Child{number}", "New", school_class=world.hazel) for number in range(2)]
    many = [Joiner(f"Child{number}", "More", school_class=world.rowan) for number in range(60)]
    # The chain of history is waited for once a transaction, and a test is one.
    pupils.enrol(school=world.ashgrove, joiners=[Joiner("Child", "First")], by=world.office, at=world.now)
    with django_assert_max_num_queries(40) as first:
        pupils.enrol(school=world.ashgrove, joiners=few, by=world.office, at=world.now)
    with django_assert_max_num_queries(40) as second:
        _change, made = pupils.enrol(school=world.ashgrove, joiners=many, by=world.office, at=world.now)
    assert len(made) == 60
    assert len(second) == len(first)


@pytest.mark.parametrize("who", ["okafor", "head", "it", "birchwood_senco", "guardian"])
def test_only_the_office_takes_pupils_on_roll(world: World, who: str) -> None:
    with pytest.raises(NotTheirSchool):
        pupils.enrol(school=world.ashgrove, joiners=[Joiner("A", "B")], by=world.cast[who], at=world.now)


def test_a_joiner_goes_into_a_class_of_the_same_school(world: World) -> None:
    joiner = Joiner("A", "B", school_class=world.elm)
    with pytest.raises(OtherSchool):
        pupils.enrol(school=world.ashgrove, joiners=[joiner], by=world.office, at=world.now)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param({"forenames": "", "surname": ""}, "required", id="no name"),
        pytest.param({"forenames": "\0"}, "Null characters", id="a null character"),
        pytest.param({"forenames": "A" * 301}, "at most 300", id="a name without end"),
        pytest.param({"born_on": "2099-01-01"}, "not come yet", id="not born yet"),
        pytest.param({"born_on": "1826-01-01"}, "Check the year", id="two hundred years old"),
        pytest.param({"born_on": "13/13/2018"}, "Write the day", id="no such day"),
        pytest.param({"school_class": "999999"}, "valid choice", id="a class that is not there"),
        pytest.param({"year_group": "x"}, "valid choice", id="a year group that is not one"),
        pytest.param({"joined_on": ""}, "required", id="no first day"),
        pytest.param({"joined_on": "2062-03-04"}, "Check the year", id="a slip of the pen"),
    ],
)
def test_what_a_joiner_cannot_be_is_said(world: World, client: PageClient, sent: dict[str, str], said: str) -> None:
    client.force_login(world.office)
    good = {"forenames": "Dilys", "surname": "Evans", "joined_on": "2026-03-04"}
    before = Pupil.objects.count()
    page = client.post("/ashgrove/pupils/new/", {**good, **sent})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert Pupil.objects.count() == before


def test_a_class_of_the_next_school_is_no_choice(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    sent = {"forenames": "Dilys", "joined_on": "2026-03-04", "school_class": world.elm.pk}
    assert client.post("/ashgrove/pupils/new/", sent).status_code == 422


def test_a_joiner_by_mistake_is_taken_back_out(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    sent = {"forenames": "Mist", "surname": "Ake", "joined_on": "2026-03-04", "school_class": world.hazel.pk}
    page = client.post("/ashgrove/pupils/new/", sent, follow=True)
    change = ChangeSet.objects.latest("pk")
    assert f"/ashgrove/changes/{change.pk}/undo/" in page.content.decode()
    client.post(f"/ashgrove/changes/{change.pk}/undo/")
    for address in ("/ashgrove/pupils/", "/ashgrove/pupils/?roll=others"):
        assert "Ake" not in client.get(address).content.decode()
    again = client.post(f"/ashgrove/changes/{change.pk}/undo/", follow=True)
    assert "undone already" in again.content.decode()


def test_a_joiner_with_marks_is_not_taken_back_out(world: World) -> None:
    change, (dilys,) = pupils.enrol(
        school=world.ashgrove,
        joiners=[Joiner("Evans", "Dilys", school_class=world.hazel)],
        by=world.office,
        at=world.now,
    )
    a_judgement(world, pupil=dilys)
    with pytest.raises(changes.CannotUndo):
        changes.undo(change_set=change, by=world.office, at=world.now)
    assert on_roll(world, dilys)


# -- leaving and coming back -------------------------------------------------------------------------------------------


def test_a_leaver_is_on_roll_to_the_last_day_and_the_class_ends_with_it(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    client.post(f"/ashgrove/pupils/{world.amina.pk}/leaving/", {"left_on": "2026-03-04", "destination": "Elm Park"})
    assert on_roll(world, world.amina)
    assert not on_roll(world, world.amina, world.today + timedelta(days=1))
    assert ClassMembership.objects.get(pupil=world.amina).ends_on == world.today
    assert Leaving.objects.get().destination == "Elm Park"
    page = client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    assert "Elm Park" in page


def test_a_leaver_is_found_among_those_who_left(world: World, client: PageClient) -> None:
    pupils.leave(pupil=world.amina, left_on=date(2026, 2, 13), by=world.office, at=world.now)
    client.force_login(world.office)
    assert "Ali, Amina" not in client.get("/ashgrove/pupils/").content.decode()
    assert "Ali, Amina" in client.get("/ashgrove/pupils/?roll=others").content.decode()
    page = client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    assert "Not on roll. The last day was 13 February 2026." in page
    client.force_login(world.okafor)
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/").status_code == 404


def test_nobody_leaves_twice(world: World) -> None:
    pupils.leave(pupil=world.amina, left_on=date(2026, 2, 13), by=world.office, at=world.now)
    for day in (date(2026, 2, 13), date(2026, 3, 1), date(2020, 1, 1)):
        with pytest.raises(pupils.NotOnRoll):
            pupils.leave(pupil=world.amina, left_on=day, by=world.office, at=world.now)


def test_leaving_is_turned_back_with_its_classes(world: World) -> None:
    change = pupils.leave(pupil=world.amina, left_on=date(2026, 2, 13), by=world.office, at=world.now)
    assert not now_in(world, world.amina)
    changes.undo(change_set=change, by=world.office, at=world.now)
    assert on_roll(world, world.amina)
    assert now_in(world, world.amina) == {"3 Hazel"}


def test_a_leaver_comes_back_to_the_same_record(world: World, client: PageClient) -> None:
    pupils.leave(pupil=world.amina, left_on=date(2025, 12, 19), by=world.office, at=world.now)
    client.force_login(world.office)
    sent = {"joined_on": "2026-03-02", "school_class": world.rowan.pk}
    client.post(f"/ashgrove/pupils/{world.amina.pk}/return/", sent)
    assert on_roll(world, world.amina)
    assert not on_roll(world, world.amina, date(2026, 1, 15))
    assert now_in(world, world.amina) == {"4 Rowan"}
    with pytest.raises(pupils.AlreadyOnRoll):
        pupils.come_back(pupil=world.amina, joined_on=world.today, by=world.office, at=world.now)
    changes.undo(change_set=ChangeSet.objects.latest("pk"), by=world.office, at=world.now)
    assert not on_roll(world, world.amina)


# -- moving ------------------------------------------------------------------------------------------------------------


def test_a_move_changes_who_may_open_the_record(world: World, client: PageClient) -> None:
    address = f"/ashgrove/pupils/{world.amina.pk}/"
    client.force_login(world.office)
    page = client.post(f"{address}move/", {"to": world.rowan.pk, "on": "2026-03-04"}, follow=True)
    assert "Moved to 4 Rowan" in page.content.decode()
    assert now_in(world, world.amina) == {"4 Rowan"}
    client.force_login(world.okafor)
    assert client.get(address).status_code == 404
    client.force_login(world.reyes)
    assert client.get(address).status_code == 200
    client.force_login(world.office)
    client.post(f"/ashgrove/changes/{ChangeSet.objects.latest('pk').pk}/undo/")
    assert now_in(world, world.amina) == {"3 Hazel"}


def test_a_move_leaves_teaching_groups_alone(world: World) -> None:
    group = a_class(world, name="Maths set 2", kind=world.hazel.Kind.TEACHING)
    ClassMembership.objects.create(
        school=world.ashgrove, pupil=world.amina, school_class=group, starts_on=date(2025, 9, 1)
    )
    move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=world.now)
    assert now_in(world, world.amina) == {"4 Rowan", "Maths set 2"}


def test_a_move_before_the_summer_leaves_the_place_of_september(world: World) -> None:
    """The year was turned already: the new place ends where that begins, and undo brings back what was."""
    following = a_year(world.ashgrove, name="2026/27", first_day=date(2026, 9, 1), last_day=date(2027, 8, 31))
    elder = SchoolClass.objects.create(school=world.ashgrove, year=following, name="4 Elder")
    ClassMembership.objects.filter(pupil=world.amina, school_class=world.hazel).update(ends_on=date(2026, 8, 31))
    september = ClassMembership.objects.create(
        school=world.ashgrove, pupil=world.amina, school_class=elder, starts_on=following.first_day
    )
    moved = move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=world.now)
    assert now_in(world, world.amina) == {"4 Rowan"}
    september.refresh_from_db()
    assert (september.starts_on, september.ends_on) == (date(2026, 9, 1), None)
    assert ClassMembership.objects.get(school_class=world.rowan, pupil=world.amina).ends_on == date(2026, 8, 31)
    changes.undo(change_set=moved, by=world.office, at=world.now)
    assert now_in(world, world.amina) == {"3 Hazel"}
    assert ClassMembership.objects.get(school_class=elder).ends_on is None


def test_a_move_to_where_one_is_says_so(world: World) -> None:
    with pytest.raises(AlreadyInClass):
        move_class(pupil=world.amina, to=world.hazel, on=world.today, by=world.office, at=world.now)


def test_moving_twice_on_one_day_leaves_one_class(world: World) -> None:
    oak = a_class(world, name="3 Oak")
    move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=world.now)
    last = move_class(pupil=world.amina, to=oak, on=world.today, by=world.office, at=world.now)
    assert now_in(world, world.amina) == {"3 Oak"}
    changes.undo(change_set=last, by=world.office, at=world.now)
    assert now_in(world, world.amina) == {"4 Rowan"}


def test_a_move_cannot_be_turned_back_once_the_pupil_moved_on(world: World) -> None:
    first = move_class(pupil=world.amina, to=world.rowan, on=date(2026, 2, 2), by=world.office, at=world.now)
    move_class(pupil=world.amina, to=a_class(world), on=world.today, by=world.office, at=world.now)
    with pytest.raises(changes.CannotUndo):
        changes.undo(change_set=first, by=world.office, at=world.now)
    assert now_in(world, world.amina) == {"5 Oak"}
    assert ChangeSet.objects.get(pk=first.pk).undone_by is None


def test_a_change_is_turned_back_for_thirty_days(world: World) -> None:
    change = move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=world.now)
    with pytest.raises(changes.CannotUndo):
        changes.undo(change_set=change, by=world.office, at=world.now + timedelta(days=31))
    changes.undo(change_set=change, by=world.office, at=world.now + timedelta(days=29))


def test_a_teacher_turns_back_no_changes_of_the_office(world: World, client: PageClient) -> None:
    change = move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=world.now)
    for who in ("okafor", "head", "guardian", "birchwood_senco"):
        client.force_login(world.cast[who])
        assert client.post(f"/ashgrove/changes/{change.pk}/undo/").status_code == 404
    assert now_in(world, world.amina) == {"4 Rowan"}


# -- putting right -----------------------------------------------------------------------------------------------------


def test_a_wrong_birth_date_is_put_right_and_the_old_one_kept(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    address = f"/ashgrove/pupils/{world.amina.pk}/"
    sent = {
        "forenames": "Amina",
        "surname": "Ali",
        "known_as": "",
        "born_on": "2018-01-19",
        "upn": "",
        "reason": "Passport seen",
    }
    page = client.post(f"{address}correction/", sent, follow=True).content.decode()
    assert Pupil.objects.get(pk=world.amina.pk).born_on == date(2018, 1, 19)
    with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        row = Correction.objects.get()
    assert (row.fact, row.before, row.after, row.reason) == ("born_on", "2018-01-09", "2018-01-19", "Passport seen")
    assert (row.by, row.at.date()) == (world.office, world.today)
    for said in ("9 January 2018", "19 January 2018", "Passport seen", "Olive Marsh"):
        assert said in page
    client.force_login(world.okafor)
    page = client.get(address).content.decode()
    assert "19 January 2018" in page
    assert "9 January 2018" not in page.replace("19 January 2018", "")
    assert "Passport seen" not in page


def test_names_are_put_right_without_touching_the_rest(world: World) -> None:
    pupils.correct(
        pupil=world.amina,
        facts={Fact.SURNAME: "Ali-Khan", Fact.FORENAMES: "Amina"},
        reason="Deed poll",
        by=world.office,
        at=world.now,
    )
    amina = Pupil.objects.get(pk=world.amina.pk)
    assert (amina.name, amina.born_on) == ("Amina Ali-Khan", date(2018, 1, 9))
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        pytest.param({Fact.SURNAME: "Ali"}, pupils.NothingToPutRight, id="nothing differs"),
        pytest.param({Fact.SURNAME: "", Fact.FORENAMES: " "}, pupils.CannotEnrol, id="no name left"),
        pytest.param({Fact.UPN: "B801200005001"}, pupils.UpnTaken, id="the UPN of another"),
    ],
)
def test_what_cannot_be_put_right_is_refused(world: World, facts: dict[Fact, str], refusal: type[Refused]) -> None:
    a_pupil(world, name="Dilys Evans", upn="B801200005001")
    with pytest.raises(refusal):
        pupils.correct(pupil=world.amina, facts=facts, reason="", by=world.office, at=world.now)
    assert Correction.objects.count() == 0


def test_a_record_is_put_right_by_those_who_may(world: World) -> None:
    for who in ("okafor", "tutor", "senco", "head", "guardian", "it"):
        with pytest.raises(NotTheirPupil):
            pupils.correct(pupil=world.amina, facts={Fact.SURNAME: "X"}, reason="", by=world.cast[who], at=world.now)


# -- entered twice -----------------------------------------------------------------------------------------------------


def entered_twice(world: World) -> Pupil:
    """Amina again, under a slip of the pen, in 4 Rowan, with a UPN, a status and a mark."""
    twin = a_pupil(
        world,
        name="Aminah Ali",
        born_on=date(2018, 1, 9),
        upn="B801200005001",
        in_class=world.rowan,
        joined_on=date(2025, 8, 25),
    )
    GroupStatus.objects.create(
        school=world.ashgrove, pupil=twin, group=world.eal, answer="yes", starts_on=date(2025, 9, 1), source="Form"
    )
    a_judgement(world, pupil=twin, by=world.reyes)
    return twin


def test_two_records_of_one_child_become_one_and_two_again(world: World, client: PageClient) -> None:
    twin = entered_twice(world)
    client.force_login(world.office)
    page = client.get("/ashgrove/pupils/twins/").content.decode()
    assert "Ali, Aminah" in page
    address = f"/ashgrove/pupils/{world.amina.pk}/merge/{twin.pk}/"
    assert client.get(address).status_code == 200
    done = client.post(address, {"kept": world.amina.pk}, follow=True)
    assert "B801200005001" in done.content.decode()
    amina = Pupil.objects.get(pk=world.amina.pk)
    assert amina.upn == "B801200005001"
    assert now_in(world, amina) == {"3 Hazel"}
    assert Enrolment.objects.get(pupil=amina).joined_on == date(2025, 8, 25)
    assert GroupStatus.objects.filter(pupil=amina, group=world.eal).update(source="Form") == 1
    assert one_child([amina.pk]) == {amina.pk: amina.pk, twin.pk: amina.pk}
    assert client.get(f"/ashgrove/pupils/{twin.pk}/").headers["Location"] == f"/ashgrove/pupils/{amina.pk}/"
    assert "Aminah" not in client.get("/ashgrove/pupils/").content.decode()

    change = PupilMerge.objects.get().change_set
    assert client.post(f"/ashgrove/changes/{change.pk}/undo/").headers["Location"] == f"/ashgrove/pupils/{amina.pk}/"
    amina, twin = Pupil.objects.get(pk=amina.pk), Pupil.objects.get(pk=twin.pk)
    assert (amina.upn, twin.upn, twin.merged_into) == (None, "B801200005001", None)
    assert now_in(world, twin) == {"4 Rowan"}
    assert Enrolment.objects.get(pupil=amina).joined_on == date(2025, 9, 1)
    assert GroupStatus.objects.filter(pupil=twin).update(source="Form") == 1


def test_records_joined_one_after_another_stand_for_one_child(world: World) -> None:
    second, third = entered_twice(world), a_pupil(world, name="A Ali")
    merge_pupils(kept=second, gone=third, by=world.office, at=world.now)
    last = merge_pupils(kept=world.amina, gone=second, by=world.office, at=world.now)
    assert one_child([world.amina.pk]) == dict.fromkeys([world.amina.pk, second.pk, third.pk], world.amina.pk)
    first = ChangeSet.objects.filter(kind=last.kind).earliest("pk")
    with pytest.raises(changes.CannotUndo):
        changes.undo(change_set=first, by=world.office, at=world.now)
    changes.undo(change_set=last, by=world.office, at=world.now)
    assert one_child([second.pk]) == dict.fromkeys([second.pk, third.pk], second.pk)
    changes.undo(change_set=first, by=world.office, at=world.now)
    assert one_child([second.pk]) == {second.pk: second.pk}


def test_a_merge_moves_family_and_account(world: World) -> None:
    twin = entered_twice(world)
    merge_pupils(kept=twin, gone=world.amina, by=world.office, at=world.now)
    twin = Pupil.objects.get(pk=twin.pk)
    assert twin.account == world.amina_herself
    assert Guardianship.objects.get().pupil == twin
    changes.undo(change_set=ChangeSet.objects.latest("pk"), by=world.office, at=world.now)
    assert Pupil.objects.get(pk=world.amina.pk).account == world.amina_herself
    assert Guardianship.objects.get().pupil == world.amina


def test_a_fact_put_right_after_a_merge_stays_when_it_is_undone(world: World) -> None:
    twin = entered_twice(world)
    change = merge_pupils(kept=world.amina, gone=twin, by=world.office, at=world.now)
    pupils.correct(pupil=world.amina, facts={Fact.UPN: "A123456789012"}, reason="Slip", by=world.office, at=world.now)
    changes.undo(change_set=change, by=world.office, at=world.now)
    assert Pupil.objects.get(pk=world.amina.pk).upn == "A123456789012"
    assert Pupil.objects.get(pk=twin.pk).upn == "B801200005001"


def test_another_spelling_of_the_family_name_is_still_found(world: World, client: PageClient) -> None:
    one, twin = a_pupil(world, name="Zadie Quick"), a_pupil(world, name="Zadie Qvick", in_class=world.rowan)
    client.force_login(world.office)
    page = client.get(f"/ashgrove/pupils/{one.pk}/merge/").content.decode()
    assert f"/ashgrove/pupils/{one.pk}/merge/{twin.pk}/" in page
    page = client.post(f"/ashgrove/pupils/{one.pk}/merge/", {"q": "Quick"}, follow=True).content.decode()
    assert "Back to Zadie Quick" in page


def test_records_of_two_schools_are_never_joined(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/merge/{world.cora.pk}/").status_code == 404
    with pytest.raises(NotTheirPupil):
        merge_pupils(kept=world.amina, gone=world.cora, by=world.office, at=world.now)


def test_a_record_is_not_joined_with_itself(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/merge/{world.amina.pk}/").status_code == 404
    with pytest.raises(CannotMerge):
        merge_pupils(kept=world.amina, gone=world.amina, by=world.office, at=world.now)


def test_both_sides_of_a_merge_say_how_many_marks_and_notes_they_have(world: World, client: PageClient) -> None:
    twin = entered_twice(world)
    for _each in range(2):
        a_judgement(world)
    client.force_login(world.office)
    page = client.get(f"/ashgrove/pupils/{world.amina.pk}/merge/{twin.pk}/").content.decode()
    assert "<dd>2 marks</dd>" in page
    assert "<dd>1 mark</dd>" in page


def test_a_school_without_pupils_shows_one_way_to_begin_and_an_example(world: World, client: PageClient) -> None:
    Leaving.objects.bulk_create(
        Leaving(school=row.school, enrolment=row, left_on=date(2026, 3, 1), recorded_at=world.now)
        for row in Enrolment.objects.filter(school=world.ashgrove).select_related("school", "pupil")
    )
    client.force_login(world.office)
    page = client.get("/ashgrove/pupils/").content.decode()
    assert page.count('href="/ashgrove/pupils/new/"') == 1
    assert "Show me an example" in page


def test_a_merge_asks_which_record_to_keep(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    answer = client.post(f"/ashgrove/pupils/{world.amina.pk}/merge/{world.ben.pk}/", {"kept": "999"})
    assert answer.status_code == 422
    assert not PupilMerge.objects.exists()


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_list_costs_the_same_for_a_thousand(
    world: World, client: PageClient, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    client.get("/ashgrove/pupils/")
    with django_assert_max_num_queries(30) as few:
        assert client.get("/ashgrove/pupils/").content.decode().count('scope="row"') == 2
    enrol(world, world.hazel, pupils=300)
    with django_assert_max_num_queries(30) as many:
        assert client.get("/ashgrove/pupils/").content.decode().count('scope="row"') == 302
    assert len(few) == len(many)


@pytest.mark.parametrize("sought", ["ami", "ALI", "Ali Am", "âli", "al am"])
def test_a_few_letters_of_any_part_find_a_pupil(world: World, client: PageClient, sought: str) -> None:
    client.force_login(world.office)
    page = client.post("/ashgrove/pupils/", {"q": sought}, follow=True).content.decode()
    assert "Ali, Amina" in page
    assert "Carter, Ben" not in page


@pytest.mark.parametrize(
    ("who", "names"),
    [
        pytest.param("office", {"Ali, Amina", "Carter, Ben"}, id="the office sees the school"),
        pytest.param("okafor", {"Ali, Amina"}, id="a teacher her class"),
        pytest.param("reyes", {"Carter, Ben"}, id="another teacher his"),
        pytest.param("both", {"Carter, Ben"}, id="posts in two schools show one school at a time"),
    ],
)
def test_the_list_shows_those_one_may_see(world: World, client: PageClient, who: str, names: set[str]) -> None:
    client.force_login(world.cast[who])
    page = client.get("/ashgrove/pupils/").content.decode()
    assert {name for name in ("Ali, Amina", "Carter, Ben", "Dean, Cora") if name in page} == names


@pytest.mark.parametrize(
    ("who", "status", "family"),
    [
        ("okafor", 200, False), ("tutor", 200, True), ("senco", 200, True), ("dsl", 200, True), ("office", 200, True),
        ("head", 200, True), ("reyes", 404, False), ("both", 404, False), ("cover", 403, False), ("duty", 403, False),
        ("governor", 403, False), ("dpo", 403, False), ("it", 403, False), ("guardian", 403, False),
        ("birchwood_senco", 404, False),
    ],
)  # fmt: skip
def test_the_record_opens_for_those_who_look_after_the_child(
    world: World, client: PageClient, who: str, status: int, family: bool
) -> None:
    client.force_login(world.cast[who])
    answer = client.get(f"/ashgrove/pupils/{world.amina.pk}/")
    assert answer.status_code == status
    page = answer.content.decode()
    assert ("01632 960 001" in page) is family
    assert ("9 January 2018" in page) is (status == 200)


def test_a_look_at_a_record_is_written_down(world: World, client: PageClient) -> None:
    from muster.privacy.models import HistoryEntry

    client.force_login(world.okafor)
    before = HistoryEntry.objects.count()
    client.get(f"/ashgrove/pupils/{world.amina.pk}/")
    assert HistoryEntry.objects.count() == before + 1
    client.get("/ashgrove/pupils/")
    client.get(f"/ashgrove/classes/{world.hazel.pk}/")
    assert HistoryEntry.objects.count() == before + 1


def test_one_goes_from_pupil_to_pupil_within_the_class(world: World, client: PageClient) -> None:
    zed = a_pupil(world, name="Zed Zebra", in_class=world.hazel)
    client.force_login(world.okafor)
    assert f"/ashgrove/pupils/{zed.pk}/" in client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    assert f"/ashgrove/pupils/{world.amina.pk}/" in client.get(f"/ashgrove/pupils/{zed.pk}/").content.decode()


@pytest.mark.parametrize("number", ["999999", "9223372036854775807", "9223372036854775808", "1" * 40])
def test_a_number_that_is_nobody_is_not_found(world: World, client: PageClient, number: str) -> None:
    client.force_login(world.office)
    for where in ("", "leaving/", "move/", "correction/", "groups/", "merge/", "guardians/new/"):
        assert client.get(f"/ashgrove/pupils/{number}/{where}").status_code == 404
    assert client.get(f"/ashgrove/classes/{number}/").status_code == 404
    assert client.post(f"/ashgrove/changes/{number}/undo/").status_code == 404


# -- families and year groups ------------------------------------------------------------------------------------------


def test_a_parent_is_added_and_put_right(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    sent = {
        "name": "Yusuf Ali",
        "relation": "Father",
        "email": "y@ali.example",
        "telephone": "01632 960 002",
        "responsibility": "on",
    }
    client.post(f"/ashgrove/pupils/{world.amina.pk}/guardians/new/", sent)
    father = Guardianship.objects.exclude(guardian=world.mrs_ali).get()
    assert (father.guardian.name, father.position, father.responsibility, father.no_contact) == (
        "Yusuf Ali",
        2,
        True,
        False,
    )
    address = reverse("guardian", args=["ashgrove", world.amina.pk, father.pk])
    assert "y@ali.example" in client.get(address).content.decode()
    client.post(address, {**sent, "telephone": "", "no_contact": "on"})
    father.refresh_from_db()
    assert father.no_contact
    page = client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    assert "an order forbids it" in page
    assert "01632 960 002" not in page


def test_a_parent_of_another_child_is_not_found_here(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    amina_s = Guardianship.objects.get()
    assert client.get(f"/ashgrove/pupils/{world.ben.pk}/guardians/{amina_s.pk}/").status_code == 404


def test_a_pupil_is_placed_in_a_year_group_whatever_the_class(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    client.post(f"/ashgrove/pupils/{world.amina.pk}/placement/", {"year_group": world.year_4.pk})
    assert YearPlacement.objects.get(pupil=world.amina).year_group == world.year_4
    assert reverse("pupils", args=["ashgrove"]) == "/ashgrove/pupils/"
    assert "Year 4" in client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()


def test_a_pupil_without_a_placement_is_in_the_year_group_of_the_class(world: World, client: PageClient) -> None:
    YearPlacement.objects.all().delete()
    client.force_login(world.office)
    assert "Year 3" in client.get("/ashgrove/pupils/").content.decode()
    assert "Year 3" in client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()


def test_looking_for_records_entered_twice_opens_none(world: World, client: PageClient) -> None:
    from muster.privacy.models import HistoryEntry

    entered_twice(world)
    client.force_login(world.office)
    before = HistoryEntry.objects.count()
    assert "9 January" not in client.get("/ashgrove/pupils/twins/").content.decode()
    assert HistoryEntry.objects.count() == before


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        pytest.param("leaving/", {"left_on": "2206-03-04"}, id="leaving"),
        pytest.param("return/", {"joined_on": "1626-03-04"}, id="coming back"),
        pytest.param("move/", {"on": "3026-03-04"}, id="moving"),
        pytest.param("groups/", {"starts_on": "0026-03-04", "answer": "yes"}, id="a status"),
    ],
)
def test_a_year_that_cannot_be_meant_is_asked_about(
    world: World, client: PageClient, where: str, sent: dict[str, str]
) -> None:
    client.force_login(world.office)
    extra = {"to": world.rowan.pk, "group": world.eal.pk}
    page = client.post(f"/ashgrove/pupils/{world.amina.pk}/{where}", {**extra, **sent})
    assert page.status_code == 422
    assert "Check the year" in page.content.decode()
