"""Who a record is: the same child is found, two children are never made one, and what is in doubt is asked."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.exchange.reading import Said, read
from muster.exchange.rules.known import HeldClass, HeldGuardian, HeldPupil, HeldSeat, HeldYear, Known, nobody
from muster.exchange.rules.matching import folded
from muster.exchange.rules.plan import Plan
from muster.exchange.rules.planning.whole import plan_roster
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, Roster, RosterGuardian, RosterPupil, Source

pytestmark = pytest.mark.pure

TODAY = date(2026, 3, 4)
BORN = date(2018, 1, 9)
YEAR = HeldYear(1, "2025/26", date(2025, 9, 1), date(2026, 8, 31))
HAZEL, ROWAN = HeldClass(31, "3 Hazel", 1), HeldClass(41, "4 Rowan", 1)
VALID, OTHER = "B801200005001", "A123456789012"


def row(number: int = 2, surname: str = "Ali", forenames: str = "Amina", **more: Any) -> RosterPupil:
    usual = {"id": str(number), "source": Source(row=number), "surname": surname, "forenames": forenames}
    return RosterPupil(**{**usual, "born_on": BORN, **more})


def held(pk: int = 7, surname: str = "Ali", forenames: str = "Amina", **more: Any) -> HeldPupil:
    usual = {"pk": pk, "surname": surname, "forenames": forenames, "born_on": BORN, "joined_on": YEAR.first_day}
    return HeldPupil(**{**usual, **more})


def seat(school_class: HeldClass, pk: int = 1) -> HeldSeat:
    return HeldSeat(pk, school_class.pk, YEAR.first_day)


def plan(
    rows: Iterable[RosterPupil],
    there: Iterable[HeldPupil] = (),
    *,
    guardians: Iterable[RosterGuardian] = (),
    answers: Mapping[str, str] | None = None,
    **more: Any,
) -> Plan:
    known = {
        "today": TODAY, "year": YEAR, "years": (YEAR,), "classes": (HAZEL, ROWAN),
        "year_groups": {3: "Year 3", 4: "Year 4"}, "year_words": {"year3": 3, "3": 3, "year4": 4, "4": 4},
        "pupils": tuple(there),
    }  # fmt: skip
    roster = Roster("classlist", pupils=tuple(rows), guardians=tuple(guardians), lasting_ids=False)
    return plan_roster(roster, Known(**{**known, **more}), answers)


def effects(found: Plan) -> list[Effect]:
    return [line.effect for line in found.lines if line.of is Of.PUPIL]


def why(found: Plan) -> list[str]:
    return [reason.words for line in found.lines if line.of is Of.PUPIL for reason in line.reasons]


@pytest.mark.parametrize("born", [pytest.param(BORN, id="with a birth date"), pytest.param(None, id="without")])
def test_somebody_with_one_name_only_is_the_same_next_time(born: date | None) -> None:
    there = held(surname="Suharto", forenames="", born_on=born)
    assert effects(plan([row(surname="Suharto", forenames="", born_on=born)], [there])) == [Effect.LEAVE]
    assert effects(plan([row(surname="Suharto", forenames="Dewi", born_on=born)], [there])) == [Effect.ADD]


def test_a_username_never_takes_the_place_of_a_name() -> None:
    child = row(surname="", forenames="aali12", upn=VALID, is_username=True, born_on=None)
    assert effects(plan([child], [held(upn=VALID)])) == [Effect.LEAVE]
    nameless = held(surname="", forenames="aali12", upn=VALID)
    assert plan([row(upn=VALID)], [nameless]).work.change[7].facts == {"surname": "Ali", "forenames": "Amina"}


@pytest.mark.parametrize("cause", ["id-of-another", "upn-of-another"])
def test_a_username_born_on_another_day_is_asked_about(cause: str) -> None:
    by_id = cause == "id-of-another"
    child = row(surname="", forenames="zvane", upn="" if by_id else VALID, is_username=True, born_on=date(2015, 5, 5))
    remembered = {(Of.PUPIL, child.id): 7} if by_id else {}
    roster = Roster("sds", pupils=(child,))
    found = plan_roster(roster, Known(TODAY, YEAR, (YEAR,), pupils=(held(upn=VALID),), remembered=remembered))
    assert [[reason.cause for reason in line.reasons] for line in found.lines] == [[cause]]
    assert found.work.is_empty


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
        pytest.param({"surname": "Amina", "forenames": "Ali"}, {}, id="with its names turned round"),
        pytest.param({"middle_names": "Noor"}, {}, id="with a middle name that the source keeps apart"),
        pytest.param({"upn": VALID}, {"upn": VALID, "surname": "Khan"}, id="by UPN and birth date"),
        pytest.param({"upn": VALID}, {"upn": "B80120000500A"}, id="a lasting UPN in place of a temporary one"),
        pytest.param(
            {"identifiers": {"ULN": "1"}, "surname": "Khan"}, {"identifiers": {"ULN": "1"}}, id="by another number"
        ),
    ],
)
def test_the_same_child_is_found(new: dict[str, Any], there: dict[str, Any]) -> None:
    found = effects(plan([row(**new)], [held(**there)]))
    assert len(found) == 1
    assert found[0] in {Effect.LEAVE, Effect.CHANGE}


@pytest.mark.parametrize(
    "new",
    [
        pytest.param({"surname": "ALI", "forenames": "AMINA"}, id="capitals"),
        pytest.param({"surname": "Amina", "forenames": "Ali"}, id="turned round"),
    ],
)
def test_a_name_worse_written_does_not_overwrite_a_better_one(new: dict[str, Any]) -> None:
    found = plan([row(**new)], [held()])
    assert (effects(found), found.work.is_empty) == ([Effect.LEAVE], True)


@pytest.mark.parametrize(
    ("said", "there", "after"),
    [
        ("Zoe", "Zoë", None),
        ("ZOE", "Zoë", None),
        ("Zoë", "Zoe", "Zoë"),
        ("Zoé", "Zoë", "Zoé"),
        ("Zara", "Zoë", "Zara"),
    ],
)
def test_a_name_without_its_accents_does_not_overwrite_one_that_has_them(
    said: str, there: str, after: str | None
) -> None:
    found = plan([row(forenames=said, upn=VALID)], [held(forenames=there, upn=VALID)])
    changes = next(iter(found.work.change.values())).facts if found.work.change else {}
    assert changes.get("forenames") == after


def test_two_children_who_share_a_name_stay_two() -> None:
    found = plan([row(2), row(3, born_on=date(2018, 5, 5))], [held(born_on=date(2017, 2, 2))])
    assert effects(found) == [Effect.ADD, Effect.ADD]


def test_two_rows_with_one_name_and_birth_date_are_asked_about_once_and_for_all() -> None:
    rows = [row(2, class_name="3 Hazel"), row(3, class_name="4 Rowan")]
    found = plan(rows)
    assert effects(found) == [Effect.ADD, Effect.ASK]
    assert why(found) == ["Another row has the same name and birth date. Are they one child or two? Row 2."]
    assert effects(plan(rows, answers={"same-in-file": "new"})) == [Effect.ADD, Effect.ADD]
    assert effects(plan(rows, answers={"same-in-file": "out"})) == [Effect.ADD, Effect.LEAVE]


def test_a_row_written_twice_counts_once_where_a_birth_date_or_upn_says_so() -> None:
    assert effects(plan([row(2), row(3)])) == [Effect.ADD, Effect.LEAVE]
    name_alone = plan([row(2, born_on=None), row(3, born_on=None)])
    assert effects(name_alone) == [Effect.ADD, Effect.ASK]
    with_upn = [row(2, born_on=None, upn=VALID), row(3, born_on=None, upn=VALID)]
    assert effects(plan(with_upn)) == [Effect.ADD, Effect.LEAVE]


def test_two_upns_make_two_children_even_with_one_name_and_birth_date() -> None:
    assert effects(plan([row(2, upn=VALID), row(3, upn=OTHER)])) == [Effect.ADD, Effect.ADD]


def test_one_upn_for_two_children_is_asked_about() -> None:
    rows = [row(2, upn=VALID), row(3, "Carter", "Ben", upn=VALID)]
    found = plan(rows)
    assert effects(found) == [Effect.ADD, Effect.ASK]
    assert why(found) == ["Another row has the same UPN. Check which child it is. Row 2."]
    assert effects(plan(rows, answers={"upn-in-file": "out"})) == [Effect.ADD, Effect.LEAVE]


def test_a_upn_that_is_another_childs_is_asked_about() -> None:
    ben = row(surname="Carter", forenames="Ben", born_on=date(2016, 1, 1), upn=VALID)
    found = plan([ben], [held(upn=VALID, seats=(seat(HAZEL),))])
    assert why(found) == [
        "This UPN already belongs to another pupil. Check which child it is. The other is in 3 Hazel."
    ]
    taken = plan([ben], [held(upn=VALID, seats=(seat(HAZEL),))], answers={"upn-of-another": "new"})
    assert effects(taken) == [Effect.ADD]


def test_without_birth_dates_a_name_alone_decides_nothing() -> None:
    assert effects(plan([row(born_on=None)], [held()])) == [Effect.ASK]
    assert effects(plan([row()], [held(born_on=None)])) == [Effect.ASK]


def test_a_list_without_birth_dates_brought_twice_changes_nothing() -> None:
    there = held(born_on=None, seats=(seat(HAZEL),))
    assert effects(plan([row(born_on=None, class_name="3 Hazel")], [there])) == [Effect.LEAVE]
    assert effects(plan([row(born_on=None, class_name="4 Rowan")], [there])) == [Effect.ASK]


@pytest.mark.parametrize(
    "new",
    [
        pytest.param({"forenames": "Amina Noor"}, id="one name more"),
        pytest.param({"surname": "Ali-Khan"}, id="half a surname more"),
    ],
)
def test_nearly_the_same_name_is_asked_about_and_the_answer_is_taken(new: dict[str, Any]) -> None:
    assert effects(plan([row(**new)], [held()])) == [Effect.ASK]
    assert effects(plan([row(**new)], [held()], answers={"nearly-the-same-name": "same"})) == [Effect.CHANGE]
    assert effects(plan([row(**new)], [held()], answers={"nearly-the-same-name": "new"})) == [Effect.ADD]
    assert effects(plan([row(**new)], [held()], answers={"nearly-the-same-name": "out"})) == [Effect.LEAVE]


def test_one_answer_settles_all_that_are_alike_and_one_child_may_have_another() -> None:
    rows = [row(2, forenames="Amina Noor"), row(3, "Carter", "Ben Tom")]
    there = [held(), held(8, "Carter", "Ben")]
    answers = {"nearly-the-same-name": "same", "nearly-the-same-name|3": "new"}
    assert effects(plan(rows, there, answers=answers)) == [Effect.CHANGE, Effect.ADD]


def test_two_of_one_name_and_birth_date_are_never_guessed_between() -> None:
    there = [held(7), held(8)]
    assert effects(plan([row()], there)) == [Effect.ASK]
    assert effects(plan([row()], there, answers={"two-of-this-name": "same"})) == [Effect.ASK]
    assert effects(plan([row()], there, answers={"two-of-this-name|2": "same:8"})) == [Effect.LEAVE]


def test_a_child_who_has_left_is_asked_about_and_taken_back() -> None:
    assert effects(plan([row()], [held(on_roll=False)])) == [Effect.ASK]
    found = plan([row()], [held(on_roll=False)], answers={"has-left": "back"})
    assert (effects(found), dict(found.work.back)) == ([Effect.CHANGE], {7: TODAY})


def test_an_empty_cell_empties_nothing() -> None:
    there = held(known_as="Mina", upn=VALID, address="1 Road", year_group=3, seats=(seat(HAZEL),))
    assert effects(plan([row()], [there])) == [Effect.LEAVE]


def test_an_empty_cell_empties_what_is_known_where_somebody_says_so() -> None:
    new = row(blank=frozenset({"known_as", "upn", "born_on"}))
    there = held(known_as="Mina", upn=VALID)
    found = plan([new], [there])
    assert (effects(found), found.blanks) == ([Effect.LEAVE], 1)
    found = plan([new], [there], answers={"blanks": "empty"})
    assert why(found) == ["Changes known as (emptied), date of birth (emptied), UPN (emptied)."]
    assert dict(found.work.change[7].facts) == {"known_as": "", "upn": "", "born_on": ""}
    assert plan([new], [held(born_on=None)], answers={"no-birth-date": "same", "blanks": "empty"}).blanks == 0


def test_what_differs_is_said_and_done() -> None:
    new = row(upn=VALID, class_name="4 Rowan", year_group="4", address="1 Road", known_as="Mina")
    found = plan([new], [held(seats=(seat(HAZEL),), year_group=3)])
    assert why(found) == ["Changes known as, UPN, address, class (to 4 Rowan), year group (to Year 4)."]
    assert [(one.pupil, one.school_class, one.starts_on) for one in found.work.seats] == [(7, 41, TODAY)]
    assert dict(found.work.unseat) == {1: date(2026, 3, 3)}
    assert found.new_classes == ()


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
    assert [(one.name, one.year_group) for one in found.work.classes] == [("9 Elm", 9), ("Choir", None)]
    assert found.work.year_groups == (9,)


def test_a_class_that_is_another_word_for_one_we_have_is_mapped_to_it() -> None:
    found = plan([row(class_name="Hazel class")], answers={"class|hazelclass": "31"})
    assert found.new_classes == ()
    assert [one.school_class for one in found.work.seats] == [31]


def test_a_year_group_that_is_none_is_asked_about_once_and_the_answer_is_taken() -> None:
    found = plan([row(year_group="Owls", class_name="9 Elm")])
    assert why(found) == ["“Owls” is no year group this school has."]
    assert found.new_classes == ()
    assert dict(plan([row(year_group="Owls")], answers={"year|owls": "3"}).work.placed) == {(-1, 1): 3}
    assert dict(plan([row(year_group="Owls")], answers={"year|owls": "out"}).work.placed) == {}


@pytest.mark.parametrize(
    ("new", "reason", "effect"),
    [
        pytest.param({"surname": "", "forenames": ""}, "It names nobody. Put the row right, and bring the file again.", Effect.REFUSE, id="nobody"),
        pytest.param({"born_on": date(2030, 1, 1)}, "The birth date is in the future.", Effect.REFUSE, id="not yet born"),
        pytest.param({"born_on": date(1951, 1, 1)}, "Born more than 26 years ago: is that right? In 1951.", Effect.ASK, id="a grandparent"),
        pytest.param({"surname": "x" * 201}, "The surname is longer than 200 letters. Put the row right, and bring the file again.", Effect.REFUSE, id="a very long name"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_what_may_not_be_is_asked(
    new: dict[str, Any], reason: str, effect: Effect
) -> None:
    found = plan([row(**new)])
    assert (effects(found), why(found)) == ([effect], [reason])


@pytest.mark.parametrize(
    ("upn", "remark"),
    [
        pytest.param(VALID, [], id="as it should be"),
        pytest.param("B80120000500A", ["The check letter of the UPN does not fit its figures; it is kept as it is."], id="letter"),
        pytest.param("B123", ["The UPN is not 13 characters long; it is kept as it is."], id="short"),
    ],
)  # fmt: skip
def test_an_odd_upn_is_a_remark_and_no_lost_pupil(upn: str, remark: list[str]) -> None:
    found = plan([row(upn=upn)])
    assert (effects(found), why(found)) == ([Effect.ADD], remark)


def test_a_parent_we_have_is_not_added_again() -> None:
    mother = RosterGuardian("", Source(row=2), "Farah Ali", "Mother", "farah@home.example", children=("2",))
    nameless = RosterGuardian("", Source(row=2), "", "", "nobody@home.example", children=("2",))
    there = {
        "guardians_held": (
            HeldGuardian(5, "Farah Ali", "farah@home.example"),
            HeldGuardian(6, "Parent or carer", "nobody@home.example"),
        )
    }
    amina = held(guardians=frozenset({5, 6}))

    def with_parents(*parents: RosterGuardian) -> Plan:
        roster = Roster("classlist", pupils=(row(),), guardians=parents, lasting_ids=False)
        known = Known(TODAY, YEAR, (YEAR,), pupils=(amina,), guardians=there["guardians_held"])
        return plan_roster(roster, known)

    assert with_parents(mother, nameless).work.is_empty
    father = RosterGuardian("", Source(row=2), "Omar Ali", "Father", children=("2",))
    found = with_parents(mother, father)
    assert (found.work.guardians, found.work.families) == ((father,), ((-1, 7, "Father"),))


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


LIST = (
    "Forename,Surname,Date of birth,Class,Year group\nZoë,Ali,13/01/2018,3 Hazel,3\nBen,Carter,14/02/2018,9 Elm,9\n"
    "Ben,Carter,14/02/2018,4 Rowan,4\nSiân,Evans,15/03/2018,,Owls\n"
)


def planned(data: bytes) -> Plan:
    found = read({"list.csv": data}, Said(), today=TODAY, usual=None)
    assert found.roster is not None
    return plan_roster(found.roster, nobody(TODAY))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_saved_in_another_way_gives_the_same_plan(encoding: str, separator: str) -> None:
    usual, other = planned(LIST.encode()), planned(LIST.replace(",", separator).encode(encoding))
    assert (other.mark, other.counts, other.lines) == (usual.mark, usual.counts, usual.lines)
    assert effects(usual) == [Effect.ADD, Effect.ADD, Effect.ASK, Effect.ASK]


@given(st.permutations(LIST.splitlines()[1:]))
def test_a_list_in_another_order_gives_the_same_plan(rows: list[str]) -> None:
    usual = planned(LIST.encode())
    found = planned("\n".join([LIST.splitlines()[0], *rows]).encode())
    assert found.counts == usual.counts
    assert sorted((line.name, line.effect) for line in found.lines) == sorted(
        (line.name, line.effect) for line in usual.lines
    )
