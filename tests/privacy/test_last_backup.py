"""How old the last good backup is, on Today of those who can do something about it."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from muster.people.models import Account
from muster.privacy import backup
from tests.support.client import PageClient
from tests.world import NOW, World


def card(client: PageClient, account: Account, school: str = "ashgrove") -> str:
    client.force_login(account)
    page = " ".join(client.get(f"/{school}/").content.decode().split())
    found = re.search(r"The last good backup is [^<]+|There has never been[^<]+|This is the demo, which[^<]+", page)
    return found[0] if found else ""


@pytest.fixture
def backups(settings: Any, tmp_path: Path) -> Path:
    settings.BACKUPS = tmp_path / "backups"
    return tmp_path / "backups"


def a_backup(backups: Path, at: datetime) -> Path:
    """One half as it is written, marked with the key and holding one part."""
    folder = backups / "data" / at.strftime(backup._NAME)
    folder.mkdir(parents=True)
    (folder / "part").write_bytes(b"kept")
    told = {
        "form": backup.FORM,
        "kind": "data",
        "parts": {"part": {"size": 4, "sha256": hashlib.sha256(b"kept").hexdigest()}},
    }
    (folder / backup._MANIFEST).write_text(json.dumps({**told, "mark": backup._mark(told, django_settings.KEYS)}))
    return folder


def test_leaders_see_how_old_the_last_good_backup_is(client: PageClient, world: World, backups: Path) -> None:
    assert card(client, world.head) == "There has never been a good backup. Tell whoever looks after Muster."
    a_backup(backups, NOW - timedelta(hours=3))
    for who in (world.head, world.dpo, world.it):
        assert card(client, who) == "The last good backup is 3 h old."
    for who in (world.okafor, world.office, world.senco, world.guardian):
        assert card(client, who) == "", "it is for those who can do something about it"


def test_a_backup_that_is_no_good_does_not_count(client: PageClient, world: World, backups: Path) -> None:
    a_backup(backups, NOW - timedelta(days=2))
    (a_backup(backups, NOW - timedelta(hours=1)) / "part").write_bytes(b"cut")
    manifest = a_backup(backups, NOW - timedelta(hours=2)) / backup._MANIFEST
    manifest.write_text(manifest.read_text().replace('"size": 4', '"size": 5'))
    (a_backup(backups, NOW - timedelta(hours=4)) / backup._MANIFEST).unlink()
    assert card(client, world.head) == "The last good backup is 2 days old."
    assert "One should be made every hour." in client.get("/ashgrove/").content.decode()


def test_the_demo_says_that_it_makes_none(client: PageClient, world: World, backups: Path, settings: Any) -> None:
    settings.DEMO = True
    assert card(client, world.head) == "This is the demo, which makes no backups."


def test_what_only_tells_is_not_what_needs_somebody(client: PageClient, world: World, backups: Path) -> None:
    """The backup's card does not take the place of what the head most often comes for."""
    card(client, world.head)
    page = client.get("/ashgrove/").content.decode()
    assert page.index("In school today") < page.index("Often wanted") < page.index("There has never been")
