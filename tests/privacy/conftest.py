"""What tests of privacy share: an encrypted file of their own, whatever database the run is on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db.utils import ConnectionHandler
from pytest_django.plugin import DjangoDbBlocker

from muster.privacy.keys import KeyRing

if TYPE_CHECKING:
    from muster.privacy.sqlcipher import base

Opener = Callable[..., "base.DatabaseWrapper"]


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """Keys made for one test."""
    return KeyRing.make(tmp_path / "keys")


@pytest.fixture
def opened(tmp_path: Path, ring: KeyRing, django_db_blocker: DjangoDbBlocker) -> Iterator[Opener]:
    """Opens `data.sqlite3` in the test's own folder through the backend; options stand in for Muster's own."""
    # pytest may read this file before the settings are there.
    from muster.privacy.sqlcipher import base

    made: list[base.DatabaseWrapper] = []

    def opener(name: str = "data.sqlite3", **options: Any) -> base.DatabaseWrapper:
        database = {
            "ENGINE": "muster.privacy.sqlcipher",
            "NAME": tmp_path / name,
            "OPTIONS": {"key": ring.reader("data"), **options},
        }
        wrapper = ConnectionHandler({"default": database})["default"]
        assert isinstance(wrapper, base.DatabaseWrapper)
        made.append(wrapper)
        return wrapper

    with django_db_blocker.unblock():
        yield opener
        for wrapper in made:
            wrapper.close()
