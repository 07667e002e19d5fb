"""Scales: the list and the editor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.curriculum import actions
from muster.curriculum.carrying import Resting, resting_on_steps
from muster.curriculum.drafts import drafts_of
from muster.curriculum.forms import ScaleForm, StepForm, steps_said
from muster.curriculum.models import Scale, Step
from muster.curriculum.names import NameMissing, NameTaken
from muster.curriculum.rules.steps import Effect, StepDraft, StepEffect, code_clashes, completed, effects, faults
from muster.curriculum.views.doing import act, say
from muster.curriculum.views.frameworks import edit, see
from muster.curriculum.workload import school_load
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.views.answers import reads_and_saves, tell_who
from muster.people.views.found import number

ROWS = 5
"""Empty rows of a new scale."""
MOST = 40
"""More steps than any scale has."""


def scales_with_steps(request: SchoolRequest) -> Iterable[Scale]:
    """The scales of this school that are in use, each with its steps in order."""
    steps = Step.objects.at(request.school).live().order_by("position", "pk")
    rows = Scale.objects.at(request.school).live().prefetch_related(Prefetch("steps", steps, to_attr="shown"))
    return rows.order_by("name")


@see
def scales(request: SchoolRequest) -> HttpResponse:
    found = list(scales_with_steps(request))
    return TemplateResponse(
        request,
        "curriculum/scales.html",
        {
            "scales": found,
            "load": school_load(request.school, request.today),
            "may_edit": request.may(Permission.CURRICULUM_EDIT),
        },
    )


def step_forms(data: QueryDict) -> list[StepForm]:
    """The rows that were sent, each a form of its own."""
    total = data.get("rows", "")
    count = min(int(total), MOST) if total.isascii() and total.isdecimal() and len(total) < 4 else 0
    return [StepForm(data, prefix=f"step-{place}") for place in range(count)]


def rows_for(drafts: Sequence[StepDraft], empty: int) -> list[StepForm]:
    """Rows showing `drafts`, and `empty` more."""
    forms = [
        StepForm(
            prefix=f"step-{place}",
            initial={
                "pk": draft.pk, "word": draft.word, "code": draft.code, "digit": draft.digit, "fill": draft.fill,
                "place": draft.place, "symbol": draft.symbol, "number": draft.number, "secure": draft.secure,
            },
        )
        for place, draft in enumerate(drafts)
    ]  # fmt: skip
    return forms + [StepForm(prefix=f"step-{place}") for place in range(len(drafts), len(drafts) + empty)]


def moved(drafts: list[StepDraft], order: str) -> list[StepDraft]:
    """`drafts` with one row moved, as a button such as "2:up" says."""
    place, _, to = order.partition(":")
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else -1
    other = at + (1 if to == "down" else -1)
    if 0 <= at < len(drafts) and 0 <= other < len(drafts):
        drafts[at], drafts[other] = drafts[other], drafts[at]
    return drafts


def editor(request: SchoolRequest, scale: Scale | None) -> HttpResponseBase:
    """The editor of a scale, or of a new one. Moving and adding rows changes the page only; Save changes the scale."""
    stands = {_("Steps"): steps_said(drafts_of(scale))} if scale else {}
    form = ScaleForm(request.POST or None, initial={"name": scale.name if scale else ""}, stands=stands, about=scale)
    if request.method != "POST":
        rows = rows_for(drafts_of(scale), 1) if scale else rows_for([], ROWS)
        return shown(request, scale, form, rows)
    rows = step_forms(request.POST)
    valid = not [row for row in rows if not row.is_valid()]
    kept = [(row, draft) for row in rows if (draft := row.draft()) is not None] if valid else []
    drafts = [draft for _, draft in kept]
    if {"move", "more", "change"} & request.POST.keys():
        if valid:
            drafts = moved(drafts, request.POST.get("move", ""))
            rows = rows_for(drafts, 3 if "more" in request.POST else 1)
        return shown(request, scale, form, rows)
    form.typed = steps_said(completed(drafts))
    if not form.is_valid() or not valid:
        return shown(request, scale, form, rows, status=409 if form.is_stale else 422)
    own = {step.pk for step in scale.steps.live()} if scale else set()
    drafts = [draft if draft.pk in own else StepDraft(**{**vars(draft), "pk": None}) for draft in drafts]
    seen = effect_on(scale, drafts) if scale else []
    answers = answers_in(request.POST, len(drafts))
    if scale is not None and not faults(completed(drafts)) and any(each.resting.marks for each in seen):
        missing = [each for each in seen if each.is_asked and each.effect.pk not in answers]
        if "shown" not in request.POST or missing:
            return effect_page(request, scale, seen, drafts, answers, asked_before="shown" in request.POST)
    try:
        if scale is None:
            actions.add_scale(
                school=request.school, name=form.cleaned_data["name"], steps=drafts, by=request.account, at=request.now
            )
        else:
            actions.change_scale(
                scale=scale,
                name=form.cleaned_data["name"],
                steps=drafts,
                read_as=answers,
                by=request.account,
                at=request.now,
            )
    except (NameTaken, NameMissing) as refused:
        form.add_error("name", str(refused))
    except actions.ScaleRefused as refused:
        for fault in refused.faults:
            if fault.step is None:
                form.add_error(None, fault.sentence)
            else:
                kept[fault.step][0].add_error(fault.field, fault.sentence)
    else:
        say(request)
        return redirect(reverse("curriculum:scales", kwargs={"school": request.school.slug}))
    return shown(request, scale, form, rows, status=422)


@dataclass(frozen=True)
class Seen:
    """One step that would not be as it is, and the marks on it."""

    effect: StepEffect
    resting: Resting

    @property
    def is_asked(self) -> bool:
        """Whether it has to be said how marks on it are read."""
        return self.effect.effect is Effect.GONE and bool(self.resting.marks)


def effect_on(scale: Scale, drafts: list[StepDraft]) -> list[Seen]:
    """What making the steps of `scale` be `drafts` does, with the marks it touches."""
    found = effects(drafts_of(scale), completed(drafts))
    resting = resting_on_steps([each.pk for each in found if each.pk])
    return [Seen(each, resting.get(each.pk or 0, Resting())) for each in found]


def answers_in(data: QueryDict, count: int) -> dict[int, int | None]:
    """How marks on steps that go are read: fields such as read-12, each the place of another step, or "own"."""
    found: dict[int, int | None] = {}
    for name, value in data.items():
        pk = name.removeprefix("read-")
        if pk == name or not (pk.isascii() and pk.isdecimal() and len(pk) < 12):
            continue
        text = str(value)
        if text == "own":
            found[int(pk)] = None
        elif text.isascii() and text.isdecimal() and len(text) < 3 and int(text) < count:
            found[int(pk)] = int(text)
    return found


def effect_page(
    request: SchoolRequest,
    scale: Scale,
    seen: list[Seen],
    drafts: list[StepDraft],
    answers: dict[int, int | None],
    *,
    asked_before: bool,
) -> HttpResponse:
    """What would happen to a scale that marks rest on, and how marks on the steps that go are read."""
    problem = _("Answer every step that goes: say what marks on it are read as.") if asked_before else ""
    left_out = {"csrfmiddlewaretoken", "shown", *(f"read-{each.effect.pk}" for each in seen)}
    return TemplateResponse(
        request,
        "curriculum/scale_effect.html",
        {
            "load": school_load(request.school, request.today),
            "scale": scale,
            "rows": [(each.effect, each.resting, each.is_asked, answers.get(each.effect.pk or 0)) for each in seen],
            "steps": completed(drafts),
            "sent": [
                (name, value) for name, values in request.POST.lists() if name not in left_out for value in values
            ],
            "problem": problem,
        },
        status=422 if problem else 200,
    )


def shown(
    request: SchoolRequest, scale: Scale | None, form: ScaleForm, rows: list[StepForm], status: int = 200
) -> HttpResponse:
    """The editor's page."""
    tell_who(request, form)
    errors = [
        {"text": f"{row.fields[name].label}: {error}", "href": f"#{row[name].id_for_label}"}
        for row in rows
        if row.is_bound
        for name, found in row.errors.items()
        for error in found
    ]
    return TemplateResponse(
        request,
        "curriculum/scale.html",
        {
            "load": school_load(request.school, request.today),
            "scale": scale,
            "form": form,
            "rows": rows,
            "errors": errors,
            "clashes": code_clashes(drafts_of(scale)) if scale else [],
            "frameworks": scale.frameworks.live().order_by("name") if scale else [],
        },
        status=status,
    )


@edit
@reads_and_saves
def scale_new(request: SchoolRequest) -> HttpResponseBase:
    return editor(request, None)


@edit
@reads_and_saves
def scale(request: SchoolRequest, scale_id: int) -> HttpResponseBase:
    return editor(request, get_object_or_404(Scale.objects.at(request.school).live(), pk=number(scale_id)))


@edit
@require_POST
def scale_retirement(request: SchoolRequest, scale_id: int) -> HttpResponseBase:
    act(
        request,
        actions.retire_scale,
        scale=get_object_or_404(Scale.objects.at(request.school).live(), pk=number(scale_id)),
    )
    return redirect(reverse("curriculum:scales", kwargs={"school": request.school.slug}))
