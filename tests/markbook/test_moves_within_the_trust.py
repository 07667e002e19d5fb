"""A pupil moves to the next school of the trust and takes the record along; each school sees its own from then on."""

from datetime import date, timedelta

import pytest

from muster.curriculum.models import Objective
from muster.markbook.models import Brought, Judgement, Note
from muster.people.access import Role
from muster.people.actions import transfers as act
from muster.people.actions.pupils import UpnTaken
from muster.people.actions.reach import NotTheirPupil, NotTheirSchool
from muster.people.models import (
    Account,
    ClassMembership,
    GroupStatus,
    Guardianship,
    KeyGroup,
    Leaving,
    Pupil,
    School,
    Transfer,
    Trust,
)
from tests.support.client import PageClient
from tests.world import World, a_judgement, a_post, a_pupil, an_account

MARCH_6 = date(2026, 3, 6)


@pytest.fixture
def office_there(world: World) -> Account:
    """Who keeps Birchwood's records."""
    account = an_account(name="Orla Finch")
    a_post(account, Role.OFFICE, world.birchwood)
    return account


def sharing(world: World) -> Objective:
    """Birchwood has a copy of the first of Ashgrove's objectives, on a scale with the same words."""
    return Objective.objects.create(
        school=world.birchwood,
        strand=world.birchwood_number,
        uuid=world.objectives[0].uuid,
        code="N1",
        wording=world.objectives[0].wording,
        position=2,
    )


def sent(world: World) -> Transfer:
    return act.send(pupil=world.amina, to=world.birchwood, left_on=MARCH_6, by=world.office, at=world.now)


def moved(world: World, office_there: Account) -> Pupil:
    transfer = sent(world)
    _made, new = act.accept(
        transfer=transfer, school_class=world.elm, joined_on=date(2026, 3, 9), by=office_there, at=world.now
    )
    return Pupil.objects.get(pk=new.pk)


def test_who_the_child_is_goes_along_under_a_key_of_its_own(world: World, office_there: Account) -> None:
    world.amina.identifiers, world.amina.contacts = {"ULN": "123"}, {"address": "1 Low Lane"}
    world.amina.save()
    Guardianship.objects.filter(pupil=world.amina).update(no_contact=True)
    KeyGroup.objects.create(school=world.birchwood, code="eal", name="EAL")
    for group in (world.eal, world.pupil_premium):
        GroupStatus.objects.create(
            school=world.ashgrove, pupil=world.amina, group=group, answer="yes", starts_on=date(2025, 9, 1)
        )
    new = moved(world, office_there)
    assert new.school == world.birchwood
    assert new.key != world.amina.key
    assert (new.names, new.born_on) == (world.amina.names, world.amina.born_on)
    assert (new.identifiers, new.contacts) == ({"ULN": "123"}, {"address": "1 Low Lane"})
    family = Guardianship.objects.get(pupil=new)
    assert family.guardian.name == "Farah Ali"
    assert family.no_contact, "an order that forbids contact holds at the next school too"
    assert family.guardian.key != world.mrs_ali.key
    assert list(GroupStatus.objects.filter(pupil=new).values_list("group__name", "answer")) == [("EAL", "yes")]
    assert ClassMembership.objects.get(pupil=new).school_class == world.elm
    assert Leaving.objects.get(enrolment__pupil=world.amina).left_on == MARCH_6


def test_marks_on_shared_objectives_count_and_the_others_are_read_in_their_own_words(
    world: World, office_there: Account, client: PageClient
) -> None:
    here = sharing(world)
    first = a_judgement(world, letter="D", at=world.now - timedelta(days=9))
    second = a_judgement(world, letter="G")
    Judgement.objects.filter(pk=second.pk)
    a_judgement(world, objective=world.objectives[1], letter="S")
    a_judgement(
        world, objective=world.objectives[0], letter=None, kind=Judgement.Kind.ABSENT, at=world.now - timedelta(days=20)
    )
    new = moved(world, office_there)
    copies = Judgement.objects.filter(pupil=new).order_by("judged_at")
    assert [(row.kind, row.step and row.step.word, row.judged_by) for row in copies] == [
        ("absent", None, world.okafor),
        ("step", "Developing", world.okafor),
        ("step", "Greater depth", world.okafor),
    ]
    assert all(row.step is None or row.step.school == world.birchwood for row in copies)
    assert {row.objective for row in copies} == {here}
    assert copies[1].judged_at == first.judged_at
    told = Brought.objects.get(pupil=new)
    client.force_login(world.birchwood_senco)
    assert "1 marks and notes" in client.get(f"/birchwood/pupils/{new.pk}/").text
    assert world.objectives[1].wording in client.get(f"/birchwood/pupils/{new.pk}/brought/").text
    assert (told.said, told.wording, told.origin) == ("Secure", world.objectives[1].wording, "Ashgrove Primary School")
    assert told.judged_by == "Ada Okafor"


