"""Names and words of every kind go in through the screens and come out again as they were."""

import html

import pytest
from django.urls import reverse

from muster.curriculum.models import Objective, Scale, Strand, Subject
from muster.curriculum.rules.filling import cleaned
from tests.exchange.real import NAUGHTY, needs
from tests.support.client import PageClient
from tests.world import World

OURS = [
    "O’Brien & Søn <b>", "naïve café", "日本語", "العربية", "👩‍🏫 emoji", "Robert'); DROP TABLE pupils;--", "{{ 7 * 7 }}",
    "%s %(name)s {0}", "\u202eright to left", "a\u0301 combining", "\\n not a line", "null", "a\x00b",
]  # fmt: skip


def words() -> list[str]:
    """Our own, and those of the list beside the checkout where it is there."""
    listed = NAUGHTY.read_text(encoding="utf-8").split("\n") if NAUGHTY.exists() else []
    lines = [line.replace("\r", "") for line in listed if line and not line.startswith("#")]
    return list(dict.fromkeys(cleaned(one) for one in [*OURS, *lines] if cleaned(one)))


def address(name: str, **values: int) -> str:
    return reverse(f"curriculum:{name}", kwargs={"school": "ashgrove", **values})


@pytest.fixture
def signed_in(client: PageClient, world: World) -> PageClient:
    client.force_login(world.okafor)
    return client


@pytest.mark.parametrize("word", OURS)
def test_our_own_words_come_out_of_every_field(signed_in: PageClient, world: World, word: str) -> None:
    said = cleaned(word)
    signed_in.post(address("subjects", framework_id=world.framework.pk), {"name": word})
    subject = Subject.objects.get(framework=world.framework, name=said)
    signed_in.post(address("strands", subject_id=subject.pk), {"strand-name": word})
    strand = Strand.objects.get(subject=subject, name=said)
    signed_in.post(address("objectives", strand_id=strand.pk), {"wording": word})
    assert Objective.objects.get(strand=strand).wording == said
    page = signed_in.get(address("subject", framework_id=world.framework.pk, subject_id=subject.pk)).content.decode()
    assert page.count(html.escape(said)) >= 3


@pytest.mark.parametrize("word", [word for word in OURS if "\x00" not in word])
def test_a_scale_takes_any_word(signed_in: PageClient, world: World, word: str) -> None:
    signed_in.post(address("scale_new"), {"name": word, "rows": "1", "step-0-word": word})
    step = Scale.objects.get(name=word).steps.get()
    assert step.word == word
    assert html.escape(word) in signed_in.get(address("scales")).content.decode()


def test_what_a_form_cannot_keep_is_refused_in_a_sentence(signed_in: PageClient) -> None:
    answer = signed_in.post(address("scale_new"), {"name": "a\x00b", "rows": "1", "step-0-word": "One"})
    assert answer.status_code == 422


@needs(NAUGHTY)
def test_every_line_of_the_naughty_list_is_an_objective_word_for_word(signed_in: PageClient, world: World) -> None:
    from muster.curriculum import actions
    from muster.curriculum.rules.filling import Wanted

    every = words()
    wanted = [Wanted(row, "Odd", (f"Strand {row // 50}",), word) for row, word in enumerate(every, 1)]
    plan = actions.plan_for(world.framework, wanted)
    assert len(plan.add) > 450
    actions.fill_framework(framework=world.framework, plan=plan, by=world.okafor, at=world.now)
    subject = Subject.objects.get(framework=world.framework, name="Odd")
    where = address("subject", framework_id=world.framework.pk, subject_id=subject.pk)
    page = signed_in.get(where + "?stage=all").content.decode()
    missing = [one.wording for one in plan.add if html.escape(one.wording) not in page]
    assert missing == []
    assert actions.plan_for(world.framework, wanted).is_empty
