"""From an empty school to its markbook in seven screens."""

import pytest

from muster.curriculum.models import Objective, Scale
from muster.people.access import Role
from muster.people.models import AcademicYear, Account, Post, Pupil, School, SchoolClass, Term, YearGroup
from muster.people.signin.actions import first_administrator
from tests.support.client import PageClient
from tests.world import World, a_school

STEPS = ("country", "school", "terms", "classes", "scale", "objectives", "people")


@pytest.fixture
def cedar(world: World) -> School:
    """A school that somebody has just begun with."""
    school = a_school(world)
    school.set_up_at = None
    school.save()
    first_administrator(email="grace@cedar.example", name="Grace Holt", school=school, at=world.now)
    return school


@pytest.fixture
def grace(cedar: School, client: PageClient) -> Account:
    account = Account.objects.get(email="grace@cedar.example")
    client.force_login(account)
    return account


def on_screen(client: PageClient, step: str, **sent: object) -> object:
    return client.post(f"/cedar/first-run/{step}/", sent)


def test_seven_screens_lead_to_a_markbook(world: World, cedar: School, grace: Account, client: PageClient) -> None:
    assert client.get("/cedar/first-run/").headers["Location"] == "/cedar/first-run/country/"
    for step in STEPS:
        assert client.get(f"/cedar/first-run/{step}/").status_code == 200

    answer = client.post("/cedar/first-run/country/", {"country": "GB-ENG"})
    assert answer.headers["Location"] == "/cedar/first-run/school/"
    client.post("/cedar/first-run/school/", {"name": "Cedar School", "kind": "primary", "help_person": "Olive"})
    page = client.get("/cedar/first-run/terms/")
    form, formset = page.context["form"], page.context["formset"]
    sent = {field.name: field.value() for field in form}
    sent |= {f"terms-{name}": value for name, value in formset.management_form.initial.items()}
    for each in formset.forms:
        sent |= {each.add_prefix(field.name): field.value() for field in each}
    assert client.post("/cedar/first-run/terms/", sent).status_code == 302
    year_3 = YearGroup.objects.get(school=cedar, code="3")
    names = "Amina Ali\nCarter, Ben\nDILYS\tEvans"
    sent = {"name": "3 Ash", "year_group": year_3.pk, "names": names, "mine": "on", "another": "1"}
    assert client.post("/cedar/first-run/classes/", sent).headers["Location"] == "/cedar/first-run/classes/"
    words = "Not yet\nNearly\nSecure"
    client.post("/cedar/first-run/scale/", {"name": "Three", "words": words, "secure_from": "secure"})
    scale = Scale.objects.get(school=cedar)
    listed = "Number\n  Counts in tens\n  Knows place value\nShape\n  Names a cube"
    sent = {"subject": "Maths", "stage": "Year 3", "scale": scale.pk, "objectives": listed}
    assert client.post("/cedar/first-run/objectives/", sent).status_code == 302
    sent = {
        "first-name": "Ann Teacher", "first-email": "ann@cedar.example", "first-role": "teacher",
        "first-school_class": SchoolClass.objects.get(school=cedar).pk,
        "second-name": "Bob Desk", "second-email": "bob@cedar.example", "second-role": "office", "second-school_class": "",
    }  # fmt: skip
    handed = client.post("/cedar/first-run/people/", sent)
    assert handed.status_code == 200
    assert handed.content.decode().count("/sign-in-links/") == 2

    end = client.post("/cedar/first-run/end/")
    oak = SchoolClass.objects.get(school=cedar)
    assert end.headers["Location"] == f"/cedar/classes/{oak.pk}/markbook/"
    shown = client.get(end.headers["Location"], follow=True)
    assert shown.status_code == 200
    assert "Amina Ali" in shown.content.decode()

    assert Term.objects.filter(school=cedar).count() == 3
    assert Pupil.objects.filter(school=cedar).count() == 3
    assert [step.secure for step in scale.steps.order_by("position")] == [False, False, True]
    assert Objective.objects.filter(school=cedar).count() == 3
    assert Post.objects.filter(school=cedar, role=Role.TEACHER).count() == 2
    assert client.get("/cedar/first-run/").headers["Location"] == "/cedar/"


def test_every_screen_can_wait(cedar: School, grace: Account, client: PageClient) -> None:
    for step in STEPS[:-1]:
        page = client.get(f"/cedar/first-run/{step}/").content.decode()
        assert "Later" in page
    assert client.post("/cedar/first-run/end/").headers["Location"] == "/cedar/"
    assert client.get("/cedar/").status_code == 200
    assert not AcademicYear.objects.filter(school=cedar).exists()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        pytest.param("Cedar School", "NR123456", id="a name that does not say"),
        pytest.param("Cedar High School", "78910111213", id="a secondary"),
        pytest.param("Cedar All-through Academy", "R12345678910111213", id="all-through"),
    ],
)
def test_a_school_left_for_later_has_the_usual_year_groups(
    cedar: School, grace: Account, client: PageClient, name: str, codes: str
) -> None:
    School.objects.filter(pk=cedar.pk).update(name=name)
    for _each in range(2):
        answer = client.post("/cedar/first-run/school/", {"later": "1"})
        assert answer.headers["Location"] == "/cedar/first-run/terms/"
    groups = YearGroup.objects.filter(school=cedar).order_by("position")
    assert "".join(groups.values_list("code", flat=True)) == codes


@pytest.mark.parametrize(
    ("step", "sent", "said"),
    [
        pytest.param("country", {"country": "Atlantis"}, "valid choice", id="no such country"),
        pytest.param("school", {"name": "", "kind": "primary"}, "required", id="a school without a name"),
        pytest.param(
            "school", {"name": "Cedar", "kind": "", "head_name": "Ann"}, "leave both empty", id="half of a head"
        ),
        pytest.param(
            "scale", {"name": "S", "words": "A\nB", "secure_from": "C"}, "none of the words", id="secure from nowhere"
        ),
        pytest.param(
            "scale", {"name": "S", "words": "  \n ", "secure_from": "C"}, "required", id="a scale without words"
        ),
        pytest.param("people", {"first-name": "Ann", "first-email": ""}, "leave both empty", id="half of a person"),
    ],
)
def test_what_cannot_be_taken_is_said(
    cedar: School, grace: Account, client: PageClient, step: str, sent: dict[str, str], said: str
) -> None:
    answer = client.post(f"/cedar/first-run/{step}/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_class_needs_a_year_first(cedar: School, grace: Account, client: PageClient) -> None:
    answer = client.post("/cedar/first-run/classes/", {"name": "3 Ash", "names": "Amina Ali"})
    assert answer.status_code == 200
    assert "belong to a year" in answer.content.decode()
    assert not SchoolClass.objects.filter(school=cedar).exists()


def test_nobody_else_sets_the_school_up(cedar: School, world: World, client: PageClient) -> None:
    client.force_login(world.head)
    assert client.get("/cedar/first-run/").status_code == 404
    client.force_login(world.okafor)
    assert client.get("/ashgrove/first-run/").status_code == 403


def test_a_school_that_is_set_up_is_not_set_up_again(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    assert client.get("/ashgrove/first-run/country/").headers["Location"] == "/ashgrove/"
