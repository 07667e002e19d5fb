"""A picture on a note: what is kept of it, who sees it, and what hostile files are told."""

import io
import struct
import zlib
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from muster.markbook.models import Note, Picture
from muster.markbook.pictures import LARGEST, NotAPicture, drawn_again
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
from muster.privacy import sealing
from muster.privacy.keystore import KeyStoreProblem
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import NOW, World, a_pupil

CANARY = b"Quillabamba 51.5007N"


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """What these tests look up afterwards, they read to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def a_photo(form: str = "JPEG", *, size: tuple[int, int] = (60, 40), turned: bool = False) -> bytes:
    """A picture as a phone sends it: with the place, the camera and a comment in it."""
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = CANARY.decode()
    if turned:
        exif[0x0112] = 6
    out = io.BytesIO()
    picture = Image.new("RGB", size, "orange")
    if form == "JPEG":
        picture.save(out, form, exif=exif, comment=CANARY)
    else:
        picture.save(out, form, exif=exif)
    return out.getvalue()


def href(world: World) -> str:
    """The cell of Amina and the first objective."""
    return f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/"


def send(client: PageClient, world: World, photo: bytes, *, text: str = "Her number line", name: str = "a.jpg") -> int:
    """Send the form without a script; the status of the answer."""
    body = {"text": text, "picture": SimpleUploadedFile(name, photo)}
    return int(client.post(href(world), body).status_code)


@pytest.mark.pure
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_dots_is_kept(form: str) -> None:
    sent = a_photo(form)
    assert CANARY in sent
    drawn = drawn_again(sent)
    for kept in (drawn.image, drawn.thumbnail):
        assert CANARY not in kept
        picture = Image.open(io.BytesIO(kept))
        assert picture.format == "JPEG"
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.pure
def test_a_picture_is_turned_upright_and_made_smaller() -> None:
    drawn = drawn_again(a_photo(size=(4000, 3000), turned=True))
    assert (drawn.width, drawn.height) == (1200, 1600)
    assert max(Image.open(io.BytesIO(drawn.thumbnail)).size) == 240


@pytest.mark.pure
def test_what_can_be_seen_through_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(io.BytesIO(drawn_again(out.getvalue()).image)).getpixel((5, 5)) == (255, 255, 255)


def a_bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 dots wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0" * 1000)) + chunk(b"IEND", b"")
    )


HOSTILE = [
    pytest.param(a_bomb(), "too many dots", id="a bomb"),
    pytest.param(a_photo()[: len(a_photo()) // 2], "damaged or was cut short", id="cut short"),
    pytest.param(a_photo("PNG")[:60], "damaged or was cut short", id="cut short, PNG"),
    pytest.param(b"MZ\x90\x00 this is a program", "not a picture", id="wrong extension"),
    pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "not a picture", id="a script"),
    pytest.param(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC", id="HEIC"),
    pytest.param(b"", "not a picture", id="nothing"),
    pytest.param(b"\xff\xd8" + b"\x00" * LARGEST, "too large", id="huge"),
]


@pytest.mark.pure
@pytest.mark.parametrize(("sent", "says"), HOSTILE)
def test_a_hostile_file_gets_one_sentence(sent: bytes, says: str) -> None:
    with pytest.raises(NotAPicture, match=says) as refusal:
        drawn_again(sent)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_a_refused_picture_keeps_the_words_and_writes_nothing(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    before = HistoryEntry.objects.filter(kind="change").count()
    body = {"text": "Her number line", "picture": SimpleUploadedFile("photo.jpg", b"MZ")}
    answer = client.post(href(world), body)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is not a picture that Muster reads." in page
    assert ">Her number line</textarea>" in page
    assert (Note.objects.count(), Picture.objects.count()) == (0, 0)
    assert HistoryEntry.objects.filter(kind="change").count() == before


def test_a_picture_without_words_is_asked_for_some(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    assert send(client, world, a_photo(), text=" ") == 422
    assert not Picture.objects.exists()


def test_a_picture_is_seen_in_the_panel_and_by_itself(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    assert send(client, world, a_photo()) == 302
    picture = Picture.objects.select_related("note__pupil").get()
    panel = client.get(href(world), headers={"X-Requested-With": "fetch"}).content.decode()
    assert 'alt="Her number line"' in panel
    assert "data:image/jpeg;base64," in panel
    looks = HistoryEntry.objects.filter(kind="look").count()
    answer = client.get(f"/ashgrove/pictures/{picture.row}/")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert Image.open(io.BytesIO(answer.content)).size == (60, 40)
    assert HistoryEntry.objects.filter(kind="look").count() == looks + 1


def test_sent_by_a_script_the_panel_comes_back(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    body = {"text": "Her number line", "picture": SimpleUploadedFile("photo.jpg", a_photo())}
    answer = client.post(href(world), body, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b"Her number line" in answer.content


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("okafor", 200),
        ("reyes", 404),
        ("tutor", 200),
        ("senco", 200),
        ("head", 200),
        ("office", 404),
        ("cover", 403),
        ("governor", 403),
        ("birchwood_senco", 404),
        ("both", 404),
    ],
)
def test_who_may_see_a_picture(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.okafor)
    send(client, world, a_photo())
    row = Picture.objects.values_list("row", flat=True).get()
    client.force_login(world.cast[who])
    assert client.get(f"/ashgrove/pictures/{row}/").status_code == status
    assert client.get(f"/birchwood/pictures/{row}/").status_code in {403, 404}


def test_who_may_mark_but_not_open_the_record_neither_adds_nor_sees_a_picture(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    send(client, world, a_photo())
    client.force_login(world.cover)
    page = client.get(href(world)).content.decode()
    assert "data:image/jpeg" not in page
    assert 'type="file"' not in page
    assert send(client, world, a_photo()) == 422
    assert (Note.objects.count(), Picture.objects.count()) == (1, 1)


def test_a_picture_is_taken_away_and_its_note_stays(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    send(client, world, a_photo())
    row = Picture.objects.values_list("row", flat=True).get()
    client.force_login(world.reyes)
    assert client.post(f"/ashgrove/pictures/{row}/removal/").status_code == 404
    client.force_login(world.okafor)
    assert client.post(f"/ashgrove/pictures/{row}/removal/").status_code == 302
    assert (Note.objects.count(), Picture.objects.count()) == (1, 0)
    assert client.get(f"/ashgrove/pictures/{row}/").status_code == 404


@pytest.mark.usefixtures("own_key_store")
def test_the_dots_rest_sealed_with_the_childs_own_key(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    send(client, world, a_photo())
    drawn = drawn_again(a_photo())
    with connection.cursor() as cursor:
        cursor.execute("SELECT image, thumbnail FROM markbook_picture")
        image, thumbnail = (bytes(value) for value in cursor.fetchone())
    assert b"JFIF" not in image + thumbnail
    assert Picture.objects.select_related("note__pupil").get().image == drawn.image
    sealing.store().destroy(world.amina.key, at=NOW)
    sealing.forget()
    with pytest.raises(KeyStoreProblem):
        len(Picture.objects.select_related("note__pupil").get().image)


def test_a_picture_of_a_second_record_is_seen_with_the_record_that_was_kept(client: PageClient, world: World) -> None:
    twin = a_pupil(world, name="Amina Alli", in_class=world.hazel)
    client.force_login(world.okafor)
    body = {"text": "Her number line", "picture": SimpleUploadedFile("photo.jpg", a_photo())}
    client.post(f"/ashgrove/cells/{twin.pk}/{world.objectives[0].pk}/", body)
    twin.merged_into = world.amina
    twin.save()
    row = Picture.objects.values_list("row", flat=True).get()
    assert client.get(f"/ashgrove/pictures/{row}/").status_code == 200
    assert "data:image/jpeg" in client.get(href(world)).content.decode()
    assert "data:image/jpeg" in client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    client.force_login(world.reyes)
    assert client.get(f"/ashgrove/pictures/{row}/").status_code == 404


def test_the_record_shows_pictures_to_those_alone_who_see_marks(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    send(client, world, a_photo())
    for who, shown in (("okafor", True), ("senco", True), ("office", False)):
        client.force_login(world.cast[who])
        page = client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
        assert ("data:image/jpeg" in page) is shown
