"""What people do with a file: bring it, answer what it asks, and say yes. What Muster then does with it is in `working`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.exchange.models import Upload
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import require
from muster.people.models import Account, School
from muster.people.purposes import Purpose
from muster.people.refusals import PlanIsStale, Refused

MOST_ANSWERS = 4_000
LONGEST_ANSWER = 200
LONGEST_KEY = 400
"""Of a cause with the id of one record behind it, which may have 255 letters."""


class NotWaiting(Refused):
    """The file is not one that waits for an answer."""


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def receive(*, name: str, data: bytes, school: School, by: Account, at: datetime) -> Upload:
    """Keep a file for 30 days, sealed with a key of its own. Nothing is read of it yet."""
    require(Permission.PUPIL_EDIT, school=school, by=by, at=at)
    upload = Upload(
        school=school,
        key=doors.sealer().new_keys(1)[0],
        name=name[:200] or None,
        data=data,
        settings={},
        by=by,
        at=at,
    )
    upload.save(force_insert=True)
    return upload


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def answer(*, upload: Upload, said: Mapping[str, Any], by: Account, at: datetime) -> Upload:
    """Take what somebody said of the file, and have it read again. Raises `NotWaiting` once it is being brought in.

    `said` may hold kind, order and part, columns (field by heading) and answers (by cause, or by cause and record); an
    empty answer takes an earlier one back.
    """
    require(Permission.PUPIL_EDIT, school=upload.school, by=by, at=at)
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state not in {Upload.State.READING, Upload.State.SHOWN, Upload.State.FAILED}:
        raise NotWaiting(_("This file is being brought in, or has been."))
    settings: dict[str, Any] = dict(upload.settings or {})
    for name in ("kind", "order", "part"):
        if name in said:
            settings[name] = str(said[name])[:LONGEST_ANSWER]
    if "columns" in said:
        settings["columns"] = {**settings.get("columns", {}), **said["columns"]}
    answers = {**settings.get("answers", {}), **said.get("answers", {})}
    settings["answers"] = {
        key[:LONGEST_KEY]: value[:LONGEST_ANSWER] for key, value in list(answers.items())[:MOST_ANSWERS] if value
    }
    upload.settings, upload.state, upload.said = settings, Upload.State.READING, ""
    upload.save(update_fields=["settings", "state", "said"])
    return upload


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def say_yes(*, upload: Upload, mark: str, by: Account, at: datetime) -> Upload:
    """Have what was shown brought in. Raises `PlanIsStale` where something else would be done than was shown."""
    require(Permission.PUPIL_EDIT, school=upload.school, by=by, at=at)
    won = Upload.objects.filter(pk=upload.pk, state=Upload.State.SHOWN, mark=mark).update(
        state=Upload.State.BRINGING, said="", done=0, of=0
    )
    if not won:
        raise PlanIsStale
    upload.refresh_from_db()
    return upload
