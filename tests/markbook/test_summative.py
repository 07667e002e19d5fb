"""The summative sheet: one snapshot at a time, a view over dates that moves no mark and fills none."""

import json
import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.curriculum.models import Objective, Scale, Snapshot, Step, Strand, Subject
from muster.markbook.golden_rules import Rule
from muster.markbook.models import Judgement, Taught
from muster.people.models import AcademicYear, School
from muster.privacy.models import HistoryEntry
from tests.markbook.test_golden_rules import REASON, a_follower, switched_on
from tests.support.client import PageClient
from tests.world import NOW, World, a_change_set, a_judgement, a_year, enrol

AUTUMN, SPRING, SUMMER = date(2025, 12, 12), date(2026, 3, 20), date(2026, 7, 10)


def a_snapshot(world: World, name: str, on: date, *, year: AcademicYear | None = None) -> Snapshot:
    """A snapshot of this year at Ashgrove."""
    year = year or world.year
    return Snapshot.objects.create(school=year.school, year=year, name=name, on=on)


def a_line(
    world: World, *, name: str = "Attainment", subject: Subject | None = None, scale: Scale | None = None
) -> Objective:
    """A line of the summative sheet of a subject of Ashgrove."""
    subject = subject or world.maths
    strand, _made = Strand.objects.get_or_create(
        school=subject.school, subject=subject, name="Summing up", defaults={"position": 99}
    )
    return Objective.objects.create(
        school=subject.school, strand=strand, wording=name, position=1, sums_up=True, scale=scale
    )


def a_progress_scale(school: School) -> Scale:
    """A second scale: what a teacher says of progress."""
    scale = Scale.objects.create(school=school, name="Progress")
    for position, (code, word) in enumerate([("L", "Less than hoped"), ("H", "As hoped"), ("M", "More than hoped")], 1):
        Step.objects.create(
            school=school, scale=scale, position=position, word=word, code=code, digit=position, secure=position > 1
        )
    return scale


@pytest.fixture
def autumn(world: World) -> Snapshot:
    """Three snapshots a year; the first of them, which has passed."""
    found = a_snapshot(world, "Autumn", AUTUMN)
    a_snapshot(world, "Spring", SPRING)
    a_snapshot(world, "Summer", SUMMER)
    return found


@pytest.fixture
def spring(autumn: Snapshot) -> Snapshot:
    """The one to come next."""
    return Snapshot.objects.get(name="Spring", school=autumn.school)


@pytest.fixture
def line(world: World) -> Objective:
    """Attainment in maths."""
    return a_line(world)


def href(world: World, snapshot: Snapshot) -> str:
    """The sheet of 3 Hazel."""
    return f"/ashgrove/classes/{world.hazel.pk}/sheets/{snapshot.pk}/"


def shown(page: str) -> list[tuple[str, str, str]]:
    """What each cell of a sheet shows: its class, its name, its text."""
    return re.findall(
        r'<td(?: class="([^"]*)")?(?: data-[skv]="[^"]*")* aria-label="([^"]*)"[^>]*>([^<]*)</td>',
        re.sub(' aria-readonly="true"', "", page),
    )


def opened(client: PageClient, world: World, snapshot: Snapshot, *, who: str = "okafor", at: str = "") -> str:
    client.force_login(world.cast[who])
    answer = client.get(href(world, snapshot) + at)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def a_mark(world: World, line: Objective, *, letter: str = "S", on: date | None = None, **also: Any) -> dict[str, Any]:
    """A mark of Amina in a line, of a day, as the script sends it."""
    target = {"pupil": world.amina.pk, "objective": line.pk} | ({} if on is None else {"on": on.isoformat()})
    return {
        "id": str(uuid.uuid4()),
        "act": str(uuid.uuid4()),
        "kind": "judgement",
        "target": target,
        "value": {"step": world.steps[letter].pk},
        "base": None,
        "at": NOW.isoformat(),
        "seq": 1,
    } | also


