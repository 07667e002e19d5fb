"""Whatever keeps a record out is settled by one answer for all that are alike, or says what has to be done."""

import ast
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from muster.exchange.reading import Said, read
from muster.exchange.rules.causes import choices, is_answered, remedy
from muster.exchange.rules.dates import Order
from muster.exchange.rules.known import HeldClass, HeldGuardian, HeldPupil, HeldStaff, Known, nobody
from muster.exchange.rules.plan import Plan
from muster.exchange.rules.planning.whole import plan_roster
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, Problem, Roster, RosterClass, RosterMembership, RosterStaff, Source
from tests.exchange.rosters import oneroster_12, sync_us, written
from tests.house.reading import place, python, tree_of

pytestmark = pytest.mark.pure

TODAY = date(2026, 3, 4)
TELLS = {"tell", "stop", "Problem", "Reason", "Doubt"}
WORTH_KNOWING = {
    "cannot-be-invited", "changes", "class-closed", "class-is-gone", "class-renamed", "class-room", "from-before", "leaves", "left-before", "left-out",
    "no-email", "no-post", "odd-upn", "other-posts", "out-of-class", "posts-ended", "staff-back", "stays", "teaches-no-more",
    "two-rooms", "waits", "written-twice", "year-is-over", "year-overlaps",
}  # fmt: skip
"""What a plan says of records that it takes, or has nothing to do for: it keeps nothing out."""


