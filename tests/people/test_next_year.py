"""This school year is turned into the next: proposed, changed, shown, done in one go, undone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
import time_machine

from muster.curriculum.models import Snapshot
from muster.markbook.models import Taught
from muster.people.access import Role
from muster.people.actions import next_year as act
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.classes import move_class
from muster.people.actions.pupils import leave
from muster.people.actions.reach import NotTheirSchool
from muster.people.coming_year import Coming, coming, still_open, year_to_turn
from muster.people.models import (
    AcademicYear,
    ChangeSet,
    ClassMembership,
    Closure,
    HalfTerm,
    Leaving,
    NextPlace,
    Post,
    PostClass,
    Pupil,
    SchoolClass,
    Term,
    YearGroup,
    YearPlacement,
)
from muster.people.rules.next_year import Goes, Said
from tests.support.client import PageClient
from tests.world import World, a_class, a_post, a_pupil, a_teacher, a_year, an_account, enrol

JULY = datetime(2026, 7, 10, 9, 0, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 4, 9, 0, tzinfo=UTC)
FIRST = date(2026, 9, 1)
LAST = date(2026, 8, 31)


class Primary(World):
    """Ashgrove with a Year 5 that leaves, and two children more."""

    year_5: YearGroup
    oak: SchoolClass
    eve: Pupil
    gus: Pupil


@pytest.fixture
def school(world: World) -> Primary:
    """The invented trust, seen so."""
    primary = cast(Primary, world)
    primary.year_5 = YearGroup.objects.create(school=world.ashgrove, name="Year 5", code="5", position=5)
    primary.oak = a_class(world, name="5 Oak", year_group=primary.year_5)
    primary.eve = a_pupil(world, name="Eve Frost", in_class=primary.oak)
    primary.gus = a_pupil(world, name="Gus Hill", in_class=world.hazel)
    return primary


def turn(world: World, *, at: datetime = JULY, year: AcademicYear | None = None) -> ChangeSet:
    year = year or world.year
    year.refresh_from_db()
    return act.turn_year(year=year, shown=coming(year).mark, by=world.office, at=at)


def prepared(world: World, **said: Any) -> Coming:
    act.prepare(year=world.year, said=said, by=world.office, at=JULY)
    return coming(world.year)


def class_on(pupil: Pupil, day: date) -> list[str]:
    inside = ClassMembership.objects.filter(pupil=pupil, starts_on__lte=day).exclude(ends_on__lt=day)
    return sorted(inside.values_list("school_class__name", flat=True))


def everything(world: World) -> dict[str, list[Any]]:
    """All that the turning of a year touches, as rows without numbers of new ones."""
    of = {"school": world.ashgrove}
    return {
        "years": sorted(AcademicYear.objects.filter(**of).values_list("name", "first_day", "last_day")),
        "terms": sorted(Term.objects.filter(**of).values_list("year__name", "name", "first_day", "last_day")),
        "halves": sorted(HalfTerm.objects.filter(**of).values_list("term__year__name", "name", "first_day")),
        "closed": sorted(Closure.objects.filter(**of).values_list("on", "reason")),
        "classes": sorted(SchoolClass.objects.filter(**of).values_list("year__name", "name", "kind")),
        "places": sorted(
            map(str, ClassMembership.objects.filter(**of).values_list("pupil", "school_class", "starts_on", "ends_on"))
        ),
        "placed": sorted(YearPlacement.objects.filter(**of).values_list("pupil", "year", "year_group")),
        "leavings": sorted(Leaving.objects.filter(**of).values_list("enrolment", "left_on")),
        "teaching": sorted(
            map(str, PostClass.objects.filter(**of).values_list("post", "school_class", "starts_on", "ends_on"))
        ),
        "snapshots": sorted(Snapshot.objects.filter(**of).values_list("year__name", "name", "on")),
    }


def test_everybody_moves_up_the_last_year_leaves_and_today_stays_as_it_is(school: Primary) -> None:
    before = everything(school)
    change = turn(school)
    assert class_on(school.amina, LAST) == ["3 Hazel"]
    assert class_on(school.amina, FIRST) == ["4 Hazel"]
    assert class_on(school.ben, FIRST) == ["5 Rowan"]
    assert class_on(school.eve, FIRST) == []
    assert Leaving.objects.get(enrolment__pupil=school.eve).left_on == LAST
    into = AcademicYear.objects.get(pk=change.summary["to"])
    assert (into.name, into.first_day, into.last_day) == ("2026/27", FIRST, date(2027, 8, 31))
    placed = dict(YearPlacement.objects.filter(year=into).values_list("pupil", "year_group__code"))
    assert placed == {school.amina.pk: "4", school.ben.pk: "5", school.gus.pk: "4"}
    names = set(SchoolClass.objects.filter(year=into).values_list("name", flat=True))
    assert names == {"4 Hazel", "5 Rowan", "3 Hazel"}, "and the youngest year's class again, for those who come new"
    assert not ClassMembership.objects.filter(school_class__year=into, school_class__name="3 Hazel").exists()
    undo(change_set=change, by=school.office, at=JULY + timedelta(hours=1))
    assert everything(school) == before


def test_terms_half_terms_and_days_closed_are_proposed_from_this_years(school: Primary) -> None:
    Closure.objects.create(school=school.ashgrove, on=date(2025, 9, 1), reason="Training")
    Closure.objects.create(school=school.ashgrove, on=date(2026, 5, 4), reason="Bank holiday")
    dates = coming(school.year).dates
    assert [(term.name, term.span.first, term.span.last) for term in dates.terms] == [
        ("Autumn", FIRST, date(2026, 12, 18)),
        ("Spring", date(2027, 1, 4), date(2027, 3, 19)),
        ("Summer", date(2027, 4, 5), date(2027, 7, 20)),
    ]
    assert all(term.holiday for term in dates.terms)
    assert dates.closures == ((date(2027, 5, 3), "Bank holiday"),), (
        "1 September 2025 was a Monday: 31 August is no term"
    )
    change = turn(school)
    assert Term.objects.filter(year=change.summary["to"]).count() == 3
    assert HalfTerm.objects.filter(term__year=change.summary["to"]).count() == 6


def test_points_of_the_year_roll_on_and_undoing_takes_them_back(school: Primary) -> None:
    for name, on in (("Autumn", date(2025, 12, 19)), ("Middle", date(2026, 2, 4))):
        Snapshot.objects.create(school=school.ashgrove, year=school.year, name=name, on=on)
    change = turn(school)
    made = Snapshot.objects.filter(year=change.summary["to"])
    assert sorted(made.values_list("name", "on")) == [("Autumn", date(2026, 12, 18)), ("Middle", date(2027, 2, 3))]
    made.filter(name="Middle").update(on=date(2027, 2, 10))
    with pytest.raises(CannotUndo, match="snapshots"):
        undo(change_set=change, by=school.office, at=JULY)
    made.filter(name="Middle").update(on=date(2027, 2, 3))
    undo(change_set=change, by=school.office, at=JULY)
    assert not Snapshot.objects.filter(year__name="2026/27").exists()


def test_a_pupil_placed_out_of_their_age_year_goes_up_from_where_they_are_placed(school: Primary) -> None:
    YearPlacement.objects.filter(pupil=school.gus, year=school.year).update(year_group=school.year_4)
    hana = a_pupil(school, name="Hana Ito", in_class=school.oak, year_group=school.year_4)
    plan = coming(school.year).plan
    groups = {move.pupil: (move.goes, move.group) for move in plan.moves}
    assert groups[school.gus.pk] == (Goes.TO, school.year_5.pk)
    assert groups[hana.pk] == (Goes.ASKED, school.year_5.pk), (
        "she is not of the last year, so she does not leave with it"
    )
    change = turn(school)
    assert not Leaving.objects.filter(enrolment__pupil=hana).exists()
    assert YearPlacement.objects.get(pupil=hana, year=change.summary["to"]).year_group == school.year_5
    left = still_open(school.ashgrove, JULY.date())
    assert left
    assert left.pupils == (hana.pk,)


def test_one_is_held_back_one_leaves_and_one_is_left_to_be_said(school: Primary) -> None:
    third = a_pupil(school, name="Ivo Jones", in_class=school.hazel)
    act.prepare_pupils(
        year=school.year,
        places={
            school.amina: Said(Goes.TO, "3 Hazel", school.year_3.pk),
            school.gus: Said(Goes.LEAVES),
            third: Said(Goes.ASKED),
        },
        by=school.office,
        at=JULY,
    )
    change = turn(school)
    assert class_on(school.amina, FIRST) == ["3 Hazel"]
    assert YearPlacement.objects.get(pupil=school.amina, year=change.summary["to"]).year_group == school.year_3
    assert Leaving.objects.filter(enrolment__pupil=school.gus, left_on=LAST).exists()
    assert class_on(third, FIRST) == []
    assert not Leaving.objects.filter(enrolment__pupil=third).exists()


def test_two_classes_become_three_and_a_mixed_class_splits_by_year_group(school: Primary) -> None:
    ash = a_class(school, name="3/4 Ash")
    young = a_pupil(school, name="Kit Lee", in_class=ash, year_group=school.year_3)
    old = a_pupil(school, name="Lou May", in_class=ash, year_group=school.year_4)
    found = coming(school.year)
    lines = {(line.school_class, line.group): (line.goes, line.name) for line in found.plan.lines}
    assert lines[ash.pk, school.year_3.pk] == (Goes.TO, "3/4 Ash"), "their next year group is in the class too"
    assert lines[ash.pk, school.year_4.pk][0] is Goes.ASKED
    key = f"{ash.pk}-{school.year_4.pk}"
    found = prepared(school, lines={key: ["to", "5 Rowan"]}, besides=[["4 Birch", school.year_4.pk]])
    act.prepare_pupils(
        year=school.year,
        places={school.gus: Said(Goes.TO, "4 birch")},
        by=school.office,
        at=JULY,
    )
    change = turn(school)
    assert class_on(young, FIRST) == ["3/4 Ash"]
    assert class_on(old, FIRST) == class_on(school.ben, FIRST) == ["5 Rowan"]
    assert class_on(school.amina, FIRST) == ["4 Hazel"]
    assert class_on(school.gus, FIRST) == ["4 Birch"]
    groups = dict(SchoolClass.objects.filter(year=change.summary["to"]).values_list("name", "year_group__code"))
    assert groups == {"3/4 Ash": "4", "4 Hazel": "4", "5 Rowan": "5", "4 Birch": "4"}


def test_it_can_be_turned_after_the_first_of_september(school: Primary) -> None:
    leaver = a_pupil(school, name="Mia Noor", in_class=school.hazel)
    leave(pupil=leaver, left_on=date(2026, 9, 3), by=school.office, at=SEPTEMBER)
    gone = a_pupil(school, name="Nat Orme", in_class=school.hazel)
    leave(pupil=gone, left_on=date(2026, 7, 21), by=school.office, at=SEPTEMBER)
    assert year_to_turn(school.ashgrove, SEPTEMBER.date()) == school.year
    turn(school, at=SEPTEMBER)
    assert class_on(school.amina, FIRST) == class_on(school.amina, SEPTEMBER.date()) == ["4 Hazel"]
    assert class_on(school.amina, LAST) == ["3 Hazel"]
    assert class_on(leaver, FIRST) == ["4 Hazel"]
    assert class_on(leaver, date(2026, 9, 4)) == []
    assert class_on(gone, FIRST) == []


def test_a_year_that_was_made_by_hand_is_filled_and_who_is_in_it_stays(school: Primary) -> None:
    into = a_year(school.ashgrove, name="2026/27", first_day=FIRST, last_day=date(2027, 8, 31))
    taken = SchoolClass.objects.create(school=school.ashgrove, year=into, name="4 hazel", year_group=school.year_4)
    move_class(pupil=school.gus, to=taken, on=FIRST, by=school.office, at=JULY)
    found = coming(school.year)
    assert found.settled == 1
    assert school.gus.pk not in {move.pupil for move in found.plan.moves}
    assert year_to_turn(school.ashgrove, SEPTEMBER.date()) == school.year
    change = turn(school)
    assert ClassMembership.objects.get(pupil=school.amina, starts_on=FIRST).school_class == taken
    assert AcademicYear.objects.filter(school=school.ashgrove).count() == 2
    undo(change_set=change, by=school.office, at=JULY)
    assert AcademicYear.objects.filter(pk=into.pk).exists()
    assert class_on(school.gus, FIRST) == ["4 hazel"]


def test_run_twice_it_does_nothing_twice(school: Primary) -> None:
    shown = coming(school.year).mark
    act.turn_year(year=school.year, shown=shown, by=school.office, at=JULY)
    after = everything(school)
    with pytest.raises(act.AlreadyTurned):
        act.turn_year(year=school.year, shown=shown, by=school.office, at=JULY)
    with pytest.raises(act.AlreadyTurned):
        act.prepare(year=school.year, said={"besides": []}, by=school.office, at=JULY)
    assert everything(school) == after


def test_what_changed_since_it_was_shown_stops_it(school: Primary) -> None:
    shown = coming(school.year).mark
    a_pupil(school, name="Ola Park", in_class=school.hazel)
    before = everything(school)
    with pytest.raises(act.LooksDifferent):
        act.turn_year(year=school.year, shown=shown, by=school.office, at=JULY)
    assert everything(school) == before


def test_teachers_are_asked_for_and_reach_their_class_from_its_first_day(school: Primary) -> None:
    post = Post.objects.get(account=school.okafor)
    later = a_post(an_account(name="Pia Quist"), Role.TEACHER, school.ashgrove, starts_on=date(2026, 10, 5))
    prepared(school, teachers={"4 hazel": post.pk, "5 rowan": later.pk})
    change = turn(school)
    reached = PostClass.objects.filter(school_class__year=change.summary["to"])
    assert sorted(reached.values_list("school_class__name", "post", "starts_on")) == [
        ("4 Hazel", post.pk, FIRST),
        ("5 Rowan", later.pk, date(2026, 10, 5)),
    ]
    left = still_open(school.ashgrove, JULY.date())
    assert left
    assert [each.name for each in left.classes] == ["3 Hazel"]
    act.settle(
        school=school.ashgrove, day=left.day, teachers={left.classes[0]: post}, places={}, by=school.head, at=JULY
    )
    left = still_open(school.ashgrove, JULY.date())
    assert left
    assert not left.classes


def test_a_teaching_group_goes_on_where_that_was_said_and_else_ends(school: Primary) -> None:
    choir = a_class(school, name="Choir", kind=SchoolClass.Kind.TEACHING)
    chess = a_class(school, name="Chess", kind=SchoolClass.Kind.TEACHING)
    teacher = a_teacher(school, name="Rae Stone", of=choir)
    for pupil in (school.amina, school.eve):
        for group in (choir, chess):
            ClassMembership.objects.create(
                school=school.ashgrove, pupil=pupil, school_class=group, starts_on=school.today
            )
    prepared(school, carried=[choir.pk])
    turn(school)
    assert class_on(school.amina, FIRST) == ["4 Hazel", "Choir"]
    assert class_on(school.eve, FIRST) == []
    assert PostClass.objects.filter(post__account=teacher, school_class__year__name="2026/27").count() == 1


@pytest.mark.parametrize("what", ["moved", "left", "joined", "taught", "teacher"])
def test_undo_is_refused_with_a_sentence_once_something_newer_rests_on_it(school: Primary, what: str) -> None:
    change = turn(school)
    hazel = SchoolClass.objects.get(year=change.summary["to"], name="4 Hazel")
    rowan = SchoolClass.objects.get(year=change.summary["to"], name="5 Rowan")
    later = JULY + timedelta(days=1)
    if what == "moved":
        move_class(pupil=school.amina, to=rowan, on=date(2026, 9, 14), by=school.office, at=later)
    elif what == "left":
        leave(pupil=school.amina, left_on=date(2026, 7, 20), by=school.office, at=later)
    elif what == "joined":
        a_pupil(school, name="Sol Tate", in_class=hazel, joined_on=FIRST)
    elif what == "taught":
        Taught.objects.create(
            school=school.ashgrove, school_class=hazel, objective=school.objectives[0], taught_on=FIRST,
            said_at=later, recorded_at=later, by=school.okafor, change_set=change,
        )  # fmt: skip
    else:
        PostClass.objects.create(
            school=school.ashgrove, post=Post.objects.get(account=school.okafor), school_class=hazel, starts_on=FIRST
        )
    before = everything(school)
    with pytest.raises(CannotUndo):
        undo(change_set=change, by=school.office, at=later)
    assert everything(school) == before
    change.refresh_from_db()
    assert change.undone_by is None


def test_a_turning_that_fails_at_its_last_word_leaves_nothing(school: Primary) -> None:
    """History is written last, and cannot be: whatever came before it is gone with it."""
    from django.db import connection, transaction

    before = everything(school)
    entries = ChangeSet.objects.count()

    class Cut(Exception):
        """The process ended here."""

    def cut_off(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT" in sql and "historyentry" in sql:
            raise Cut
        return execute(sql, params, many, context)

    with pytest.raises(Cut), transaction.atomic(), connection.execute_wrapper(cut_off):
        turn(school)
    assert everything(school) == before
    assert ChangeSet.objects.count() == entries


@pytest.mark.parametrize("who", ["okafor", "senco", "it", "birchwood_senco"])
def test_nobody_else_turns_the_year(school: Primary, who: str) -> None:
    with pytest.raises(NotTheirSchool):
        act.turn_year(year=school.year, shown=coming(school.year).mark, by=getattr(school, who), at=JULY)


def test_the_next_school_along_is_not_touched(school: Primary) -> None:
    turn(school)
    assert class_on(school.cora, FIRST) == ["1 Elm"]
    assert AcademicYear.objects.filter(school=school.birchwood).count() == 1


# -- the pages -------------------------------------------------------------------------------------------------------


def fields_of(*forms: Any) -> dict[str, Any]:
    return {each.html_name: "" if each.value() is None else each.value() for form in forms for each in form}


def test_the_office_does_it_all_on_its_pages(school: Primary, client: PageClient) -> None:
    with time_machine.travel(JULY):
        client.force_login(school.office)
        page = client.get("/ashgrove/new-year/")
        assert "2 pupils move up" not in page.text
        assert "3 pupils move up" in page.text
        assert "Frost, Eve" in page.text, "the name behind the number of leavers"
        assert "0 pupils" not in page.text, "what does not happen is not listed"
        form = client.get("/ashgrove/new-year/classes/").context["form"]
        said = {name: value for name, value in fields_of(form).items() if value is not False}
        line = next(each for each in form.found.plan.lines if each.name == "4 Hazel")
        said[f"name-{line.key}"] = "4 Ash"
        said["besides-name-0"] = ""
        assert client.post("/ashgrove/new-year/classes/", said).status_code == 302
        form = client.get(f"/ashgrove/new-year/classes/{school.hazel.pk}/").context["form"]
        said = fields_of(form) | {f"where-{school.gus.pk}": "asked"}
        assert client.post(f"/ashgrove/new-year/classes/{school.hazel.pk}/", said).status_code == 302
        assert NextPlace.objects.get().pupil == school.gus
        form = client.get("/ashgrove/new-year/teachers/").context["form"]
        said = fields_of(form)
        said[next(each.html_name for each in form if each.label == "4 Ash")] = Post.objects.get(
            account=school.okafor
        ).pk
        assert client.post("/ashgrove/new-year/teachers/", said).status_code == 302
        page = client.get("/ashgrove/new-year/")
        assert "Hill, Gus" in page.text
        assert not AcademicYear.objects.filter(name="2026/27").exists(), "nothing is written before"
        assert client.post("/ashgrove/new-year/turning/", {"shown": "x"}).status_code == 422
        answer = client.post("/ashgrove/new-year/turning/", {"shown": page.context["found"].mark}, follow=True)
        assert "2026/27 is made" in answer.text
        assert class_on(school.amina, FIRST) == ["4 Ash"]
        today = client.get("/ashgrove/")
        assert "1 class has no teacher" in today.text
        assert "1 pupil has no class" in today.text
        form = client.get("/ashgrove/new-year/").context["form"]
        said = {each.html_name: each.field.choices[1][0] for each in form}
        assert client.post("/ashgrove/new-year/open-questions/", said).status_code == 302
        assert class_on(school.gus, FIRST) == ["4 Ash"]
        assert "still to be said" not in client.get("/ashgrove/").text
        assert client.post("/ashgrove/new-year/turning/", {"shown": "x"}).status_code == 302


def test_the_days_are_changed_and_checked(school: Primary, client: PageClient) -> None:
    with time_machine.travel(JULY):
        client.force_login(school.head)
        page = client.get("/ashgrove/new-year/days/")
        sets = (page.context["formset"], page.context["closures"])
        said = fields_of(page.context["form"], *(form for one in sets for form in one.forms))
        for one in sets:
            said |= fields_of(one.management_form)
        for wrong in (
            {"first_day": "2026-08-01"},
            {"leave_on": "2026-09-02"},
            {"name": ""},
            {"closures-0-on": "2026-10-01"},
        ):
            assert client.post("/ashgrove/new-year/days/", {**said, **wrong}).status_code == 422
        right = {"leave_on": "2026-07-21", "closures-0-on": "2026-10-01", "closures-0-reason": "Training"}
        assert client.post("/ashgrove/new-year/days/", {**said, **right}).status_code == 302
        turn(school)
    assert Leaving.objects.get(enrolment__pupil=school.eve).left_on == date(2026, 7, 21)
    assert ClassMembership.objects.get(pupil=school.eve).ends_on == date(2026, 7, 21)
    assert Closure.objects.filter(school=school.ashgrove, on=date(2026, 10, 1)).exists()


def test_today_says_when_it_is_time(school: Primary, client: PageClient) -> None:
    client.force_login(school.office)
    assert "Next school year" not in client.get("/ashgrove/").text
    with time_machine.travel(JULY):
        client.force_login(school.office)
        assert "2025/26 ends on" in client.get("/ashgrove/").text


PAGES = ("", "classes/", "pupils/", "mark/", "classes/{hazel}/", "own/")


def test_pages_of_today_are_as_they_were_until_the_first_day(school: Primary, client: PageClient) -> None:
    def seen() -> dict[str, str]:
        found = {}
        for who in (school.okafor, school.senco, school.guardian):
            client.force_login(who)
            for path in PAGES:
                answer = client.get("/ashgrove/" + path.format(hazel=school.hazel.pk), follow=True)
                text = answer.text if answer.status_code == 200 else str(answer.status_code)
                main = text.partition("<main")[2].partition("</main>")[0]
                # What people read: a token in a form is another one each time.
                found[f"{who} {path}"] = re.sub(r"<[^>]*>|\s+", " ", main.partition("Other years")[0]).strip()
        return found

    with time_machine.travel(JULY):
        before = seen()
        turn(school)
        assert seen() == before
    assert any("Amina" in page for page in before.values())


def test_the_office_reads_on_a_pupils_page_where_they_go_and_nobody_takes_it_for_the_past(
    school: Primary, client: PageClient
) -> None:
    with time_machine.travel(JULY):
        turn(school)
        client.force_login(school.office)
        answer = client.get(f"/ashgrove/pupils/{school.amina.pk}/")
        assert [row.school_class.name for row in answer.context["coming"]] == ["4 Hazel"]
        assert answer.context["classes"] == []
        assert "From 1 September 2026" in answer.text
        client.force_login(school.okafor)
        answer = client.get(f"/ashgrove/pupils/{school.amina.pk}/")
        assert "4 Hazel" not in answer.text


def test_it_costs_the_same_whatever_the_school(
    school: Primary, client: PageClient, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted(work: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            work()
        return len(queries)

    with time_machine.travel(JULY):
        client.force_login(school.office)
        client.get("/ashgrove/new-year/")
        few = counted(lambda: client.get("/ashgrove/new-year/"))
        change = None

        def turned_once() -> None:
            nonlocal change
            change = turn(school)

        turned_few = counted(turned_once)
        assert change is not None
        undo(change_set=change, by=school.office, at=JULY)
        for one in (school.hazel, school.rowan, school.oak):
            enrol(school, one, pupils=60)
        assert counted(lambda: client.get("/ashgrove/new-year/")) == few
        assert "123 pupils move up" in client.get("/ashgrove/new-year/").text
        assert counted(turned_once) <= turned_few + 4, "rows go in by hundreds"


def test_a_plan_is_told_from_another(school: Primary) -> None:
    found = coming(school.year)
    assert replace(found, teachers={"4 hazel": 1}).mark != found.mark
    assert coming(school.year).mark == found.mark
