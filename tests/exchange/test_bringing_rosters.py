"""A whole roster brought in today and again tomorrow: joiners, leavers, moves, and nothing where nothing is new."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.attendance.models import HomeRoom
from muster.exchange.bringing import bring_in
from muster.exchange.importing import carry_out, plan_for, run_import
from muster.exchange.models import SourceId
from muster.exchange.rules.known import HeldClass, HeldPupil, Known, nobody
from muster.exchange.rules.plan import Plan
from muster.exchange.rules.planning.whole import plan_roster
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import (
    Of,
    Problem,
    Roster,
    RosterClass,
    RosterMembership,
    RosterPupil,
    RosterSchool,
    RosterSession,
    RosterStaff,
    Source,
)
from muster.exchange.rules.schools import divided
from muster.exchange.staging import spans
from muster.markbook.models import Judgement
from muster.people import doors
from muster.people.access import Role
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.classes import ClassInUse, remove_class
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    Leaving,
    Post,
    PostClass,
    Pupil,
    SchoolClass,
    Staff,
    Term,
)
from muster.people.models.classes import on_day
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import PlanIsStale
from muster.privacy.models import HistoryEntry
from tests.exchange.real import DATA, needs
from tests.world import NOW, World, a_judgement, a_post, an_account

ROSTERS = DATA / "rosters"
BORN = date(2017, 10, 3)
TODAY = date(2026, 3, 4)
WHOLE = frozenset({Of.PUPIL, Of.CLASS, Of.STAFF, Of.MEMBERSHIP})


@pytest.fixture(autouse=True)
def purpose() -> Iterator[None]:
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        yield


def child(number: int, **more: object) -> RosterPupil:
    usual: dict[str, object] = {
        "id": f"p{number}", "source": Source("users.csv", number + 1), "surname": f"Member{number}",
        "forenames": f"Pupil{number}", "born_on": BORN + timedelta(days=number),
    }  # fmt: skip
    return RosterPupil(**{**usual, **more})  # type: ignore[arg-type]


def a_roster(pupils: int = 20, *, classes: int = 2, whole: frozenset[Of] = WHOLE) -> Roster:
    """So many pupils, shared out over the classes, each with a teacher."""
    return Roster(
        kind="oneroster",
        classes=tuple(
            RosterClass(f"c{n}", f"Maths {n}", Source("classes.csv", n + 2), kind="teaching") for n in range(classes)
        ),
        pupils=tuple(child(n) for n in range(pupils)),
        staff=tuple(
            RosterStaff(f"t{n}", Source("users.csv", 900 + n), f"Price{n}", "Nia", email=f"nia{n}@school.example")
            for n in range(classes)
        ),
        memberships=(
            *(RosterMembership(f"p{n}", f"c{n % classes}", Source("enrollments.csv", n + 2)) for n in range(pupils)),
            *(
                RosterMembership(f"t{n}", f"c{n}", Source("enrollments.csv", 900 + n), teaches=True)
                for n in range(classes)
            ),
        ),
        whole=whole,
    )


def effects(plan: Plan, of: Of = Of.PUPIL) -> dict[str, int]:
    return {effect.value: many for (kind, effect), many in sorted(plan.counts.items()) if kind is of}


# -- the plan alone --------------------------------------------------------------------------------------------------


@pytest.mark.pure
def test_an_empty_school_takes_all_of_it() -> None:
    plan = plan_roster(a_roster(), nobody(TODAY))
    assert {of: effects(plan, of) for of in (Of.PUPIL, Of.CLASS, Of.STAFF, Of.MEMBERSHIP)} == {
        Of.PUPIL: {"add": 20}, Of.CLASS: {"add": 2}, Of.STAFF: {"add": 2}, Of.MEMBERSHIP: {"add": 22},
    }  # fmt: skip


@pytest.mark.pure
@given(st.integers(0, 10_000))
def test_rows_in_any_order_give_the_same_plan(seed: int) -> None:
    roster = a_roster()
    chance = random.Random(seed)
    parts = {
        name: tuple(chance.sample(getattr(roster, name), len(getattr(roster, name))))
        for name in ("classes", "pupils", "staff", "memberships")
    }
    one, other = plan_roster(roster, nobody(TODAY)), plan_roster(replace(roster, **parts), nobody(TODAY))  # type: ignore[arg-type]
    assert one.counts == other.counts
    assert Counter((line.of, line.effect, line.name) for line in one.lines) == Counter(
        (line.of, line.effect, line.name) for line in other.lines
    )


@pytest.mark.pure
def test_what_points_nowhere_is_refused_row_by_row() -> None:
    roster = a_roster()
    lost = (
        RosterMembership("p1", "c9", Source("enrollments.csv", 50)),
        RosterMembership("p99", "c1", Source("enrollments.csv", 51)),
    )
    plan = plan_roster(replace(roster, memberships=(*roster.memberships, *lost)), nobody(TODAY))
    refused = [(line.source.row, line.reasons[0].cause) for line in plan.lines if line.effect is Effect.REFUSE]
    assert refused == [(50, "no-such-class"), (51, "no-such-person")]
    assert effects(plan, Of.MEMBERSHIP) == {"add": 22, "refuse": 2}


@pytest.mark.pure
def test_a_child_whose_row_could_not_be_read_has_not_left() -> None:
    held = tuple(HeldPupil(n + 1, f"Member{n}", f"Pupil{n}", born_on=BORN + timedelta(days=n)) for n in range(20))
    known = Known(TODAY, pupils=held, remembered={(Of.PUPIL, f"p{n}"): n + 1 for n in range(20)})
    roster = a_roster(classes=1)
    bad = Problem("bad-date", "Its date is none.", Source("users.csv", 4), "Pupil3", of=Of.PUPIL, id="p3")
    without = replace(
        roster, pupils=tuple(each for each in roster.pupils if each.id != "p3"), problems=(bad,), memberships=()
    )
    assert not plan_roster(without, known).work.leave
    assert dict(plan_roster(replace(without, problems=()), known).work.leave) == {4: TODAY - timedelta(days=1)}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("missing", "answer", "leaving", "asked"),
    [
        pytest.param(2, "", 2, 0, id="a tenth"),
        pytest.param(3, "", 0, 3, id="more than a tenth"),
        pytest.param(3, "leave", 3, 0, id="more, and they have left"),
        pytest.param(3, "stay", 0, 0, id="more, and they stay"),
    ],
)
def test_more_than_a_tenth_leaving_stops_and_asks(missing: int, answer: str, leaving: int, asked: int) -> None:
    held = tuple(HeldPupil(n + 1, f"Member{n}", f"Pupil{n}", born_on=BORN + timedelta(days=n)) for n in range(20))
    plan = plan_roster(a_roster(20 - missing, classes=1), Known(TODAY, pupils=held), {"many-leave": answer})
    assert (len(plan.work.leave), plan.count(Effect.ASK, Of.PUPIL)) == (leaving, asked)


@pytest.mark.pure
@pytest.mark.parametrize(("answer", "leaving", "asked"), [("", 0, 3), ("leave", 3, 0), ("stay", 0, 0)])
def test_more_than_a_tenth_whom_a_file_calls_gone_or_leaves_out_are_asked_about_together(
    answer: str, leaving: int, asked: int
) -> None:
    held = tuple(HeldPupil(n + 1, f"Member{n}", f"Pupil{n}", born_on=BORN + timedelta(days=n)) for n in range(20))
    known, said = Known(TODAY, pupils=held), {"many-leave": answer}
    delta = Roster("oneroster", pupils=tuple(child(n, gone=True) for n in (3, 7, 11)))
    plan = plan_roster(delta, known, said)
    assert (len(plan.work.leave), plan.count(Effect.ASK, Of.PUPIL)) == (leaving, asked)
    whole = a_roster(18, classes=1)
    two_gone = replace(whole, pupils=(child(0, gone=True), *whole.pupils[1:]))
    plan = plan_roster(two_gone, known, said)
    assert (len(plan.work.leave), plan.count(Effect.ASK, Of.PUPIL)) == (leaving, asked)


@pytest.mark.pure
def test_a_delta_takes_nobody_off_roll_but_whom_it_names() -> None:
    held = tuple(HeldPupil(n + 1, f"Member{n}", f"Pupil{n}", born_on=BORN + timedelta(days=n)) for n in range(20))
    gone = Roster("oneroster", pupils=(child(3, gone=True),))
    assert dict(plan_roster(gone, Known(TODAY, pupils=held)).work.leave) == {4: TODAY - timedelta(days=1)}


@pytest.mark.pure
def test_a_package_of_two_schools_is_cut_in_two() -> None:
    schools = (RosterSchool("A", "Ashgrove", Source()), RosterSchool("B", "Birchwood", Source()))
    roster = a_roster(4)
    classes = tuple(replace(each, school="AB"[n]) for n, each in enumerate(roster.classes))
    parts = divided(replace(roster, schools=schools, classes=classes))
    assert [[each.id for each in part.roster.pupils] for part in parts] == [["p0", "p2"], ["p1", "p3"]]
    assert [[each.id for each in part.roster.staff] for part in parts] == [["t0"], ["t1"]]
    assert [len(part.roster.memberships) for part in parts] == [3, 3]


@pytest.mark.pure
def test_a_school_year_the_file_brings_is_made_and_one_that_is_over_is_not() -> None:
    year = RosterSession("y", "2026/27", Source(), "year", date(2026, 9, 1), date(2027, 8, 31))
    term = RosterSession("a", "Autumn", Source(), "term", date(2026, 9, 1), date(2026, 12, 18), parent="y")
    roster = a_roster(2, classes=1)
    next_year = replace(
        roster, sessions=(year, term), classes=tuple(replace(each, sessions=("a",)) for each in roster.classes)
    )
    plan = plan_roster(next_year, nobody(TODAY))
    assert plan.work.year is not None
    assert (plan.work.year.name, [each[0] for each in plan.work.year.terms]) == ("2026/27", ["Autumn"])
    assert {seat.starts_on for seat in plan.work.seats} == {date(2026, 9, 1)}
    past = replace(year, first_day=date(2017, 9, 1), last_day=date(2018, 8, 31))
    assert plan_roster(replace(next_year, sessions=(past,)), nobody(TODAY)).work.year is None


@pytest.mark.pure
def test_row_numbers_are_kept_as_runs() -> None:
    assert spans([5, 1, 2, 3, 9]) == [[1, 3], [5, 5], [9, 9]]


# -- brought in ------------------------------------------------------------------------------------------------------


def bring(world: World, roster: Roster, *, days: int = 0, **answers: str) -> tuple[Plan, ChangeSet | None]:
    at = world.now + timedelta(days=days)
    return carry_out(
        roster, world.birchwood, by=None, at=at, answers={key.replace("_", "-"): said for key, said in answers.items()}
    )


def office_of(world: World) -> Account:
    """Who keeps Birchwood's records."""
    found = Account.objects.filter(name="Ola Bright").first()
    if found is None:
        found = an_account(name="Ola Bright")
        a_post(found, Role.OFFICE, world.birchwood)
    return found