def causes_in_code() -> dict[str, str]:
    """Every cause that may keep a record out, and where it is told of."""
    found = {}
    for file in python("muster/exchange/**/*.py"):
        for node in ast.walk(tree_of(file)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            told = name in TELLS and isinstance(first, ast.Constant) and isinstance(first.value, str)
            passes = any(word.arg == "stops" and getattr(word.value, "value", None) is False for word in node.keywords)
            if told and isinstance(first, ast.Constant) and not passes:
                found[str(first.value)] = place(file, node)
    return found


def test_every_cause_has_one_answer_for_all_or_says_what_to_do() -> None:
    told = causes_in_code()
    assert {"no-date", "has-left", "cut-short", "nearly-the-same-name", "no-such-class"} <= told.keys(), "nothing read"
    idle = [
        f"{where} {cause}"
        for cause, where in told.items()
        if cause not in WORTH_KNOWING and not is_answered(cause) and not remedy(cause)
    ]
    assert not idle, f"Give each of these choices or a remedy in exchange/rules/causes.py: {idle}"
    assert told.keys() >= WORTH_KNOWING, "Take out of WORTH_KNOWING what nothing says any more."
    assert not [cause for cause in WORTH_KNOWING if choices(cause) or remedy(cause)]


def planned(text: str, name: str = "list.csv", known: Known | None = None, **answers: str) -> Plan:
    """What a list would do, with what somebody said of it."""
    said = Said(answers={cause.replace("_", "-"): answer for cause, answer in answers.items()})
    found = read({name: text.encode()}, said, today=TODAY, usual=Order.DAY_FIRST)
    assert found.roster is not None
    return plan_roster(found.roster, known or nobody(TODAY), said.answers)


def effects(plan: Plan, of: Of = Of.PUPIL) -> list[Effect]:
    return [line.effect for line in plan.lines if line.of is of]


def test_all_dates_that_cannot_be_read_are_one_cause_with_one_answer() -> None:
    rows = "Forename,Surname,DOB\nGwen,Price,soon\nHywel,Rees,31/02/2018\nIfan,Tudor,2030-01-01\n"
    plan = planned(rows)
    assert effects(plan) == [Effect.REFUSE] * 3
    assert [(line.reasons[0].cause, line.reasons[0].sentence) for line in plan.lines[:2]] == [
        ("no-date", "The birth date cannot be read.")
    ] * 2
    assert "31/02/2018" in plan.lines[1].reasons[0].detail
    plan = planned(rows, no_date="without", born_in_future="without")
    assert effects(plan) == [Effect.ADD] * 3
    assert [child.born_on for child in plan.work.join] == [None] * 3
    assert "The birth date is in the future, and is left out, as you said." in [
        reason.sentence for line in plan.lines for reason in line.reasons
    ]


@pytest.mark.parametrize(
    ("package", "file", "column"),
    [
        pytest.param(oneroster_12, "demographics.csv", "birthDate", id="OneRoster"),
        pytest.param(sync_us, "Student.csv", "Birthdate", id="School Data Sync"),
    ],
)
def test_a_package_too_comes_without_the_dates_that_cannot_be_read(package: Any, file: str, column: str) -> None:
    files = package()
    place_of = files[file][0].index(column)
    for cells in files[file][1:]:
        cells[place_of] = "soon"
    sent = written(files)

    def plan(**answers: str) -> Plan:
        said = Said(answers={cause.replace("_", "-"): answer for cause, answer in answers.items()})
        roster = read(sent, said, today=TODAY, usual=Order.DAY_FIRST).roster
        assert roster is not None
        return plan_roster(roster, nobody(TODAY), said.answers)

    kept_out, without = plan(), plan(no_date="without")
    stopped = [line for line in kept_out.lines if line.effect is Effect.REFUSE]
    assert [(line.reasons[0].cause, bool(line.name)) for line in stopped if line.of is Of.PUPIL] == [
        ("no-date", True)
    ] * 3
    assert [child.born_on for child in without.work.join] == [None, None]
    # The third has left, and a row of birth dates is no pupil: none of them is counted as one.
    assert (without.count(Effect.REFUSE, Of.PUPIL), without.count(Effect.LEAVE, Of.PUPIL)) == (0, 1)


def test_two_colleagues_of_one_name_are_told_apart_by_whoever_knows_them() -> None:
    known = Known(today=TODAY, staff=(HeldStaff(1, "Ann Lee", "a.lee@school.uk"), HeldStaff(2, "Ann Lee", "")))
    rows = "Staff,Role\nAnn Lee,Teacher\n"
    twins = Known(today=TODAY, staff=(HeldStaff(1, "Ann Lee"), HeldStaff(2, "Ann Lee")))
    plan = planned(rows, "staff.csv", known)
    assert effects(plan, Of.STAFF) == [Effect.ASK]
    assert plan.lines[0].candidates == (1, 2)
    assert effects(planned(rows, "staff.csv", twins, staff_of_one_name="new"), Of.STAFF) == [Effect.ADD]
    assert effects(planned(rows, "staff.csv", twins, **{"staff-of-one-name|2": "same:2"}), Of.STAFF) == [Effect.LEAVE]
    assert effects(planned(rows, "staff.csv", twins, staff_of_one_name="out"), Of.STAFF) == [Effect.LEAVE]


def test_nobody_leaves_while_it_is_asked_which_of_two_colleagues_a_roster_means() -> None:
    twins = (HeldStaff(1, "Ann Lee", signs_in=False), HeldStaff(2, "Ann Lee", signs_in=False), HeldStaff(3, "Bo Ray"))
    sourced = {Of.STAFF: frozenset({1, 2, 3})}
    ann = RosterStaff("t9", Source("users.csv", 2), "Lee", "Ann")
    roster = Roster("oneroster", staff=(ann,), whole=frozenset({Of.STAFF}))
    plan = plan_roster(roster, Known(today=TODAY, staff=twins, sourced=sourced))
    assert effects(plan, Of.STAFF) == [Effect.ASK, Effect.CHANGE]
    assert list(plan.work.staff_end) == [3]


@pytest.mark.parametrize(
    ("person", "keep"),
    [
        pytest.param(RosterStaff("t1", Source("users.csv", 2), "Lee", "Ann"), {1, 2}, id="it could be two"),
        pytest.param(RosterStaff("t1", Source("users.csv", 2)), {1}, id="the row names nobody"),
    ],
)
def test_nobody_loses_a_class_while_it_is_asked_whom_a_roster_means(person: RosterStaff, keep: set[int]) -> None:
    fern = HeldClass(5, "3 Fern", 1)
    names = {1: "Ann Lee", 2: "Ann Lee", 3: "Bo Ray"}
    held = tuple(HeldStaff(pk, name, teaches=frozenset({fern.pk})) for pk, name in names.items())
    roster = Roster(
        "oneroster",
        classes=(RosterClass("c1", fern.name, Source("classes.csv", 2)),),
        staff=(person,),
        memberships=(RosterMembership("t1", "c1", Source("enrollments.csv", 2), teaches=True),),
        whole=frozenset({Of.STAFF, Of.MEMBERSHIP}),
    )
    remembered = {} if person.name else {(Of.STAFF, "t1"): 1}
    known = replace(
        nobody(TODAY), classes=(fern,), staff=held, remembered=remembered, sourced={Of.STAFF: frozenset(names)}
    )
    assert set(plan_roster(roster, known).work.unteach) == {(pk, fern.pk) for pk in set(names) - keep}


def test_a_colleague_keeps_a_class_while_a_row_of_theirs_cannot_be_read() -> None:
    fern = HeldClass(5, "3 Fern", 1)
    held = (HeldStaff(1, "Ann Lee", teaches=frozenset({fern.pk})),)
    roster = Roster(
        "oneroster",
        classes=(RosterClass("c1", fern.name, Source("classes.csv", 2)),),
        staff=(RosterStaff("t1", Source("users.csv", 2), "Lee", "Ann"),),
        whole=frozenset({Of.STAFF, Of.MEMBERSHIP}),
    )
    known = replace(nobody(TODAY), classes=(fern,), staff=held, sourced={Of.STAFF: frozenset({1})})
    assert plan_roster(roster, known).work.unteach == ((1, fern.pk),)
    lost = Problem("row", "It cannot be read.", Source("enrollments.csv", 2), of=Of.MEMBERSHIP, id="t1")
    assert plan_roster(replace(roster, problems=(lost,)), known).work.unteach == ()


def test_an_address_that_stands_twice_is_kept_by_the_first() -> None:
    rows = "Staff,Email\nAnn Lee,office@school.uk\nBo Ray,office@school.uk\n"
    assert effects(planned(rows, "staff.csv"), Of.STAFF) == [Effect.ADD, Effect.ASK]
    plan = planned(rows, "staff.csv", email_twice="without")
    assert [(one.name, one.email) for one in plan.work.staff] == [("Ann Lee", "office@school.uk"), ("Bo Ray", "")]


def test_however_long_a_word_is_its_answer_is_taken() -> None:
    rows = f"Forename,Surname,DOB,Year group\nGwen,Price,2018-03-13,{'owl' * 90}\n"
    (line,) = planned(rows).lines
    cause = line.reasons[0].cause
    assert len(cause) < 100
    assert len(line.reasons[0].sentence) < 120
    assert effects(planned(rows, "list.csv", None, **{cause: "3"})) == [Effect.ADD]


def test_a_parent_who_is_reached_by_no_figure_is_not_added_again() -> None:
    rows = "Forename,Surname,DOB,Parent phone\nGwen,Price,2018-03-13,ask the office\n"
    parent = HeldGuardian(5, "Parent or carer", telephone="ask the office")
    gwen = HeldPupil(7, "Price", "Gwen", born_on=date(2018, 3, 13), guardians=frozenset({5}))
    assert effects(planned(rows), Of.GUARDIAN) == [Effect.ADD]
    held = Known(today=TODAY, pupils=(gwen,), guardians=(parent,))
    assert effects(planned(rows, known=held), Of.GUARDIAN) == [Effect.LEAVE]
