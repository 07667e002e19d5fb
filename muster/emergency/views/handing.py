"""The desk where children are handed back: six steps, one at a time, and the second half."""

from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.emergency.actions.handing import (
    cards_of,
    do_step,
    greet,
    halves_alone,
    halves_of,
    handed_over,
    reconciled,
    see_leaving,
)
from muster.emergency.forms import HalfForm
from muster.emergency.known import children_of, said_of
from muster.emergency.models import Card, CardStep, Listed, RollCall
from muster.emergency.rules.handing import ORDER, Answer, Step, next_step
from muster.emergency.rules.kinds import Claim, Kind, Mode
from muster.emergency.showing import name_of, shown
from muster.emergency.views.roll_calls import refuse_once_over, roll_call_or_404
from muster.emergency.words import CLAIMS, KINDS, MODES, STEPS
from muster.people.access import Permission
from muster.people.doors import CannotBeRead
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Guardianship, Pupil
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused

OPEN_AFTER_THE_END = timedelta(hours=12)
"""How long after the end of a roll call every adult on duty may still hand children back."""


def desk_of(request: SchoolRequest, roll_call_id: int) -> RollCall:
    """The roll call whose desk this is; later than the evening of its day for those who look back at roll calls only."""
    found = roll_call_or_404(request, roll_call_id)
    refuse_once_over(request, found, after=OPEN_AFTER_THE_END)
    return found


def frame(roll_call: RollCall) -> dict[str, object]:
    """What the band of every page of the desk says."""
    return {
        "roll_call": roll_call,
        "kind_word": KINDS[Kind(roll_call.kind)],
        "mode_word": MODES[Mode(roll_call.mode)],
    }


def waits_for(steps: list[CardStep]) -> Step | None:
    """The step that comes next on a card; None where it is finished or was stopped."""
    return next_step([(Step(one.step), Answer(one.answer)) for one in steps])


def why_stopped(steps: list[CardStep]) -> str:
    """The words beside the no that stopped a card."""
    return next((shown(one).words or "" for one in steps if one.answer == Answer.NO), "")


def guardians_of(pupil: Pupil) -> list[Guardianship]:
    """The people on record for a child, in their order."""
    return list(Guardianship.objects.filter(pupil=pupil).select_related("guardian").order_by("position", "pk"))


def mark_of(*shown: object) -> str:
    """The mark of a page from everything on it that others change: an open page asks whether it is still the same."""
    return "-".join(map(str, shown))


