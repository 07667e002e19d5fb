"""The desk where children are handed back: six steps, one at a time, and the second half."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.emergency.actions.handing import do_step, greet, reconciled, see_leaving, steps_of
from muster.emergency.forms import HalfForm
from muster.emergency.known import children_of
from muster.emergency.models import Card, CardStep, RollCall, SecondHalf
from muster.emergency.rules.handing import ORDER, Answer, Step, next_step
from muster.emergency.rules.kinds import Kind, Mode
from muster.emergency.views.roll_calls import roll_call_or_404
from muster.emergency.words import KINDS, MODES, STEPS
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Guardianship
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused


def frame(roll_call: RollCall) -> dict[str, object]:
    """What the band of every page of the desk says."""
    return {
        "roll_call": roll_call,
        "kind_word": KINDS[Kind(roll_call.kind)],
        "mode_word": MODES[Mode(roll_call.mode)],
    }


@require_safe
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def desk(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """What waits, what was handed over, and above all the halves that have no other half."""
    found = roll_call_or_404(request, roll_call_id)
    cards = list(
        Card.objects.filter(school=request.school).filter(roll_call=found).select_related("pupil").order_by("pk")
    )
    steps: dict[int, list[tuple[Step, Answer]]] = {}
    for number, step, answer in (
        CardStep.objects.filter(school=request.school, card__in=cards)
        .order_by("pk")
        .values_list("card", "step", "answer")
    ):
        steps.setdefault(number, []).append((Step(step), Answer(answer)))
    halves = list(
        SecondHalf.objects.filter(school=request.school).filter(roll_call=found).select_related("pupil", "seen_by")
    )
    handed = {number for number, done in steps.items() if (Step.HAND_OVER, Answer.YES) in done}
    matched = reconciled(cards, handed, halves)
    by_number = {one.pk: one for one in cards}
    half_by_number = {one.pk: one for one in halves}
    waiting = [(one, next_step(steps.get(one.pk, []))) for one in cards if one.pk not in handed]
    request.look_at([*(one.pupil_id for one in cards), *(one.pupil_id for one in halves)])
    context = frame(found) | {
        "first_alone": [by_number[number] for number in matched.first_alone],
        "second_alone": [half_by_number[number] for number in matched.second_alone],
        "pairs": [(by_number[first], half_by_number[second]) for first, second in matched.pairs],
        "waiting": [(one, STEPS[step]) for one, step in waiting if step is not None],
        "stopped": [one for one, step in waiting if step is None],
        "unmatched": len(matched.first_alone) + len(matched.second_alone),
    }
    return TemplateResponse(request, "emergency/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def card_new(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """Greet: who has come, and for which child."""
    found = roll_call_or_404(request, roll_call_id)
    pupils = children_of(found)
    request.look_at([])
    form = HalfForm(
        request.POST or None,
        pupils=[(number, one.name) for number, one in pupils.items()],
        initial={"uuid": uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = greet(
            roll_call=found, uuid=said["uuid"], pupil=pupils[said["pupil"]], adult=said["adult"].strip(),
            by=request.account, at=request.now,
        )  # fmt: skip
        return redirect("handing-card", request.school.slug, found.pk, made.pk)
    context = frame(found) | {"form": form, "second": False}
    return TemplateResponse(request, "emergency/half.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def second_half_new(request: SchoolRequest, roll_call_id: int) -> HttpResponse:
    """The second half, written without looking at the card."""
    found = roll_call_or_404(request, roll_call_id)
    pupils = children_of(found)
    request.look_at([])
    form = HalfForm(
        request.POST or None,
        pupils=[(number, one.name) for number, one in pupils.items()],
        initial={"uuid": uuid4()},
    )
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
@requires(Permission.REUNIFICATION_KEEP, purpose=Purpose.EMERGENCY, shows=Shows.RECORD)
def card(request: SchoolRequest, roll_call_id: int, card_id: int) -> HttpResponse:
    """One card at the step it waits for."""
    found = roll_call_or_404(request, roll_call_id)
    here = get_object_or_404(
        Card.objects.filter(school=request.school).filter(roll_call=found).select_related("pupil", "school"), pk=card_id
    )
    request.look_at([here.pupil_id])
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
    done = steps_of(here)
    waits = next_step([(Step(one.step), Answer(one.answer)) for one in done])
    guardians = Guardianship.objects.filter(school=request.school, pupil=here.pupil).select_related("guardian")
    # A test or a drill opens nothing that its keeper may not see anyway; an order still stops the card by name.
    withheld = found.mode != Mode.REAL and not request.may(Permission.GUARDIAN_VIEW)
    context = frame(found) | {
        "card": here,
        "done": [(one, STEPS[Step(one.step)]) for one in done],
        "step": waits,
        "step_word": STEPS[waits] if waits else "",
        "place": ORDER.index(waits) + 1 if waits else 0,
        "guardians": () if withheld else guardians.order_by("position", "pk"),
        "withheld": withheld,
        "handed": any(one.step == Step.HAND_OVER and one.answer == Answer.YES for one in done),
        "problem": problem,
    }
    return TemplateResponse(request, "emergency/card.html", context, status=422 if problem else 200)
