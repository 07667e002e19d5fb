"""What tests of the commands share."""

import pytest

from tests.config.installation import Installation, made


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A sound installation, which no test may change: five commands make it, so it is made once and copied."""
    return made(tmp_path_factory.mktemp("sound") / "installation")
