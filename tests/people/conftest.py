"""What tests of people share. The world is imported late: settings are not read before the first conftest has run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import time_machine

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def still(world: "World") -> Iterator[None]:
    """The clock stands still, so that a wait of two seconds is not over because the machine was busy."""
    with time_machine.travel(world.now, tick=False):
        yield