def on_roll(world: World, days: int = 0) -> int:
    return Pupil.objects.at(world.birchwood).on_roll(world.today + timedelta(days=days)).count()


def test_a_roster_comes_in_and_the_same_one_again_changes_nothing(world: World) -> None:
    plan, made = bring(world, a_roster(), many_leave="stay")
    assert made is not None
    assert on_roll(world) == 21
    assert ClassMembership.objects.filter(school=world.birchwood, school_class__name="Maths 1").count() == 10
    assert [post.account.has_usable_password() for post in Post.objects.filter(account__email__startswith="nia")] == [
        False, False,
    ]  # fmt: skip
    before = (HistoryEntry.objects.count(), ChangeSet.objects.count(), SourceId.objects.count())
    plan, again = bring(world, a_roster(), many_leave="stay")
    assert again is None
    assert effects(plan) == {"leave": 21}
    assert effects(plan, Of.MEMBERSHIP) == {"leave": 22}
    assert (HistoryEntry.objects.count(), ChangeSet.objects.count(), SourceId.objects.count()) == before


def test_staff_who_leave_by_a_file_teach_no_more_and_other_posts_are_named_and_stay(world: World) -> None:
    bring(world, a_roster(), many_leave="stay")
    one, other = Post.objects.filter(account__email__startswith="nia").order_by("pk")
    in_summer = world.today + timedelta(days=120)
    Post.objects.filter(pk=other.pk).update(ends_on=in_summer)
    senco = a_post(one.account, Role.SENCO, world.birchwood)

    def ends() -> list[date | None]:
        posts = Post.objects.in_bulk([one.pk, other.pk, senco.pk])
        return [posts[pk].ends_on for pk in (one.pk, other.pk, senco.pk)]

    roster, tomorrow = a_roster(), world.now + timedelta(days=1)
    without = replace(roster, staff=(), memberships=tuple(each for each in roster.memberships if not each.teaches))
    plan, made = carry_out(
        without, world.birchwood, by=office_of(world), at=tomorrow, answers={"many-leave": "stay"}
    )  # fmt: skip
    assert made is not None
    said = [[reason.cause for reason in line.reasons] for line in plan.lines if line.of is Of.STAFF]
    assert said == [["leaves", "other-posts"], ["leaves"]]
    assert ends() == [world.today, world.today, None]
    undo(change_set=made, by=office_of(world), at=tomorrow)
    assert ends() == [None, in_summer, None]


