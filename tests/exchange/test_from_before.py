"""What a child comes with from earlier schools is kept in the words of the file, read by few, and goes with the child."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muster.exchange.importing import run_import
from muster.exchange.models import CameWith
from muster.exchange.rules.from_before import FromBefore, in_order
from muster.exchange.rules.known import HeldPupil, nobody
from muster.exchange.rules.planning.whole import plan_roster
from muster.exchange.rules.report import Effect, Report
from muster.exchange.rules.roster import Of, Roster, RosterPupil, SchoolBefore, Source
from muster.people import doors, merging
from muster.people.access import Role
from muster.people.actions import transfers
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.merging import merge_pupils
from muster.people.models import ChangeSet, Pupil
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse
from muster.privacy.fuse import OutsidePurpose
from tests.exchange.rosters import TODAY
from tests.support.client import PageClient
from tests.world import NOW, World, a_class, a_post, a_pupil, an_account

ELMFIELD = SchoolBefore("Elmfield Primary", "3101234", date(2022, 9, 1), date(2025, 7, 18))
STILL_THERE = replace(ELMFIELD, until=None)
NURSERY = SchoolBefore("Little Oaks", "", None, date(2022, 7, 20))
PHONICS = {"stage": "KS1", "year": "2024", "subject": "ENG", "component": "PHO", "result": "WA"}
TABLES = {"stage": "KS2", "subject": "MAT", "component": "MTC", "result": "25", "Remark": "by hand"}
TAGS = {"year": "Year", "subject": "Subject", "component": "Component", "result": "Result", "Remark": "Remark"}


@pytest.fixture(autouse=True)
def purpose() -> Iterator[None]:
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        yield


def a_file(
    *schools: SchoolBefore, results: tuple[dict[str, str], ...] = (), name: str = "Amina Ali", born: str = "2018-01-09"
) -> str:
    """A transfer file of one child."""
    forename, surname = name.split()
    history = "".join(
        f"<School><LEA>{each.number[:3]}</LEA><Estab>{each.number[3:]}</Estab><SchoolName>{each.name}</SchoolName>"
        f"<EntryDate>{each.from_ or ''}</EntryDate><LeavingDate>{each.until or ''}</LeavingDate></School>"
        for each in schools
    )
    stages = "".join(
        f"<KeyStage><Stage>{each['stage']}</Stage><StageAssessment>"
        + "".join(f"<{TAGS[part]}>{text}</{TAGS[part]}>" for part, text in each.items() if part != "stage")
        + "</StageAssessment></KeyStage>"
        for each in results
    )
    return (
        "<CTfile><Header><CTFversion>25.0</CTFversion></Header><CTFpupilData><Pupil>"
        f"<Surname>{surname}</Surname><Forename>{forename}</Forename><DOB>{born}</DOB>"
        f"<StageAssessments>{stages}</StageAssessments><SchoolHistory>{history}</SchoolHistory>"
        "</Pupil></CTFpupilData></CTfile>"
    )


FIRST = a_file(NURSERY, ELMFIELD, results=(PHONICS, TABLES))


class Bring(Protocol):
    """Brings a file in, as the office does."""

    def __call__(self, text: str, *, days: int = 0) -> Report: ...


@pytest.fixture
def bring(world: World, tmp_path: Path) -> Bring:
    def bring(text: str, *, days: int = 0) -> Report:
        path = tmp_path / "3101234_CTF_3105678_001.xml"
        path.write_text(text)
        report = run_import(path, school=world.ashgrove, by=world.office, at=world.now + timedelta(days=days))
        assert not report.unreadable
        return report

    return bring


def held_of(pupil: Pupil) -> list[FromBefore]:
    """What each file brought, in the order in which they came."""
    rows = CameWith.objects.filter(pupil=pupil).select_related("pupil").order_by("pk")
    return [FromBefore.unpacked(row.said) for row in rows]


def made_by(report: Report) -> ChangeSet:
    return ChangeSet.objects.get(uuid=report.change_set)


def seen(world: World, client: PageClient, who: str, pupil: Pupil | None = None) -> str:
    client.force_login(world.cast[who])
    return client.get(f"/ashgrove/pupils/{(pupil or world.amina).pk}/", follow=True).content.decode()


# -- the plan alone --------------------------------------------------------------------------------------------------


def a_roster(*schools: SchoolBefore, results: tuple[dict[str, str], ...] = (), **more: Any) -> Roster:
    child = RosterPupil("1", Source("", 2), "Ali", "Amina", born_on=date(2018, 1, 9), before=schools, **more)
    return Roster("ctf", pupils=(child,), results=tuple({**each, "pupil": "1"} for each in results), lasting_ids=False)


def amina(*schools: SchoolBefore, results: tuple[dict[str, str], ...] = ()) -> HeldPupil:
    return HeldPupil(7, "Ali", "Amina", born_on=date(2018, 1, 9), from_before=FromBefore(schools, results))


@pytest.mark.pure
def test_a_plan_says_how_much_is_kept_and_whose_it_is() -> None:
    plan = plan_roster(a_roster(NURSERY, ELMFIELD, results=(PHONICS,)), nobody(TODAY))
    assert plan.work.from_before == {-1: FromBefore((NURSERY, ELMFIELD), (PHONICS,))}
    assert "Kept to be read, in the words of the file: schools before 2, results 1." in plan.notes
    (line,) = plan.lines
    assert [reason.words for reason in line.reasons] == [
        "What earlier schools say of this child is kept. Schools 2, results 1."
    ]


@pytest.mark.pure
def test_only_what_is_not_held_yet_is_kept_and_that_alone_is_a_change() -> None:
    known = replace(nobody(TODAY), pupils=(amina(ELMFIELD, results=(PHONICS,)),))
    again = plan_roster(a_roster(ELMFIELD, results=(PHONICS,)), known)
    assert (again.work.is_empty, [line.effect for line in again.lines]) == (True, [Effect.LEAVE])
    more = plan_roster(a_roster(ELMFIELD, results=(PHONICS, TABLES)), known)
    assert more.work.from_before == {7: FromBefore((), (TABLES,))}
    assert [line.effect for line in more.lines] == [Effect.CHANGE]


@pytest.mark.pure
def test_nothing_is_kept_of_a_child_who_is_not_taken() -> None:
    plan = plan_roster(a_roster(ELMFIELD, results=(PHONICS,), left_on=TODAY - timedelta(days=9)), nobody(TODAY))
    assert plan.work.is_empty
    nameless = a_roster(ELMFIELD, results=(PHONICS,))
    nameless = replace(nameless, pupils=(replace(nameless.pupils[0], surname="", forenames=""),))
    assert plan_roster(nameless, nobody(TODAY)).work.is_empty


@pytest.mark.pure
def test_a_child_written_twice_is_kept_with_what_both_records_say() -> None:
    one = a_roster(ELMFIELD, results=(PHONICS,))
    second = replace(one.pupils[0], id="2", source=Source("", 3), before=(NURSERY,))
    twice = replace(one, pupils=(*one.pupils, second), results=(*one.results, {**TABLES, "pupil": "2"}))
    plan = plan_roster(twice, nobody(TODAY))
    assert plan.count(Effect.ADD, Of.PUPIL) == 1
    assert plan.work.from_before == {-1: FromBefore((ELMFIELD, NURSERY), (PHONICS, TABLES))}


@pytest.mark.pure
def test_schools_stand_by_their_days_and_one_left_since_is_named_once() -> None:
    assert in_order([STILL_THERE, ELMFIELD, NURSERY]) == [NURSERY, ELMFIELD]
    assert in_order([STILL_THERE]) == [STILL_THERE]


# -- kept ------------------------------------------------------------------------------------------------------------


def test_what_the_file_says_is_kept_to_the_letter_and_sealed(world: World, bring: Bring) -> None:
    bring(FIRST)
    assert held_of(world.amina) == [FromBefore((NURSERY, ELMFIELD), (PHONICS, TABLES))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM exchange_camewith")
        (rests,) = cursor.fetchone()
    assert b"Elmfield" not in bytes(rests)
    row = CameWith.objects.select_related("pupil").get()
    assert row.sealing_key == world.amina.key


def test_a_new_child_comes_with_it_too(world: World, bring: Bring) -> None:
    bring(a_file(ELMFIELD, results=(TABLES,), name="Gwen Price"))
    row = CameWith.objects.select_related("pupil").get()
    assert row.pupil.name == "Gwen Price"
    assert FromBefore.unpacked(row.said) == FromBefore((ELMFIELD,), (TABLES,))


def test_the_same_file_again_adds_nothing_and_a_later_one_what_is_new(world: World, bring: Bring) -> None:
    bring(a_file(STILL_THERE, results=(PHONICS,)))
    assert bring(a_file(STILL_THERE, results=(PHONICS,)), days=1).change_set == ""
    bring(a_file(ELMFIELD, results=(PHONICS, TABLES)), days=2)
    assert held_of(world.amina) == [FromBefore((STILL_THERE,), (PHONICS,)), FromBefore((ELMFIELD,), (TABLES,))]
    assert bring(a_file(STILL_THERE, results=(PHONICS,)), days=3).change_set == ""


def test_no_element_of_a_file_says_whose_a_result_is(world: World, bring: Bring) -> None:
    mine = a_file(results=(TABLES,)).replace("<Remark>by hand</Remark>", "<pupil>another</pupil>")
    bring(mine)
    (said,) = held_of(world.amina)
    assert [result["result"] for result in said.results] == ["25"]


# -- undone ----------------------------------------------------------------------------------------------------------


def test_undoing_the_file_takes_it_away_and_only_what_that_file_brought(world: World, bring: Bring) -> None:
    bring(a_file(ELMFIELD))
    second = made_by(bring(a_file(ELMFIELD, results=(TABLES,)), days=1))
    undo(change_set=second, by=world.office, at=NOW + timedelta(days=1))
    assert held_of(world.amina) == [FromBefore((ELMFIELD,))]


def test_a_new_child_goes_with_it_unless_a_later_file_added_to_it(world: World, bring: Bring) -> None:
    first = made_by(bring(a_file(ELMFIELD, name="Gwen Price")))
    later = made_by(bring(a_file(ELMFIELD, results=(TABLES,), name="Gwen Price"), days=1))
    with pytest.raises(CannotUndo):
        undo(change_set=first, by=world.office, at=NOW + timedelta(days=2))
    undo(change_set=later, by=world.office, at=NOW + timedelta(days=2))
    undo(change_set=first, by=world.office, at=NOW + timedelta(days=2))
    assert not CameWith.objects.exists()


# -- shown -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "schools", "results"),
    [
        pytest.param("okafor", True, True, id="the class teacher"),
        pytest.param("tutor", True, True, id="the tutor"),
        pytest.param("senco", True, True, id="the SENCO"),
        pytest.param("dsl", True, True, id="the safeguarding lead"),
        pytest.param("head", True, True, id="the head"),
        pytest.param("office", True, False, id="the office, which sees no marks either"),
        pytest.param("reyes", False, False, id="another teacher"),
        pytest.param("cover", False, False, id="cover"),
        pytest.param("governor", False, False, id="a governor"),
        pytest.param("guardian", False, False, id="a parent"),
        pytest.param("birchwood_senco", False, False, id="the next school"),
    ],
)
def test_schools_are_shown_with_the_record_and_results_with_marks(
    world: World, bring: Bring, client: PageClient, who: str, schools: bool, results: bool
) -> None:
    bring(FIRST)
    page = seen(world, client, who)
    assert ("Elmfield Primary" in page, "1 September 2022 to 18 July 2025" in page) == (schools, schools)
    assert ("2 results" in page, "KS2 MAT MTC" in page, "Remark by hand" in page) == (results, results, results)


def test_whoever_teaches_elsewhere_and_keeps_the_office_sees_no_results_of_others(
    world: World, bring: Bring, client: PageClient
) -> None:
    world.cast["two posts"] = someone = an_account(name="Two Posts")
    a_post(someone, Role.OFFICE, world.ashgrove)
    a_post(someone, Role.TEACHER, world.ashgrove, classes=[world.rowan])
    bring(FIRST)
    page = seen(world, client, "two posts")
    assert ("Elmfield Primary" in page, "2 results" in page) == (True, False)


def test_a_child_who_came_with_nothing_has_no_panel(world: World, bring: Bring, client: PageClient) -> None:
    assert "From earlier schools" not in seen(world, client, "head")
    bring(a_file(results=(TABLES,)))
    assert "From earlier schools" not in seen(world, client, "office"), "results alone, and they may see none"
    assert "From earlier schools" in seen(world, client, "head")


def test_the_page_asks_one_question_more_however_much_there_is(world: World, bring: Bring, client: PageClient) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            seen(world, client, "head")
        said = [each["sql"] for each in queries.captured_queries]
        return len(said), sum("exchange_camewith" in each for each in said)

    seen(world, client, "head")
    none = asked()
    bring(a_file(ELMFIELD, results=(PHONICS,)))
    one = asked()
    bring(a_file(NURSERY, ELMFIELD, results=(PHONICS, TABLES)), days=1)
    assert none == one == asked()
    assert none[1] == 1


def test_the_page_of_the_import_says_what_it_keeps(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    page = client.post("/ashgrove/imports/new/", {"pasted": FIRST}, follow=True).content.decode()
    assert "Kept to be read, in the words of the file: schools before 2, results 2." in page


# -- one child, other records ----------------------------------------------------------------------------------------


def test_two_records_joined_are_read_as_one_child(world: World, bring: Bring, client: PageClient) -> None:
    twin = a_pupil(world, name="Amina Ali", born_on=date(2018, 1, 10))
    bring(a_file(ELMFIELD, results=(PHONICS,), born="2018-01-10"))
    bring(a_file(NURSERY, results=(PHONICS, TABLES)), days=1)
    assert "1 school before, 1 earlier result" in merging.told_of(twin)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW + timedelta(days=1))
    page = seen(world, client, "head")
    assert page.index("Little Oaks") < page.index("Elmfield Primary")
    assert "2 results" in page
    again = bring(a_file(NURSERY, ELMFIELD, results=(PHONICS, TABLES)), days=2)
    assert again.change_set == "", "what the other record came with is held"


def test_it_goes_along_to_another_school_of_the_trust_under_the_key_there(
    world: World, bring: Bring, client: PageClient
) -> None:
    bring(FIRST)
    there = an_account(name="Orla Finch")
    a_post(there, Role.OFFICE, world.birchwood)
    sent = transfers.send(pupil=world.amina, to=world.birchwood, left_on=world.today, by=world.office, at=NOW)
    client.force_login(there)
    arrival = client.get(f"/birchwood/arrivals/{sent.pk}/").content.decode()
    assert "2 schools before." in arrival
    assert "2 earlier results." in arrival
    elm = a_class(world, name="2 Elm", school=world.birchwood)
    _made, new = transfers.accept(transfer=sent, school_class=elm, joined_on=world.today, by=there, at=NOW)
    assert held_of(new) == held_of(world.amina)
    row = CameWith.objects.select_related("pupil", "school").get(pupil=new)
    assert (row.school, row.sealing_key) == (world.birchwood, new.key)
    assert new.key != world.amina.key


# -- the fuse --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose_", "shows"),
    [
        pytest.param(Purpose.TEACH, Shows.NOTHING, id="a page that shows nothing"),
        pytest.param(Purpose.TEACH, Shows.NAMES, id="a page of names"),
        pytest.param(Purpose.EMERGENCY, Shows.RECORD, id="a roll call"),
        pytest.param(Purpose.ATTENDANCE, Shows.RECORD, id="a register"),
        pytest.param(Purpose.MAINTENANCE, Shows.RECORD, id="regular work"),
    ],
)
def test_it_opens_for_what_it_is_held_for_and_nothing_else(
    world: World, bring: Bring, purpose_: Purpose, shows: Shows
) -> None:
    bring(FIRST)
    with fuse.using(purpose_, shows), pytest.raises(OutsidePurpose):
        list(CameWith.objects.all())
    with fuse.nothing_declared(), pytest.raises(OutsidePurpose):
        CameWith.objects.exists()
    with fuse.using(Purpose.TEACH, Shows.RECORD):
        assert CameWith.objects.select_related("pupil").get().said["schools"]


def test_the_undo_button_of_the_import_takes_it_away(world: World, bring: Bring, client: PageClient) -> None:
    made = made_by(bring(FIRST))
    client.force_login(world.office)
    client.post(reverse("change-undo", kwargs={"school": "ashgrove", "change_id": made.pk}))
    assert "From earlier schools" not in seen(world, client, "head")
