"""What each code counts as, and what marks add up to, exactly."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.attendance.rules.codes import (
    ENDED,
    ENGLAND,
    INTERNATIONAL,
    NEW,
    SETS,
    CodeSet,
    Counts,
    DailyStatus,
    Outcome,
    Session,
    UnknownCode,
    daily_status,
    usual_set,
)
from muster.attendance.rules.patterns import pattern
from muster.attendance.rules.rates import (
    Mark,
    Tally,
    attendance_rate,
    average_daily_attendance,
    chronic_absence,
    group_rate,
    tally,
    ten_in_ten_weeks,
)

pytestmark = pytest.mark.pure

MONDAY = date(2026, 1, 5)


def test_england_has_thirty_four_codes() -> None:
    live = {code.code for code in ENGLAND.live(NEW)}
    assert live == set("/ \\ L K V P W B D C1 M J1 S X C2 C T R I E Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 G N O U Z #".split())
    assert len(live) == 34


@pytest.mark.parametrize(
    ("codes", "counts"),
    [
        pytest.param("/ \\ L K V P W B", Counts.ATTENDING, id="attending"),
        pytest.param("C1 M J1 S C2 C T R I E", Counts.AUTHORISED, id="authorised absence"),
        pytest.param("G N O U", Counts.UNAUTHORISED, id="unauthorised absence"),
        pytest.param("D X Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #", Counts.NOT_POSSIBLE, id="no possible attendance"),
    ],
)
def test_every_live_code_of_england_counts_as_the_guidance_says(codes: str, counts: Counts) -> None:
    assert {code.code for code in ENGLAND.live(NEW) if code.counts is counts} == set(codes.split())


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("H", Counts.AUTHORISED),
        ("F", Counts.AUTHORISED),
        ("J", Counts.ATTENDING),
        ("Y", Counts.NOT_POSSIBLE),
    ],
)
def test_a_code_that_ended_counts_as_it_did_and_cannot_be_given_any_more(code: str, counts: Counts) -> None:
    assert ENGLAND.of(code).counts is counts
    assert ENGLAND.of(code).lives_on(ENDED)
    assert code not in {each.code for each in ENGLAND.to_mark(NEW)}
    assert code in {each.code for each in ENGLAND.to_mark(ENDED)}


@pytest.mark.parametrize("code", ["K", "C1", "J1", "C2", "Q", "Y1", "Y7"])
def test_a_code_of_2024_did_not_exist_before(code: str) -> None:
    assert not ENGLAND.of(code).lives_on(ENDED)


@pytest.mark.parametrize("codes", SETS.values(), ids=SETS)
def test_the_buttons_of_a_set_are_codes_of_it(codes: CodeSet) -> None:
    assert codes.of(codes.morning).here
    assert codes.of(codes.afternoon).here
    assert codes.of(codes.unexplained).counts is Counts.UNAUTHORISED
    assert codes.of(codes.late).late
    assert codes.of(codes.late).counts is Counts.ATTENDING
    assert codes.of(codes.after_close).counts is Counts.UNAUTHORISED
    assert codes.of(codes.not_accepted).counts is Counts.UNAUTHORISED
    assert len({code.code for code in codes.codes}) == len(codes.codes)


def test_nobody_is_marked_with_what_belongs_to_no_pupil() -> None:
    assert not {"Z", "#"} & {code.code for code in ENGLAND.to_mark(NEW)}


def test_a_country_without_a_set_of_its_own_has_the_international_one() -> None:
    assert usual_set("GB-ENG") is ENGLAND
    assert usual_set("US") is usual_set("NZ") is INTERNATIONAL


@pytest.mark.parametrize(
    ("code", "outcome", "status"),
    [
        ("P", Outcome.PRESENT, DailyStatus.PRESENT),
        ("L", Outcome.PRESENT, DailyStatus.TARDY),
        ("V", Outcome.ELSEWHERE, DailyStatus.PRESENT),
        ("I", Outcome.AUTHORISED, DailyStatus.EXCUSED),
        ("E", Outcome.AUTHORISED, DailyStatus.EXCUSED),
        ("A", Outcome.UNAUTHORISED, DailyStatus.UNEXCUSED),
        ("U", Outcome.UNAUTHORISED, DailyStatus.TARDY),
        ("X", Outcome.NOT_POSSIBLE, None),
    ],
)
def test_codes_map_to_what_a_day_is_called_in_the_united_states(
    code: str, outcome: Outcome, status: DailyStatus | None
) -> None:
    assert INTERNATIONAL.of(code).outcome is outcome
    assert daily_status(INTERNATIONAL.of(code)) is status


def test_who_left_early_was_there() -> None:
    assert daily_status(INTERNATIONAL.of("P"), left_early=True) is DailyStatus.EARLY_DEPARTURE


def test_an_unknown_code_is_not_guessed() -> None:
    with pytest.raises(UnknownCode):
        tally({"ZZ": 1}, codes=ENGLAND)


def marks(*codes: str | None) -> list[Mark]:
    return [Mark(MONDAY + timedelta(days=number), Session.MORNING, code) for number, code in enumerate(codes)]


def rate(*codes: str | None) -> Fraction | None:
    return attendance_rate(marks(*codes), first=MONDAY, last=MONDAY + timedelta(days=100), codes=ENGLAND)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param(["/", "\\", "L", "N"], Fraction(3, 4), id="late counts as attended"),
        pytest.param(["/", "U"], Fraction(1, 2), id="after the register closed does not"),
        pytest.param(["/", "V", "I"], Fraction(2, 3), id="a visit is attended"),
        pytest.param(["/", "D", "Y1", "#"], Fraction(1), id="what was not possible is on neither side"),
        pytest.param(["/", None, None], Fraction(1), id="a session without a mark is not possible"),
        pytest.param([None, "X"], None, id="none possible is not zero"),
        pytest.param([], None, id="nothing"),
        pytest.param(["H", "J"], Fraction(1, 2), id="codes that ended"),
    ],
)
def test_the_rate_is_what_was_attended_of_what_was_possible(codes: list[str | None], expected: Fraction | None) -> None:
    assert rate(*codes) == expected


def test_both_ends_of_the_range_count_and_lessons_do_not() -> None:
    three = marks("/", "N", "N")
    assert attendance_rate(three, first=MONDAY, last=MONDAY, codes=ENGLAND) == 1
    assert attendance_rate(three, first=MONDAY, last=MONDAY + timedelta(days=1), codes=ENGLAND) == Fraction(1, 2)
    lesson = Mark(MONDAY, Session.LESSON, "N")
    assert attendance_rate([*three[:1], lesson], first=MONDAY, last=MONDAY, codes=ENGLAND) == 1


@given(st.lists(st.sampled_from([None, *(code.code for code in ENGLAND.codes)]), max_size=60))
def test_attendance_and_absence_add_to_the_whole_exactly(codes: list[str | None]) -> None:
    counted = tally({code: codes.count(code) for code in set(codes)}, codes=ENGLAND)
    assert counted.possible + counted.not_possible + counted.unmarked == len(codes)
    if counted.attendance is not None and counted.absence is not None:
        assert counted.attendance + counted.absence == 1
    assert counted.attendance == rate(*codes)


def test_a_groups_rate_is_never_a_mean_of_rates() -> None:
    one = tally({"/": 1}, codes=ENGLAND)
    other = tally({"/": 1, "N": 9}, codes=ENGLAND)
    assert group_rate([one, other]) == Fraction(2, 11)
    assert group_rate([]) is None


@pytest.mark.parametrize(("absent", "persistent"), [(37, False), (38, True)])
def test_persistent_absence_is_counted_in_whole_numbers(absent: int, persistent: bool) -> None:
    assert Tally(attended=374 - absent, authorised=absent).persistent is persistent


@pytest.mark.parametrize(("absent", "severe"), [(186, False), (187, True)])
def test_severe_absence_is_half(absent: int, severe: bool) -> None:
    assert Tally(attended=374 - absent, unauthorised=absent).severe is severe


def test_who_could_not_have_attended_is_not_absent() -> None:
    assert not Tally(not_possible=10).persistent
    assert not Tally().severe


def in_weeks(*weeks: int) -> list[tuple[date, Session]]:
    return [(MONDAY + timedelta(weeks=week), Session.MORNING) for week in weeks]


def test_ten_unauthorised_sessions_within_ten_school_weeks() -> None:
    every_week = [MONDAY + timedelta(weeks=number) for number in range(30)]
    nine = in_weeks(*range(9))
    assert ten_in_ten_weeks(nine, school_weeks=every_week) is None
    assert ten_in_ten_weeks([*nine, *in_weeks(9)], school_weeks=every_week) == MONDAY + timedelta(weeks=9)
    assert ten_in_ten_weeks([*nine, *in_weeks(10)], school_weeks=every_week) is None


def test_ten_weeks_run_on_across_a_holiday() -> None:
    open_weeks = [MONDAY + timedelta(weeks=number) for number in range(30) if number not in {5, 6}]
    found = ten_in_ten_weeks(in_weeks(*range(5), *range(7, 12)), school_weeks=open_weeks)
    assert found == MONDAY + timedelta(weeks=11)


def test_two_sessions_of_one_day_are_two() -> None:
    days = [(MONDAY + timedelta(days=day), each) for day in range(5) for each in (Session.MORNING, Session.AFTERNOON)]
    assert ten_in_ten_weeks(days, school_weeks=[MONDAY]) == MONDAY + timedelta(days=4)


def test_chronic_absence_counts_whatever_the_reason_and_california_more_than_thirty_days() -> None:
    assert chronic_absence(3, 30)
    assert not chronic_absence(2, 30)
    assert not chronic_absence(3, 30, more_than=30)
    assert chronic_absence(4, 31, more_than=30)
    assert average_daily_attendance([170, 90], 180) == Fraction(13, 9)
    assert average_daily_attendance([], 0) is None


SCHOOL_DAYS = [MONDAY + timedelta(days=day, weeks=week) for week in range(10) for day in range(5)]


def test_mondays_away_are_a_pattern_and_a_week_of_illness_is_none() -> None:
    mondays = [MONDAY + timedelta(weeks=week) for week in (1, 3, 5)]
    assert pattern(mondays, school_days=SCHOOL_DAYS).weekdays == ((1, 3, 10),)
    ill = [MONDAY + timedelta(weeks=2, days=day) for day in range(5)]
    assert not pattern(ill, school_days=SCHOOL_DAYS)


def test_many_broken_weeks_are_a_pattern() -> None:
    away = [MONDAY + timedelta(weeks=week, days=week % 5) for week in range(6)]
    found = pattern(away, school_days=SCHOOL_DAYS)
    assert (found.broken_weeks, found.weeks) == (6, 10)
    assert found
    assert not pattern(away[:2], school_days=SCHOOL_DAYS)