def test_whoever_never_signs_in_leaves_and_comes_back_with_the_lists(world: World) -> None:
    """Who is due in the building rests on it: the cook a list calls gone, and the cook who stands on the next one."""
    cook = RosterStaff(id="k1", source=Source(row=90), surname="Ode", forenames="Col")
    roster = replace(a_roster(), staff=(*a_roster().staff, cook))
    bring(world, roster, many_leave="stay")

    def left() -> bool:
        return not Staff.objects.at(world.birchwood).without_account(at).filter(name="Col Ode").exists()

    def day(days: int, staff: RosterStaff) -> ChangeSet | None:
        plan, made = bring(world, replace(roster, staff=(*a_roster().staff, staff)), days=days, many_leave="stay")
        said.append([reason.cause for line in plan.lines if line.name == "Col Ode" for reason in line.reasons])
        return made

    said: list[list[str]] = []
    at = world.now + timedelta(days=3)
    assert not left()
    gone = day(1, replace(cook, gone=True))
    assert left()
    assert day(1, replace(cook, gone=True)) is None
    back = day(2, cook)
    assert not left()
    assert day(2, cook) is None
    assert said == [["leaves"], [], ["staff-back"], []]
    assert gone is not None
    assert back is not None
    with pytest.raises(CannotUndo):
        undo(change_set=gone, by=office_of(world), at=at)
    undo(change_set=back, by=office_of(world), at=at)
    assert left()
    undo(change_set=gone, by=office_of(world), at=at)
    assert not left()