def send(client: PageClient, world: World, *items: dict[str, Any], who: str = "okafor") -> Any:
    """POST a batch as a tablet does."""
    client.force_login(world.cast[who])
    batch = {"account": str(world.cast[who].uuid), "sent_at": NOW.isoformat(), "items": items}
    return client.post("/ashgrove/sync/", json.dumps(batch), content_type="application/json")


def taught(world: World, objective: Objective, *, on: date) -> None:
    """3 Hazel was taught an objective."""
    Taught.objects.create(
        school=world.ashgrove,
        school_class=world.hazel,
        objective=objective,
        taught_on=on,
        said_at=NOW,
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )


# -- what a sheet shows ---------------------------------------------------------------------------------------------


def test_a_sheet_shows_pupils_down_and_subjects_across(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    english = Subject.objects.create(school=world.ashgrove, framework=world.framework, name="English", position=2)
    progress = a_line(world, name="Progress", subject=english, scale=a_progress_scale(world.ashgrove))
    a_judgement(world, objective=line, letter="S")
    page = opened(client, world, spring)
    assert "Amina Ali" in page
    assert "Ben Carter" not in page
    assert re.findall(r'scope="colgroup" colspan="2">([^<]*)<', page) == ["Maths", "English"]
    assert re.findall(r'data-objective="(\d+)" data-title="([^"]*)"', page) == [
        (str(line.pk), "Maths: Attainment"),
        (str(progress.pk), "English: Progress"),
    ]
    assert [text for _css, _name, text in shown(page)] == ["S", ""]
    assert "1 of 2" in page
    assert re.findall(r'palette-scale" data-scale="(\d+)"( hidden)?', page) == [
        (str(world.scale.pk), ""),
        (str(progress.scale_id), " hidden"),
    ]


def test_the_word_of_the_last_snapshot_is_faint_in_a_blank_cell(
    client: PageClient, world: World, autumn: Snapshot, spring: Snapshot, line: Objective
) -> None:
    a_judgement(world, objective=line, letter="S", at=NOW.replace(year=2025, month=11))
    (own,) = shown(opened(client, world, autumn))
    (faint,) = shown(opened(client, world, spring))
    assert own[1:] == ("S, Secure", "S")
    assert faint == ("faint", "S at the last snapshot, not yet marked", "S")
    assert "0 of 1" in opened(client, world, spring)


def test_a_mark_taken_back_lets_the_last_word_show_again(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    a_judgement(world, objective=line, letter="S", at=NOW.replace(year=2025, month=11))
    a_judgement(world, objective=line, letter=None, kind=Judgement.Kind.CLEAR, at=NOW - timedelta(hours=1))
    (cell,) = shown(opened(client, world, spring))
    assert cell[0] == "faint"


def test_the_instant_a_snapshot_ends_parts_it_from_the_next(
    client: PageClient, world: World, autumn: Snapshot, spring: Snapshot, line: Objective
) -> None:
    end = world.ashgrove.midnight(AUTUMN + timedelta(days=1))
    a_judgement(world, objective=line, letter="S", at=end - timedelta(microseconds=1))
    assert shown(opened(client, world, autumn))[0][0] != "faint"
    assert shown(opened(client, world, spring))[0][0] == "faint"
    enrolled = enrol(world, world.hazel, pupils=1)
    a_judgement(world, pupil=enrolled[0], objective=line, letter="S", at=end)
    assert [css for css, _name, _text in shown(opened(client, world, autumn))] == ["fill-leaf", ""]
    assert [css for css, _name, _text in shown(opened(client, world, spring))] == ["faint", "fill-leaf"]


def test_the_share_beside_a_subject_is_information_and_fills_nothing(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    assert "none taught" in opened(client, world, spring)
    taught(world, world.objectives[0], on=date(2026, 1, 12))
    taught(world, world.objectives[1], on=date(2026, 1, 13))
    a_judgement(world, objective=world.objectives[0], letter="S")
    before = Judgement.objects.count()
    page = opened(client, world, spring)
    assert re.search(r'<td class="share">1 of 2</td>', page)
    assert shown(page) == [("", "not yet marked", "")]
    assert Judgement.objects.count() == before


def test_lines_stand_in_no_unit_of_the_markbook(client: PageClient, world: World, line: Objective) -> None:
    client.force_login(world.okafor)
    line.stages.add(world.lower_juniors)
    page = client.get(
        f"/ashgrove/classes/{world.hazel.pk}/markbook/{world.maths.pk}/{world.lower_juniors.pk}/0/"
    ).content.decode()
    assert "Attainment" not in page


def test_the_sheet_costs_the_same_whatever_the_class(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    opened(client, world, spring)
    with CaptureQueriesContext(connection) as few:
        one = opened(client, world, spring)
    pupils = enrol(world, world.hazel, pupils=29)
    for number in range(6):
        subject = Subject.objects.create(
            school=world.ashgrove, framework=world.framework, name=f"Subject {number}", position=number + 2
        )
        a_line(world, subject=subject, scale=a_progress_scale(world.ashgrove) if not number else None)
    for pupil in pupils[:5]:
        a_judgement(world, pupil=pupil, objective=line)
    opened(client, world, spring)
    with CaptureQueriesContext(connection) as many:
        thirty = opened(client, world, spring)
    assert (one.count("<tr data-pupil"), thirty.count("<tr data-pupil")) == (1, 30)
    assert len(few) == len(many), "\n".join(query["sql"][:120] for query in many)


def test_opening_a_sheet_is_a_look(client: PageClient, world: World, spring: Snapshot, line: Objective) -> None:
    client.force_login(world.okafor)
    before = HistoryEntry.objects.count()
    client.get(href(world, spring))
    assert HistoryEntry.objects.count() == before + 1


def test_hostile_words_are_shown_as_words(client: PageClient, world: World, spring: Snapshot) -> None:
    subject = Subject.objects.create(school=world.ashgrove, framework=world.framework, name="<i>Art</i>", position=2)
    a_line(world, name='"><script>x</script>', subject=subject)
    page = opened(client, world, spring)
    assert "<script>x" not in page
    assert "&lt;i&gt;Art" in page


# -- which snapshot -------------------------------------------------------------------------------------------------


def test_the_sheet_opens_on_the_snapshot_to_come_next(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    client.force_login(world.okafor)
    answer = client.get(f"/ashgrove/classes/{world.hazel.pk}/sheets/")
    assert answer.headers["Location"] == href(world, spring)


def test_without_snapshots_or_lines_the_page_says_what_to_do(client: PageClient, world: World) -> None:
    client.force_login(world.head)
    assert "Add snapshots" in client.get(f"/ashgrove/classes/{world.hazel.pk}/sheets/").content.decode()
    spring = a_snapshot(world, "Spring", SPRING)
    assert "Choose a subject" in opened(client, world, spring, who="head")


def test_a_snapshot_that_has_not_begun_and_one_of_another_year_take_no_marks(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    last_year = a_year(world.ashgrove, name="2024/25", first_day=date(2024, 9, 1), last_day=date(2025, 8, 31))
    earlier = a_snapshot(world, "Last summer", date(2025, 7, 4), year=last_year)
    a_judgement(world, objective=line, letter="S", at=NOW.replace(year=2025, month=6))
    page = opened(client, world, earlier)
    assert "stays as it is" in page
    assert "data-palette" not in page
    assert 'aria-readonly="true" aria-label="S, Secure">S' in page
    assert "share" not in page
    summer = Snapshot.objects.get(name="Summer")
    page = opened(client, world, summer)
    assert "nothing can be marked for it yet" in page
    assert "data-palette" not in page
    client.force_login(world.okafor)
    sent = {"mark": f"{world.amina.pk}:{world.steps['S'].pk}"}
    for snapshot in (earlier, summer):
        assert client.post(f"{href(world, snapshot)}lines/{line.pk}/", sent).status_code == 404
    assert Judgement.objects.count() == 1


def test_changing_snapshots_moves_no_mark(
    client: PageClient, world: World, autumn: Snapshot, spring: Snapshot, line: Objective
) -> None:
    """Adding, moving and retiring are another view of the same judgements."""
    a_judgement(world, objective=line, letter="S", at=NOW.replace(year=2025, month=11, day=20))
    rows = list(Judgement.objects.order_by("pk").values())
    before = [shown(opened(client, world, each)) for each in (autumn, spring)]
    Snapshot.objects.filter(pk=autumn.pk).update(on=date(2025, 10, 17))
    assert shown(opened(client, world, autumn))[0][2] == ""
    assert shown(opened(client, world, spring))[0][0] == "fill-leaf"
    mid = a_snapshot(world, "Half-way", date(2026, 1, 30))
    assert [shown(opened(client, world, each))[0][0] for each in (mid, spring)] == ["fill-leaf", "faint"]
    Snapshot.objects.filter(pk=mid.pk).update(retired_at=NOW)
    client.force_login(world.okafor)
    assert client.get(href(world, mid)).status_code == 404
    Snapshot.objects.filter(pk=autumn.pk).update(on=AUTUMN)
    assert [shown(opened(client, world, each)) for each in (autumn, spring)] == before
    assert list(Judgement.objects.order_by("pk").values()) == rows


def test_a_retired_line_stays_on_past_sheets_and_takes_no_marks(
    client: PageClient, world: World, autumn: Snapshot, spring: Snapshot, line: Objective
) -> None:
    other = a_line(world, name="Progress")
    a_judgement(world, objective=other, letter="S", at=NOW.replace(year=2025, month=11))
    Objective.objects.filter(pk=other.pk).update(retired_at=NOW - timedelta(days=9))
    page = opened(client, world, autumn)
    assert re.search(r'aria-readonly="true" aria-label="S, Secure">S', page)
    assert "Maths: Progress" in page
    Objective.objects.filter(pk=other.pk).update(retired_at=NOW.replace(year=2025, month=10))
    assert "Maths: Progress" not in opened(client, world, autumn)


# -- marking on a sheet ---------------------------------------------------------------------------------------------


def test_a_mark_on_a_past_sheet_is_judged_at_the_end_of_its_day_and_recorded_now(
    client: PageClient, world: World, autumn: Snapshot, spring: Snapshot, line: Objective
) -> None:
    (result,) = send(client, world, a_mark(world, line, on=AUTUMN)).json()["results"]
    assert (result["status"], result["shown"]) == (201, {"step": world.steps["S"].pk})
    row = Judgement.objects.get()
    assert row.judged_at == world.ashgrove.midnight(AUTUMN + timedelta(days=1)) - timedelta(microseconds=1)
    assert row.recorded_at - NOW < timedelta(minutes=1)
    assert shown(opened(client, world, autumn))[0][1] == "S, Secure"
    assert shown(opened(client, world, spring))[0][0] == "faint"


@pytest.mark.parametrize("on", [NOW.date(), SPRING, SUMMER])
def test_a_mark_on_a_sheet_whose_day_has_not_passed_is_judged_now(
    client: PageClient, world: World, spring: Snapshot, line: Objective, on: date
) -> None:
    send(client, world, a_mark(world, line, on=on))
    assert timedelta(0) <= Judgement.objects.get().judged_at - NOW < timedelta(minutes=1)


def test_a_mark_on_a_past_sheet_leaves_the_later_sheet_as_it_is_and_meets_nobody(
    client: PageClient, world: World, autumn: Snapshot, spring: Snapshot, line: Objective
) -> None:
    """The senior colleague's spring mark is not in the autumn sheet, so marking there contests nothing."""
    a_judgement(world, objective=line, letter="D", by=world.head)
    (result,) = send(client, world, a_mark(world, line, on=AUTUMN)).json()["results"]
    assert (result["status"], result["two_views"], result["shown"]) == (201, False, {"step": world.steps["S"].pk})
    assert shown(opened(client, world, spring))[0][1] == "D, Developing"
    assert 'class="two' not in opened(client, world, spring)
    again = a_mark(world, line, on=AUTUMN, letter="D", base=result["version"])
    (second,) = send(client, world, again).json()["results"]
    assert (second["status"], second["two_views"]) == (201, False)
    assert shown(opened(client, world, autumn))[0][1] == "D, Developing"


def test_two_people_on_one_past_sheet_are_both_kept(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    send(client, world, a_mark(world, line, on=AUTUMN))
    (result,) = send(client, world, a_mark(world, line, on=AUTUMN, letter="D"), who="cover").json()["results"]
    assert (result["status"], result["two_views"]) == (201, True)
    assert "two views" in opened(client, world, autumn)


def test_a_repeat_of_a_mark_of_a_past_day_saves_nothing_more(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    mark = a_mark(world, line, on=AUTUMN)
    assert [send(client, world, mark).json()["results"][0]["status"] for _ in range(3)] == [201, 200, 200]
    assert Judgement.objects.count() == 1


@pytest.mark.parametrize(
    ("on", "status"),
    [
        pytest.param("2025-08-31", 422, id="a day of last year"),
        pytest.param("0001-01-01", 422, id="the first day there is"),
        pytest.param("9999-12-31", 201, id="the last day there is, which has not passed"),
        pytest.param("12 December", 422, id="no day"),
        pytest.param("2025-13-01", 422, id="a thirteenth month"),
        pytest.param(7, 422, id="a number"),
        pytest.param(["2025-12-12"], 422, id="a list"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_a_sentence(
    client: PageClient, world: World, autumn: Snapshot, line: Objective, on: object, status: int
) -> None:
    mark = a_mark(world, line)
    mark["target"]["on"] = on
    (result,) = send(client, world, mark).json()["results"]
    assert result["status"] == status
    assert Judgement.objects.count() == (status == 201)
    assert status == 201 or result["reason"].endswith(".")


def test_an_objective_that_is_to_be_learnt_takes_no_mark_of_another_day(
    client: PageClient, world: World, autumn: Snapshot
) -> None:
    (result,) = send(client, world, a_mark(world, world.objectives[0], on=AUTUMN)).json()["results"]
    assert (result["status"], result["reason"]) == (
        422,
        "Only a line of the summative sheet can be marked for another day.",
    )
    assert not Judgement.objects.exists()


def test_a_batch_of_several_days_costs_the_same_whatever_is_in_it(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    def cost(pupils: list[Any]) -> int:
        items = [
            a_mark(world, line, on=on) | {"target": {"pupil": pupil.pk, "objective": line.pk, "on": on.isoformat()}}
            for on in (AUTUMN, SPRING)
            for pupil in pupils
        ]
        with CaptureQueriesContext(connection) as asked:
            answer = send(client, world, *items)
        assert {result["status"] for result in answer.json()["results"]} == {201}
        return len(asked)

    cost([world.amina])
    assert cost(enrol(world, world.hazel, pupils=1)) == cost(enrol(world, world.hazel, pupils=20))


def test_without_a_script_a_line_is_a_form_of_the_whole_class(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    page = opened(client, world, autumn)
    where = re.findall(r'href="([^"]*/lines/[^"]*)"', page)[0]
    form = client.get(where).content.decode()
    assert "Amina Ali" in form
    answer = client.post(where, {"mark": f"{world.amina.pk}:{world.steps['S'].pk}"})
    assert answer.status_code == 302
    row = Judgement.objects.get()
    assert row.judged_at < world.ashgrove.midnight(AUTUMN + timedelta(days=1))
    assert 'aria-pressed="true"' in client.get(where).content.decode()
    assert client.get(f"{where}gaps/").content.decode().count("1 is secure") == 1


@pytest.mark.parametrize("mark", ["", "x", "1:", f"{10**30}:1", "0:absent", "-1:1"])
def test_a_form_that_says_nothing_writes_nothing(
    client: PageClient, world: World, autumn: Snapshot, line: Objective, mark: str
) -> None:
    client.force_login(world.okafor)
    assert client.post(f"{href(world, autumn)}lines/{line.pk}/", {"mark": mark}).status_code == 404
    assert not Judgement.objects.exists()


def test_a_form_with_a_word_of_another_scale_says_so(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    client.force_login(world.okafor)
    other = Step.objects.filter(scale=world.birchwood_scale).order_by("pk")[0]
    where = f"{href(world, autumn)}lines/{line.pk}/"
    assert client.post(where, {"mark": f"{world.amina.pk}:{other.pk}"}).status_code == 302
    assert "not one of the words" in client.get(where).content.decode()
    assert not Judgement.objects.exists()


# -- who, and from when ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("okafor", 200),
        ("cover", 200),
        ("reyes", 404),
        ("head", 200),
        ("office", 403),
        ("guardian", 403),
        ("birchwood_senco", 404),
        ("both", 404),
    ],
)
def test_who_may_open_a_sheet_and_its_parts(
    client: PageClient, world: World, autumn: Snapshot, line: Objective, who: str, status: int
) -> None:
    client.force_login(world.cast[who])
    for where in ("", f"lines/{line.pk}/", f"lines/{line.pk}/gaps/"):
        answer = client.get(href(world, autumn) + where)
        assert answer.status_code == status
        assert status == 200 or b"Amina" not in answer.content


def test_who_may_only_read_sees_no_keys_and_saves_nothing(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    page = opened(client, world, autumn, who="head")
    assert "data-palette" not in page
    sent = {"mark": f"{world.amina.pk}:{world.steps['S'].pk}"}
    assert client.post(f"{href(world, autumn)}lines/{line.pk}/", sent).status_code == 404
    assert not Judgement.objects.exists()


def test_a_snapshot_or_a_line_of_the_next_school_is_no_page(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    theirs = a_snapshot(world, "Autumn", AUTUMN, year=world.birchwood_year)
    client.force_login(world.okafor)
    assert client.get(href(world, theirs)).status_code == 404
    assert client.get(f"{href(world, autumn)}lines/{world.birchwood_objective.pk}/").status_code == 404
    assert client.get(f"{href(world, autumn)}lines/{world.objectives[0].pk}/").status_code == 404


def test_as_at_a_sheet_shows_what_was_recorded_then_or_is_known_now(
    client: PageClient, world: World, autumn: Snapshot, line: Objective
) -> None:
    """Marked in time, put right in March: as recorded in January the first word, as now known the second."""
    a_judgement(world, objective=line, letter="D", at=NOW.replace(year=2025, month=12, day=10))
    then = shown(opened(client, world, autumn))
    send(client, world, a_mark(world, line, on=AUTUMN))
    recorded = opened(client, world, autumn, at="?at=2026-01-20&as=recorded")
    assert shown(recorded) == then
    assert "data-palette" not in recorded
    assert shown(opened(client, world, autumn, at="?at=2026-01-20&as=known"))[0][1] == "S, Secure"
    assert shown(opened(client, world, autumn))[0][1] == "S, Secure"
    early = opened(client, world, autumn, at="?at=2025-12-01&as=known")
    assert shown(early)[0][2] == ""


@pytest.mark.parametrize("at", ["?at=soon", "?at=2031-01-01", "?at=2026-01-20&as=guessed"])
def test_a_moment_that_is_none_is_told(
    client: PageClient, world: World, autumn: Snapshot, line: Objective, at: str
) -> None:
    client.force_login(world.okafor)
    assert client.get(href(world, autumn) + at).status_code == 422


# -- the golden rule of suggested words -----------------------------------------------------------------------------


def test_a_word_is_suggested_only_where_the_school_switched_it_on_and_is_never_saved(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    for objective in world.objectives:
        taught(world, objective, on=date(2026, 1, 12))
        a_judgement(world, objective=objective, letter="S")
    assert shown(opened(client, world, spring)) == [("", "not yet marked", "")]
    switched_on(world, Rule.SUGGESTED_WORDS)
    before = Judgement.objects.count()
    page = opened(client, world, spring)
    (cell,) = shown(page)
    assert cell[0] == "faint suggested"
    assert cell[1].endswith("suggested, not yet marked")
    assert REASON in page
    assert "share out what is secure" in page
    assert "0 of 1" in page
    assert Judgement.objects.count() == before
    a_line(world, name="Progress")
    assert [css for css, _name, _text in shown(opened(client, world, spring))] == ["faint suggested", ""]
    a_judgement(world, objective=line, letter="D", at=world.ashgrove.midnight(AUTUMN))
    assert shown(opened(client, world, spring))[0][1].startswith("D at the last snapshot, ")
    then = opened(client, world, spring, at="?at=2026-03-02&as=known")
    assert "suggested" not in then
    assert REASON not in then
    a_judgement(world, objective=line, letter="B")
    assert 'suggested"' not in opened(client, world, spring)


def test_summing_up_is_not_where_a_teacher_left_off(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    """The markbook opens, and Today carries on, where the teacher was marking what is to be learnt."""
    a_judgement(world, objective=world.objectives[1])
    a_judgement(world, objective=line)
    client.force_login(world.okafor)
    unit = f"/ashgrove/classes/{world.hazel.pk}/markbook/{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}/"
    assert client.get(f"/ashgrove/classes/{world.hazel.pk}/markbook/").headers["Location"] == unit
    assert world.objectives[1].wording in client.get("/ashgrove/").content.decode()


def test_a_pupil_out_of_their_year_has_a_tag_and_gets_no_word_suggested(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    """Their share is of their own objectives; a word worked out from it could say "below", so there is none."""
    pupil = a_follower(world)
    own = Objective.objects.get(code="E1", school=world.ashgrove)
    taught(world, own, on=date(2026, 2, 20))
    switched_on(world, Rule.SUGGESTED_WORDS)
    page = opened(client, world, spring)
    row = re.findall(rf'<tr data-pupil="{pupil.pk}">(.*?)</tr>', page)[0]
    assert '<small class="year-tag">Years 1 and 2</small>' in row
    assert '<td class="share">0 of 1</td>' in row
    assert "suggested" not in row
    assert 'aria-label="not yet marked"' in row


def test_a_pupil_out_of_their_year_is_named_apart_wherever_a_line_is_counted(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    """They lack nothing of a line that is not theirs, and nobody ticks them for a group."""
    pupil = a_follower(world)
    a_judgement(world, pupil=pupil, objective=line, letter="B")
    a_judgement(world, objective=line, letter="B")
    where = f"/ashgrove/classes/{world.hazel.pk}/sheets/{spring.pk}/lines/{line.pk}/"
    client.force_login(world.okafor)
    gaps = client.get(f"{where}gaps/").content.decode()
    assert f'name="pupil" value="{world.amina.pk}" checked' in gaps
    assert f'value="{pupil.pk}"' not in gaps
    assert re.search(rf"counted apart:\s+{pupil.name} \(Years 1 and 2\)", gaps)
    page = client.get(where).content.decode()
    row = re.findall(rf'<li data-row data-pupil="{pupil.pk}"(.*?)</li>', page, re.DOTALL)[0]
    assert '<small class="year-tag">Years 1 and 2</small>' in row


def test_a_note_on_a_line_shows_as_it_does_in_the_markbook(
    client: PageClient, world: World, spring: Snapshot, line: Objective
) -> None:
    assert shown(opened(client, world, spring))[0][1] == "not yet marked"
    client.post(f"/ashgrove/cells/{world.amina.pk}/{line.pk}/", {"text": "Read a whole book."})
    assert shown(opened(client, world, spring))[0][:2] == ("note", "not yet marked, note")
