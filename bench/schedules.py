"""100,000 random schedules of ticks, losses, repeats, partitions and clocks wrong by a day: does everybody agree?

Each schedule has a list, some devices and what each of them said. The events reach the school and each other in any order,
some twice, some only after a partition ends. When all have arrived the school's derivation, given them in the order of the
school, and the shipped module in Chromium, given them in the order of each device, must say the same of everybody; and nobody
may be accounted for whom no adult accounts for, as counted here in the plainest way.
"""

import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench import Database, Figure
from muster.emergency.rules.derive import Board, Event, Person, derive

LONG = True
SCHEDULES = 100_000
BATCH = 500
MODULE = Path(__file__).parent.parent / "muster/emergency/static/emergency/derive.js"
DAY = 86_400_000
ABOUT = ("injured", "needs-help", "with-me", "with-me", "with-me", "with-me", "off-site", "not-here", "missing")
ACCOUNTS = frozenset(ABOUT) - {"missing"}


@dataclass(frozen=True)
class Schedule:
    """A list, every event there is, and the order in which each place learnt of them. The school is the first place."""

    listed: list[Person]
    events: list[Event]
    arrivals: list[list[int]]


def a_schedule(seed: int) -> Schedule:
    """The schedule of that number; the same on every machine."""
    chance = random.Random(seed)
    listed = [
        Person(f"pupil-{number}", group=f"{number % 3} Hazel", expected=chance.random() > 0.1)
        for number in range(1, chance.randint(2, 12))
    ]
    devices = [f"marshal-{number}" for number in range(chance.randint(1, 5))]
    off_by = {device: chance.choice([0, 0, 0, DAY, -DAY]) for device in devices}
    events: list[Event] = []
    for number in range(chance.randint(0, 24)):
        device = chance.choice(devices)
        claim = chance.choice([*ABOUT, "undo", "note", "extra", "heads"])
        over = tuple(chance.sample([one.id for one in events], k=min(len(events), chance.choice([0, 0, 0, 1, 2]))))
        extras = [f"extra-{one.id}" for one in events if one.claim == "extra"]
        events.append(
            Event(
                id=f"{chance.getrandbits(32):08x}-{number}",
                claim=claim,
                by=device,
                at=1_000_000_000_000 + chance.randint(0, 600) * 1000 + off_by[device],
                who=chance.choice([person.who for person in listed] + extras + ["pupil-99"]),
                place=chance.choice(["", "", "gate", "field"]),
                over=over,
                group=f"{number % 3} Hazel" if claim == "heads" else "",
                count=chance.randint(0, 9) if claim == "heads" else 0,
            )
        )
    arrivals = []
    for _place in range(len(devices) + 1):
        order = list(range(len(events)))
        order += chance.sample(order, k=len(order) // 3)  # answers that were lost, and so are sent again
        chance.shuffle(order)
        # Half of them behind a partition: they come in one late batch, newest first.
        if chance.random() < 0.5:
            wall = chance.randint(0, len(order))
            order = order[:wall] + order[wall:][::-1]
        arrivals.append(order)
    return Schedule(listed, events, arrivals)


def as_read(board: Board) -> dict[str, Any]:
    """A board as both sides write it down."""
    return {
        "people": {
            who: [one.state, one.contradiction, one.accounted, list(one.events)] for who, one in board.people.items()
        },
        "extras": {
            who: [one.state, one.contradiction, one.accounted, list(one.events)] for who, one in board.extras.items()
        },
        "heads": {group: [one.count, one.differs, one.event] for group, one in board.heads.items()},
        "counts": [
            board.expected,
            board.accounted,
            board.missing,
            board.help,
            board.injured,
            board.extra,
            board.contradictions,
        ],
    }


ASK = """([module, schedules]) => import(module).then(({ derive }) => schedules.map(({ listed, events, arrivals }) => arrivals.map((order) => {
  const board = derive(listed, order.map((place) => events[place]));
  const people = (map) => Object.fromEntries([...map].map(([who, one]) => [who, [one.state, one.contradiction, one.accounted, one.events]]));
  return {
    people: people(board.people), extras: people(board.extras),
    heads: Object.fromEntries([...board.heads].map(([group, one]) => [group, [one.count, one.differs, one.event]])),
    counts: [board.expected, board.accounted, board.missing, board.help, board.injured, board.extra, board.contradictions],
  };
})))"""


def falsely_accounted(schedule: Schedule, board: dict[str, Any]) -> int:
    """People a board accounts for though no adult's word for them still counts."""
    gone = {other for event in schedule.events for other in event.over if other != event.id}
    vouched = {event.who for event in schedule.events if event.id not in gone and event.claim in ACCOUNTS}
    return sum(one[2] and who not in vouched for who, one in board["people"].items())


def run(page: Page, seeds: range) -> tuple[int, int]:
    """How many of these schedules did not converge, and how many people were falsely accounted for."""
    schedules = [a_schedule(seed) for seed in seeds]
    said = [
        {
            "listed": [asdict(one) for one in each.listed],
            "events": [asdict(one) for one in each.events],
            "arrivals": each.arrivals[1:],
        }
        for each in schedules
    ]
    answers = page.evaluate(ASK, ["/derive.js", json.loads(json.dumps(said))])
    apart = wrong = 0
    for schedule, boards in zip(schedules, answers, strict=True):
        school = as_read(derive(schedule.listed, [schedule.events[place] for place in schedule.arrivals[0]]))
        apart += any(board != school for board in boards)
        wrong += falsely_accounted(schedule, school) + sum(falsely_accounted(schedule, board) for board in boards)
    return apart, wrong


def with_the_module(page: Page) -> Page:
    """`page` on an address that serves the shipped module, as it stands in the tree, and nothing else."""
    page.route("http://localhost/**", lambda route: route.fulfill(
        body=MODULE.read_text() if route.request.url.endswith(".js") else "<!doctype html><title>x</title>",
        content_type="text/javascript" if route.request.url.endswith(".js") else "text/html",
    ))  # fmt: skip
    page.goto("http://localhost/")
    return page


def measure(db: Database) -> list[Figure]:
    """How many did not converge, of how many, and how many people were falsely accounted for: both must be nothing."""
    from tests.support.browser import FLAGS, chromium_program

    apart = wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=[*FLAGS, "--no-sandbox"])
        page = with_the_module(browser.new_page())
        for first in range(0, SCHEDULES, BATCH):
            more_apart, more_wrong = run(page, range(first, min(first + BATCH, SCHEDULES)))
            apart, wrong = apart + more_apart, wrong + more_wrong
        browser.close()
    return [
        Figure("schedules", SCHEDULES, "schedules"),
        Figure("apart", apart, "schedules"),
        Figure("falsely_accounted", wrong, "people"),
    ]