def test_no_file_lets_back_in_whoever_could_sign_in_before(world: World) -> None:
    bring(world, a_roster(), many_leave="stay")
    posts = Post.objects.filter(account__email__startswith="nia")
    posts.update(ends_on=world.today)
    plan, made = bring(world, a_roster(), days=1, many_leave="stay")
    assert made is None
    assert [[reason.cause for reason in line.reasons] for line in plan.lines if line.of is Of.STAFF] == [
        ["posts-ended"]
    ] * 2
    assert [line.reasons[0].cause for line in plan.lines if line.of is Of.MEMBERSHIP] == ["cannot-be-invited"] * 2


def test_whoever_was_brought_without_a_post_is_not_said_to_have_had_one(world: World) -> None:
    aide = RosterStaff("t9", Source("users.csv", 950), "Lee", "Ann", email="ann@school.example", role="aide")
    roster = replace(a_roster(), staff=(*a_roster().staff, aide))

    def said(days: int) -> list[str]:
        plan, _made = bring(world, roster, days=days, many_leave="stay")
        return [reason.cause for line in plan.lines if line.name == aide.name for reason in line.reasons]

    assert [said(0), said(1)] == [["no-post"], ["no-post"]]
    a_post(Account.objects.get(email=aide.email), Role.OFFICE, world.birchwood)
    assert said(2) == []
    Post.objects.filter(account__email=aide.email).update(ends_on=world.today)
    assert said(3) == ["posts-ended"]


