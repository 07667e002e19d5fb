"""What a list of objectives would do to a framework."""

from typing import Any

import pytest

from muster.curriculum.rules.filling import Effect, Known, Wanted, plan_filling

pytestmark = pytest.mark.pure

PATH = ("Ropes", "Knots")


def wanted(row: int = 1, wording: str = "Ties a bowline", **more: Any) -> Wanted:
    return Wanted(**{"row": row, "subject": "Ropes", "strands": ("Knots",), "wording": wording, **more})


def known(pk: int = 7, wording: str = "Ties a bowline", **more: Any) -> Known:
    return Known(**{"pk": pk, "path": PATH, "wording": wording, **more})


def test_one_objective_in_two_stages_is_one_objective_with_both() -> None:
    plan = plan_filling(
        [wanted(1, identifier="b", stages=("Year 3",)), wanted(2, identifier="b", stages=("Year 4",))], []
    )
    assert [one.stages for one in plan.add] == [("Year 3", "Year 4")]
    assert plan.stages == ("Year 3", "Year 4")
    assert [row.reason for row in plan.rows] == ["", "The same objective as row 1, also in Year 4."]


def test_one_identifier_for_two_things_is_refused() -> None:
    plan = plan_filling([wanted(1, identifier="b"), wanted(2, "Ties a sheet bend", identifier="b")], [])
    assert [row.effect for row in plan.rows] == [Effect.ADD, Effect.REFUSE]


def test_a_blank_empties_nothing() -> None:
    there = known(code="K1", detail="With a cord.", is_key=True, stages=("Year 3",))
    assert plan_filling([wanted()], [there]).is_empty


@pytest.mark.parametrize(
    ("new", "there", "words"),
    [
        pytest.param({"identifier": "b", "wording": "Ties it behind the back"}, {"identifier": "b"}, "wording", id="by identifier"),
        pytest.param({"code": "K1", "wording": "Ties it behind the back"}, {"code": "K1"}, "wording", id="by code"),
        pytest.param({"identifier": "b", "strands": ("Hitches",)}, {"identifier": "b"}, "place", id="moved"),
        pytest.param({"is_key": True}, {}, "key flag", id="now key"),
        pytest.param({"stages": ("Year 4",)}, {"stages": ("Year 3",)}, "stages", id="another stage"),
        pytest.param({}, {"retired": True}, "no longer retired", id="back from retirement"),
    ],
)  # fmt: skip
def test_what_differs_is_said(new: dict[str, Any], there: dict[str, Any], words: str) -> None:
    plan = plan_filling([wanted(**new)], [known(**there)])
    assert plan.change[7].words == words


def test_the_same_wording_elsewhere_is_another_objective() -> None:
    plan = plan_filling([wanted(subject="Sails")], [known()])
    assert plan.count(Effect.ADD) == 1


def test_case_and_spaces_do_not_make_another_objective() -> None:
    plan = plan_filling([wanted(wording="Ties  a Bowline", strands=("KNOTS",))], [known()])
    assert list(plan.change) == [7]
    assert plan.change[7].words == "wording"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param({"wording": ""}, "This row says nothing to be learnt.", id="no wording"),
        pytest.param({"subject": ""}, "This row names no subject.", id="no subject"),
        pytest.param({"code": "x" * 41}, "The code is longer than 40 letters.", id="a long code"),
    ],
)
def test_a_row_that_is_no_objective_is_refused(row: dict[str, Any], reason: str) -> None:
    plan = plan_filling([wanted(**row)], [])
    assert [(one.effect, one.reason) for one in plan.rows] == [(Effect.REFUSE, reason)]


def test_the_mark_of_a_plan_changes_with_what_it_does() -> None:
    one, same, other = (plan_filling([wanted(wording=text)], []) for text in ("A knot", "A knot", "Another"))
    assert one.mark == same.mark != other.mark
