"""Notes and objectives of every kind of text, in and out again unchanged."""

import uuid

from muster.markbook.actions import write_notes
from muster.markbook.items import Item
from muster.markbook.models import Note
from muster.people.outbox import MOST_ITEMS
from tests.markbook.test_pages import unit_href
from tests.people.test_names import awkward
from tests.support.client import PageClient
from tests.world import NOW, World, an_objective


def test_every_kind_of_note_comes_out_as_it_went_in(client: PageClient, world: World) -> None:
    texts = [text for text in awkward() if text.strip() and "\x00" not in text]
    items = [
        Item(
            id=uuid.uuid4(),
            act=uuid.uuid4(),
            kind="note",
            pupil=world.amina.pk,
            objective=world.objectives[0].pk,
            value={"text": text},
            base=None,
            made_at=NOW,
            seq=place,
        )
        for place, text in enumerate(texts)
    ]
    for start in range(0, len(items), MOST_ITEMS):
        results = write_notes(items[start : start + MOST_ITEMS], school=world.ashgrove, by=world.okafor, at=NOW)
        assert {result.status for result in results} == {201}
    kept = {note.device_key: note.text for note in Note.objects.select_related("pupil")}
    assert [kept[item.id] for item in items] == [text.strip() for text in texts]
    client.force_login(world.okafor)
    assert client.get(f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/").status_code == 200


def test_the_grid_bears_objectives_of_every_kind_of_text(client: PageClient, world: World) -> None:
    texts = [text for text in awkward() if text.strip() and "\x00" not in text][:60]
    for text in texts:
        an_objective(world, code=text[:8], wording=text)
    client.force_login(world.okafor)
    page = client.get(unit_href(world))
    assert page.status_code == 200
    assert page.content.count(b"<th") >= len(texts)