@pytest.mark.pure
def test_two_rows_of_one_class_give_it_one_room_and_the_other_is_told_of() -> None:
    rooms = ("Room 2", "room  2", "Room 3")
    rows = tuple(RosterClass(f"c{n}", "Fern", Source("classes.csv", n), room=room) for n, room in enumerate(rooms))
    same = {(Of.CLASS, row.id): 5 for row in rows}

    def said(before: str) -> tuple[dict[int, str], list[list[str]]]:
        known = replace(nobody(TODAY), classes=(HeldClass(5, "Fern", 1, room=before),), remembered=same)
        plan = plan_roster(Roster("oneroster", classes=rows), known)
        assert [note for note in plan.notes if "Rooms" in note] == (
            ["Rooms of their own: Fern (Room 2)."] if plan.work.rooms else []
        )
        return dict(plan.work.rooms), [[reason.words for reason in line.reasons] for line in plan.lines if line.reasons]

    other = ["Another row puts this class into Room 2, and that counts. Not Room 3."]
    assert said("Room 1") == ({5: "Room 2"}, [["It has a room of its own: Room 2, not Room 1."], other])
    assert said("ROOM 2") == ({}, [other]), "another way of writing it is no move"


def test_a_room_changed_by_hand_since_the_plan_is_not_overwritten(world: World) -> None:
    def in_room(room: str) -> Roster:
        roster = a_roster()
        return replace(roster, classes=(replace(roster.classes[0], room=room), roster.classes[1]))

    bring(world, in_room("Lab 1"), many_leave="stay")
    office, moved = office_of(world), in_room("Hall")
    plan, since = plan_for(moved, world.birchwood, at=world.now, may_correct=True, answers={"many-leave": "stay"})
    assert list(plan.work.rooms.values()) == ["Hall"]
    HomeRoom.objects.at(world.birchwood).update(room="Attic")
    with pytest.raises(PlanIsStale):
        bring_in(plan=plan, roster=moved, school=world.birchwood, since=since, by=office, at=world.now)
    assert [row.room for row in HomeRoom.objects.at(world.birchwood)] == ["Attic"]


def test_a_class_that_came_with_a_roster_is_not_taken_away_by_hand(world: World) -> None:
    roster = a_roster()
    in_lab = replace(roster, classes=(replace(roster.classes[0], room="Lab 1"),), memberships=roster.memberships[-2:-1])
    bring(world, in_lab, many_leave="stay")
    made = SchoolClass.objects.get(school=world.birchwood, name="Maths 0")
    teaching = PostClass.objects.filter(school_class=made)
    assert teaching.exists()
    with pytest.raises(ClassInUse, match="Maths 0 came with a file"):
        remove_class(school_class=made, by=office_of(world), at=world.now)
    assert teaching.exists(), "nothing is half done"


def test_a_class_is_in_the_room_its_roster_names_until_that_is_undone(world: World) -> None:
    def where() -> dict[str, str]:
        return dict(HomeRoom.objects.at(world.birchwood).values_list("school_class__name", "room"))

    def in_rooms(**rooms: str) -> Roster:
        roster = a_roster()
        return replace(roster, classes=tuple(replace(each, room=rooms.get(each.id, "")) for each in roster.classes))

    _plan, made = bring(world, in_rooms(c0="Lab 1"), many_leave="stay")
    assert made is not None
    assert where() == {"Maths 0": "Lab 1"}
    assert bring(world, in_rooms(c0="Lab 1"), many_leave="stay")[1] is None
    assert bring(world, in_rooms(), many_leave="stay")[1] is None, "a blank empties nothing"
    plan, moved = bring(world, in_rooms(c0="Hall", c1="Lab 1"), many_leave="stay")
    assert [" ".join(reason.words for reason in line.reasons) for line in plan.lines if line.of is Of.CLASS] == [
        "It has a room of its own: Hall, not Lab 1.", "It has a room of its own: Lab 1.",
    ]  # fmt: skip
    assert effects(plan, Of.CLASS) == {"change": 2}
    assert "Rooms of their own: Maths 0 (Hall), Maths 1 (Lab 1)." in plan.notes
    assert where() == {"Maths 0": "Hall", "Maths 1": "Lab 1"}
    assert moved is not None
    undo(change_set=moved, by=office_of(world), at=world.now)
    assert where() == {"Maths 0": "Lab 1"}
    HomeRoom.objects.at(world.birchwood).update(room="Attic")
    with pytest.raises(CannotUndo):
        undo(change_set=made, by=office_of(world), at=world.now)