@require_safe
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def desk(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """What waits, what was handed over, and above all the halves that have no other half."""
    found = desk_of(request, roll_call_id)
    cards, halves = cards_of(found), halves_of(found)
    seen = [*(one.pupil_id for one, _steps in cards), *(one.pupil_id for one in halves)]
    request.look_at([number for number in seen if number])
    context = frame(found) | {"unmatched": 0}
    if found.names_gone_at is not None:
        context |= {
            "cards": [(one, [(each, STEPS[Step(each.step)]) for each in steps]) for one, steps in cards],
            "halves": halves,
            "handed": sum(handed_over(steps) for _one, steps in cards),
            "alone": halves_alone(found),
        }
        return TemplateResponse(request, "emergency/desk_without_names.html", context)
    matched = reconciled(cards, halves)
    by_number = {one.pk: shown(one) for one, _steps in cards}
    half_by_number = {one.pk: shown(one) for one in halves}
    waiting = [(shown(one), waits_for(steps), why_stopped(steps)) for one, steps in cards if not handed_over(steps)]
    context |= {
        "first_alone": [by_number[number] for number in matched.first_alone],
        "second_alone": [half_by_number[number] for number in matched.second_alone],
        "pairs": [(by_number[first], half_by_number[second]) for first, second in matched.pairs],
        "waiting": [(one, STEPS[step]) for one, step, _why in waiting if step is not None],
        "stopped": [(one, why) for one, step, why in waiting if step is None],
        "unmatched": len(matched.first_alone) + len(matched.second_alone),
        "fresh": mark_of(len(cards), sum(len(steps) for _one, steps in cards), len(halves)),
    }
    return TemplateResponse(request, "emergency/desk.html", context)


def adult_on(card: Card) -> str:
    """The name of the adult on a card, to be written again; empty where it cannot be read."""
    try:
        return card.adult or ""
    except CannotBeRead:
        return ""


def half_form(request: SchoolRequest, roll_call: RollCall) -> tuple[HalfForm, dict[str, Pupil]]:
    """The form of either half, and the children it offers. `beside` names a card whose adult has come for another child."""
    children = children_of(roll_call)
    request.look_at([])
    beside = request.GET.get("beside", "")
    cards = Card.objects.filter(school=request.school).filter(roll_call=roll_call, greeted_by=request.account)
    same = (
        cards.select_related("roll_call").filter(pk=int(beside)).first()
        if beside.isdecimal() and len(beside) < 19
        else None
    )
    form = HalfForm(
        request.POST or None,
        pupils=[(number, ", ".join(filter(None, (name_of(one), group)))) for number, (one, group) in children.items()],
        initial={"uuid": uuid4(), "adult": adult_on(same) if same else ""},
    )
    return form, {number: one for number, (one, _group) in children.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def card_new(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """Greet: who has come, and for which child."""
    found = desk_of(request, roll_call_id)
    form, pupils = half_form(request, found)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = greet(
                roll_call=found, uuid=said["uuid"], pupil=pupils[said["pupil"]], adult=said["adult"].strip(),
                by=request.account, at=request.now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("handing-card", request.school.slug, found.pk, made.pk)
    context = frame(found) | {"form": form, "second": False}
    return TemplateResponse(request, "emergency/half.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def second_half_new(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """The second half, written without looking at the card."""
    found = desk_of(request, roll_call_id)
    form, pupils = half_form(request, found)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            see_leaving(
                roll_call=found, uuid=said["uuid"], pupil=pupils[said["pupil"]], adult=said["adult"].strip(),
                by=request.account, at=request.now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The second half is written down."))
            return redirect("handing-desk", request.school.slug, found.pk)
    context = frame(found) | {"form": form, "second": True}
    return TemplateResponse(request, "emergency/half.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD, polled=True)
def card(request: SchoolRequest, roll_call_id: int, card_id: int) -> HttpResponse:
    """One card at the step it waits for."""
    found = desk_of(request, roll_call_id)
    here = get_object_or_404(
        Card.objects.filter(school=request.school).filter(roll_call=found).select_related("pupil", "school"), pk=card_id
    )
    if here.pupil is None:
        return redirect("handing-desk", request.school.slug, found.pk)
    here.roll_call = found
    request.look_at([here.pupil.pk])
    problem = ""
    if request.method == "POST":
        try:
            step, answer = Step(request.POST.get("step", "")), Answer(request.POST.get("answer", ""))
            do_step(
                card=here, step=step, answer=answer, words=request.POST.get("words", "")[:500], by=request.account,
                at=request.now,
            )  # fmt: skip
        except ValueError:
            problem = _("Choose yes or no.")
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("handing-card", request.school.slug, found.pk, here.pk)
    cards = cards_of(found, pupil=here.pupil)
    done = next((steps for one, steps in cards if one.pk == here.pk), [])
    waits = waits_for(done)
    # A test or a drill opens nothing that its keeper may not see anyway; an order still stops the card by name.
    withheld = found.mode != Mode.REAL and not request.may(Permission.GUARDIAN_VIEW)
    guardians = guardians_of(here.pupil) if waits is Step.CHECK and not withheld else []
    standing, said = said_of(found, here.pupil)
    steps = ".".join(str(len(steps)) for _one, steps in cards)
    heard = ".".join(str(tick.number) for tick in said)
    orders = ".".join(f"{one.pk}{'!' if one.no_contact else ''}" for one in guardians)
    context = frame(found) | {
        "card": shown(here),
        "done": [(shown(one), STEPS[Step(one.step)]) for one in done],
        "step": waits,
        "step_word": STEPS[waits] if waits else "",
        "place": ORDER.index(waits) + 1 if waits else 0,
        "guardians": [shown(one) for one in guardians],
        "withheld": withheld,
        "handed": handed_over(done),
        "others": [
            (shown(one), handed_over(steps), waits_for(steps) is not None) for one, steps in cards if one.pk != here.pk
        ],
        "said": [(shown(tick), CLAIMS[Claim(tick.claim)]) for tick in said],
        "accounted": standing.accounted,
        "group": Listed.objects.at(request.school)
        .filter(roll_call=found, pupil=here.pupil)
        .values_list("group", flat=True)
        .first(),
        "mine": here.greeted_by_id == request.account.pk,
        "words": request.POST.get("words", ""),
        "problem": problem,
        "fresh": mark_of(steps, heard, standing.accounted, orders),
    }
    return TemplateResponse(request, "emergency/card.html", context, status=422 if problem else 200)
