"""The roll call: its page, its start, what devices send and fetch, its end and its report."""

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.emergency import known
from muster.emergency.actions.roll_calls import NotEverybody, end, say_ready, start, take_in
from muster.emergency.models import Phone, RollCall
from muster.emergency.polled import asked_for, going_at, of_poll, state_of, state_of_poll, state_of_school
from muster.emergency.reading import Said, Start, read, uuid_of
from muster.emergency.report import compared, minute, report
from muster.emergency.roster import everyone_expected
from muster.emergency.rules.choosing import urgency
from muster.emergency.rules.kinds import BY_ROOM, RANK, Claim, Kind, Mode
from muster.emergency.showing import shown
from muster.emergency.words import CLAIMS, CONTRADICTIONS, KINDS, MODES, NO_WORDS, WHAT_TO_DO, duration, state_word
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import PostClass
from muster.people.models.classes import on_day
from muster.people.outbox import MOST_BYTES, MOST_ITEMS, UnreadableItem, instant
from muster.people.polling import knows, polled, tag, unchanged
from muster.people.purposes import Purpose, Shows

READY_FOR = timedelta(days=7)
"""A phone that has not opened a list for this long is not ready."""


OPEN_AFTER_THE_END = timedelta(hours=1)
"""How long whoever ticked may still open the list of a roll call that has ended."""


def roll_call_or_404(request: SchoolRequest, roll_call_id: int) -> RollCall:
    """A roll call of this school; one that joined another stands for that one."""
    found = get_object_or_404(RollCall.objects.at(request.school).select_related("school", "joined"), pk=roll_call_id)
    return found.joined or found


def refuse_once_over(request: SchoolRequest, roll_call: RollCall, *, after: timedelta = OPEN_AFTER_THE_END) -> None:
    """An hour (or `after`) from its end it is open to those who look back at roll calls, and to nobody else: 404."""
    if roll_call.ended_at is None or request.now - roll_call.ended_at <= after:
        return
    if not request.may(Permission.ROLL_CALL_VIEW):
        raise Http404


def in_order(roll_calls: Iterable[RollCall]) -> list[RollCall]:
    """The one to open first in front."""
    return sorted(
        roll_calls,
        key=lambda one: urgency(kind=Kind(one.kind), mode=Mode(one.mode), started_at=one.started_at, number=one.pk),
    )


def going_on(request: SchoolRequest) -> list[RollCall]:
    """What is going on now, the one to open first in front."""
    return in_order(RollCall.objects.at(request.school).going_on().select_related("school", "started_by"))


def own_classes(request: SchoolRequest) -> list[str]:
    """The names of the classes of whoever asks: theirs stand open on the board."""
    posts = [post.pk for post in request.viewer.granting(Permission.ROLL_CALL_TICK, request.school)]
    mine = PostClass.objects.at(request.school).filter(on_day(request.today), post__in=posts)
    return sorted(set(mine.values_list("school_class__name", flat=True)))


def own_lists(request: SchoolRequest, people: Iterable[known.Named]) -> list[str]:
    """The classes of whoever asks, and the rooms these are in."""
    classes = own_classes(request)
    rooms = {name for one in people for name in (one.group, one.room) if name.rpartition(", ")[2] in classes}
    return sorted({*classes, *rooms})


def look_once(request: SchoolRequest, roll_call: RollCall) -> None:
    """A polled page is one look for a person and ten minutes, at everybody on the list: the first one says so."""
    mark = f"roll-call-look:{roll_call.pk}:{request.account.pk}:{int(request.now.timestamp()) // 600}"
    # Read first: adding what is there already takes the one lock for writing, which sixty phones would wait for.
    first = cache.get(mark) is None and cache.add(mark, 1, 1200)
    request.look_at(known.pupils_of(roll_call) if first else [])


