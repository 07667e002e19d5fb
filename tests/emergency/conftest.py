"""A test of emergencies looks at rows for the purpose all of them are held for."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def what_an_emergency_reads(what_a_test_reads: None) -> Iterator[None]:
    """Roll calls, incidents and handing back."""
    from muster.people.purposes import Purpose, Shows
    from muster.privacy import fuse

    with fuse.using(Purpose.SAFEGUARDING, Shows.RECORD):
        yield
