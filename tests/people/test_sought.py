"""A name that is sought stands in no address, and so in no browser's history and no log; Back works all the same."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from muster.people.models import Account
from tests.support.client import PageClient
from tests.world import NOW, World

Address = Callable[[World], str]
PAGES = [
    pytest.param(lambda world: "/ashgrove/pupils/", id="the list of pupils"),
    pytest.param(lambda world: "/ashgrove/jump/", id="the jump box"),
    pytest.param(lambda world: f"/ashgrove/pupils/{world.ben.pk}/merge/", id="the other record of a child"),
]
EVERY_ADDRESS = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')


def sought(client: PageClient, address: str, name: str) -> str:
    """Where a search without a script leads."""
    answer = client.post(address, {"q": name})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.mark.parametrize("page", PAGES)
def test_a_name_sought_stands_in_no_address(
    client: PageClient, world: World, page: Address, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(world.office)
    with caplog.at_level(logging.DEBUG):
        results = sought(client, page(world), "Amina")
        assert "amina" not in results.lower()
        body = client.get(results).content.decode()
    assert "Amina" in body
    assert not [one for one in EVERY_ADDRESS.findall(body) if "amina" in one.lower()]
    assert "amina" not in caplog.text.lower()
    assert client.get(results).content, "reload and Back show it again"


@pytest.mark.parametrize("page", PAGES)
def test_no_form_sends_a_name_in_an_address(client: PageClient, world: World, page: Address) -> None:
    client.force_login(world.office)
    body = client.get(page(world)).content.decode()
    forms = re.findall(r"<form[^>]*>(?:(?!</form>).)*</form>", body, re.DOTALL)
    asking = [form for form in forms if re.search(r'name="q"', form)]
    assert asking
    assert all('method="post"' in form for form in asking)


def test_a_name_in_an_address_is_not_looked_at(client: PageClient, world: World) -> None:
    """An old bookmark shows everybody rather than teaching people that it works."""
    client.force_login(world.office)
    assert "Carter, Ben" in client.get("/ashgrove/pupils/?q=Amina").content.decode()
    answer = client.get("/ashgrove/jump/?q=Amina", headers={"Accept": "application/json"})
    assert b"Amina Ali" not in answer.content


def test_a_covered_name_opens_for_who_sought_it_there_and_then(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    results = sought(client, "/ashgrove/pupils/", "Amina")

    def everybody(address: str, who: Account) -> bool:
        client.force_login(who)
        return "Carter, Ben" in client.get(address).content.decode()

    assert not everybody(results, world.office)
    assert everybody(results, world.head), "somebody else"
    changed = results[:-9] + ("A" if results[-9] != "A" else "B") + results[-8:]
    assert everybody(changed, world.office), "changed"
    (covered,) = parse_qs(urlsplit(results).query)["found"]
    merge = f"/ashgrove/pupils/{world.ben.pk}/merge/?found={covered}"
    client.force_login(world.office)
    assert 'value="Amina"' not in client.get(merge).content.decode(), "on another page"
    with time_machine.travel(NOW + timedelta(hours=12, minutes=1)):
        assert everybody(results, world.office), "another day"


@pytest.mark.parametrize("covered", ["", "x", "%00", "A" * 5000, "é", "=", "..."])
def test_what_is_no_covered_name_shows_everybody(client: PageClient, world: World, covered: str) -> None:
    client.force_login(world.office)
    assert "Carter, Ben" in client.get("/ashgrove/pupils/", {"found": covered}).content.decode()


def test_who_else_was_asked_for_is_kept(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    answer = client.post("/ashgrove/pupils/", {"q": "nobody", "roll": "others"})
    assert "roll=others" in answer.headers["Location"]


def test_a_search_comes_from_our_own_page(world: World) -> None:
    strict = PageClient(enforce_csrf_checks=True)
    strict.force_login(world.office)
    assert strict.post("/ashgrove/pupils/", {"q": "Amina"}).status_code == 403


def test_signing_in_again_leads_to_no_name(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    results = sought(client, "/ashgrove/pupils/", "Amina")
    client.logout()
    assert "amina" not in client.get(results).headers["Location"].lower()
    answer = client.post("/ashgrove/pupils/", {"q": "Amina"})
    assert "amina" not in answer.headers["Location"].lower()
