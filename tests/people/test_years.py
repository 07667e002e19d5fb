"""Years, terms, half-terms, closures and year groups; and which day is which."""

from datetime import date
from typing import Any

import pytest

from muster.people.actions import schools
from muster.people.actions.schools import TermsDoNotFit, YearGroupInUse, YearsMeet
from muster.people.calendar import is_school_day, school_days, term_at, year_at
from muster.people.models import AcademicYear, Closure, HalfTerm, Term, YearGroup
from muster.people.rules.school_days import Span, TermDates
from tests.support.client import PageClient
from tests.world import World, a_year

NEXT = Span(date(2026, 9, 1), date(2027, 8, 31))


@pytest.mark.parametrize(
    ("day", "term"),
    [
        pytest.param(date(2025, 8, 31), None, id="before the first"),
        pytest.param(date(2025, 9, 1), "Autumn", id="its first day"),
        pytest.param(date(2025, 12, 19), "Autumn", id="its last day"),
        pytest.param(date(2025, 12, 25), "Autumn", id="in the holiday after it"),
        pytest.param(date(2026, 1, 5), "Spring", id="the next first day"),
        pytest.param(date(2027, 1, 1), "Summer", id="long after the last"),
    ],
)
def test_a_day_is_in_the_term_last_begun(
    world: World, day: date, term: str | None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = term_at(world.ashgrove, day)
    assert (found.name if found else None) == term


def test_a_day_is_in_the_year_last_begun_or_else_the_first(world: World) -> None:
    following = a_year(world.ashgrove, name="2026/27", first_day=NEXT.first, last_day=NEXT.last)
    assert year_at(world.ashgrove, date(2024, 1, 1)) == world.year
    assert year_at(world.ashgrove, date(2026, 8, 31)) == world.year
    assert year_at(world.ashgrove, date(2026, 9, 1)) == following
    assert year_at(world.ashgrove, date(2030, 1, 1)) == following
    assert year_at(world.birchwood, date(2026, 9, 1)) == world.birchwood_year


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        pytest.param(date(2026, 3, 4), True, id="a Wednesday in term"),
        pytest.param(date(2026, 3, 7), False, id="a Saturday"),
        pytest.param(date(2026, 2, 9), False, id="half-term holiday"),
        pytest.param(date(2025, 12, 22), False, id="between terms"),
        pytest.param(date(2026, 3, 6), False, id="closed"),
        pytest.param(date(2031, 3, 5), False, id="a year nobody has made"),
    ],
)
def test_a_school_day_is_one_on_which_the_school_is_open(world: World, day: date, is_open: bool) -> None:
    Closure.objects.create(school=world.ashgrove, on=date(2026, 3, 6), reason="Training")
    assert is_school_day(world.ashgrove, day) is is_open
    assert (day in school_days(world.year)) is is_open


def test_a_closure_next_door_closes_nothing_here(world: World) -> None:
    Closure.objects.create(school=world.birchwood, on=date(2026, 3, 4), reason="Snow")
    assert is_school_day(world.ashgrove, date(2026, 3, 4))