def described(roll_call: RollCall) -> dict[str, Any]:
    """A roll call as a device reads it, without people."""
    return {
        "uuid": str(roll_call.uuid),
        "number": roll_call.pk,
        "kind": roll_call.kind,
        "mode": roll_call.mode,
        "started": known.milliseconds(roll_call.started_at),
        "ended": roll_call.ended_at is not None,
        "version": roll_call.version,
    }


def page(request: SchoolRequest, roll_calls: list[RollCall]) -> TemplateResponse:
    """The page of the roll call: what is going on, or the list and the way to start one. It works from its saved copy."""
    drawn = []
    people: list[known.Named] = []
    expected = [] if roll_calls else everyone_expected(request.school, request.now)
    for each in roll_calls:
        listed = known.named(each)
        people += listed
        drawn.append(
            described(each)
            | {
                "list": [one.as_json for one in listed],
                "events": [known.wire(tick) for tick in known.ticks_of(each)],
            }
        )
    if not roll_calls:
        people = known.named_expected(expected)
    request.look_at([one.pupil for one in people if one.pupil])
    slug = request.school.slug
    pack = {
        "me": {"uuid": str(request.account.uuid), "name": request.account.name},
        "own": own_lists(request, people),
        "by_room": sorted(BY_ROOM),
        "outdoors": sorted({one.room or one.group for one in expected if one.outdoors}),
        "list": [] if roll_calls else [one.as_json for one in people],
        "list_at": known.milliseconds(request.now),
        "open": drawn,
        "may_start": request.may(Permission.ROLL_CALL_START),
        "may_end": request.may(Permission.ROLL_CALL_END),
        "base": f"/{slug}/roll-calls/",
    }
    context = {
        "pack": pack,
        "roll_calls": [(each, KINDS[Kind(each.kind)], MODES[Mode(each.mode)]) for each in roll_calls],
        "kinds": [(kind, KINDS[kind], WHAT_TO_DO[kind]) for kind in Kind],
        "modes": MODES.items(),
        "claims": [(claim, CLAIMS[claim]) for claim in RANK],
        "dark": any(each.is_dark for each in roll_calls),
        "may_start": pack["may_start"],
        "another": "another" in request.GET,
        "saved_copy": "roll-call",
    }
    return TemplateResponse(request, "emergency/roll_call.html", context)


@require_safe
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def roll_call(request: SchoolRequest) -> HttpResponse:
    """What is going on now, or the way to start."""
    return page(request, going_on(request))