def test_tomorrow_brings_a_joiner_a_leaver_a_move_and_a_new_name(world: World) -> None:
    bring(world, a_roster(), many_leave="stay")
    roster = a_roster(21)
    pupils = tuple(replace(each, surname="Evans") if each.id == "p5" else each for each in roster.pupils[1:])
    moved = tuple(
        replace(each, school_class="c1") if each.person == "p2" else each
        for each in roster.memberships
        if each.person != "p0"
    )
    classes = (replace(roster.classes[0], name="Mathematics"), roster.classes[1])
    _plan, _made = carry_out(
        replace(roster, pupils=pupils, memberships=moved, classes=classes),
        world.birchwood, by=office_of(world), at=world.now + timedelta(days=1), answers={"many-leave": "leave"},
    )  # fmt: skip
    tomorrow = world.today + timedelta(days=1)
    left = Leaving.objects.filter(school=world.birchwood)
    assert {row.left_on for row in left} == {world.today}
    assert len(left) == 2
    maths = SchoolClass.objects.get(school=world.birchwood, name="Maths 1")
    two = next(each for each in Pupil.objects.at(world.birchwood) if each.forenames == "Pupil2")
    assert Pupil.objects.in_class(maths, tomorrow).contains(two)
    assert SchoolClass.objects.filter(school=world.birchwood, name="Mathematics").exists()
    five = next(each for each in Pupil.objects.at(world.birchwood) if each.forenames == "Pupil5")
    assert five.surname == "Evans"


def test_whoever_is_named_by_a_class_row_alone_has_not_left(world: World) -> None:
    """Their own row was lost on the way. Who they are is known by the id they came with."""
    bring(world, a_roster(), many_leave="stay")
    roster = a_roster()
    lost = replace(
        roster,
        pupils=roster.pupils[1:],
        staff=roster.staff[1:],
        problems=tuple(
            Problem("no-such-person", "Nobody has this id.", Source(f"{id_}.csv", 1), of=Of.MEMBERSHIP, id=id_)
            for id_ in ("p0", "t0")
        ),
    )
    plan, _made = bring(world, lost, days=1, many_leave="leave")
    stays = next(each for each in Pupil.objects.at(world.birchwood) if each.forenames == "Pupil0")
    assert stays.pk not in plan.work.leave
    assert plan.work.staff_end == {}
    assert not ClassMembership.objects.filter(pk__in=list(plan.work.unseat), pupil=stays).exists()


def without_class(roster: Roster, gone: str) -> Roster:
    """The roster once that class is no more, its pupils and its teacher still there."""
    return replace(
        roster,
        classes=tuple(each for each in roster.classes if each.id != gone),
        memberships=tuple(each for each in roster.memberships if each.school_class != gone),
    )


def in_maths_1(world: World, at: datetime) -> tuple[int, int]:
    """(pupils, posts) in the class on that day."""
    day = world.birchwood.day(at)
    school_class = SchoolClass.objects.get(school=world.birchwood, name="Maths 1")
    pupils = ClassMembership.objects.filter(on_day(day), school_class=school_class).count()
    return pupils, PostClass.objects.filter(on_day(day), school_class=school_class).count()


