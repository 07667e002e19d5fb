"""The rules of curriculum, without a database: scales, stages, codes, workload."""

from dataclasses import replace

import pytest

from muster.curriculum.rules.codes import Codes, initials
from muster.curriculum.rules.stages import StageRead, in_usual_order, stage_in, year_number, years_of
from muster.curriculum.rules.steps import StepDraft, code_clashes, completed, faults
from muster.curriculum.rules.workload import Workload

pytestmark = pytest.mark.pure


def words(*all_words: str) -> list[StepDraft]:
    return [StepDraft(word) for word in all_words]


def sentences(*steps: StepDraft) -> list[str]:
    return [fault.sentence for fault in faults(completed(steps))]


def test_a_scale_of_bare_words_gets_codes_keys_and_fills() -> None:
    done = completed(words("Emerging", "Developing", "Secure"))
    assert [(step.code, step.digit, step.fill) for step in done] == [
        ("E", 1, "rose"),
        ("D", 2, "straw"),
        ("S", 3, "leaf"),
    ]
    assert faults(done) == []


def test_two_words_with_one_first_letter_get_two_codes() -> None:
    done = completed(words("Secure", "Supported", "Sss"))
    assert [step.code for step in done] == ["S", "U", "S2"]
    assert faults(done) == []


def test_a_step_added_to_others_gets_the_first_free_key_and_fill() -> None:
    done = completed(
        [
            StepDraft("Not yet", "N", 1, fill="rose", pk=1),
            StepDraft("Nearly", "E", 3, fill="straw", pk=2),
            StepDraft("Teaches others"),
        ]
    )
    assert [(step.code, step.digit, step.fill) for step in done] == [
        ("N", 1, "rose"),
        ("E", 3, "straw"),
        ("T", 2, "leaf"),
    ]


def test_beyond_the_ninth_step_no_key_but_its_own_letters() -> None:
    done = completed([StepDraft(f"Step {letter}", letter) for letter in "ABCDEFGHIJKL"])
    assert [step.digit for step in done] == [1, 2, 3, 4, 5, 6, 7, 8, 9, None, None, None]
    assert faults(done) == []


def test_where_a_code_begins_with_a_digit_no_step_is_given_one() -> None:
    """The digit is typed as part of the code: given to a step as well, it would mark that one before the letter came."""
    done = completed([StepDraft(f"Level {code}", code) for code in ("1c", "1b", "1a", "2c")])
    assert [step.digit for step in done] == [None] * 4
    assert faults(done) == []
    grown = completed([*(replace(step, pk=place) for place, step in enumerate(done)), StepDraft("Level 2b", "2b")])
    assert grown[-1].digit is None
    plain = completed([StepDraft(f"Band {code}", code) for code in ("1", "2", "10")])
    assert [step.digit for step in plain] == [1, 2, None]
    assert faults(plain) == []


def test_codes_of_several_letters_stand_and_the_shorter_one_needs_enter() -> None:
    done = completed(
        [StepDraft("Pre-key stage", "P"), StepDraft("Pre-key stage 1", "PK1"), StepDraft("Working", "WTS")]
    )
    assert faults(done) == []
    assert code_clashes(done) == [("P", "PK1")]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        pytest.param([StepDraft("One", "S"), StepDraft("Two", "s")], "“One” already has the code s.", id="one code, whatever the case"),
        pytest.param([StepDraft("Dot", ".")], "“.” is a key of the grid itself. Choose a letter.", id="the key that repeats"),
        pytest.param([StepDraft("Away", "-")], "“-” is a key of the grid itself. Choose a letter.", id="the key for absent"),
        pytest.param([StepDraft("None", "=")], "“=” is a key of the grid itself. Choose a letter.", id="the key for not taught"),
        pytest.param([StepDraft("One", "A", 1), StepDraft("Two", "B", 1)], "“One” already has the key 1.", id="one key twice"),
        pytest.param([StepDraft("One", "A B")], "A code has no spaces in it.", id="a space in a code"),
        pytest.param([StepDraft("One", "ABCDE")], "A code has at most 4 letters, so that it fits a cell.", id="too long"),
        pytest.param([StepDraft("", "A")], "Give this step a word.", id="no word"),
        pytest.param([StepDraft("One", "2", 1)], "The key 2 would be read as a digit. Use the digit 2 for it too.", id="a figure that is another's key"),
        pytest.param([], "A scale needs at least one step.", id="nothing at all"),
    ],
)  # fmt: skip
def test_what_is_no_scale_is_refused_with_its_reason(steps: list[StepDraft], sentence: str) -> None:
    assert sentence in sentences(*steps)


