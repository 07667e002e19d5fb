"""Names of every kind go in and come out again as they were typed."""

import html
from pathlib import Path

import pytest

from muster.people.models import Guardian, KeyGroup, Pupil, SchoolClass
from tests.house.reading import ROOT
from tests.support.client import PageClient
from tests.world import World

LISTED = (
    next((each for each in (ROOT.parent / "shared", ROOT / "shared") if each.is_dir()), ROOT) / "data/text/blns.txt"
)
CHOSEN = [
    "Ñandú O’Brien-Smith", "李小龙", "عائشة", "שרה", "Zoë̈", "Ⓐⓜⓘⓝⓐ", "👩‍👧‍👦", "İstanbul ıi", "ﬁﬂ", "<b>Amina</b>",
    "Robert'); DROP TABLE pupils;--", "{{ child.name }}", "{% csrf_token %}", "null", "None", "undefined", "0", "-1", "1e309",
    "NaN", "../../etc/passwd", "%s %d %n", "\u202eanimA", "A\u200bB", "=1+1", "&amp;", "a" * 300, "ٱلرَّحْمَـٰنِ", "\u0301", "'", '"', "\\",
]  # fmt: skip


def awkward(file: Path = LISTED) -> list[str]:
    """Strings known to break software, as a person could type them into one line, and some of our own."""
    if not file.exists():
        return CHOSEN
    lines = [line.strip() for line in file.read_text(encoding="utf-8").split("\n") if not line.startswith("#")]
    return list(dict.fromkeys([*CHOSEN, *(line for line in lines if line)]))


def typeable(text: str, longest: int) -> bool:
    """Whether a form takes it: no longer than its box, nothing but control characters is refused."""
    return 0 < len(text.strip()) <= longest and "\0" not in text and "\r" not in text


def test_the_list_of_awkward_names_is_at_hand() -> None:
    if not LISTED.exists():
        pytest.skip("the list of awkward names (blns.txt) is not beside this checkout: only our own were tried")
    assert len(awkward()) > 300


def test_every_kind_of_name_is_a_childs_name(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    address = "/ashgrove/pupils/new/"
    names = [text for text in awkward() if typeable(text, 300)]
    assert len(names) >= 30
    for text in names:
        sent = {"forenames": text, "surname": text, "known_as": text, "joined_on": "2026-03-04"}
        answer = client.post(address, sent)
        assert answer.status_code == 302, text
        pupil = Pupil.objects.latest("pk")
        assert pupil.names == dict.fromkeys(("forenames", "surname", "known_as"), text.strip()), text
    shown = html.unescape(client.get("/ashgrove/pupils/").content.decode())
    for text in names:
        assert f"{text.strip()}, {text.strip()}" in shown, text


def test_every_kind_of_name_is_shown_as_it_was_typed(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    for text in CHOSEN:
        sent = {"forenames": text, "surname": "Ali", "known_as": "", "born_on": "", "upn": "", "reason": text}
        assert client.post(f"/ashgrove/pupils/{world.amina.pk}/correction/", sent).status_code == 302, text
        page = client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
        assert f'<h1 class="identity-name">{html.escape(text.strip())} Ali</h1>' in page, text
        assert html.escape(text.strip()) in client.post("/ashgrove/pupils/", {"q": "ali"}, follow=True).content.decode()


def test_every_kind_of_name_fits_every_other_box(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    for text in awkward():
        if typeable(text, 60):
            answer = client.post("/ashgrove/classes/new/", {"name": text, "kind": "teaching"})
            if answer.status_code == 302:
                assert SchoolClass.objects.latest("pk").name == text.strip(), text
            else:
                assert "There is a class called" in answer.content.decode(), text
    for text in CHOSEN:
        client.post(f"/ashgrove/pupils/{world.amina.pk}/guardians/new/", {"name": text, "responsibility": "on"})
        assert Guardian.objects.latest("pk").name == text.strip(), text
    client.force_login(world.head)
    for text in CHOSEN:
        if typeable(text, 80):
            client.post("/ashgrove/settings/groups/", {"name": text})
            assert KeyGroup.objects.latest("pk").name == text.strip(), text
            client.post("/ashgrove/settings/school/", {
                "name": text, "country": "GB-ENG", "time_zone": "Europe/London", "language": "en-gb", "week": ["1"], "help_person": text,
            })  # fmt: skip
            world.ashgrove.refresh_from_db()
            assert (world.ashgrove.name, world.ashgrove.help_person) == (text.strip(), text.strip())
    assert client.get("/ashgrove/classes/").status_code == 200


@pytest.mark.parametrize("sought", CHOSEN)
def test_anything_can_be_sought(world: World, client: PageClient, sought: str) -> None:
    client.force_login(world.office)
    assert client.post("/ashgrove/pupils/", {"q": sought}, follow=True).status_code == 200
    assert client.post(f"/ashgrove/pupils/{world.amina.pk}/merge/", {"q": sought}, follow=True).status_code == 200
