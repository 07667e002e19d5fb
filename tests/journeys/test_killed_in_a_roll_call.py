"""The server is killed outright during a roll call with 20 phones: nothing it acknowledged is lost, nothing is doubled."""

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import cycle
from threading import Event
from typing import Any

import pytest

from tests.support.server import SignIn, Site

PHONES = 20
KILLS = 3
UNDER_LOAD = 1.5
"""Seconds between the first tick taken in and the kill."""


class Person:
    """Somebody signed in over plain HTTP; several phones may be theirs."""

    def __init__(self, site: Site, who: SignIn) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor()
        self.opener = urllib.request.build_opener(jar)
        form = self.get("/sign-in/")
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[0]
        fields = {"csrfmiddlewaretoken": token, "email": who.address, "password": who.password}
        self.get("/sign-in/", urllib.parse.urlencode(fields).encode())
        self.slug = re.findall(r'href="/([a-z-]+)/roll-call/"', self.get("/"))[0]
        page = self.get(f"/{self.slug}/roll-call/")
        (self.token,) = re.findall(r'name="csrf-token" content="([^"]+)"', page)
        (self.account,) = set(re.findall(r'"me": ?{"uuid": ?"([^"]+)"', page))
        self.people = sorted(set(re.findall(r'"(pupil-\d+)"', page)))

    def get(self, where: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> str:
        """The answer's text; a body makes it a POST."""
        asked = urllib.request.Request(self.site.url + where, body, headers or {})  # noqa: S310 -- our own address
        with self.opener.open(asked, timeout=10) as answer:
            text: str = answer.read().decode()
            return text

    def send(self, phone: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the school answers to each item."""
        body = {"account": self.account, "device": phone, "sent_at": self.site.now.isoformat(), "items": items}
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        answer = json.loads(self.get(f"/{self.slug}/roll-calls/events/", json.dumps(body).encode(), headers))
        results: list[dict[str, Any]] = answer["results"]
        return results


class Phone:
    """Ticks one person after the other; keeps each tick until it is acknowledged, and sends it again until then."""

    def __init__(self, person: Person, roll_call: str) -> None:
        self.person, self.roll_call = person, roll_call
        self.device = str(uuid.uuid4())
        self.whom = cycle(person.people)
        self.waiting: list[dict[str, Any]] = []
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()

    def tick(self) -> None:
        """Make one tick and keep it."""
        self.waiting.append(
            {
                "id": str(uuid.uuid4()), "kind": "roll-call-tick", "at": self.person.site.now.isoformat(), "seq": 1,
                "target": {"roll_call": self.roll_call, "who": next(self.whom)}, "value": {"claim": "with-me"},
            }
        )  # fmt: skip

    def send(self) -> None:
        """Send all that is kept; what is acknowledged is kept no longer."""
        self.sent |= {each["id"] for each in self.waiting}
        for result in self.person.send(self.device, self.waiting):
            assert result["status"] in {200, 201}, result
            self.acknowledged.add(result["id"])
        self.waiting = [each for each in self.waiting if each["id"] not in self.acknowledged]

    def until_cut_off(self, stop: Event) -> None:
        """Tick and send until the server is gone."""
        while not stop.is_set():
            self.tick()
            try:
                self.send()
            except (urllib.error.HTTPError, AssertionError):
                raise
            except (OSError, HTTPException, ValueError):
                return


@pytest.fixture
def roll_call_on(site: Site) -> tuple[list[Person], str]:
    """A roll call going on, and two people who tick in it."""
    people = [Person(site, site.sign_in_of(role)) for role in ("duty", "teacher")]
    number = str(uuid.uuid4())
    start = {
        "id": str(uuid.uuid4()), "kind": "roll-call-start", "at": site.now.isoformat(), "seq": 0,
        "target": {"roll_call": number}, "value": {"kind": "evacuate", "mode": "drill", "list_at": None},
    }  # fmt: skip
    (result,) = people[0].send(str(uuid.uuid4()), [start])
    assert result["status"] == 201, result
    return people, number


@pytest.mark.both
def test_killed_outright_with_twenty_phones_ticking(site: Site, roll_call_on: tuple[list[Person], str]) -> None:
    people, number = roll_call_on
    phones = [Phone(people[place % len(people)], number) for place in range(PHONES)]

    def there() -> list[str]:
        """The ticks the school holds, which it counts one by one without a gap."""
        answer = json.loads(people[0].get(f"/{people[0].slug}/roll-calls/{number}/events/?after=0"))
        assert [each["n"] for each in answer["events"]] == list(range(1, answer["version"] + 1))
        return [each["id"] for each in answer["events"]]

    cut_off = 0
    for _kill in range(KILLS):
        before = sum(len(each.acknowledged) for each in phones)
        stop = Event()
        with ThreadPoolExecutor(PHONES) as all_phones:
            running = [all_phones.submit(each.until_cut_off, stop) for each in phones]
            limit = time.monotonic() + 60
            while sum(len(each.acknowledged) for each in phones) == before and time.monotonic() < limit:
                time.sleep(0.05)
            time.sleep(UNDER_LOAD)
            site.kill()
            stop.set()
            for one in running:
                one.result()
        assert sum(len(each.acknowledged) for each in phones) > before, "nobody ticked before the server was killed"
        cut_off += sum(bool(each.waiting) for each in phones)
        site.start()
        held = there()
        assert len(held) == len(set(held))
        lost = set().union(*(each.acknowledged for each in phones)) - set(held)
        assert not lost, f"{len(lost)} acknowledged ticks are lost"
        assert set(held) <= set().union(*(each.sent for each in phones))

    assert cut_off, "no phone was waiting for an answer when the server was killed"
    for each in phones:
        if each.waiting:
            each.send()
        assert not each.waiting
    held = there()
    assert len(held) == len(set(held))
    assert set(held) == set().union(*(each.sent for each in phones))
