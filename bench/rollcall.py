"""A roll call of 2,000 people and 60 phones: what a poll costs, and how soon a tick is on every other phone."""

import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median

from django.db import connection
from django.test import Client

from bench import Database, Figure
from bench.grid import signed_in_as
from bench.school import Grown, a_school, now
from bench.timing import a_client, milliseconds
from muster.emergency.actions.roll_calls import start
from muster.emergency.rules.kinds import Kind, Mode
from muster.people.access import Role
from muster.people.models import Account, Post

LONG = True
PEOPLE = 2_000
PHONES = 60
POLLS = 200
"""Polls timed, each beside one of the health page."""
TICKS = 12
"""Ticks sent one after the other while every phone polls."""
EVERY = 2.0
"""Seconds between two polls of a phone, as static/emergency/roll-call.js does it."""
AT_ONCE = 4
"""Requests that one process of the server answers at once, as config/serve.py starts it. A school's has two of them."""


def measure(db: Database) -> list[Figure]:
    """The poll against the health page, and the longest time from a tick to the last phone.

    The health page is asked for by nobody: with the teacher's session it would read who that is as well.
    """
    grown = a_school(PEOPLE, objectives=1)
    at = now()
    Post.objects.filter(account=grown.teacher).update(role=Role.TEACHER)
    roll_call = start(school=grown.school, kind=Kind.EVACUATE, mode=Mode.TEST, started_at=at, by=grown.teacher, at=at)
    client = signed_in_as(grown.teacher)
    where = f"/{grown.school.slug}/roll-calls/{roll_call.uuid}/events/"
    first = client.get(where, secure=True)
    tag = first.headers["ETag"]

    def poll() -> None:
        if client.get(where, secure=True, headers={"if-none-match": tag}).status_code != 304:
            raise RuntimeError("The board should not have changed.")

    nobody = a_client()

    def health() -> None:
        if nobody.get("/health", secure=True).status_code != 200:
            raise RuntimeError("The health page could not be opened.")

    poll()
    polls, healths = [], []
    for _each in range(POLLS):
        polls.append(milliseconds(poll))
        healths.append(milliseconds(health))
    staff = adults(grown)
    slowest = longest_way(grown, staff, where)
    median_list, last_list = lists_of_one_that_began(grown, staff)
    return [
        Figure("poll", median(polls), "ms"),
        Figure("health", median(healths), "ms"),
        Figure("poll_times_health", median(polls) / median(healths), "x"),
        Figure("to_every_phone", slowest, "s"),
        Figure("list_on_half_the_phones", median_list, "s"),
        Figure("list_on_every_phone", last_list, "s"),
    ]


def adults(grown: Grown) -> list[Account]:
    """As many members of staff as there are phones."""
    found = []
    for number in range(PHONES):
        account = Account.objects.create_user(
            f"adult{number}@{grown.school.slug}.example", None, name=f"Adult {number}"
        )
        Post.objects.create(school=grown.school, account=account, role=Role.TEACHER, starts_on=now().date())
        found.append(account)
    return found


def longest_way(grown: Grown, staff: list[Account], where: str) -> float:
    """The longest time, in seconds, from sending a tick until all phones have it; phones poll at different moments.

    Each phone is another adult's, who is signed in and polls when the first tick is made.
    """
    seen: dict[int, float] = {}
    known = threading.Lock()
    stop = threading.Event()
    polling = threading.Barrier(PHONES + 1, timeout=60)

    def phone(number: int, adult: Account) -> None:
        client = signed_in_as(adult)
        first = client.get(where, secure=True)
        after, tag = first.json()["version"], first.headers["ETag"]
        polling.wait()
        time.sleep(EVERY * number / PHONES)
        while not stop.is_set():
            answer = client.get(f"{where}?after={after}", secure=True, headers={"if-none-match": tag} if tag else {})
            if answer.status_code == 200:
                after, tag = answer.json()["version"], answer.headers["ETag"]
                at = time.monotonic()
                with known:
                    for tick in range(1, after + 1):
                        seen.setdefault(tick * 1000 + number, at)
            stop.wait(EVERY)
        connection.close()

    phones = [threading.Thread(target=phone, args=each) for each in enumerate(staff)]
    for each in phones:
        each.start()
    client = signed_in_as(grown.teacher)
    polling.wait()
    time.sleep(EVERY)
    sent: list[float] = []
    for place in range(TICKS):
        when = now()
        item = {
            "id": str(uuid.uuid4()), "kind": "roll-call-tick", "at": (when - timedelta(seconds=1)).isoformat(),
            "target": {"roll_call": where.split("/")[3], "who": f"pupil-{grown.pupils[place].pk}"}, "value": {"claim": "with-me"},
        }  # fmt: skip
        body = {"account": str(grown.teacher.uuid), "sent_at": when.isoformat(), "items": [item]}
        sent.append(time.monotonic())
        answer = client.post(
            f"/{grown.school.slug}/roll-calls/events/", json.dumps(body), content_type="application/json", secure=True
        )
        if answer.json()["results"][0]["status"] != 201:
            raise RuntimeError("The tick was not taken in.")
        time.sleep(1)
    time.sleep(EVERY + 3)
    stop.set()
    for each in phones:
        each.join()
    if len(seen) != TICKS * PHONES:
        raise RuntimeError("A phone missed a tick.")
    return max(at - sent[key // 1000 - 1] for key, at in seen.items())


def lists_of_one_that_began(grown: Grown, staff: list[Account]) -> tuple[float, float]:
    """Seconds from the start of a roll call until half of the phones, and until all, have its list.

    They lie on the start page, and find in their next poll that it began: all of them within `EVERY` seconds.
    """
    base = f"/{grown.school.slug}/roll-calls/"
    phones = [signed_in_as(adult) for adult in staff]
    all_here = threading.Barrier(AT_ONCE, timeout=60)

    def lies_there(client: Client) -> None:
        client.get(f"{base}going-on/", secure=True)

    def opens(client: Client) -> float:
        (*_others, newest) = sorted(client.get(f"{base}going-on/", secure=True).json()["open"], key=lambda one: one["number"])  # fmt: skip
        answer = client.get(f"{base}{newest['uuid']}/events/?after=0&list", secure=True)
        if len(answer.json()["list"]) < PEOPLE:
            raise RuntimeError("The list is not whole.")
        return time.monotonic()

    def leave(_place: int) -> None:
        all_here.wait()
        connection.close()

    with ThreadPoolExecutor(AT_ONCE) as server:
        list(server.map(lies_there, phones))
        begun = time.monotonic()
        at = now()
        start(school=grown.school, kind=Kind.HOLD, mode=Mode.TEST, started_at=at, by=grown.teacher, at=at)
        known = time.monotonic()
        asked = []
        for place, client in enumerate(phones):
            time.sleep(max(0, known + EVERY * place / PHONES - time.monotonic()))
            asked.append(server.submit(opens, client))
        took = [each.result() - begun for each in asked]
        list(server.map(leave, range(AT_ONCE)))
    return median(took), max(took)