def test_a_figure_as_code_takes_its_own_key() -> None:
    done = completed([StepDraft("Below", "0"), StepDraft("Expected", "1"), StepDraft("Above", "2")])
    assert [(step.code, step.digit) for step in done] == [("0", 0), ("1", 1), ("2", 2)]
    assert faults(done) == []


@pytest.mark.parametrize(
    ("heading", "name", "years"),
    [
        pytest.param("Knots Year Group 6 Half hitches", "Year 6", (6,), id="a year"),
        pytest.param("Knots Year Group 3 & 4 Half hitches", "Year 3 and 4", (3, 4), id="two years"),
        pytest.param("Knots Key Stage 3 Splicing", "Key Stage 3", (7, 8, 9), id="a key stage"),
        pytest.param("Knots KS1", "Key Stage 1", (1, 2), id="a key stage, short"),
        pytest.param("Y3-5 knots", "Year 3 to 5", (3, 4, 5), id="from one to another"),
    ],
)
def test_a_stage_is_read_out_of_a_heading(heading: str, name: str, years: tuple[int, ...]) -> None:
    assert stage_in(heading) == StageRead(name, years)


def test_a_heading_without_a_stage_has_none() -> None:
    assert stage_in("Knots and splices") is None
    assert years_of("Stage 5") == ()
    assert years_of("Reception") == (0,)


def test_stages_stand_from_youngest_to_oldest() -> None:
    names = ["Key Stage 2", "Year 6", "Year 3 and 4", "Year 4", "Year 3", "Rainbow"]
    ordered = in_usual_order([StageRead(name, years_of(name)) for name in names])
    assert [stage.name for stage in ordered] == ["Year 3", "Year 4", "Year 3 and 4", "Year 6", "Key Stage 2", "Rainbow"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("Year 9", 9), ("Y3", 3), ("3", 3), ("R", 0), ("Reception", 0), ("Nursery", -1), ("Owls", None), ("", None)],
)
def test_a_year_group_is_known_by_its_number(text: str, number: int | None) -> None:
    assert year_number(text) == number


def test_codes_run_on_within_a_strand_and_never_repeat() -> None:
    codes = Codes(["n1", "N3"])
    assert [codes.next_for("Number") for _ in range(3)] == ["N2", "N4", "N5"]
    assert codes.next_for("Number and place value") == "NPV1"
    assert initials("…") == "O"


@pytest.mark.parametrize(
    ("objectives", "rounds", "judgements", "hours"),
    [
        pytest.param(12, 3, 1080, 0.9, id="a unit"),
        pytest.param(48, 6, 8640, 7.2, id="48 objectives, six rounds"),
        pytest.param(150, 6, 27000, 22.5, id="three subjects of 50"),
    ],
)
def test_the_workload_is_objectives_by_pupils_by_rounds(
    objectives: int, rounds: int, judgements: int, hours: float
) -> None:
    work = Workload(objectives, 30, rounds)
    assert (work.judgements, round(work.hours, 1)) == (judgements, hours)


def test_the_workload_says_its_sum() -> None:
    assert Workload(12, 30).sum == "12 × 30 pupils × 3 = 1,080"
    assert not Workload(12, 30).is_heavy
    assert Workload(13, 30).is_heavy
