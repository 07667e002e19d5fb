"""The shipped derivation in Chromium and the school's own: the table of cases, and a sample of the random schedules."""

import json
from dataclasses import asdict

from playwright.sync_api import Browser

from bench.schedules import ASK, as_read, run, with_the_module
from muster.emergency.rules.derive import derive
from tests.emergency.test_derive import CASES, events, people

SAMPLE = 300


def test_the_browser_answers_each_case_of_the_table_as_the_school_does(chromium: Browser) -> None:
    page = with_the_module(chromium.new_page())
    said = [
        {
            "listed": [asdict(one) for one in people(case["listed"])],
            "events": [asdict(one) for one in events(case["events"])],
            "arrivals": [list(range(len(case["events"])))],
        }
        for case in CASES
    ]
    answers = page.evaluate(ASK, ["/derive.js", json.loads(json.dumps(said))])
    page.close()
    for case, (board,) in zip(CASES, answers, strict=True):
        assert board == as_read(derive(people(case["listed"]), events(case["events"]))), case["name"]


def test_a_sample_of_the_schedules_converges_and_accounts_falsely_for_nobody(chromium: Browser) -> None:
    page = with_the_module(chromium.new_page())
    assert run(page, range(SAMPLE)) == (0, 0)
    page.close()
