"""What Muster does with a file that somebody brought: read it, plan, bring it in, forget it.

The background process does it, and for a small file the request that brought it, by the same functions. Each step ends in a
conditional update, so that whoever comes second has done nothing.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction

from muster.exchange import layouts
from muster.exchange.frameworks.planning import is_framework
from muster.exchange.held import known_at
from muster.exchange.importing import carry_out
from muster.exchange.models import Upload
from muster.exchange.packages import files_of
from muster.exchange.reading import Found, Said, read
from muster.exchange.rules.many import many_at_once
from muster.exchange.rules.matching import folded
from muster.exchange.rules.planning.whole import plan_roster
from muster.exchange.rules.roster import Roster
from muster.exchange.rules.schools import Part, divided
from muster.exchange.shown import Shown, columns_shown, shown_of
from muster.pages.rules.kinds import Unreadable
from muster.pages.rules.said import say
from muster.people import doors, schedule
from muster.people.models import Account, ChangeSet, School
from muster.people.purposes import Purpose
from muster.people.refusals import PlanIsStale, Refused
from muster.privacy import sealing

log = logging.getLogger("muster.imports")
KEPT = timedelta(days=30)
SMALL = 120_000
"""Bytes of a list that is read while somebody waits."""
FEW = 400
"""Changes that are brought in while somebody waits."""
EVERY = 0.5
"""Seconds between two notes of how far it has come."""
CHANGED = "Something has changed since this was shown. This is what would happen now."
BROKEN = "Muster could not read this file. Whoever looks after Muster finds why in its log."
OBJECTIVES = "framework"
"""What a file is that holds no people at all: it belongs on the page of a framework."""

JOB = "read and bring in files"


def offer() -> None:
    """Put the work on the schedule. It is done at once where somebody asks for it (`schedule.soon`)."""
    schedule.offer(JOB, work, every=timedelta(minutes=1), at_start=True)
    schedule.offer("forget old files", sweep, daily=time(1, 50), at_start=True)


class Gone(Exception):
    """Somebody else has done it, or has changed what was asked."""


def said_of(upload: Upload) -> Said:
    """What has been said of the file."""
    return layouts.said_in(upload.settings or {})


@doors.reads(Purpose.ADMINISTER)
def look(upload: Upload, at: datetime) -> Upload:
    """Read the file, plan, and keep what the plan would do. What cannot be read says so in one sentence."""
    began = dict(upload.settings or {})
    try:
        shown = shown_for(upload, at)
    except Unreadable as problem:
        finish_look(upload, began, state=Upload.State.FAILED, said=str(problem)[:300])
    except Exception:
        log.exception("a file could not be planned", extra={"fields": {"upload": upload.pk}})
        finish_look(upload, began, state=Upload.State.FAILED, said=say(BROKEN))
    else:
        upload.shown = shown.packed()
        finish_look(upload, began, state=Upload.State.SHOWN, mark=shown.mark, said=upload.said)
    upload.refresh_from_db()
    return upload


@transaction.atomic
def finish_look(upload: Upload, began: Mapping[str, Any], *, state: Upload.State, **values: Any) -> None:
    """Write down what came of reading, unless somebody has said something else of the file since it `began`.

    Then it stays to be read, and the next who looks for work reads it.
    """
    now = Upload.objects.select_for_update().filter(pk=upload.pk, state=Upload.State.READING).first()
    if now is None or (now.settings or {}) != began:
        return
    Upload.objects.filter(pk=upload.pk).update(state=state, **values)
    if state == Upload.State.SHOWN:
        upload.save(update_fields=["shown", "headings", "settings"])


def shown_for(upload: Upload, at: datetime) -> Shown:
    """What bringing the file in would do."""
    # Asked first, as the command does: a guess by contents would take objectives for children's names.
    if said_of(upload).kind == OBJECTIVES or (not said_of(upload).kind and objectives_in(upload) is not None):
        return Shown(kind=OBJECTIVES)
    found = found_in(upload, at)
    if found.roster is None:
        return Shown(kind=found.kind, title=found.title, needs_columns=True, **columns_shown(found))
    part, choice = part_for(upload, found.roster)
    if part is None:
        return Shown(kind=found.kind, title=found.title, parts=choice, **columns_shown(found))
    with many_at_once():
        known = known_at(upload.school, at, part.roster, may_correct=True)
        plan = plan_roster(part.roster, known, said_of(upload).answers)
        shown = shown_of(plan, found, known)
    return Shown(**{**vars(shown), "others": [each for each in choice if each["id"] != id_of(part)]})


def objectives_in(upload: Upload) -> bytes | None:
    """The file of objectives that was brought, by itself or alone in a package; None where it is none.

    It is one where somebody says so, or where it says so itself.
    """
    files = files_of(upload.name or "list.csv", bytes(upload.data))
    data = next(iter(files.values()))
    return data if len(files) == 1 and (said_of(upload).kind == OBJECTIVES or is_framework(data)) else None


@doors.reads(Purpose.ADMINISTER)
def objectives_of(number: UUID, *, school: School, by: Account) -> tuple[str, bytes]:
    """The name and the bytes of a file of objectives that `by` brought and that waits. Raises `Unreadable`."""
    waits = Upload.objects.at(school).filter(uuid=number, by=by, state=Upload.State.SHOWN).first()
    data = objectives_in(waits) if waits is not None else None
    if waits is None or data is None:
        raise Unreadable(say("The file was lost on the way. Bring it again."))
    return waits.name or "", data


@doors.reads(Purpose.ADMINISTER)
def is_brought(number: UUID, *, school: School, by: Account, made: ChangeSet | None) -> None:
    """The objectives of that file are in a framework: it waits no more, and rests no longer."""
    for upload in Upload.objects.at(school).filter(uuid=number, by=by, state=Upload.State.SHOWN):
        upload.state, upload.change_set, upload.data = Upload.State.DONE, made, b""
        upload.save(update_fields=["state", "change_set", "data"])


def found_in(upload: Upload, at: datetime) -> Found:
    """The file, read as somebody said or as such files were read last time."""
    files = files_of(upload.name or "list.csv", bytes(upload.data))
    day = upload.school.day(at)
    found = read(files, said_of(upload), today=day, usual=None)
    upload.headings = layouts.mark_of(found)
    settings = dict(upload.settings or {})
    if settings.get("layout"):
        return found
    before = layouts.said_before(found, upload.school)
    settings["layout"] = "seen"
    if before is not None:
        settings = {**before, **{name: said for name, said in settings.items() if said}}
        settings["answers"] = {**before.get("answers", {}), **(upload.settings or {}).get("answers", {})}
    upload.settings = settings
    return read(files, said_of(upload), today=day, usual=None) if before is not None else found


def id_of(part: Part) -> str:
    """The source's id of the part's school."""
    return part.school.id if part.school else ""


def part_for(upload: Upload, roster: Roster) -> tuple[Part | None, list[dict[str, str]]]:
    """(what of the roster belongs to the upload's school, all its schools); None while nobody has said which it is."""
    parts = divided(roster)
    choice = [
        {"id": id_of(part), "name": part.school.name, "pupils": str(len(part.roster.pupils))}
        for part in parts
        if part.school is not None
    ]
    if len(parts) == 1 and parts[0].school is None:
        return parts[0], choice
    said = (upload.settings or {}).get("part", "")
    said = said if said in {each["id"] for each in choice} else ""
    here = {folded(upload.school.name), folded(upload.school.slug)}
    for part in parts:
        if part.school is not None and (part.school.id == said if said else folded(part.school.name) in here):
            return part, choice
    return None, choice


@doors.reads(Purpose.ADMINISTER)
def bring(upload: Upload, at: datetime) -> Upload:
    """Bring in what was shown and said yes to. Where the plan is another by now, it is shown again."""
    noted = 0.0

    def progress(done: int, of: int) -> None:
        nonlocal noted
        if monotonic() - noted > EVERY:
            noted = monotonic()
            Upload.objects.filter(pk=upload.pk).update(done=done, of=of)

    def along(made: ChangeSet | None) -> None:
        won = Upload.objects.filter(pk=upload.pk, state=Upload.State.BRINGING).update(
            state=Upload.State.DONE, change_set=made
        )
        if not won:
            raise Gone

    try:
        found = found_in(upload, at)
        part, _choice = part_for(upload, found.roster) if found.roster is not None else (None, [])
        if part is None:
            raise PlanIsStale
        carry_out(
            part.roster,
            upload.school,
            by=upload.by,
            at=at,
            answers=said_of(upload).answers,
            mark=upload.mark,
            progress=progress,
            along=along,
        )
        layouts.keep(found, upload.settings or {}, upload.school, at)
        # Whatever else it held, such as passwords, rests no longer than it is of use.
        upload.data = b""
        upload.save(update_fields=["data"])
    except Gone:
        pass
    except PlanIsStale:
        Upload.objects.filter(pk=upload.pk, state=Upload.State.BRINGING).update(
            state=Upload.State.READING, said=say(CHANGED)
        )
        upload.refresh_from_db()
        return look(upload, at)
    except (Refused, Unreadable) as refusal:
        Upload.objects.filter(pk=upload.pk, state=Upload.State.BRINGING).update(
            state=Upload.State.FAILED, said=str(refusal)[:300]
        )
    except Exception:
        log.exception("a file could not be brought in", extra={"fields": {"upload": upload.pk}})
        Upload.objects.filter(pk=upload.pk, state=Upload.State.BRINGING).update(
            state=Upload.State.FAILED,
            said=say("Nothing was written: Muster met something it does not know. Its log says what."),
        )
    upload.refresh_from_db()
    return upload


def is_small(upload: Upload) -> bool:
    """Whether the file is read at once, while whoever brought it waits."""
    return len(upload.data) <= SMALL and not bytes(upload.data[:4]).startswith((b"PK", b"\xd0\xcf"))


def is_little(upload: Upload) -> bool:
    """Whether what was shown is brought in at once."""
    shown = shown_in(upload)
    return is_small(upload) and shown is not None and shown.count("add") + shown.count("change") <= FEW


def shown_in(upload: Upload) -> Shown | None:
    """What was kept for the page."""
    return Shown.unpacked(bytes(upload.shown)) if upload.shown else None


@doors.reads(Purpose.ADMINISTER)
def work(at: datetime) -> str | None:
    """Read and bring in whatever waits, oldest first: the background process's part."""
    done = 0
    while True:
        waits = Upload.objects.filter(state__in=[Upload.State.READING, Upload.State.BRINGING])
        upload = waits.select_related("school__trust", "by").order_by("at", "pk").first()
        if upload is None:
            return f"{done} files" if done else None
        (look if upload.state == Upload.State.READING else bring)(upload, at)
        done += 1


@doors.reads(Purpose.MAINTENANCE)
def sweep(at: datetime) -> str:
    """Forget files past their 30 days: the key first, then the row."""
    old = list(Upload.objects.filter(at__lt=at - KEPT).values_list("pk", "key"))
    for pk, key in old:
        sealing.store().destroy(key, at=at)
        Upload.objects.filter(pk=pk).delete()
    return f"{len(old)} files forgotten"
