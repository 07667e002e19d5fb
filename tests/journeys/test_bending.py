"""A merge of very many marks: the page says how far it is, and a server killed in the middle of it has done nothing."""

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import in_the_office

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch
    from tests.support.server import Site

MANY = """
import uuid
from datetime import timedelta
from muster.curriculum.models import Objective, Step
from muster.markbook.models import Judgement
from muster.people.models import Account, ChangeSet, ClassMembership, School
from muster.people.purposes import Purpose
school = School.objects.get(slug="ashgrove")
teacher = Account.objects.get(email="teacher@ashgrove.example")
first, second = Objective.objects.live().to_learn().filter(
    school=school, strand__subject__name="Reading", strand__subject__framework__retired_at=None
).order_by("strand__subject", "strand", "position")[:2]
step = Step.objects.filter(scale=first.strand.subject.scale or first.strand.subject.framework.scale).first()
change_set = ChangeSet.objects.create(school=school, kind="marks", by=teacher, at=at, finished_at=at, summary={})
pupils = list(dict.fromkeys(ClassMembership.objects.filter(school=school).values_list("pupil", flat=True)))
for objective in (first, second):
    Judgement.objects.bulk_create([
        Judgement(
            school=school, act=uuid.uuid4(), pupil_id=pupil, objective=objective, kind="step", step=step,
            judged_at=at - timedelta(minutes=turn), recorded_at=at, judged_by=teacher, change_set=change_set,
        )
        for turn in range(1 + 10_000 // len(pupils)) for pupil in pupils
    ], batch_size=2000)
print(first.pk, second.pk)
"""
"""Ten thousand marks on each of two objectives, such as years of a large school bring."""

HOW_FAR = re.compile(r"^[\d,]+ of 10,\d{3} marks carried over$")
STATE = """
from muster.curriculum.models import Objective
from muster.markbook.models import Judgement
from muster.people.models import ChangeSet
merges = ChangeSet.objects.filter(kind="curriculum:objectives-merged")
with purpose().using(Purpose.TEACH, Shows.RECORD):
    copies = Judgement.objects.filter(copied_from__isnull=False, objective__retired_at=None).count()
print(
    Objective.objects.live().filter(pk__in=({first}, {second})).count(), merges.exclude(finished_at=None).count(),
    Objective.objects.seen().filter(came_from__earlier={first}).count(), copies,
)
"""


@pytest.mark.both
def test_a_merge_of_ten_thousand_marks_says_how_far_it_is_and_survives_a_kill(
    site: "Site", page: Page, sign_in: "SignsIn", watch: "Watch"
) -> None:
    watch.expect("ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load resource|ERR_SOCKET|Failed to fetch")
    first, second = in_the_office(site, MANY).split()

    def state() -> list[int]:
        """Of the two, how many are in use; merges done; objectives made of the first to be seen; marks carried to those."""
        return [int(number) for number in in_the_office(site, STATE.format(first=first, second=second)).split()]

    def begins() -> None:
        page.goto(f"/ashgrove/frameworks/objectives/{first}/merging/")
        page.locator(f"input[name=with][value='{second}']").check(force=True)
        page.get_by_role("button", name="See what would happen").click()
        expect(page.locator("body")).to_contain_text("This is what would happen")
        # What a page says while its form is away is out of reach by then: it is noted where the next page can read it.
        page.evaluate(
            """new MutationObserver(() => sessionStorage.setItem('said', document.querySelector('[data-progress-line] p').textContent))
            .observe(document.querySelector('[data-progress-line]'), { subtree: true, childList: true, characterData: true })"""
        )
        page.get_by_role("button", name="Merge them").click(no_wait_after=True)
        until = time.monotonic() + 60
        while not HOW_FAR.search(page.request.get("/ashgrove/frameworks/bends/progress/").json()["text"]):
            assert time.monotonic() < until
            time.sleep(0.05)

    sign_in(page, "head")
    begins()
    site.kill()
    assert state() == [2, 0, 0, 0], "nothing of it is seen"
    site.start()
    begins()
    page.wait_for_url(re.compile(r"/about/"), timeout=90_000)
    expect(page.locator("body")).to_contain_text("Merged. Every mark is kept.")
    assert HOW_FAR.search(page.evaluate("sessionStorage.getItem('said') ?? ''"))
    live, merges, seen, copies = state()
    assert (live, merges, seen) == (0, 1, 1)
    assert copies > 10_000, "every mark of it was carried, and none of the one that was cut off"
