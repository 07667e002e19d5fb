"""A format is one folder: with it there, its files come in through the wizard and from the command line."""

import importlib
import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import muster.exchange
from muster.config.importing import run
from muster.exchange import formats
from muster.exchange.models import Upload
from muster.people import doors
from muster.people.models import Pupil
from muster.people.purposes import Purpose, Shows
from tests.support.client import PageClient
from tests.world import World

READ = """
from datetime import date

from muster.exchange.rules.roster import Roster, RosterClass, RosterMembership, RosterPupil, Source


def recognises(files):
    return 100 if all(data.startswith(b"POSTCARD") for data in files.values()) else 0


def read(files, reading):
    ((name, data),) = files.items()
    _sign, school_class, *children = data.decode().splitlines()
    split = [(number, *line.split()) for number, line in enumerate(children, 3)]
    return Roster(
        kind="postcard",
        classes=(RosterClass("c", school_class, Source(row=2)),),
        pupils=tuple(RosterPupil(upn, Source(row=n), last, first, born_on=date.fromisoformat(born), upn=upn)
                     for n, first, last, born, upn in split),
        memberships=tuple(RosterMembership(upn, "c", Source(row=n)) for n, *_names, upn in split),
    )
"""
OFFERS = """
from muster.exchange.formats import Format, offer
from muster.exchange.postcard.read import read, recognises

offer(Format("postcard", "Postcard", recognises, read))
"""
CARD = "POSTCARD\n3 Owls\nGwen Price 2018-03-13 A801200005002\n"


@pytest.fixture
def postcards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more folder beside the other formats, and a start of the program."""
    folder = tmp_path / "formats" / "postcard"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(OFFERS)
    (folder / "read.py").write_text(READ)
    monkeypatch.setattr(muster.exchange, "__path__", [*muster.exchange.__path__, str(folder.parent)])
    before = dict(formats.offered)
    importlib.invalidate_caches()
    formats.gather()
    yield
    formats.offered.clear()
    formats.offered.update(before)
    for name in [name for name in sys.modules if name.startswith("muster.exchange.postcard")]:
        del sys.modules[name]
    if hasattr(muster.exchange, "postcard"):
        del muster.exchange.postcard


def enrolled(world: World) -> list[str]:
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        pupils = Pupil.objects.at(world.ashgrove).on_roll(world.today)
        return [f"{pupil.name} {pupil.upn}" for pupil in pupils if pupil.surname == "Price"]


@pytest.mark.usefixtures("postcards")
def test_a_new_folder_is_all_that_a_new_format_needs(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    sent = {"file": SimpleUploadedFile("card.txt", CARD.encode())}
    page = client.post("/ashgrove/imports/new/", sent, follow=True).content.decode()
    assert "Postcard" in page
    assert "New class: 3 Owls." in page
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        upload = Upload.objects.latest("pk")
    client.post(f"/ashgrove/imports/{upload.uuid}/bringing/", {"mark": upload.mark})
    assert enrolled(world) == ["Gwen Price A801200005002"]


@pytest.mark.usefixtures("postcards")
def test_the_command_line_knows_the_new_format_by_itself_and_by_name(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "card.txt"
    file.write_text(CARD)
    for kind in ("", "postcard"):
        asked = Namespace(file=str(file), kind=kind, school="ashgrove", dry_run=False, json=True)
        assert run(asked, against_nothing=False) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["kind"] == "postcard"
        assert told["effects"]["leave" if kind else "add"] == 1
        assert enrolled(world) == ["Gwen Price A801200005002"]
