"""Who a row is: the same child is found, two children are never made one, and what is in doubt is asked."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from muster.exchange.rules.pupils import ClassList, GuardianRow, Held, PupilRow, folded, plan_class_list
from muster.exchange.rules.report import Effect

pytestmark = pytest.mark.pure

TODAY = date(2026, 3, 4)
BORN = date(2018, 1, 9)


def row(number: int = 2, surname: str = "Ali", forenames: str = "Amina", **more: Any) -> PupilRow:
    return PupilRow(**{"number": number, "surname": surname, "forenames": forenames, "born_on": BORN, **more})


def held(pk: int = 7, surname: str = "Ali", forenames: str = "Amina", **more: Any) -> Held:
    return Held(**{"pk": pk, "surname": surname, "forenames": forenames, "born_on": BORN, **more})


def plan(rows: Iterable[PupilRow], there: Iterable[Held] = (), **more: Any) -> ClassList:
    usual: dict[str, Any] = {
        "classes": {"3hazel": "3 Hazel", "4rowan": "4 Rowan"},
        "year_groups": {3: "3", 4: "4"},
        "year_number": {"3": 3, "4": 4, "9": 9, "Owls": None},
        "today": TODAY,
    }
    return plan_class_list(list(rows), list(there), **{**usual, **more})


def effects(found: ClassList) -> list[Effect]:
    return [one.effect for one in found.rows]


def test_a_new_child_is_added() -> None:
    assert effects(plan([row()])) == [Effect.ADD]


@pytest.mark.parametrize(
    ("new", "there"),
    [
        pytest.param({"surname": "ALI", "forenames": "AMINA"}, {}, id="shouted"),
        pytest.param({"forenames": "Aminá"}, {}, id="with an accent"),
        pytest.param({"surname": "Thorne Smith"}, {"surname": "Thorne-Smith"}, id="without its hyphen"),
        pytest.param({"surname": "O'Neill"}, {"surname": "O’Neill"}, id="another apostrophe"),
        pytest.param({"forenames": "Mina"}, {"known_as": "Mina"}, id="by the name they are called"),
        pytest.param({"forenames": "Amina", "upn": "X1"}, {"upn": "X1", "surname": "Khan"}, id="by UPN and birth date"),
    ],
)
def test_the_same_child_is_found(new: dict[str, Any], there: dict[str, Any]) -> None:
    assert Effect.ADD not in effects(plan([row(**new)], [held(**there)]))
    assert Effect.ASK not in effects(plan([row(**new)], [held(**there)]))


def test_a_name_in_capitals_does_not_overwrite_a_better_one() -> None:
    assert effects(plan([row(surname="ALI", forenames="AMINA")], [held()])) == [Effect.LEAVE]


def test_two_children_who_share_a_name_stay_two() -> None:
    found = plan([row(2), row(3, born_on=date(2018, 5, 5))], [held(born_on=date(2017, 2, 2))])
    assert effects(found) == [Effect.ADD, Effect.ADD]


def test_two_rows_with_one_name_and_birth_date_are_asked_about() -> None:
    found = plan([row(2, class_name="3 Hazel"), row(3, class_name="4 Rowan")])
    assert effects(found) == [Effect.ADD, Effect.ASK]
    assert found.rows[1].reasons == ("Row 2 has the same name and birth date. Are they one child or two?",)


def test_a_row_written_twice_counts_once() -> None:
    assert effects(plan([row(2), row(3)])) == [Effect.ADD, Effect.LEAVE]


def test_two_upns_make_two_children_even_with_one_name_and_birth_date() -> None:
    assert effects(plan([row(2, upn="X1"), row(3, upn="X2")])) == [Effect.ADD, Effect.ADD]


def test_one_upn_for_two_children_is_asked_about() -> None:
    found = plan([row(2, upn="X1"), row(3, "Carter", "Ben", upn="X1")])
    assert effects(found) == [Effect.ADD, Effect.ASK]


def test_a_upn_that_is_another_childs_is_asked_about() -> None:
    found = plan(
        [row(surname="Carter", forenames="Ben", born_on=date(2016, 1, 1), upn="X1")],
        [held(upn="X1", class_name="3 Hazel")],
    )
    assert found.rows[0].reasons == ("This UPN already belongs to another pupil in 3 Hazel. Check which child it is.",)


def test_without_birth_dates_a_name_alone_decides_nothing() -> None:
    assert effects(plan([row(born_on=None)], [held()])) == [Effect.ASK]
    assert effects(plan([row()], [held(born_on=None)])) == [Effect.ASK]


def test_a_list_without_birth_dates_brought_twice_changes_nothing() -> None:
    there = held(born_on=None, classes=frozenset({"3hazel"}), class_name="3 Hazel")
    assert effects(plan([row(born_on=None, class_name="3 Hazel")], [there])) == [Effect.LEAVE]
    assert effects(plan([row(born_on=None, class_name="4 Rowan")], [there])) == [Effect.ASK]


def test_nearly_the_same_first_name_is_asked_about() -> None:
    assert effects(plan([row(forenames="Amina Noor")], [held()])) == [Effect.ASK]


def test_a_child_who_has_left_is_asked_about() -> None:
    assert effects(plan([row()], [held(on_roll=False)])) == [Effect.ASK]


def test_an_empty_cell_empties_nothing() -> None:
    there = held(known_as="Mina", upn="X1", address="1 Road", year_group="3", class_name="3 Hazel")
    assert effects(plan([row()], [there])) == [Effect.LEAVE]


def test_what_differs_is_said_and_done() -> None:
    new = row(upn="X1", class_name="4 Rowan", year_group="4", address="1 Road", known_as="Mina")
    found = plan([new], [held(classes=frozenset({"3hazel"}), class_name="3 Hazel", year_group="3")])
    assert found.change[7].words == "known as, UPN, class (to 4 Rowan), year group (to 4), address"
    assert found.new_classes == {}


def test_a_correction_needs_somebody_to_have_made_it() -> None:
    assert effects(plan([row(known_as="Mina")], [held()], may_correct=False)) == [Effect.ASK]
    moved = plan([row(class_name="4 Rowan")], [held()], may_correct=False)
    assert effects(moved) == [Effect.CHANGE]


def test_classes_and_year_groups_the_school_lacks_are_made_once() -> None:
    rows = [
        row(2, "A", "A", class_name="9 Elm", year_group="9"),
        row(3, "B", "B", class_name="9 ELM", year_group="9"),
        row(4, "C", "C", class_name="Choir", year_group="3"),
        row(5, "D", "D", class_name="Choir", year_group="4"),
    ]
    found = plan(rows)
    assert found.new_classes == {"9 Elm": "9", "Choir": ""}
    assert found.new_year_groups == (9,)


def test_a_year_group_that_is_none_is_asked_about() -> None:
    found = plan([row(year_group="Owls", class_name="9 Elm")])
    assert found.rows[0].reasons == ("“Owls” is no year group this school has.",)
    assert found.new_classes == {}


@pytest.mark.parametrize(
    ("new", "reason", "effect"),
    [
        pytest.param({"surname": "", "forenames": ""}, "It names nobody.", Effect.REFUSE, id="nobody"),
        pytest.param({"born_on": date(2030, 1, 1)}, "The birth date is in the future.", Effect.REFUSE, id="not yet born"),
        pytest.param({"born_on": date(1951, 1, 1)}, "Born in 1951: is that right?", Effect.ASK, id="a grandparent"),
        pytest.param({"surname": "x" * 201}, "The surname is longer than 200 letters.", Effect.REFUSE, id="a very long name"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_what_may_not_be_is_asked(
    new: dict[str, Any], reason: str, effect: Effect
) -> None:
    (found,) = plan([row(**new)]).rows
    assert (found.effect, found.reasons[0]) == (effect, reason)


def test_a_parent_we_have_is_not_added_again() -> None:
    mother = GuardianRow("Farah Ali", "Mother", "farah@home.example", "")
    nameless = GuardianRow("", "", "nobody@home.example", "")
    there = held(guardians=(mother, GuardianRow("Parent or carer", "", "nobody@home.example", "")))
    assert effects(plan([row(guardians=(mother, nameless))], [there])) == [Effect.LEAVE]
    father = GuardianRow("Omar Ali", "Father")
    assert plan([row(guardians=(mother, father))], [there]).change[7].guardians == (father,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "Zoe"),
        ("Ørsted", "Orsted"),
        ("Łucja", "Lucja"),
        ("d'Arcy", "DArcy"),
        ("Mary-Jane", "mary jane"),
        ("St. John", "St John"),
    ],
)
def test_names_are_folded(one: str, other: str) -> None:
    assert folded(one) == folded(other)