@require_safe
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.NOTHING)
def roll_call_board(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """The way to one: to the one page that devices keep, which opens it; to its report where it has ended."""
    found = roll_call_or_404(request, roll_call_id)
    if found.ended_at is not None:
        if request.may(Permission.ROLL_CALL_VIEW):
            return redirect("roll-call-report", request.school.slug, found.pk)
        messages.info(request, _("That roll call has ended."))
        return redirect("roll-call", request.school.slug)
    return redirect(f"{reverse('roll-call', args=[request.school.slug])}#{found.uuid}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROLL_CALL_START, purpose=Purpose.EMERGENCY, shows=Shows.NOTHING)
def roll_call_new(request: SchoolRequest) -> HttpResponse:
    """Start without a script: choose, then confirm. The number made with the form keeps a second press from a second one."""
    asked = request.POST if request.method == "POST" else request.GET
    try:
        kind, mode = Kind(asked.get("kind", "")), Mode(asked.get("mode", ""))
    except ValueError:
        return redirect("roll-call", request.school.slug)
    if request.method == "POST":
        try:
            number = uuid_of(asked.get("uuid"), _("This form is not whole. Start again."))
        except UnreadableItem as problem:
            messages.error(request, str(problem))
            return redirect("roll-call", request.school.slug)
        start(
            school=request.school, kind=kind, mode=mode, started_at=request.now, by=request.account, at=request.now,
            uuid=number,
        )  # fmt: skip
        return redirect("roll-call", request.school.slug)
    context = {
        "kind": kind, "mode": mode, "kind_word": KINDS[kind], "mode_word": MODES[mode],
        "what_to_do": WHAT_TO_DO[kind], "uuid": uuid4(), "dark": kind is Kind.LOCKDOWN,
    }  # fmt: skip
    return TemplateResponse(request, "emergency/roll_call_new.html", context)


@require_POST
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.NOTHING)
def roll_call_sync(request: SchoolRequest) -> HttpResponse:
    """What a device started and ticked, in one transaction; each is answered by its own number."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"reason": _("This is too much to send at once.")}, status=413)
    try:
        batch: Any = json.loads(request.body)
        raw_items, account = batch["items"], UUID(str(batch["account"]))
        sent_at = instant(batch["sent_at"])
        if not isinstance(raw_items, list):
            raise TypeError
        device = UUID(str(batch["device"])) if batch.get("device") else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"reason": _("Muster could not read these ticks. They stay on this device.")}, status=400)
    if account != request.account.uuid:
        reason = _("These ticks were made by somebody else, who must sign in to send them.")
        return JsonResponse({"reason": reason}, status=403)
    if len(raw_items) > MOST_ITEMS:
        return JsonResponse({"reason": _("This is too much to send at once.")}, status=413)
    items: list[Start | Said] = []
    answers: list[dict[str, Any]] = []
    for raw in raw_items:
        try:
            items.append(read(raw, sent_at=sent_at))
        except (UnreadableItem, OverflowError) as problem:
            number = raw.get("id") if isinstance(raw, dict) else None
            answers.append({"id": number, "status": 422, "reason": str(problem)})
    results = take_in(items=items, school=request.school, by=request.account, at=request.now, device=device)
    answers = [result.as_json() for result in results] + answers
    accepted = not answers or any(answer["status"] < 300 for answer in answers)
    return JsonResponse(
        {"now": request.now.isoformat(), "results": answers}, status=200 if accepted else answers[0]["status"]
    )


@require_safe
@polled(state_of_poll)
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def roll_call_events(request: SchoolRequest, roll_call: UUID) -> HttpResponse:
    """What was said after a number, for a board that is polled; 304 where nothing was. One look in ten minutes."""
    found, going = asked_for(of_poll(school=request.school.pk, roll_call=roll_call), roll_call)
    if found is None:
        raise Http404
    found = found.joined or found
    refuse_once_over(request, found)
    state = state_of(going, found.uuid, found.version)
    if knows(request, state):
        return unchanged(request, state, at=request.now)
    found.school = request.school
    after = int(request.GET["after"]) if request.GET.get("after", "").isdecimal() else 0
    ticks = known.ticks_of(found, after=min(after, 2**31 - 1))
    said: dict[str, Any] = described(found) | {
        "now": request.now.isoformat(),
        "events": [known.wire(tick) for tick in ticks],
        "open": [described(one) for one in in_order(going)],
    }
    added = {tick.listed.pk for tick in ticks if tick.listed is not None and tick.listed.added_at is not None}
    if "list" in request.GET:
        people = known.named(found)
        said["list"] = [one.as_json for one in people]
    else:
        people = known.named(found, among=added) if added else []
        said["added"] = [one.as_json for one in people]
        look_once(request, found)
    request.look_at([one.pupil for one in people if one.pupil])
    return JsonResponse(said, headers={"ETag": tag(request, state, at=request.now)})


@require_safe
@polled(state_of_school)
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.NOTHING)
def roll_calls_going_on(request: SchoolRequest) -> HttpResponse:
    """What is going on, for a page that shows none of it yet; 304 while nothing began and nothing ended."""
    going = going_at(school=request.school.slug)
    state = state_of(going)
    if knows(request, state):
        return unchanged(request, state, at=request.now)
    said = {"now": request.now.isoformat(), "open": [described(one) for one in in_order(going)]}
    return JsonResponse(said, headers={"ETag": tag(request, state, at=request.now)})


@require_POST
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.NOTHING)
def roll_call_ready(request: SchoolRequest) -> HttpResponse:
    """A phone says that it opened the list it keeps."""
    try:
        said: Any = json.loads(request.body)
        device, list_at = UUID(str(said["device"])), instant(said["list_at"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"reason": _("Muster could not read this.")}, status=400)
    say_ready(school=request.school, device=device, list_at=list_at, by=request.account, at=request.now)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def roll_call_list(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """The list as a plain form, for a browser without scripts: missing first, one press a person."""
    found = roll_call_or_404(request, roll_call_id)
    refuse_once_over(request, found)
    if request.method == "POST":
        who = request.POST.get("with-me", "")
        refused = say(request, found, who, Claim.WITH_ME)
        if refused:
            messages.error(request, refused)
        return redirect("roll-call-list", request.school.slug, found.pk)
    board = known.board(found)
    request.look_at([one.pupil for one in board.people if one.pupil])
    rows = [
        (one, board.derived.people[one.who], state_word(board.derived.people[one.who].state)) for one in board.people
    ]
    context = {
        "roll_call": found,
        "board": board.derived,
        "missing": [row for row in rows if row[0].expected and not row[1].accounted],
        "rest": [row for row in rows if not (row[0].expected and not row[1].accounted)],
        "kind_word": KINDS[Kind(found.kind)],
        "mode_word": MODES[Mode(found.mode)],
    }
    return TemplateResponse(request, "emergency/roll_call_list.html", context)


def say(request: SchoolRequest, roll_call: RollCall, who: str, claim: Claim, **more: Any) -> str:
    """Say one thing from a plain form; answers why it could not be, or not all of it, or nothing."""
    raw: dict[str, Any] = {
        "id": str(uuid4()),
        "kind": "roll-call-tick",
        "target": {"roll_call": str(roll_call.uuid), "who": who},
        "value": {"claim": claim.value, **more},
        "at": request.now.isoformat(),
    }
    try:
        item = read(raw, sent_at=request.now)
    except UnreadableItem as problem:
        return str(problem)
    (result,) = take_in(items=[item], school=request.school, by=request.account, at=request.now)
    return result.reason


def say_what_is_not_kept(request: SchoolRequest, roll_call: RollCall) -> None:
    """Say so where the words of a form just sent were not kept."""
    if not roll_call.keeps_words:
        messages.error(request, str(NO_WORDS))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def roll_call_person(request: SchoolRequest, roll_call_id: int, who: str) -> HttpResponse:
    """One person in a plain form: everything that can be said, and what was said so far."""
    found = roll_call_or_404(request, roll_call_id)
    refuse_once_over(request, found)
    board = known.board(found)
    person = next((one for one in board.people if one.who == who), None)
    if person is None:
        return redirect("roll-call-list", request.school.slug, found.pk)
    request.look_at([person.pupil] if person.pupil else [])
    counting = board.derived.people[who].events
    if request.method == "POST":
        chosen = request.POST.get("claim", "")
        over = list(counting) if chosen in {"undo", "missing"} or request.POST.get("settle") else []
        try:
            claim = Claim(chosen)
        except ValueError:
            refused = _("Choose what to say.")
        else:
            refused = say(
                request, found, who, claim, over=over, text=request.POST.get("text", ""),
                place=request.POST.get("place", ""),
            )  # fmt: skip
        if not refused:
            return redirect("roll-call-list", request.school.slug, found.pk)
        messages.error(request, refused)
    said = [tick for tick in board.ticks if known.about(tick) == who]
    context = {
        "roll_call": found,
        "person": person,
        "standing": board.derived.people[who],
        "state": state_word(board.derived.people[who].state),
        "contradiction": CONTRADICTIONS.get(board.derived.people[who].contradiction, ""),
        "said": [(shown(tick), CLAIMS[Claim(tick.claim)], str(tick.device_key) in counting) for tick in said],
        "claims": [(claim, CLAIMS[claim]) for claim in (*RANK, Claim.NOTE)],
        "kind_word": KINDS[Kind(found.kind)],
        "mode_word": MODES[Mode(found.mode)],
    }
    return TemplateResponse(request, "emergency/roll_call_person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROLL_CALL_END, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def roll_call_typed(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """What a marshal told by voice or on paper: class, count, who is missing. The lead answers for it by name."""
    found = roll_call_or_404(request, roll_call_id)
    board = known.board(found)
    request.look_at([one.pupil for one in board.people if one.pupil])
    groups: dict[str, list[known.Named]] = {}
    for one in board.people:
        if one.expected:
            groups.setdefault(one.section, []).append(one)
    group = request.POST.get("group") or request.GET.get("group", "")
    whole = groups.get(group, [])
    people = [one for one in whole if not board.derived.people[one.who].accounted]
    problem = ""
    if request.method == "POST" and group in groups:
        missing = set(request.POST.getlist("missing"))
        count = int(request.POST["count"]) if request.POST.get("count", "").isdecimal() else -1
        told_by = request.POST.get("told_by", "").strip()
        here = [one for one in people if one.who not in missing]
        if not told_by:
            problem = _("Say who told you.")
        elif count != len(here):
            problem = _(
                "They counted %(count)s, and those not yet accounted for, without those missing, are %(here)s: who is missing?"
            ) % {"count": max(count, 0), "here": len(here)}
        else:
            words = _("Told by %(name)s") % {"name": told_by}
            raw: list[tuple[str, dict[str, Any]]] = [(one.who, {"claim": Claim.WITH_ME, "text": words}) for one in here]
            raw += [(one.who, {"claim": Claim.MISSING, "text": words}) for one in people if one.who in missing]
            # The others who stand there were seen by a named adult before, and are heads of the class too.
            heads = count + sum(board.derived.people[one.who].here for one in whole)
            raw.append(("", {"claim": Claim.HEADS, "group": group, "count": heads, "text": words}))
            items = [
                read(
                    {
                        "id": str(uuid4()), "kind": "roll-call-tick", "at": request.now.isoformat(), "value": value,
                        "target": {"roll_call": str(found.uuid), "who": who},
                    },
                    sent_at=request.now,
                )
                for who, value in raw
            ]  # fmt: skip
            take_in(items=items, school=request.school, by=request.account, at=request.now)
            messages.success(request, _("%(group)s is written down.") % {"group": group})
            say_what_is_not_kept(request, found)
            return redirect("roll-call-typed", request.school.slug, found.pk)
    context = {
        "roll_call": found,
        "groups": [
            (name, sum(not board.derived.people[one.who].accounted for one in those)) for name, those in groups.items()
        ],
        "group": group if group in groups else "",
        "people": people,
        "accounted": [one for one in whole if board.derived.people[one.who].accounted],
        "problem": problem,
        "kind_word": KINDS[Kind(found.kind)],
        "mode_word": MODES[Mode(found.mode)],
    }
    return TemplateResponse(request, "emergency/roll_call_typed.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ROLL_CALL_END, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def roll_call_closure(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """End it: nobody left unknown, or a written reason for each."""
    found = roll_call_or_404(request, roll_call_id)
    if found.ended_at is not None:
        return redirect("roll-call-board", request.school.slug, found.pk)
    board = known.board(found)
    left = board.unaccounted()
    request.look_at([one.pupil for one in board.people if one.pupil and one.who in left])
    problem = ""
    if request.method == "POST":
        for_all = request.POST.get("reason-all", "")
        reasons = {who: request.POST.get(f"reason-{who}", "").strip() or for_all for who in left}
        try:
            end(roll_call=found, reasons=reasons, by=request.account, at=request.now)
        except NotEverybody as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("The roll call has ended."))
            say_what_is_not_kept(request, found)
            return redirect("roll-call-board", request.school.slug, found.pk)
    people = [(one, request.POST.get(f"reason-{one.who}", "")) for one in board.people if one.who in set(left)]
    context = {
        "roll_call": found,
        "board": board.derived,
        "people": people,
        "problem": problem,
        "kind_word": KINDS[Kind(found.kind)],
        "mode_word": MODES[Mode(found.mode)],
    }
    return TemplateResponse(request, "emergency/roll_call_closure.html", context, status=422 if problem else 200)


@require_safe
@requires(Permission.ROLL_CALL_VIEW, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def roll_call_report(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """What happened and what was known when; `at=10:42` asks for the board of that minute."""
    found = roll_call_or_404(request, roll_call_id)
    said = report(found)
    people = known.named(found)
    request.look_at([one.pupil for one in people if one.pupil])
    asked = request.GET.get("at", "")
    past = None
    try:
        clock = time.fromisoformat(asked) if asked else None
    except ValueError:
        clock = None
    if clock is not None:
        day = found.started_at.astimezone(request.school.zone)
        at = datetime.combine(day.date(), clock.replace(tzinfo=None), request.school.zone)
        past = minute(found, at + (timedelta(0) if clock.second else timedelta(seconds=59, microseconds=999_999)))
    reached = [
        (_("First report"), duration(said.reached.first)),
        ("50 %", duration(said.reached.half)),
        ("90 %", duration(said.reached.most)),
        (_("Everybody"), duration(said.reached.all)),
    ]
    context = {
        "roll_call": found, "report": said, "minute": past, "asked": asked, "reached": reached,
        "kind_word": KINDS[Kind(found.kind)], "mode_word": MODES[Mode(found.mode)],
        "also": RollCall.objects.at(request.school).filter(joined=found).select_related("started_by"),
    }  # fmt: skip
    return TemplateResponse(request, "emergency/roll_call_report.html", context)


@require_safe
@requires(Permission.ROLL_CALL_VIEW, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def roll_calls(request: SchoolRequest) -> HttpResponse:
    """Those there have been, side by side, and the phones that are not ready. Figures only."""
    request.look_at([])
    rows = RollCall.objects.at(request.school).own().select_related("school", "started_by").order_by("-started_at")[:24]
    found = [
        (each, KINDS[Kind(each.roll_call.kind)], MODES[Mode(each.roll_call.mode)],
         [duration(one) for one in (each.reached.first, each.reached.half, each.reached.most, each.reached.all)])
        for each in compared(request.school, rows)
    ]  # fmt: skip
    phones = Phone.objects.at(request.school).in_use(request.school, request.now)
    context = {
        "rows": found,
        "phones": phones.count(),
        "not_ready": phones.not_ready(request.now - READY_FOR).select_related("account").order_by("list_at"),
    }
    return TemplateResponse(request, "emergency/roll_calls.html", context)


@require_safe
@requires(Permission.ROLL_CALL_TICK, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def roll_call_sheet(request: SchoolRequest) -> HttpResponse:
    """The grab sheet: everybody by class, with boxes, to print each morning, for a drill, or when the alarm has rung."""
    people = known.named_expected(everyone_expected(request.school, request.now))
    request.look_at([one.pupil for one in people if one.pupil])
    groups: dict[str, list[known.Named]] = {}
    for one in people:
        groups.setdefault(one.section, []).append(one)
    now = [each for each in going_on(request) if not each.is_dark]
    asked = next((mode for mode in (Mode.DRILL, Mode.TEST) if mode == request.GET.get("mode")), None)
    context = {
        "groups": groups.items(),
        "count": len(people),
        "bands": [(each.mode, MODES[Mode(each.mode)], KINDS[Kind(each.kind)]) for each in now]
        or ([(asked, MODES[asked], "")] if asked else []),
    }
    return TemplateResponse(request, "emergency/roll_call_sheet.html", context)