def test_a_step_the_new_school_has_no_word_for_is_never_guessed(world: World, office_there: Account) -> None:
    sharing(world)
    world.birchwood_scale.steps.filter(word="Greater depth").update(word="Mastered")
    a_judgement(world, letter="G")
    new = moved(world, office_there)
    assert not Judgement.objects.filter(pupil=new).exists()
    assert Brought.objects.get(pupil=new).said == "Greater depth"


def test_notes_go_along_sealed_anew(world: World, office_there: Account) -> None:
    sharing(world)
    change = a_judgement(world).change_set
    for objective in world.objectives[:2]:
        note = Note(
            school=world.ashgrove, pupil=world.amina, objective=objective, text=f"about {objective.code}",
            written_at=world.now, recorded_at=world.now, written_by=world.okafor, change_set=change,
        )  # fmt: skip
        note.save()
    new = moved(world, office_there)
    assert [note.text for note in Note.objects.filter(pupil=new)] == ["about N1"]
    assert [row.said for row in Brought.objects.filter(pupil=new, is_note=True)] == ["about N2"]


def test_each_school_sees_its_own_from_then_on(world: World, office_there: Account, client: PageClient) -> None:
    here = sharing(world)
    a_judgement(world, letter="D")
    new = moved(world, office_there)
    before = Judgement.objects.filter(school=world.ashgrove).count()
    step = world.birchwood_scale.steps.get(word="Secure")
    mark = Judgement.objects.filter(pupil=new).get()
    Judgement.objects.create(
        school=world.birchwood, pupil=new, objective=here, kind="step", step=step, act=mark.act, judged_at=world.now,
        recorded_at=world.now, judged_by=world.birchwood_teacher, change_set=mark.change_set,
    )  # fmt: skip
    assert Judgement.objects.filter(school=world.ashgrove).count() == before
    client.force_login(world.head)
    assert client.get(f"/ashgrove/pupils/{new.pk}/").status_code == 404
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/").status_code == 200
    client.force_login(world.birchwood_senco)
    assert client.get(f"/birchwood/pupils/{new.pk}/").status_code == 200
    assert client.get(f"/birchwood/pupils/{world.amina.pk}/").status_code == 404


def test_the_record_can_be_brought_back_or_accepted_but_not_both(world: World, office_there: Account) -> None:
    transfer = sent(world)
    act.take_back(transfer=transfer, by=world.office, at=world.now)
    with pytest.raises(act.NoLongerOffered):
        act.accept(transfer=transfer, school_class=None, joined_on=MARCH_6, by=office_there, at=world.now)
    assert Pupil.objects.filter(school=world.birchwood).count() == 1
    again = sent(world)
    act.accept(transfer=again, school_class=None, joined_on=MARCH_6, by=office_there, at=world.now)
    for refused in (
        lambda: act.take_back(transfer=again, by=world.office, at=world.now),
        lambda: act.accept(transfer=again, school_class=None, joined_on=MARCH_6, by=office_there, at=world.now),
    ):
        with pytest.raises(act.NoLongerOffered):
            refused()
    assert Pupil.objects.filter(school=world.birchwood).count() == 2


def test_both_schools_say_yes(world: World, office_there: Account) -> None:
    for stranger in (office_there, world.okafor, world.head):
        with pytest.raises(NotTheirPupil):
            act.send(pupil=world.amina, to=world.birchwood, left_on=MARCH_6, by=stranger, at=world.now)
    elsewhere = School.objects.create(trust=Trust.objects.create(name="Others"), slug="far", name="Far School")
    for place in (elsewhere, world.ashgrove):
        with pytest.raises(act.CannotSend):
            act.send(pupil=world.amina, to=place, left_on=MARCH_6, by=world.office, at=world.now)
    transfer = sent(world)
    with pytest.raises(act.CannotSend):
        sent(world)
    for stranger in (world.office, world.birchwood_senco, world.birchwood_teacher):
        with pytest.raises(NotTheirSchool):
            act.accept(transfer=transfer, school_class=None, joined_on=MARCH_6, by=stranger, at=world.now)
    assert Pupil.objects.filter(school=world.birchwood).count() == 1