def test_nobody_is_in_a_class_that_a_whole_file_does_not_name_any_more(world: World) -> None:
    bring(world, a_roster(), many_leave="stay")
    tomorrow = world.now + timedelta(days=1)
    plan, made = bring(world, without_class(a_roster(), "c1"), days=1, many_leave="stay")
    assert made is not None
    assert effects(plan, Of.CLASS) == {"change": 1, "leave": 1}
    assert in_maths_1(world, tomorrow) == (0, 0)
    assert in_maths_1(world, world.now) == (10, 1), "until then they were"
    assert bring(world, without_class(a_roster(), "c1"), days=1, many_leave="stay")[1] is None, "and once is enough"
    undo(change_set=made, by=office_of(world), at=tomorrow)
    assert in_maths_1(world, tomorrow) == (10, 1)


def test_a_delta_that_calls_a_class_gone_empties_it(world: World) -> None:
    bring(world, a_roster(), many_leave="stay")
    gone = replace(a_roster().classes[1], gone=True)
    delta = Roster(kind="oneroster", classes=(gone,), staff=a_roster().staff)
    _plan, made = bring(world, delta, days=1)
    assert made is not None
    tomorrow = world.now + timedelta(days=1)
    assert in_maths_1(world, tomorrow) == (0, 0)
    assert bring(world, delta, days=2)[1] is None


@pytest.mark.parametrize("spared", ["unreadable", "no claim", "another year", "of no file"])
def test_a_class_stays_where_a_file_does_not_say_that_it_is_gone(world: World, spared: str) -> None:
    bring(world, a_roster(), many_leave="stay")
    roster = without_class(a_roster(), "c1")
    match spared:
        case "unreadable":
            fault = Problem("bad", "It cannot be read.", Source("classes.csv", 3), of=Of.CLASS, id="c1")
            roster = replace(roster, problems=(fault,))
        case "no claim":
            roster = replace(roster, whole=WHOLE - {Of.CLASS})
        case "another year":
            year = RosterSession("y", "2026/27", Source(), "year", date(2026, 9, 1), date(2027, 8, 31))
            roster = replace(
                roster, sessions=(year,), classes=tuple(replace(each, sessions=("y",)) for each in roster.classes)
            )
        case "of no file":
            SourceId.objects.filter(school_class__name="Maths 1").delete()
    bring(world, roster, days=1, many_leave="stay")
    assert in_maths_1(world, world.now + timedelta(days=1)) == (10, 1)


def test_whoever_comes_in_september_is_not_on_roll_in_july(world: World) -> None:
    year = RosterSession("y", "2026/27", Source(), "year", date(2026, 9, 1), date(2027, 8, 31))
    roster = a_roster(3, classes=1)
    coming = replace(
        roster,
        sessions=(year,),
        classes=tuple(replace(each, sessions=("y",)) for each in roster.classes),
        pupils=(*roster.pupils[:2], replace(roster.pupils[2], joined_on=TODAY)),
    )
    before = on_roll(world)
    plan, _made = bring(world, coming, many_leave="stay")
    assert "New pupils on roll from 1 September 2026: 2." in plan.notes
    assert on_roll(world) == before + 1, "the file says of one that they are here"
    assert Pupil.objects.at(world.birchwood).on_roll(date(2026, 9, 1)).count() == before + 3
    assert bring(world, coming, many_leave="stay")[1] is None


def test_whoever_leaves_keeps_no_post_or_class_that_had_not_begun(world: World) -> None:
    bring(world, a_roster(), many_leave="stay")
    post = Post.objects.get(account__email="nia0@school.example")
    soon = world.today + timedelta(days=10)
    to_come = a_post(post.account, Role.TEACHER, world.birchwood, starts_on=soon)
    teaching = PostClass.objects.get(post=post)
    PostClass.objects.filter(pk=teaching.pk).update(starts_on=soon, ends_on=soon + timedelta(days=30))
    two = PostClass.objects.get(post__account__email="nia1@school.example")
    PostClass.objects.filter(pk=two.pk).update(starts_on=soon, ends_on=soon + timedelta(days=30))
    tomorrow = world.now + timedelta(days=1)
    roster = a_roster()
    memberships = tuple(each for each in roster.memberships if not each.teaches)
    gone = replace(roster, staff=roster.staff[1:], memberships=memberships)
    _plan, made = bring(world, gone, days=1, many_leave="stay")
    assert made is not None
    to_come.refresh_from_db()
    on_the_day = world.birchwood.midnight(soon) + timedelta(hours=9)
    assert not to_come.is_held(on_the_day)
    assert not PostClass.objects.filter(pk=two.pk).exists()
    undo(change_set=made, by=office_of(world), at=tomorrow)
    to_come.refresh_from_db()
    assert to_come.is_held(on_the_day)
    back = PostClass.objects.get(pk=two.pk)
    assert (back.starts_on, back.ends_on) == (soon, soon + timedelta(days=30))


