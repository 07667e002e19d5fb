"""F2: four shares, each with its own name; absent, not taught and blank apart; something new lowers nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.markbook.rules.coverage import Coverage, Depth, Stands, depth_change, of_class, of_pupil

OBJECTIVES = st.sets(st.integers(1, 12))
STANDS = st.dictionaries(
    st.integers(1, 14),
    st.one_of(
        st.builds(Stands, st.just("step"), st.booleans()),
        st.builds(Stands, st.sampled_from(["clear", "absent", "not-taught"])),
    ),
)
PUPILS = st.builds(
    lambda own, taught, stands: of_pupil(own=own, taught=taught, stands=stands), OBJECTIVES, OBJECTIVES, STANDS
)
DEPTHS = st.dictionaries(st.integers(1, 12), st.builds(Depth, st.integers(1, 2), st.integers(1, 6)))


@pytest.mark.pure
def test_the_four_shares_of_one_pupil() -> None:
    found = of_pupil(
        own=range(1, 12),
        taught=range(1, 8),
        stands={
            1: Stands("step", True),
            2: Stands("step", True),
            3: Stands("step"),
            4: Stands("absent"),
            5: Stands("not-taught"),
            6: Stands("clear"),
            9: Stands("step", True),
        },
    )
    assert found == Coverage(own=11, taught=6, judged=3, secure=2, ahead=1, absent=1, not_taught=1, blank=2)
    assert found.secure_of_taught == Fraction(2, 6)
    assert found.judged_of_taught == Fraction(3, 6)
    assert found.taught_of_own == Fraction(6, 11)
    assert found.secure_of_own == Fraction(2, 11)


@pytest.mark.pure
def test_nothing_taught_yet_is_not_nought() -> None:
    found = of_pupil(own=[1, 2], taught=[], stands={1: Stands("step", True)})
    assert found.secure_of_taught is None
    assert found.judged_of_taught is None
    assert found.taught_of_own == 0
    assert found.ahead == 1


@pytest.mark.pure
def test_what_is_another_years_counts_in_nothing() -> None:
    found = of_pupil(own=[21, 22], taught=[1, 2, 21], stands={1: Stands("step", True), 21: Stands("step", True)})
    assert found == Coverage(own=2, taught=1, judged=1, secure=1)


@pytest.mark.pure
@given(OBJECTIVES, OBJECTIVES, STANDS)
def test_everything_taught_is_told_once(own: set[int], taught: set[int], stands: dict[int, Stands]) -> None:
    found = of_pupil(own=own, taught=taught, stands=stands)
    assert found.judged + found.absent + found.not_taught + found.blank == found.in_scope == len(own & taught)
    assert 0 <= found.secure <= found.judged <= found.taught <= found.own
    assert found.ahead <= found.own - found.in_scope


@pytest.mark.pure
@given(st.lists(PUPILS))
def test_a_class_is_the_sum_of_its_pupils(pupils: list[Coverage]) -> None:
    found = of_class(pupils)
    assert found.judged + found.absent + found.not_taught + found.blank == found.in_scope
    taught = sum(each.taught for each in pupils)
    expected = Fraction(sum(each.secure for each in pupils), taught) if taught else None
    assert found.secure_of_taught == expected
    assert (found.secure_of_taught is None) == (taught == 0)


@pytest.mark.pure
@given(DEPTHS, DEPTHS, DEPTHS)
def test_beginning_something_new_lowers_nothing(
    then: dict[int, Depth], now: dict[int, Depth], begun: dict[int, Depth]
) -> None:
    before = depth_change(then, now)
    fresh = {objective: depth for objective, depth in begun.items() if objective not in then}
    after = depth_change(then, fresh | now)
    assert (after.mean, after.both) == (before.mean, before.both)
    assert set(after.new) == set(before.new) | set(fresh)


@pytest.mark.pure
def test_depth_is_compared_on_one_scale_alone() -> None:
    then = {1: Depth(1, 1), 2: Depth(1, 2), 3: Depth(1, 3)}
    now = {1: Depth(1, 3), 2: Depth(1, 1), 3: Depth(2, 5), 4: Depth(1, 1)}
    found = depth_change(then, now)
    assert (found.mean, found.both, found.new, found.elsewhere) == (Fraction(1, 2), 2, (4,), (3,))


@pytest.mark.pure
def test_nothing_judged_twice_has_no_change() -> None:
    assert depth_change({}, {1: Depth(1, 1)}).mean is None