def test_a_child_the_new_school_has_already_is_refused_and_nothing_is_half_done(
    world: World, office_there: Account
) -> None:
    twin = a_pupil(world, name="Amina Ali", in_class=world.elm, upn="A123456789012")
    world.amina.upn, world.amina.upn_mark = "A123456789012", twin.upn_mark
    world.amina.save()
    transfer = sent(world)
    with pytest.raises(UpnTaken):
        act.accept(transfer=transfer, school_class=None, joined_on=MARCH_6, by=office_there, at=world.now)
    transfer.refresh_from_db()
    assert transfer.accepted_at is None


def test_a_child_whom_a_roster_brought_first_gets_the_record_that_comes(
    world: World, office_there: Account, client: PageClient
) -> None:
    """The new school brought its list in July. The record of the old one is joined to the child who is there."""
    here = sharing(world)
    a_judgement(world, letter="D", at=world.now - timedelta(days=9))
    there = a_pupil(
        world, name=f"{world.amina.forenames} {world.amina.surname}", in_class=world.elm, school=world.birchwood,
        born_on=world.amina.born_on, upn="A123456789012",
    )  # fmt: skip
    Pupil.objects.filter(pk=world.amina.pk).update(upn_mark=there.upn_mark)
    transfer = sent(world)
    client.force_login(office_there)
    address = f"/birchwood/arrivals/{transfer.pk}/"
    page = client.get(address).content.decode()
    assert "Is the child on your roll already?" in page
    assert "No, a new pupil" in page
    done = client.post(address, {"joins": str(there.pk), "joined_on": "2026-03-09"}, follow=True)
    assert "Joined with the record of the other school." in done.content.decode()
    onroll = Pupil.objects.at(world.birchwood).on_roll(date(2026, 3, 9))
    assert [pupil.pk for pupil in onroll if pupil.surname == world.amina.surname] == [there.pk]
    assert ClassMembership.objects.get(pupil=there).school_class == world.elm
    copied = Judgement.objects.get(objective=here)
    assert Pupil.objects.get(pk=copied.pupil_id).merged_into_id == there.pk
    assert Guardianship.objects.filter(pupil=there).count() == 1


def test_nobody_of_another_school_is_joined_with_a_record_that_comes(world: World, office_there: Account) -> None:
    transfer = sent(world)
    with pytest.raises(act.CannotSend):
        act.accept(
            transfer=transfer, school_class=None, joined_on=date(2026, 3, 9), joins=world.ben, by=office_there,
            at=world.now,
        )  # fmt: skip
    transfer.refresh_from_db()
    assert transfer.accepted_at is None


def test_the_two_offices_do_it_on_their_pages(world: World, office_there: Account, client: PageClient) -> None:
    sharing(world)
    a_judgement(world)
    client.force_login(world.office)
    assert "Move within the trust" in client.get(f"/ashgrove/pupils/{world.amina.pk}/").text
    address = f"/ashgrove/pupils/{world.amina.pk}/sending/"
    assert client.post(address, {"to": world.ashgrove.pk, "left_on": "2026-03-06"}).status_code == 422
    assert client.post(address, {"to": world.birchwood.pk, "left_on": "2026-03-06"}).status_code == 302
    assert "Take it back" in client.get(address).text
    transfer = Transfer.objects.get()
    assert client.get(f"/ashgrove/arrivals/{transfer.pk}/").status_code == 404
    client.force_login(office_there)
    assert "waits to be accepted" in client.get("/birchwood/").text
    assert "Ali, Amina" in client.get("/birchwood/arrivals/").text
    page = client.get(f"/birchwood/arrivals/{transfer.pk}/")
    assert "1 marks on objectives both schools have" in page.text
    said = {"joined_on": "2026-03-09", "school_class": world.elm.pk}
    assert client.post(f"/birchwood/arrivals/{transfer.pk}/", {**said, "joined_on": ""}).status_code == 422
    assert client.post(f"/birchwood/arrivals/{transfer.pk}/", said).status_code == 302
    assert "Nobody is on the way" in client.get("/birchwood/arrivals/").text
    assert client.get(f"/birchwood/arrivals/{transfer.pk}/").status_code == 404


def test_no_row_of_the_copy_points_into_the_old_school(world: World, office_there: Account) -> None:
    from tests.house.test_schools_apart import crossing, of_schools

    sharing(world)
    a_judgement(world)
    a_judgement(world, objective=world.objectives[1])
    moved(world, office_there)
    assert not [one for model in of_schools() for one in crossing(model)]
