"""The golden rules: off at first, switched openly, and each forbidden thing absent, then present."""

import re
from datetime import timedelta

import pytest

from muster.curriculum.models import Objective, Stage, Step, Strand
from muster.markbook.golden_rules import GOLDEN_RULES, ReasonMissing, Rule, SwitchedAlready, in_force, switch
from muster.markbook.models import Following, GoldenRuleChange
from muster.people.access import GRANTS, STAFF_ROLES, Permission, Role
from muster.people.actions.reach import NotTheirSchool
from muster.people.models import Pupil
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import World, a_change_set, a_judgement, a_pupil, an_objective

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


# -- each forbidden thing, absent and then present ------------------------------------------------------------------


def grid_of(client: PageClient, world: World, end: str = "") -> str:
    """The grid of 3 Hazel, Maths, Number, as its teacher sees it."""
    client.force_login(world.okafor)
    unit = f"/ashgrove/classes/{world.hazel.pk}/markbook/{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}/"
    answer = client.get(unit + end)
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def a_follower(world: World) -> Pupil:
    """A pupil of 3 Hazel who follows the stage before instead of the class's maths."""
    pupil = a_pupil(world, name="Dilys Evans", in_class=world.hazel)
    stage = Stage.objects.create(school=world.ashgrove, framework=world.framework, name="Years 1 and 2", position=0)
    an_objective(world, code="E1", wording="Counts to twenty and back", stages=[stage])
    Following.objects.create(
        school=world.ashgrove,
        pupil=pupil,
        instead_of=world.maths,
        subject=world.maths,
        stage=stage,
        starts_on=world.today - timedelta(days=30),
        recorded_at=world.now,
        by=world.okafor,
        change_set=a_change_set(world),
    )
    return pupil


def test_red_for_below_is_absent_then_present_and_never_for_a_pupil_out_of_their_year(
    client: PageClient, world: World
) -> None:
    below = Step.objects.filter(scale=world.scale, place="below").order_by("position")[0]
    out_of_year = a_follower(world)
    own = Objective.objects.get(code="E1", school=world.ashgrove)
    a_judgement(world, letter=below.code)
    a_judgement(world, pupil=out_of_year, objective=own, letter=below.code)
    before = grid_of(client, world)
    assert not re.search(r'<td class="[^"]*\bbelow\b', before)
    assert "edges in red" not in before
    switched_on(world, Rule.RED_FOR_BELOW)
    page = grid_of(client, world)
    rows = dict(re.findall(r'<tr data-pupil="(\d+)">(.*?)</tr>', page))
    assert re.search(r'<td class="[^"]*\bbelow\b', rows[str(world.amina.pk)])
    assert not re.search(r"\bbelow\b", rows[str(out_of_year.pk)])
    assert f"{below.code}, {below.word}" in rows[str(out_of_year.pk)]
    assert "edges in red" in page
    assert REASON in page


def test_a_page_as_recorded_shows_what_was_on_then_and_nothing_switched_on_since(
    client: PageClient, world: World
) -> None:
    below = Step.objects.filter(scale=world.scale, place="below").order_by("position")[0]
    a_judgement(world, letter=below.code, at=world.now - timedelta(days=40))
    for days, on in ((20, True), (5, False)):
        GoldenRuleChange.objects.create(
            school=world.ashgrove, rule=Rule.RED_FOR_BELOW, is_on=on, reason=REASON, by=world.head,
            at=world.now - timedelta(days=days),
        )  # fmt: skip

    def edged(end: str) -> tuple[bool, bool]:
        page = grid_of(client, world, end)
        return bool(re.search(r'<td class="[^"]*\bbelow\b', page)), "edges in red" in page

    def then(days: int) -> str:
        return f"?at={world.today - timedelta(days=days)}"

    assert edged("") == (False, False)
    assert edged(then(10)) == (True, True)
    assert edged(then(30)) == (False, False)
    assert edged(f"{then(10)}&as=known") == (False, False)


def test_point_scores_are_absent_then_present_inside_one_unit(client: PageClient, world: World) -> None:
    Step.objects.filter(pk=world.steps["S"].pk).update(number=3)
    Step.objects.filter(pk=world.steps["D"].pk).update(number=2)
    a_judgement(world, objective=world.objectives[0], letter="S")
    a_judgement(world, objective=world.objectives[1], letter="D")
    before = grid_of(client, world)
    assert "points" not in re.sub(r"data-say[^\n]*", "", before)
    switched_on(world, Rule.POINT_SCORES)
    page = grid_of(client, world)
    assert "2.5 points (mean of 2)" in page
    assert "This page shows point scores" in page
    assert REASON in page


def test_numbers_cross_units_only_where_sums_across_are_on_and_never_reach_an_earlier_term(
    client: PageClient, world: World
) -> None:
    for number, letter in enumerate("BDSG", 1):
        Step.objects.filter(pk=world.steps[letter].pk).update(number=number)
    shape = Strand.objects.create(school=world.ashgrove, subject=world.maths, name="Shape", position=2)
    other = an_objective(world, strand=shape, code="F1", wording="Names flat shapes")
    a_judgement(world, letter="S")
    a_judgement(world, objective=other, letter="D")
    a_judgement(world, objective=world.objectives[1], letter="G", at=world.now - timedelta(days=120))
    beside = f"?with={world.maths.pk}.{world.lower_juniors.pk}.{shape.pk}"
    switched_on(world, Rule.POINT_SCORES)
    assert "3.0 points (mean of 1)" in grid_of(client, world, beside)
    switched_on(world, Rule.SUMS_ACROSS)
    page = grid_of(client, world, beside)
    assert "2.5 points (mean of 2)" in page
    assert "adds up over frameworks or years" in page
    assert "3.0 points (mean of 1)" in grid_of(client, world)


def test_a_pupil_whose_steps_have_no_numbers_has_no_points(client: PageClient, world: World) -> None:
    Step.objects.filter(scale=world.scale).update(number=None)
    a_judgement(world, letter="S")
    switched_on(world, Rule.POINT_SCORES)
    assert "data-points" not in grid_of(client, world)


def test_a_rule_of_the_next_school_changes_nothing_here(client: PageClient, world: World) -> None:
    a_judgement(world, letter=Step.objects.filter(scale=world.scale, place="below")[0].code)
    for rule in Rule:
        GoldenRuleChange.objects.create(
            school=world.birchwood, rule=rule, is_on=True, reason=REASON, by=world.birchwood_senco, at=world.now
        )
    page = grid_of(client, world)
    assert not re.search(r'<td class="[^"]*\bbelow\b', page)
    assert REASON not in page
