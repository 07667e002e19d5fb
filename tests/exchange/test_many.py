"""Python's collector stands still while a file becomes values, and works again afterwards as it did before."""

import gc

import pytest

from muster.exchange.rules.many import many_at_once

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("works", [True, False])
def test_it_stands_still_inside_and_is_afterwards_what_it_was(works: bool) -> None:
    before = gc.isenabled()
    (gc.enable if works else gc.disable)()
    try:
        with many_at_once():
            with many_at_once():
                assert not gc.isenabled()
            assert not gc.isenabled(), "the outer one is still at work"
        assert gc.isenabled() is works
        with pytest.raises(ValueError, match="spoiled"), many_at_once():
            raise ValueError("spoiled")
        assert gc.isenabled() is works
    finally:
        (gc.enable if before else gc.disable)()
