"""Bringing in people and classes, whatever the file: drop or paste, settle what is asked, see the effect, say yes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from muster.curriculum.models import Framework
from muster.exchange import actions, working
from muster.exchange.classlist.fields import MOST_GUARDIANS
from muster.exchange.classlist.read import STAFF_LIST
from muster.exchange.formats import offered
from muster.exchange.forms import BringForm
from muster.exchange.models import Upload
from muster.exchange.rules.causes import WHO_IT_IS, YEAR, choices, remedy
from muster.exchange.rules.dates import Order
from muster.exchange.shown import MOST_SHOWN, Shown, year_groups_offered
from muster.exchange.views import XLSX, taken_out
from muster.pages.sheets import Written, workbook
from muster.people import schedule
from muster.people.access import Permission
from muster.people.actions.changes import UNDO_WITHIN
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import undo_address

MOST_RECENT = 10


def upload_of(request: SchoolRequest, upload_id: UUID) -> Upload:
    """The file of that address, of this school."""
    mine = Upload.objects.at(request.school).select_related("school__trust", "by", "change_set")
    return get_object_or_404(mine, uuid=upload_id)


@requires(Permission.PUPIL_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
def new(request: SchoolRequest) -> HttpResponseBase:
    """Drop or paste a file; below it, those of the last 30 days."""
    request.look_at([])
    form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
    if request.method == "POST" and form.is_valid():
        made = actions.receive(
            name=form.named, data=form.data_read, school=request.school, by=request.account, at=request.now
        )
        have_read(made, request)
        return redirect("exchange:upload", request.school.slug, made.uuid)
    recent = (
        Upload.objects.at(request.school).filter(at__gt=request.now - UNDO_WITHIN).select_related("by", "change_set")
    )
    context = {
        "form": form,
        "recent": [recent_line(each) for each in recent.defer("data", "shown").order_by("-at")[:MOST_RECENT]],
    }
    return TemplateResponse(request, "exchange/new.html", context, status=422 if form.errors else 200)


def recent_line(upload: Upload) -> dict[str, Any]:
    """One of the files brought lately."""
    undone = upload.change_set is not None and upload.change_set.undone_by_id is not None
    words = {
        Upload.State.READING: _("Being read"),
        Upload.State.SHOWN: _("Waits for your yes"),
        Upload.State.BRINGING: _("Being brought in"),
        Upload.State.DONE: _("Brought in"),
        Upload.State.FAILED: _("Not brought in"),
    }
    return {
        "upload": upload,
        "name": upload.name or _("Pasted rows"),
        "state": _("Undone") if undone else words[Upload.State(upload.state)],
        "undo": undo_address(upload.change_set) if upload.change_set is not None and not undone else "",
    }


def have_read(upload: Upload, request: SchoolRequest) -> Upload:
    """Read a small file at once; leave a larger one to the background process."""
    if working.is_small(upload):
        return working.look(upload, request.now)
    schedule.soon(working.JOB, request.now)
    return upload


@require_GET
@requires(Permission.PUPIL_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
def upload(request: SchoolRequest, upload_id: UUID) -> HttpResponseBase:
    """How far a file has come: being read, its columns, its effect, being brought in, done."""
    found = upload_of(request, upload_id)
    shown = working.shown_in(found)
    request.look_at(shown.pupils if shown and found.state == Upload.State.SHOWN else [])
    context: dict[str, Any] = {
        "upload": found,
        "named": found.name or _("Pasted rows"),
        "state": found.state,
        "percent": 100 * found.done // found.of if found.of else 0,
    }
    if shown is not None and shown.kind == working.OBJECTIVES:
        may_edit = request.may(Permission.CURRICULUM_EDIT) and found.by_id == request.account.pk
        live = Framework.objects.at(request.school).live().order_by("name", "pk") if may_edit else ()
        context |= {"is_framework": True, "may_edit": may_edit, "frameworks": live}
    elif shown is not None and found.state in {Upload.State.SHOWN, Upload.State.DONE}:
        context |= effect_of(shown, found) | {"may_settle_year": request.may(Permission.SCHOOL_SETTINGS)}
    return TemplateResponse(request, "exchange/upload.html", context)


def effect_of(shown: Shown, found: Upload) -> dict[str, Any]:
    """What the page says of the effect."""
    people = ("pupil", "staff")
    counts = [
        (effect, word, shown.count(effect, *(people if effect in {"add", "change", "leave"} else ())))
        for effect, word in effect_words(done=found.state == Upload.State.DONE).items()
    ]
    undone = found.change_set is not None and found.change_set.undone_by_id is not None
    said: Mapping[str, str] = (found.settings or {}).get("answers", {})
    return {
        "shown": shown,
        "causes": [
            {
                **cause,
                "choices": choices(cause["cause"]),
                "remedy": remedy(cause["cause"]),
                "is_year": cause["cause"].startswith(YEAR),
                "is_who": cause["cause"] in WHO_IT_IS,
            }
            for cause in shown.causes
        ],
        "counts": [(word, many) for _effect, word, many in counts],
        "behind": [
            {"effect": effect, "word": word, "many": many, "names": shown.names.get(effect, ())[:MOST_SHOWN]}
            for effect, word, many in counts
            if many and effect in {"add", "change", "leave"}
        ],
        "kinds": kind_rows(shown),
        "fields": field_choices(shown.kind),
        "kind_choices": kind_choices(),
        "year_groups": year_groups_offered(shown),
        "settled": len(said),
        "empties": said.get("blanks") == "empty",
        "undo": undo_address(found.change_set) if found.change_set is not None and not undone else "",
        "undone": undone,
        "is_list": bool(shown.headings),
        "refused_many": len(shown.refused),
    }


def effect_words(*, done: bool = False) -> dict[str, str]:
    """What happens to records, as the page counts them; what has happened where it is `done`."""
    if done:
        return {
            "add": _("added"),
            "change": _("changed"),
            "leave": _("left as they were"),
            "refuse": _("refused"),
            "ask": _("not answered"),
        }
    return {
        "add": _("to add"),
        "change": _("to change"),
        "leave": _("to leave as they are"),
        "refuse": _("refused"),
        "ask": _("to ask about"),
    }


def kind_rows(shown: Shown) -> list[tuple[str, list[int]]]:
    """Every kind of record and how many of it have each effect."""
    words = {
        "pupil": _("Pupils"),
        "staff": _("Staff"),
        "class": _("Classes"),
        "membership": _("Places in classes"),
        "guardian": _("Parents and carers"),
        "session": _("Years and terms"),
    }
    return [
        (word, [shown.counts[kind].get(effect, 0) for effect in effect_words()])
        for kind, word in words.items()
        if any(shown.counts.get(kind, {}).values())
    ]


def kind_choices() -> list[tuple[str, str]]:
    """What a file may be said to be."""
    return [
        ("classlist", _("Class list")), ("stafflist", _("Staff list")),
        *((each.name, each.title) for each in offered.values()), (working.OBJECTIVES, _("List of objectives")),
    ]  # fmt: skip


def field_choices(kind: str) -> list[tuple[str, str]]:
    """What a column may be said to be."""
    if kind == STAFF_LIST:
        return [
            ("surname", _("surname")), ("forenames", _("forename")), ("name", _("whole name")), ("title", _("title")),
            ("email", _("e-mail")), ("role", _("post")), ("classes", _("classes")),
        ]  # fmt: skip
    parts = {
        "name": _("name"), "forename": _("forename"), "surname": _("surname"), "relation": _("relationship"),
        "email": _("e-mail"), "telephone": _("telephone"),
    }  # fmt: skip
    return [
        ("surname", _("surname")), ("forenames", _("forename")), ("known_as", _("known as")), ("name", _("whole name")),
        ("born_on", _("date of birth")), ("upn", _("UPN")), ("year_group", _("year group")), ("class_name", _("class")),
        ("gender", _("gender")),
        *((part, f"{_('address')}: {word}") for part, word in (
            ("address_1", _("line 1")), ("address_2", _("line 2")), ("address_3", _("line 3")), ("town", _("town")),
            ("county", _("county")), ("postcode", _("postcode")),
        )),
        *((f"guardian_{n}_{part}", f"{_('parent')} {n}: {word}") for n in range(1, MOST_GUARDIANS + 1) for part, word in parts.items()),
    ]  # fmt: skip


@require_POST
@requires(Permission.PUPIL_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def answers(request: SchoolRequest, upload_id: UUID) -> HttpResponseBase:
    """What a person says of a file: what it is, a column, the order of dates, one answer for all that are alike."""
    found = upload_of(request, upload_id)
    shown = working.shown_in(found)
    said: dict[str, Any] = {}
    if request.POST.get("kind") in {kind for kind, _word in kind_choices()}:
        said["kind"] = request.POST["kind"]
    if request.POST.get("order") in set(Order):
        said["order"] = request.POST["order"]
    if "part" in request.POST:
        said["part"] = request.POST["part"]
    headings = {each["place"]: each["heading"] for each in (shown.headings if shown else ())}
    fields = {name for name, _word in [*field_choices(""), *field_choices(STAFF_LIST)]} | {""}
    columns = {
        headings[name[2:]]: value
        for name, value in request.POST.items()
        if name.startswith("c:") and name[2:] in headings and isinstance(value, str) and value in fields
    }
    if columns:
        guessed = {each["heading"]: each["field"] for each in (shown.headings if shown else ())}
        said["columns"] = {heading: field for heading, field in columns.items() if field != guessed.get(heading)}
    said["answers"] = {
        name[2:]: value for name, value in request.POST.items() if name.startswith("a:") and isinstance(value, str)
    }
    try:
        have_read(actions.answer(upload=found, said=said, by=request.account, at=request.now), request)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:upload", request.school.slug, found.uuid)


@require_POST
@requires(Permission.PUPIL_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def bringing(request: SchoolRequest, upload_id: UUID) -> HttpResponseBase:
    """Yes to what was shown."""
    found = upload_of(request, upload_id)
    try:
        found = actions.say_yes(
            upload=found, mark=request.POST.get("mark", "")[:16], by=request.account, at=request.now
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("exchange:upload", request.school.slug, found.uuid)
    if working.is_little(found):
        found = working.bring(found, request.now)
        if found.state == Upload.State.DONE:
            shown = working.shown_in(found)
            people = ("pupil", "staff")
            done = _("Added %(added)d, changed %(changed)d.") % {
                "added": shown.count("add", *people) if shown else 0,
                "changed": shown.count("change", *people) if shown else 0,
            }
            undo = undo_address(found.change_set) if found.change_set else ""
            messages.success(request, done, extra_tags=undo)
    else:
        schedule.soon(working.JOB, request.now)
    return redirect("exchange:upload", request.school.slug, found.uuid)


@require_GET
@requires(Permission.PUPIL_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def progress(request: SchoolRequest, upload_id: UUID) -> HttpResponseBase:
    """How far, for the page that polls; 304 while nothing is different."""
    found = get_object_or_404(
        Upload.objects.at(request.school).only("uuid", "state", "done", "of", "school"), uuid=upload_id
    )
    tag = f'"{found.state}-{found.done}-{found.of}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    else:
        answer = JsonResponse(
            {
                "waits": found.state in {Upload.State.READING, Upload.State.BRINGING},
                "percent": 100 * found.done // found.of if found.of else 0,
            }
        )
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_GET
@requires(Permission.PUPIL_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
def refused(request: SchoolRequest, upload_id: UUID) -> HttpResponseBase:
    """The rows that stay out as a workbook, with the reason in the last column."""
    found = upload_of(request, upload_id)
    shown = working.shown_in(found)
    if shown is None or not shown.refused:
        raise Http404
    request.look_at(shown.pupils)
    sheet = Written(_("Rows that stayed out"), [*shown.refused_headings, _("Reason")], shown.refused)
    return taken_out(workbook(sheet), "stayed-out.xlsx", XLSX)


@require_GET
@requires(Permission.PUPIL_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
def named(request: SchoolRequest, upload_id: UUID) -> HttpResponseBase:
    """Everybody behind the numbers, as a workbook: what happens to each, and why."""
    found = upload_of(request, upload_id)
    shown = working.shown_in(found)
    if shown is None or not shown.names:
        raise Http404
    request.look_at(shown.pupils)
    rows = [
        [word, one["name"], one["why"]]
        for effect, word in effect_words(done=found.state == Upload.State.DONE).items()
        for one in shown.names.get(effect, ())
    ]
    sheet = Written(_("Behind the numbers"), [_("What happens"), _("Name"), _("Why")], rows)
    return taken_out(workbook(sheet), "behind-the-numbers.xlsx", XLSX)
