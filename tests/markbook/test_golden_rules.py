"""The golden rules: off at first, switched openly, and each forbidden thing absent, then present."""

import pytest

from muster.markbook.golden_rules import GOLDEN_RULES, ReasonMissing, Rule, SwitchedAlready, in_force, switch
from muster.markbook.models import GoldenRuleChange
from muster.people.access import GRANTS, STAFF_ROLES, Permission, Role
from muster.people.actions.reach import NotTheirSchool
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import World

PAGE = "/ashgrove/settings/golden-rules/"
REASON = "Governors asked for one term"


def switched_on(world: World, rule: Rule) -> GoldenRuleChange:
    """The head switches a rule on."""
    return switch(rule=rule, on=True, reason=REASON, school=world.ashgrove, by=world.head, at=world.now)


def test_all_six_are_described_and_all_are_off(world: World) -> None:
    assert {each.rule for each in GOLDEN_RULES} == set(Rule)
    assert in_force(world.ashgrove) == {}


def test_everybody_on_the_staff_may_read_them_and_nobody_else() -> None:
    may = {role for role in Role if Permission.GOLDEN_RULES_VIEW in GRANTS[role]}
    assert may == STAFF_ROLES


@pytest.mark.parametrize("who", ["okafor", "cover", "governor", "duty", "it", "head", "dpo", "office"])
def test_the_staff_read_who_switched_what_and_why(client: PageClient, world: World, who: str) -> None:
    switched_on(world, Rule.POINT_SCORES)
    client.force_login(world.cast[who])
    page = client.get(PAGE).content.decode()
    assert "Hester Quill" in page
    assert REASON in page
    assert "4 March 2026" in page
    assert ("Switch off: Point scores" in page) == (who in {"head", "it"})


@pytest.mark.parametrize(
    ("who", "status"), [("guardian", 403), ("amina_herself", 403), ("birchwood_senco", 404), ("okafor", 200)]
)
def test_who_may_open_them(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get(PAGE).status_code == status


def test_a_rule_is_switched_on_with_a_reason_and_off_with_another(client: PageClient, world: World) -> None:
    client.force_login(world.head)
    before = HistoryEntry.objects.count()
    answer = client.post(f"{PAGE}red-for-below/", {"reason": REASON, "on": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert set(in_force(world.ashgrove)) == {"red-for-below"}
    client.post(f"{PAGE}red-for-below/", {"reason": "It made children sad.", "on": "off"})
    assert in_force(world.ashgrove) == {}
    assert list(GoldenRuleChange.objects.order_by("pk").values_list("is_on", "reason", "by")) == [
        (True, REASON, world.head.pk),
        (False, "It made children sad.", world.head.pk),
    ]
    assert HistoryEntry.objects.count() == before + 2
    assert in_force(world.birchwood) == {}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"reason": "", "on": "on"}, id="no reason"),
        pytest.param({"reason": "   ", "on": "on"}, id="a reason of spaces"),
        pytest.param({"reason": "x" * 501, "on": "on"}, id="too long"),
        pytest.param({"reason": "a\0b", "on": "on"}, id="a null character"),
        pytest.param({"reason": REASON, "on": "perhaps"}, id="neither way"),
        pytest.param({"reason": REASON}, id="no way"),
        pytest.param({"reason": REASON, "on": "off"}, id="off already"),
    ],
)
def test_a_switch_that_cannot_be_says_why_and_switches_nothing(
    client: PageClient, world: World, given: dict[str, str]
) -> None:
    client.force_login(world.head)
    history = HistoryEntry.objects.count()
    answer = client.post(f"{PAGE}by-teacher/", given)
    assert answer.status_code == 422
    assert "There is something to put right" in answer.content.decode()
    assert not GoldenRuleChange.objects.exists()
    assert HistoryEntry.objects.count() == history


def test_no_such_rule_is_no_page(client: PageClient, world: World) -> None:
    client.force_login(world.head)
    assert client.get(f"{PAGE}no-such-rule/").status_code == 404


def test_the_action_itself_asks_for_post_and_reason(world: World) -> None:
    with pytest.raises(NotTheirSchool):
        switch(rule=Rule.BY_TEACHER, on=True, reason=REASON, school=world.ashgrove, by=world.okafor, at=world.now)
    with pytest.raises(NotTheirSchool):
        switch(rule=Rule.BY_TEACHER, on=True, reason=REASON, school=world.birchwood, by=world.head, at=world.now)
    with pytest.raises(ReasonMissing):
        switch(rule=Rule.BY_TEACHER, on=True, reason=" ", school=world.ashgrove, by=world.head, at=world.now)
    with pytest.raises(SwitchedAlready):
        switch(rule=Rule.BY_TEACHER, on=False, reason=REASON, school=world.ashgrove, by=world.head, at=world.now)
    switched_on(world, Rule.BY_TEACHER)
    with pytest.raises(SwitchedAlready):
        switched_on(world, Rule.BY_TEACHER)
