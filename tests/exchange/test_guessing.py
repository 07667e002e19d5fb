"""Columns whose headings nobody knows are guessed, and never taken from somebody else."""

import pytest

from muster.exchange.classlist.fields import ALL, NEVER
from muster.exchange.rules.columns import Columns, recognise
from muster.exchange.rules.guessing import guessed
from muster.exchange.tables import table_of

pytestmark = pytest.mark.pure


def columns(text: str) -> tuple[Columns, tuple[str, ...]]:
    table = table_of(text, most_rows=100)
    return guessed(table, recognise(table.headings, ALL, never=NEVER), ALL), table.headings


def taken(text: str) -> dict[str, str]:
    found, headings = columns(text)
    return {field: headings[found.known[field]] for field in found.guessed}


def test_a_part_of_a_heading_says_what_the_column_is() -> None:
    heading = "Legal Surname (as on birth certificate),Given First Name,Date of Birth dd/mm/yyyy,Current NC Year"
    assert taken(f"{heading}\nKhan,Amina,3/9/17,4\n") == dict(
        zip(("surname", "forenames", "born_on", "year_group"), heading.split(","), strict=True)
    )


def test_what_stands_in_a_column_says_what_it_is() -> None:
    text = (
        "Who,When,Ref,Home,Stage\n"
        '"Khan, Amina",03/09/2017,B801200005001,amina.home@x.example,Year 4\n'
        '"Okoro, Ben",31/01/2018,A123456789012,,Reception\n'
    )
    assert taken(text) == {
        "name": "Who",
        "born_on": "When",
        "upn": "Ref",
        "guardian_1_email": "Home",
        "year_group": "Stage",
    }


@pytest.mark.parametrize(
    "heading",
    ["Teacher surname", "Emergency contact DOB", "Date left", "Previous class", "NHS no", "Sibling date of birth"],
)
def test_what_is_somebody_elses_is_never_guessed(heading: str) -> None:
    assert taken(f"Surname,Forename,{heading}\nKhan,Amina,03/09/2017\n") == {}


def test_two_columns_that_could_both_be_it_are_left_to_a_person() -> None:
    assert taken("Surname,Forename,A,B\nKhan,Amina,03/09/2017,04/09/2017\n") == {}


def test_what_the_heading_names_is_no_guess() -> None:
    found, _ = columns("Surname,Forename,DOB\nKhan,Amina,03/09/2017\n")
    assert (found.guessed, set(found.known)) == (frozenset(), {"surname", "forenames", "born_on"})
