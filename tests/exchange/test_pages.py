"""The import on screen: nothing is written before the exact effect was shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from muster.curriculum.models import Objective
from muster.exchange.carrying import packed, unpacked
from muster.exchange.rules.table import Unreadable
from muster.people.models import ChangeSet, Pupil
from tests.support.client import PageClient
from tests.world import World

LIST = "Forename,Surname,DOB,Class\nGwen,Price,02/03/2018,3 Hazel\nHywel,Rees,2018-05-05,3 Hazel\n"
IMPORT = "/ashgrove/imports/new/"


@pytest.fixture
def office(client: PageClient, world: World) -> PageClient:
    client.force_login(world.office)
    return client


def test_whoever_may_not_change_pupils_may_not_import(client: PageClient, world: World) -> None:
    for who, status in (("office", 200), ("head", 403), ("okafor", 403), ("birchwood_senco", 404)):
        client.force_login(world.cast[who])
        assert client.get(IMPORT).status_code == status


def test_a_list_is_shown_then_brought_in_then_undone(office: PageClient, world: World) -> None:
    count = Pupil.objects.count()
    shown = office.post(IMPORT, {"file": SimpleUploadedFile("class.csv", LIST.encode(), "text/csv")})
    page = shown.content.decode()
    assert "This is what would happen" in page
    assert "Nothing has been written yet." in page
    assert "1 date could be read either way and was read day first." in page
    assert "date of birth" in page
    assert Pupil.objects.count() == count
    carried = {"carried": shown.context["carried"], "shown": shown.context["mark"], "order": ""}
    done = office.post(IMPORT, carried, follow=True)
    assert "Added 2, changed 0." in done.content.decode()
    assert Pupil.objects.in_class(world.hazel, world.today).count() == 3
    made = ChangeSet.objects.latest("pk")
    undone = office.post(reverse("change-undo", kwargs={"school": "ashgrove", "change_id": made.pk}), follow=True)
    assert undone.status_code == 200
    assert Pupil.objects.in_class(world.hazel, world.today).count() == 1


def test_rows_may_be_pasted_from_a_spreadsheet(office: PageClient, world: World) -> None:
    shown = office.post(IMPORT, {"pasted": LIST.replace(",", "\t")})
    assert shown.context["counts"][0][1] == 2


def test_the_order_of_dates_can_be_turned(office: PageClient, world: World) -> None:
    shown = office.post(IMPORT, {"pasted": LIST})
    assert shown.context["other_order"] == "month-first"
    turned = office.post(IMPORT, {"carried": shown.context["carried"], "turned": "1", "order": "month-first"})
    assert "1 date could be read either way and was read month first." in turned.content.decode()
    office.post(IMPORT, {"carried": shown.context["carried"], "shown": turned.context["mark"], "order": "month-first"})
    gwen = next(pupil for pupil in Pupil.objects.at(world.ashgrove) if pupil.forenames == "Gwen")
    assert gwen.born_on is not None
    assert gwen.born_on.isoformat() == "2018-02-03"


def test_what_changed_since_it_was_shown_is_shown_again(office: PageClient, world: World) -> None:
    shown = office.post(IMPORT, {"pasted": LIST})
    carried = {"carried": shown.context["carried"], "shown": shown.context["mark"], "order": ""}
    office.post(IMPORT, carried)
    again = office.post(IMPORT, carried)
    assert again.status_code == 409
    assert "Something has changed since this was shown." in again.content.decode()
    assert again.context["carried"] == carried["carried"]
    assert sum(pupil.forenames == "Gwen" for pupil in Pupil.objects.at(world.ashgrove)) == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        pytest.param({}, "Choose a file, or paste the rows.", id="nothing"),
        pytest.param({"pasted": "House\nRed"}, "No column of names was found", id="other columns"),
        pytest.param({"file": b"PK\x03\x04"}, "damaged or was cut short", id="a workbook cut short"),
        pytest.param({"file": b"x" * 1_100_000}, "larger than 1 MB", id="too large"),
        pytest.param({"carried": "£££"}, "The file was lost on the way.", id="a broken copy"),
    ],
)
def test_a_file_that_will_not_do_is_sent_back_with_the_reason(
    office: PageClient, sent: dict[str, str | bytes], sentence: str
) -> None:
    given = {
        name: SimpleUploadedFile("x.csv", what, "text/csv") if isinstance(what, bytes) else what
        for name, what in sent.items()
    }
    answer = office.post(IMPORT, given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_an_upload_of_many_megabytes_is_refused_before_it_is_read(office: PageClient) -> None:
    answer = office.post(IMPORT, {"file": SimpleUploadedFile("x.csv", b"x" * 14_000_000, "text/csv")})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_rows_that_stay_out_are_grouped_by_cause(office: PageClient) -> None:
    page = office.post(IMPORT, {"pasted": "Forename,Surname,DOB\nA,B,soon\nC,D,2030-01-01\nE,F,2030-01-02"})
    problems = page.context["problems"]
    assert problems[0][1:] == ("The birth date is in the future.", [3, 4])


def test_a_framework_is_filled_from_a_file_and_taken_out_again(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    where = reverse("exchange:framework_file", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    assert client.get(where).status_code == 200
    rows = "Subject,Strand,Statement\nRopes,Knots,Ties a bowline\n"
    shown = client.post(where, {"pasted": rows})
    assert not Objective.objects.filter(wording="Ties a bowline").exists()
    done = client.post(where, {"carried": shown.context["carried"], "shown": shown.context["mark"]}, follow=True)
    assert "Added 1, changed 0." in done.content.decode()
    out = reverse("exchange:framework_rows", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    sheet = client.get(out)
    assert sheet["Content-Disposition"].startswith("attachment")
    assert "Ties a bowline" in sheet.content.decode("utf-8-sig")
    client.force_login(world.birchwood_teacher)
    assert client.get(out).status_code == 404


@pytest.mark.pure
def test_a_file_carried_in_the_page_comes_back_and_a_bomb_does_not() -> None:
    assert unpacked(packed("Zoë\n".encode())) == "Zoë\n".encode()
    with pytest.raises(Unreadable):
        unpacked(packed(b"0" * 5_000_000))
