"""The import on screen: nothing is written before the exact effect was shown, and one answer settles all that are alike."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from muster.curriculum.models import Objective
from muster.exchange import working
from muster.exchange.carrying import packed, unpacked
from muster.exchange.importing import run_import
from muster.exchange.models import Layout, Upload
from muster.exchange.rules.report import Effect, Report
from muster.exchange.rules.table import Unreadable
from muster.pages.sheets import Written, read_book, workbook
from muster.people import doors
from muster.people.access import Role
from muster.people.models import ChangeSet, Post, Pupil, School, SchoolClass, Staff
from muster.people.purposes import Purpose, Shows
from tests.exchange.rosters import Package, sync_21, written
from tests.support.client import PageClient
from tests.world import World, a_post, a_pupil, a_school, an_account

LIST = "Forename,Surname,DOB,Class\nGwen,Price,13/03/2018,3 Hazel\nHywel,Rees,2018-05-05,3 Hazel\n"
IMPORT = "/ashgrove/imports/new/"


@pytest.fixture
def office(client: PageClient, world: World) -> PageClient:
    client.force_login(world.office)
    return client


def newest() -> Upload:
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        return Upload.objects.latest("pk")


def where(part: str = "") -> str:
    return f"/ashgrove/imports/{newest().uuid}/{part}"


def brought(client: PageClient, rows: str, name: str = "") -> str:
    """Bring rows; the page that shows what would happen."""
    sent = {"file": SimpleUploadedFile(name, rows.encode())} if name else {"pasted": rows}
    return client.post(IMPORT, sent, follow=True).content.decode()


def said(client: PageClient, **answers: str) -> str:
    given = {("a:" + key[2:] if key.startswith("a_") else key): value for key, value in answers.items()}
    return client.post(where("answers/"), given, follow=True).content.decode()


def yes(client: PageClient) -> str:
    return client.post(where("bringing/"), {"mark": newest().mark}, follow=True).content.decode()


def named(world: World, forename: str) -> list[Pupil]:
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        return [
            pupil
            for pupil in Pupil.objects.at(world.ashgrove).on_roll(world.today)
            if pupil.forenames.startswith(forename)
        ]


def test_whoever_may_not_change_pupils_may_not_import(client: PageClient, world: World) -> None:
    for who, status in (("office", 200), ("head", 403), ("okafor", 403), ("birchwood_senco", 404)):
        client.force_login(world.cast[who])
        assert client.get(IMPORT).status_code == status


def test_a_list_is_shown_then_brought_in_then_undone(office: PageClient, world: World) -> None:
    page = brought(office, LIST, "class.csv")
    assert "This is what would happen" in page
    assert "Nothing has been written yet." in page
    assert not named(world, "Gwen")
    assert "Added 2, changed 0." in yes(office)
    assert named(world, "Gwen")
    made = ChangeSet.objects.latest("pk")
    undone = office.post(reverse("change-undo", kwargs={"school": "ashgrove", "change_id": made.pk}), follow=True)
    assert undone.status_code == 200
    assert not named(world, "Gwen")
    assert "Undone" in office.get(where()).content.decode()


def test_rows_may_be_pasted_from_a_spreadsheet(office: PageClient, world: World) -> None:
    brought(office, LIST.replace(",", "\t"))
    assert office.get(where()).context["counts"][0][1] == 2


def test_an_order_of_dates_that_nothing_shows_is_asked_about_and_remembered(office: PageClient, world: World) -> None:
    rows = "Forename,Surname,DOB\nGwen,Price,02/03/2018\nHywel,Rees,04/05/2018\n"
    assert "Say which order the dates are in." in brought(office, rows)
    said(office, order="month-first")
    yes(office)
    assert [str(pupil.born_on) for pupil in named(world, "Gwen")] == ["2018-02-03"]
    assert Layout.objects.count() == 1
    assert "Say which order" not in brought(office, "Forename,Surname,DOB\nIfan,Tudor,05/06/2018\n")


def test_columns_nobody_knows_are_said_once_and_known_next_term(office: PageClient, world: World) -> None:
    rows = "Vorname,Nachname,Klasse\nGwen,Price,3 Hazel\n"
    assert "Which column is which?" in brought(office, rows)
    page = said(office, kind="classlist", **{"c:0": "forenames", "c:1": "surname", "c:2": "class_name"})
    assert "This is what would happen" in page
    yes(office)
    assert [pupil.name for pupil in named(world, "Gwen")] == ["Gwen Price"]
    page = brought(office, "Klasse,Vorname,Nachname\n3 Hazel,Hywel,Rees\n")
    assert "This is what would happen" in page
    assert office.get(where()).context["counts"][0][1] == 1


def test_the_command_reads_columns_as_they_were_said_on_screen(
    office: PageClient, world: World, tmp_path: Path
) -> None:
    brought(office, "Vorname,Nachname,Klasse\nGwen,Price,3 Hazel\n")
    said(office, kind="classlist", **{"c:0": "forenames", "c:1": "surname", "c:2": "class_name"})
    yes(office)
    file = tmp_path / "klasse.csv"
    file.write_text("Klasse,Vorname,Nachname\n3 Hazel,Hywel,Rees\n")

    def run(school: School) -> Report:
        with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
            return run_import(file, school=school, by=None, at=world.now, dry_run=True)

    report = run(world.ashgrove)
    assert [(row.name, row.effect) for row in report.rows] == [("Hywel Rees", Effect.ADD)]
    assert report.notes[0] == "The columns are read as they were said to be for the last file with these headings."
    assert "No column of names" in run(world.birchwood).unreadable, "another school never said so"


def a_zip(package: Package) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in written(package).items():
            packed.writestr(name, data)
    return out.getvalue()


def brought_package(client: PageClient, package: Package) -> str:
    """Bring a package, and have the background process read it."""
    client.post(IMPORT, {"file": SimpleUploadedFile("roster.zip", a_zip(package))}, follow=True)
    return read_by_the_background(client)


def read_by_the_background(client: PageClient) -> str:
    with doors.purpose().using(Purpose.MAINTENANCE, Shows.NOTHING):
        working.work(newest().at)
    return client.get(where()).content.decode()


def test_a_package_of_one_school_by_another_name_is_asked_about_once(office: PageClient, world: World) -> None:
    package = sync_21()
    package["orgs.csv"] = package["orgs.csv"][:2]
    page = brought_package(office, package)
    assert "Is this the right school?" in page
    assert "The file is of a school called Elmfield Primary (2 pupils), and this is Ashgrove" in page
    assert "Bring it in" not in page
    said(office, part="elm")
    page = read_by_the_background(office)
    assert "This is what would happen" in page
    yes(office)
    with doors.purpose().using(Purpose.MAINTENANCE, Shows.NOTHING):
        working.work(newest().at)
    assert named(world, "Nadia")
    assert "This is what would happen" in brought_package(office, package), "it was said before"


def test_which_school_of_a_package_this_is_is_remembered_unless_one_has_its_name(
    office: PageClient, world: World
) -> None:
    assert "Which school is this one?" in brought_package(office, sync_21())
    said(office, part="elm")
    read_by_the_background(office)
    yes(office)
    with doors.purpose().using(Purpose.MAINTENANCE, Shows.NOTHING):
        working.work(newest().at)
    page = brought_package(office, sync_21())
    assert "This is what would happen" in page
    assert "The file also holds Ashwell Primary" in page
    other = sync_21()
    for file in other.values():
        for line in file:
            line[:] = [cell.replace("elm", "oak") for cell in line]
    assert "Which school is this one?" in brought_package(office, other), "the id it was known by is not in it"


def test_empty_cells_empty_what_is_known_only_once_somebody_says_so_and_undo_puts_it_back(
    office: PageClient, world: World
) -> None:
    def known_of_gwen() -> tuple[str, str]:
        (gwen,) = named(world, "Gwen")
        return gwen.known_as, gwen.upn or ""

    brought(office, "Forename,Surname,DOB,Known as,UPN\nGwen,Price,2018-03-13,Wendy,\n")
    yes(office)
    assert known_of_gwen() == ("Wendy", "")
    rows = "Forename,Surname,DOB,Known as\nGwen,Price,2018-03-13,\n"
    page = brought(office, rows)
    assert "That stays as it is." in page
    assert "Everything in this file is there already." in page
    assert "It will be emptied." in said(office, a_blanks="empty")
    assert "That stays as it is." in said(office, a_blanks="")
    said(office, a_blanks="empty")
    yes(office)
    assert known_of_gwen() == ("", "")
    made = newest().change_set
    assert made is not None
    office.post(reverse("change-undo", kwargs={"school": "ashgrove", "change_id": made.pk}))
    assert known_of_gwen() == ("Wendy", "")


def test_three_doubts_that_are_alike_are_settled_with_one_answer(office: PageClient, world: World) -> None:
    for name in ("Dilys Evans", "Emyr Evans", "Ffion Evans"):
        a_pupil(world, name=name, in_class=world.hazel)
    rows = "Forename,Surname,DOB\n" + "".join(f"{name} Mair,Evans,2017-12-01\n" for name in ("Dilys", "Emyr", "Ffion"))
    page = brought(office, rows)
    assert page.count("A pupil born on this day has nearly the same name.") == 1
    assert office.get(where()).context["counts"][4][1] == 3
    said(office, **{"a:nearly-the-same-name": "same", "a:nearly-the-same-name|4": "new"})
    yes(office)
    assert [pupil.forenames for pupil in named(world, "Dilys")] == ["Dilys Mair"]
    assert len(named(world, "Ffion")) == 2


def test_a_word_that_is_no_year_group_and_another_name_of_a_class_are_fixed_for_all(
    office: PageClient, world: World
) -> None:
    rows = "Forename,Surname,DOB,Class,Year group\nGwen,Price,2018-03-13,Hazel class,Owls\n"
    assert "is no year group this school has." in brought(office, rows)
    said(office, **{"a:year|owls": "3"})
    said(office, **{"a:class|hazelclass": str(world.hazel.pk)})
    yes(office)
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        assert not SchoolClass.objects.filter(name="Hazel class").exists()
        assert Pupil.objects.in_class(world.hazel, world.today).count() == 2


def test_what_changed_since_it_was_shown_is_shown_again(office: PageClient, world: World) -> None:
    brought(office, LIST)
    first = newest()
    brought(office, LIST)
    yes(office)
    page = office.post(f"/ashgrove/imports/{first.uuid}/bringing/", {"mark": first.mark}, follow=True).content.decode()
    assert "Something has changed since this was shown." in page
    assert len(named(world, "Gwen")) == 1


def test_a_yes_to_something_else_than_was_shown_does_nothing(office: PageClient, world: World) -> None:
    brought(office, LIST)
    page = office.post(where("bringing/"), {"mark": "0" * 16}, follow=True).content.decode()
    assert "The list has changed since you looked." in page
    assert not named(world, "Gwen")


def test_what_is_being_brought_in_takes_no_more_answers(office: PageClient, world: World) -> None:
    brought(office, LIST)
    yes(office)
    assert "This file is being brought in, or has been." in said(office, order="month-first")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        pytest.param({}, "Choose a file, or paste the rows.", id="nothing"),
        pytest.param({"file": b"x" * 12_700_000}, "larger than", id="too large"),
    ],
)
def test_what_cannot_be_sent_is_sent_back_with_the_reason(
    office: PageClient, sent: dict[str, bytes], sentence: str
) -> None:
    given = {name: SimpleUploadedFile("x.csv", what, "text/csv") for name, what in sent.items()}
    answer = office.post(IMPORT, given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_what_is_too_large_to_be_read_at_all_is_refused_before_it_is(office: PageClient, world: World) -> None:
    answer = office.post(IMPORT, {"file": SimpleUploadedFile("x.csv", bytes(14_000_000))})
    assert answer.status_code == 413
    assert "This is too large to send in one go. Take out what is not needed, or split it." in answer.content.decode()
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"%PDF-1.7 ...", "PDF", id="a document"),
        pytest.param(b"PK\x03\x04 and no more", "damaged", id="half a workbook"),
    ],
)
def test_a_file_that_will_not_do_says_why(office: PageClient, world: World, data: bytes, sentence: str) -> None:
    office.post(IMPORT, {"file": SimpleUploadedFile("x.csv", data)})
    working.work(world.now)
    page = office.get(where()).content.decode()
    assert "This file cannot be brought in" in page
    assert sentence in page


def test_a_larger_file_is_read_and_brought_in_by_the_background(office: PageClient, world: World) -> None:
    rows = "Forename,Surname,DOB,Class,Note\n" + "".join(
        f"Pupil{n},Member{n},2018-05-{n % 28 + 1:02},3 Hazel,{'x' * 150}\n" for n in range(900)
    )
    page = brought(office, rows, "all.csv")
    assert "Reading the file" in page
    polled = office.get(where("progress/"))
    assert polled.json() == {"waits": True, "percent": 0}
    assert office.get(where("progress/"), headers={"If-None-Match": polled["ETag"]}).status_code == 304
    working.work(world.now)
    assert office.get(where("progress/")).json()["waits"] is False
    assert office.get(where()).context["counts"][0][1] == 900
    assert "Bringing it in" in yes(office)
    assert not named(world, "Pupil")
    working.work(world.now)
    assert len(named(world, "Pupil")) == 900
    assert "Brought in" in office.get(where()).content.decode()


def test_rows_that_stay_out_are_grouped_by_cause_and_taken_out_with_the_reason(
    office: PageClient, world: World
) -> None:
    brought(office, "Forename,Surname,DOB\nA,B,soon\nC,D,2030-01-01\nE,F,2030-01-02\nG,H,2018-01-01\n")
    causes = office.get(where()).context["shown"].causes
    assert [(cause["sentence"], cause["many"]) for cause in causes] == [
        ("The birth date is in the future.", 2),
        ("The birth date cannot be read.", 1),
    ]
    sheet = office.get(where("refused.xlsx"))
    rows = read_book(b"".join(sheet) if sheet.streaming else sheet.content).sheets[0].rows
    assert [list(row) for row in rows][-1][-1] == "The birth date is in the future."
    assert len(rows) == 4


def test_a_file_whose_bringing_was_cut_off_is_brought_in_once_by_whoever_works_next(
    office: PageClient, world: World
) -> None:
    brought(office, LIST)
    Upload.objects.filter(pk=newest().pk).update(state=Upload.State.BRINGING)
    assert working.work(world.now) == "1 files"
    assert working.work(world.now) is None
    assert newest().state == Upload.State.DONE
    assert len(named(world, "Gwen")) == 1


def test_every_name_behind_the_numbers_is_in_a_workbook(office: PageClient, world: World) -> None:
    rows = "".join(f"Pupil{n},Of{n},2018-01-{1 + n % 28:02}\n" for n in range(230))
    page = brought(office, f"Forename,Surname,DOB\n{rows}A,B,soon\n")
    assert "all of them are in the workbook" in page
    assert page.count("<strong>Pupil") == 200
    (sheet,) = read_book(office.get(where("named.xlsx")).content).sheets
    told = [list(row) for row in sheet.rows]
    assert len(told) == 1 + 230 + 1
    assert told[1] == ["to add", "Pupil0 Of0", ""]
    assert told[-1][0] == "refused"


def test_a_neighbour_sees_nothing_of_the_file(client: PageClient, office: PageClient, world: World) -> None:
    brought(office, LIST)
    theirs = where()
    from muster.people.access import Role
    from tests.world import a_post, an_account

    neighbour = an_account(name="Ola Bright")
    a_post(neighbour, Role.OFFICE, world.birchwood)
    client.force_login(neighbour)
    assert client.get(theirs).status_code == 404
    assert client.get(theirs.replace("ashgrove", "birchwood")).status_code == 404
    assert client.post(theirs.replace("ashgrove", "birchwood") + "bringing/").status_code == 404


def test_staff_come_in_with_a_post_and_nobody_is_let_in(office: PageClient, world: World) -> None:
    page = brought(
        office,
        "Name,Email,Role,Class\nNia Price,nia@school.example,Teacher,3 Hazel\nIdris Cook,idris@school.example,Cook,\n",
        "staff.csv",
    )
    assert "Staff list" in page
    assert "1 member of staff" not in page
    done = yes(office)
    assert "Nobody can sign in before they are invited" in done
    post = Post.objects.get(account__email="nia@school.example")
    assert (post.role, [reach.school_class for reach in post.classes.all()]) == ("teacher", [world.hazel])
    assert not post.account.has_usable_password()
    assert not Post.objects.filter(account__email="idris@school.example").exists()
    made = ChangeSet.objects.latest("pk")
    office.post(reverse("change-undo", kwargs={"school": "ashgrove", "change_id": made.pk}))
    assert not Post.objects.filter(account__email="nia@school.example").exists()


def test_a_file_is_forgotten_after_thirty_days(office: PageClient, world: World) -> None:
    from datetime import timedelta

    from muster.privacy import sealing
    from muster.privacy.keystore import KeyDestroyed

    brought(office, LIST)
    key = newest().key
    working.sweep(world.now + timedelta(days=29))
    assert Upload.objects.exists()
    working.sweep(world.now + timedelta(days=31))
    assert not Upload.objects.exists()
    with pytest.raises(KeyDestroyed):
        sealing.store().cipher(key)


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


OBJECTIVES = "Subject,Strand,Stage,Statement\nMathematics,Number,Year 3,Counts in fours\n"
CASE = b"""{"CFDocument": {"identifier": "7f4b4a08-6f54-11ef-8f2e-0242ac120002", "title": "Maths"}, "CFItems": [
    {"identifier": "8f4b4a08-6f54-11ef-8f2e-0242ac120002", "fullStatement": "Counts in fours"}]}"""


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("maths.csv", OBJECTIVES.encode(), id="rows"),
        pytest.param("maths.json", CASE, id="a CASE package"),
        pytest.param("maths.zip", zipped("maths.csv", OBJECTIVES.encode()), id="alone in a package"),
    ],
)
def test_objectives_dropped_where_people_are_go_into_a_framework_without_being_brought_again(
    client: PageClient, world: World, name: str, data: bytes
) -> None:
    """Nobody is asked which column the surname is; whoever may not edit is told who may."""
    client.force_login(world.office)
    page = client.post(IMPORT, {"file": SimpleUploadedFile(name, data)}, follow=True).content.decode()
    working.work(world.now)
    page = client.get(where()).content.decode()
    assert "This file holds objectives" in page
    assert "whoever keeps the curriculum" in page
    a_post(world.office, Role.HEAD, world.ashgrove)
    address = reverse("exchange:framework_file", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    assert f'action="{address}"' in client.get(where()).content.decode()
    shown = client.post(address, {"upload": str(newest().uuid)})
    assert "Counts in fours" in shown.content.decode()
    client.post(address, {"upload": str(newest().uuid), "shown": shown.context["mark"]})
    assert Objective.objects.filter(strand__subject__framework=world.framework, wording="Counts in fours").exists()
    assert newest().state == Upload.State.DONE
    assert not bytes(newest().data)
    again = client.post(address, {"upload": str(newest().uuid)})
    assert (again.status_code, "lost on the way" in again.content.decode()) == (422, True)


FACH = "Fach,Lernziel,Jahr,Kram\nRopes,Ties a bowline,Year 3,x\nRopes,,Year 3,y\n"


def wordings(world: World) -> set[str]:
    rows = Objective.objects.filter(strand__subject__framework=world.framework)
    return set(rows.values_list("wording", flat=True))


def test_columns_of_objectives_nobody_knows_are_said_once_and_known_next_term(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    where = reverse("exchange:framework_file", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    asked = client.post(where, {"pasted": FACH})
    assert "Which column is which?" in asked.content.decode()
    assert [each["field"] for each in asked.context["headings"]] == ["", "", "", ""]
    carried = {"carried": asked.context["carried"], "c:0": "", "c:1": "wording", "c:2": "stage", "c:3": ""}
    again = client.post(where, carried)
    assert "No column names the subject" in again.content.decode()
    shown = client.post(where, {**carried, "c:0": "subject"})
    assert dict(shown.context["counts"]) == {
        "to add": 1, "to change": 0, "to leave as they are": 0, "refused": 1, "to ask about": 0,
    }  # fmt: skip
    said = {f"c:{each['place']}": each["field"] for each in shown.context["headings"]}
    out = client.post(where, {"carried": shown.context["carried"], "stayed-out": "1", **said})
    (sheet,) = read_book(out.getvalue()).sheets
    assert [row[:4] for row in sheet.rows] == [["Fach", "Lernziel", "Jahr", "Kram"], ["Ropes", "", "Year 3", "y"]]
    assert sheet.rows[1][4]
    before = wordings(world)
    client.post(where, {"carried": shown.context["carried"], "shown": shown.context["mark"], **said})
    assert wordings(world) - before == {"Ties a bowline"}
    next_term = client.post(where, {"pasted": "Jahr,Fach,Lernziel\nYear 4,Ropes,Ties a sheet bend\n"})
    assert "Which column is which?" in next_term.content.decode(), "other headings are another file"
    next_term = client.post(where, {"pasted": "Jahr,Fach,Kram,Lernziel\nYear 4,Ropes,,Ties a sheet bend\n"})
    assert next_term.context["counts"][0] == ("to add", 1)


def test_a_subject_can_be_given_to_all_rows(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    where = reverse("exchange:framework_file", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    asked = client.post(where, {"pasted": "Objective,Stage\nTies a reef knot,Year 3\n"})
    said = {f"c:{each['place']}": each["field"] for each in asked.context["headings"]}
    shown = client.post(where, {"carried": asked.context["carried"], **said, "subject": "Ropes"})
    client.post(
        where, {"carried": asked.context["carried"], **said, "subject": "Ropes", "shown": shown.context["mark"]}
    )
    assert Objective.objects.get(wording="Ties a reef knot").strand.subject.name == "Ropes"


def test_a_list_that_is_none_of_people_can_be_said_to_hold_objectives(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    a_post(world.office, Role.HEAD, world.ashgrove)
    page = brought(client, FACH)
    assert '<option value="framework">List of objectives</option>' in page
    assert "This file holds objectives" in said(client, kind="framework")
    address = reverse("exchange:framework_file", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    asked = client.post(address, {"upload": str(newest().uuid)})
    assert "Which column is which?" in asked.content.decode()
    given = {"upload": str(newest().uuid), "c:0": "subject", "c:1": "wording", "c:2": "stage"}
    shown = client.post(address, given)
    client.post(address, {**given, "shown": shown.context["mark"]})
    assert "Ties a bowline" in wordings(world)
    assert newest().state == Upload.State.DONE


def test_a_file_that_somebody_else_brought_is_not_handed_on(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    client.post(IMPORT, {"file": SimpleUploadedFile("maths.csv", OBJECTIVES.encode())})
    client.force_login(world.head)
    address = reverse("exchange:framework_file", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    answer = client.post(address, {"upload": str(newest().uuid)})
    assert (answer.status_code, "Counts in fours" in answer.content.decode()) == (422, False)


def test_a_framework_comes_from_a_workbook_too_and_one_too_large_to_carry_says_so(
    client: PageClient, world: World
) -> None:
    client.force_login(world.head)
    where = reverse("exchange:framework_file", kwargs={"school": "ashgrove", "framework_id": world.framework.pk})
    assert ".xlsx" in client.get(where).content.decode()
    rows = [["Mathematics", "Number", "Year 3", "Counts in fours"]]
    book = workbook(Written("Maths", ["Subject", "Strand", "Stage", "Statement"], rows))
    page = client.post(where, {"file": SimpleUploadedFile("maths.xlsx", book)}).content.decode()
    assert "Counts in fours" in page
    large = client.post(where, {"file": SimpleUploadedFile("maths.xlsx", book + os.urandom(900_000))})
    assert (large.status_code, "too large to be shown first" in large.content.decode()) == (422, True)


@pytest.mark.pure
def test_a_file_carried_in_the_page_comes_back_and_a_bomb_does_not() -> None:
    assert unpacked(packed("Zoë\n".encode())) == "Zoë\n".encode()
    with pytest.raises(Unreadable):
        unpacked(packed(b"0" * 5_000_000))


def test_colleagues_of_one_name_are_chosen_from_and_neither_is_made_again(office: PageClient, world: World) -> None:
    twins = [Staff.objects.create(school=world.ashgrove, name="Ann Lee") for _each in range(2)]
    page = brought(office, "Staff,Role\nAnn Lee,Caretaker\n", "staff.csv")
    assert f'<option value="same:{twins[1].pk}">the same as Ann Lee' in page
    page = said(office, **{"a:staff-of-one-name|2": f"same:{twins[1].pk}"})
    assert "Everything in this file is there already." in page


def test_a_school_without_a_year_is_told_who_adds_it(client: PageClient, world: World) -> None:
    cedar = a_school(world)
    address = "/cedar/imports/new/"
    for role, may in ((Role.OFFICE, False), (Role.HEAD, True)):
        who = an_account(name=f"{role} of Cedar")
        a_post(who, role, cedar)
        if may:
            a_post(who, Role.OFFICE, cedar)
        client.force_login(who)
        rows = "Staff,Email,Class\nAnn Lee,ann@school.uk,3 Hazel\n"
        sent = {"file": SimpleUploadedFile("staff.csv", rows.encode())}
        page = client.post(address, sent, follow=True).content.decode()
        assert "This school has no school year yet." in page
        assert ('href="/cedar/settings/years/new/"' in page) is may
        assert ("Whoever keeps the settings of the school does that." in page) is not may


def test_an_answer_is_kept_however_long_the_id_is_that_it_is_about(office: PageClient) -> None:
    brought(office, LIST)
    said(office, **{f"a:has-left|{'x' * 255}": "out"})
    assert newest().settings["answers"] == {f"has-left|{'x' * 255}": "out"}