def test_the_next_year_is_proposed_and_made(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    page = client.get("/ashgrove/settings/years/new/")
    form, formset = page.context["form"], page.context["formset"]
    assert form["name"].value() == "2026/27"
    sent = {field.name: field.value() for field in form}
    sent |= {f"terms-{name}": value for name, value in formset.management_form.initial.items()}
    for each in formset.forms:
        sent |= {each.add_prefix(field.name): field.value() or "" for field in each}
    assert client.post("/ashgrove/settings/years/new/", sent).status_code == 302
    year = AcademicYear.objects.get(school=world.ashgrove, name="2026/27")
    assert [term.name for term in Term.objects.filter(year=year).order_by("first_day")] == [
        "Autumn",
        "Spring",
        "Summer",
    ]
    assert HalfTerm.objects.filter(term__year=year).count() == 6
    assert 185 <= len(school_days(year)) <= 200
    assert client.post("/ashgrove/settings/years/new/", sent).status_code == 422


def test_terms_are_changed_in_place(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    address = f"/ashgrove/settings/years/{world.year.pk}/"
    formset = client.get(address).context["formset"]
    sent = {f"terms-{name}": value for name, value in formset.management_form.initial.items()}
    for each in formset.forms:
        sent |= {each.add_prefix(field.name): field.value() or "" for field in each}
    sent["terms-1-last_day"] = "2026-04-02"
    assert client.post(address, sent).status_code == 302
    world.spring.refresh_from_db()
    assert world.spring.last_day == date(2026, 4, 2)
    for wrong in (
        {"terms-1-last_day": "2026-05-01"},
        {"terms-0-first_day": ""},
        {"terms-0-holiday_from": "2026-01-01"},
        {"terms-TOTAL_FORMS": "x"},
    ):
        assert client.post(address, {**sent, **wrong}).status_code == 422
    world.spring.refresh_from_db()
    assert world.spring.last_day == date(2026, 4, 2)


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param([TermDates("A", Span(date(2026, 8, 1), date(2026, 9, 5)))], id="before the year"),
        pytest.param([TermDates("A", Span(date(2026, 10, 2), date(2026, 10, 1)))], id="backwards"),
        pytest.param(
            [
                TermDates("A", Span(NEXT.first, date(2026, 10, 1))),
                TermDates("B", Span(date(2026, 10, 1), date(2026, 11, 1))),
            ],
            id="sharing a day",
        ),
        pytest.param(
            [
                TermDates("A", Span(NEXT.first, date(2026, 10, 1))),
                TermDates("a", Span(date(2026, 11, 1), date(2026, 12, 1))),
            ],
            id="sharing a name",
        ),
        pytest.param(
            [TermDates("A", Span(NEXT.first, date(2026, 10, 1)), Span(date(2026, 11, 1), date(2026, 11, 5)))],
            id="a holiday outside it",
        ),
    ],
)
def test_terms_that_do_not_fit_are_refused(world: World, terms: list[TermDates]) -> None:
    with pytest.raises(TermsDoNotFit):
        schools.add_year(school=world.ashgrove, name="2026/27", span=NEXT, terms=terms, by=world.head, at=world.now)
    assert not AcademicYear.objects.filter(name="2026/27").exists()


def test_two_years_share_no_day(world: World) -> None:
    with pytest.raises(YearsMeet):
        schools.add_year(
            school=world.ashgrove,
            name="Other",
            span=Span(date(2026, 8, 31), date(2027, 7, 1)),
            by=world.head,
            at=world.now,
        )


def test_the_school_closes_and_opens_after_all(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    sent = {"first_day": "2026-03-05", "last_day": "2026-03-09", "reason": "Snow"}
    client.post("/ashgrove/settings/closures/", sent)
    client.post("/ashgrove/settings/closures/", sent)
    assert [row.on.day for row in Closure.objects.order_by("on")] == [5, 6, 9]
    client.post(f"/ashgrove/settings/closures/{Closure.objects.earliest('on').pk}/removal/")
    assert Closure.objects.count() == 2
    assert client.post("/ashgrove/settings/closures/", {**sent, "last_day": "2026-03-01"}).status_code == 422
    assert client.post("/ashgrove/settings/closures/", {"reason": "x"}).status_code == 422
    other = Closure.objects.create(school=world.birchwood, on=date(2026, 3, 4), reason="Snow")
    assert client.post(f"/ashgrove/settings/closures/{other.pk}/removal/").status_code == 404


def test_year_groups_are_the_schools_own(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    client.post("/ashgrove/settings/year-groups/", {"name": "Nursery", "code": "N"})
    assert client.post("/ashgrove/settings/year-groups/", {"name": "Other", "code": "n"}).status_code == 422
    nursery = YearGroup.objects.get(code="N")
    address = f"/ashgrove/settings/year-groups/{nursery.pk}/"
    assert client.post(address, {"name": "Year 3", "code": "N"}).status_code == 422
    client.post(address, {"name": "Little ones", "code": "LO"})
    nursery.refresh_from_db()
    assert (nursery.name, nursery.code) == ("Little ones", "LO")
    client.post(f"{address}removal/")
    assert not YearGroup.objects.filter(pk=nursery.pk).exists()
    with pytest.raises(YearGroupInUse):
        schools.remove_year_group(year_group=world.year_3, by=world.head, at=world.now)
    client.post("/ashgrove/settings/year-groups/usual/", {"kind": "primary"})
    codes = list(YearGroup.objects.filter(school=world.ashgrove).order_by("position").values_list("code", flat=True))
    assert codes == ["3", "4", "N", "R", "1", "2", "5", "6"]
    assert client.post("/ashgrove/settings/year-groups/usual/", {"kind": "?"}).status_code == 302