def test_a_roster_is_turned_back_whole_and_not_once_something_rests_on_it(world: World) -> None:
    office = office_of(world)
    before = (on_roll(world), SchoolClass.objects.count(), Post.objects.count(), Staff.objects.count())
    _plan, made = bring(world, a_roster(), many_leave="leave")
    assert made is not None
    assert on_roll(world) == 20
    undo(change_set=made, by=office, at=world.now)
    assert (on_roll(world), SchoolClass.objects.count(), Post.objects.count(), Staff.objects.count()) == before
    _plan, made = bring(world, a_roster(), many_leave="leave")
    assert made is not None
    standing = Pupil.objects.at(world.birchwood).on_roll(world.today)
    someone = next(each for each in standing if each.forenames == "Pupil2")
    a_judgement(world, pupil=someone, objective=world.birchwood_objective, letter=None, kind=Judgement.Kind.ABSENT)
    with pytest.raises(CannotUndo):
        undo(change_set=made, by=office_of(world), at=world.now)


def test_a_year_with_its_terms_comes_with_the_roster(world: World) -> None:
    year = RosterSession("y", "2026/27", Source(), "year", date(2026, 9, 1), date(2027, 8, 31))
    term = RosterSession("a", "Autumn", Source(), "term", date(2026, 9, 1), date(2026, 12, 18), parent="y")
    roster = a_roster(2, classes=1)
    bring(
        world,
        replace(
            roster, sessions=(year, term), classes=tuple(replace(each, sessions=("a",)) for each in roster.classes)
        ),
        many_leave="stay",
    )
    made = AcademicYear.objects.get(school=world.birchwood, name="2026/27")
    assert list(Term.objects.filter(year=made).values_list("name", flat=True)) == ["Autumn"]
    assert SchoolClass.objects.filter(school=world.birchwood, year=made).count() == 1


# -- the given packages, against a school that holds nothing ---------------------------------------------------------


@needs(ROSTERS)
@pytest.mark.parametrize(
    ("folder", "schools", "pupils", "staff", "classes", "memberships"),
    [
        ("sds_uk_25_users", 2, 22, 2, 28, 154),
        ("sds_uk_min_required", 2, 22, 2, 28, 154),
        ("oneroster_1p1", 2, 2, 0, 3, 3),
        ("oneroster_1p2", 1, 1, 0, 1, 1),
    ],
)
def test_the_given_packages_load_whole(
    folder: str, schools: int, pupils: int, staff: int, classes: int, memberships: int
) -> None:
    report = run_import(ROSTERS / folder, school=None, by=None, at=NOW, dry_run=True)
    counts = report.counts
    found = tuple(counts[name] for name in ("pupils", "staff", "classes", "memberships"))
    assert (report.exit_code, counts.get("schools", 1), *found) == (0, schools, pupils, staff, classes, memberships)


@needs(ROSTERS)
def test_each_part_of_a_given_package_goes_into_the_school_of_its_name(world: World) -> None:
    for school, name in ((world.ashgrove, "Contoso High School"), (world.birchwood, "Fabrikam High School")):
        school.name = name
        school.save(update_fields=["name"])
    before = [Pupil.objects.at(school).count() for school in (world.ashgrove, world.birchwood)]
    report = run_import(
        ROSTERS / "sds_uk_25_users", school=None, schools=[world.ashgrove, world.birchwood], by=None, at=world.now
    )
    after = [Pupil.objects.at(school).count() for school in (world.ashgrove, world.birchwood)]
    assert sum(after) - sum(before) == 22
    assert len(report.change_set.split(", ")) == 2
