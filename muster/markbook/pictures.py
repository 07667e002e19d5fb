"""A picture with a note: read by a child process, drawn again, sealed, shown, and taken away again."""

import json
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from muster.markbook.actions import write_notes
from muster.markbook.items import Item
from muster.markbook.models import Note, Picture
from muster.markbook.verbs import Verb
from muster.pages.limited import Child, Fell
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import NotTheirPupil, require_pupil
from muster.people.models import Account, Pupil, School
from muster.people.purposes import Purpose
from muster.people.refusals import Refused

LARGEST = 12 * 1024 * 1024
"""Bytes of a file that is sent: what a phone's camera makes, and room to spare."""
REDRAW = Child(Path(__file__).with_name("redraw.py"), memory=2**30, seconds=10, patience=30, most_said=LARGEST)
APPLES = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


class NotAPicture(Refused):
    """What was sent cannot be kept as a picture. The sentence says what to send instead."""


class NoteRefused(Refused):
    """The note that the picture belongs to was refused, so neither is kept."""


@dataclass(frozen=True)
class Drawn:
    """A picture drawn again: two JPEGs without anything but dots."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int


def drawn_again(sent: bytes) -> Drawn:
    """The picture in `sent`, upright, at most 1,600 dots a side, and its thumbnail. Raises `NotAPicture`.

    What the file is called says nothing: what it is, is seen from what is in it.
    """
    if len(sent) > LARGEST:
        raise NotAPicture(_("This picture is too large. Send one of at most 12 MB."))
    if sent[4:8] == b"ftyp" and sent[8:12] in APPLES:
        raise NotAPicture(_("Muster does not read HEIC pictures. Send it as JPEG, PNG or WebP."))
    try:
        answer = REDRAW.run(sent)
    except Fell:
        raise NotAPicture(_("This picture could not be read. Take it again, or send another.")) from None
    line, _newline, pictures = answer.partition(b"\n")
    said = json.loads(line)
    match said.get("problem"):
        case "no picture":
            raise NotAPicture(_("This is not a picture that Muster reads. Send a JPEG, PNG or WebP."))
        case "too many dots":
            raise NotAPicture(_("This picture has too many dots. Send one of at most 50 million."))
        case "broken":
            raise NotAPicture(_("This picture is damaged or was cut short. Take it again, or send another."))
    return Drawn(pictures[: said["image"]], pictures[said["image"] :], said["width"], said["height"])


@doors.reads(Purpose.TEACH)
def write_note_with_picture(item: Item, sent: bytes, *, school: School, by: Account, at: datetime) -> Picture:
    """Add the note in `item` and the picture in `sent`, both or neither. A repeat of a saved note changes nothing.

    Raises `NotAPicture`, `NoteRefused` or `NotTheirPupil`: besides marking the pupil, `by` must be allowed to open their record.
    """
    drawn = drawn_again(sent)
    with transaction.atomic():
        (result,) = write_notes([item], school=school, by=by, at=at)
        if not result.accepted:
            raise NoteRefused(result.reason)
        note = Note.objects.select_related("pupil", "change_set").get(school=school, device_key=item.id)
        if not Pupil.objects.visible_to(by.viewer(at), may=Permission.PUPIL_VIEW).contains(note.pupil):
            raise NotTheirPupil(_("Pictures are kept and seen by those who may open this record. Yours is not kept."))
        standing = Picture.objects.filter(note=note).select_related("note__pupil").first()
        if standing:
            return standing
        picture = Picture(
            school=school,
            note=note,
            image=drawn.image,
            thumbnail=drawn.thumbnail,
            width=drawn.width,
            height=drawn.height,
            added_at=at,
            added_by=by,
            change_set=note.change_set,
        )
        picture.save()
        doors.record(
            Verb.PICTURE_ADDED,
            school=school,
            by=by,
            at=at,
            about=picture,
            pupils=[note.pupil_id],
            details={"note": note.pk},
        )
    return picture


@transaction.atomic
@doors.reads(Purpose.TEACH)
def take_away(picture: Picture, *, by: Account, at: datetime) -> None:
    """Delete the picture; its note stays. Raises `NotTheirPupil` unless `by` may open the pupil's record and mark."""
    pupil = kept_record(picture.note.pupil)
    require_pupil(pupil, by=by, at=at, may=Permission.PUPIL_VIEW)
    require_pupil(pupil, by=by, at=at, may=Permission.MARKBOOK_JUDGE)
    note = picture.note_id
    gone, _each = Picture.objects.filter(pk=picture.pk).delete()
    if gone:
        doors.record(
            Verb.PICTURE_REMOVED,
            school=picture.school,
            by=by,
            at=at,
            pupils=[picture.note.pupil_id],
            details={"note": note},
        )


def kept_record(pupil: Pupil) -> Pupil:
    """The record that `pupil`'s was joined to, or their own."""
    return pupil.merged_into or pupil


@dataclass(frozen=True)
class Thumbnail:
    """A picture as a page shows it small; `text` is its note. `source` is the picture itself, inside the page."""

    row: UUID
    text: str
    source: str
    width: int
    height: int
    note: int
    added_at: datetime
    wording: str


def thumbnails_of(pupils: Collection[int], *, objective: int | None = None, most: int = 24) -> list[Thumbnail]:
    """The pictures of `pupils` (ids of one child's records), newest first; of one objective when given. One statement.

    They travel inside the page, whose look speaks for them, so that nothing asks for them one by one.
    """
    found = Picture.objects.filter(note__pupil__in=pupils)
    if objective is not None:
        found = found.filter(note__objective=objective)
    rows = found.select_related("note__pupil", "note__objective").defer("image").order_by("-added_at", "-pk")[:most]
    return [
        Thumbnail(
            row=row.row,
            text=row.note.text,
            source=f"data:image/jpeg;base64,{b64encode(row.thumbnail).decode()}",
            width=row.width,
            height=row.height,
            note=row.note_id,
            added_at=row.note.written_at,
            wording=row.note.objective.wording,
        )
        for row in rows
    ]
