"""Frameworks shared in a trust: published by their school, offered to the others, taken by them."""

from collections import Counter
from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from muster.curriculum import actions
from muster.curriculum.actions.publishing import newest_of
from muster.curriculum.locking import taken_last
from muster.curriculum.models import Published
from muster.curriculum.rules.filling import Effect, Known
from muster.curriculum.rules.plain_text import ObjectiveText, read
from muster.curriculum.views.bending import may_undo
from muster.curriculum.views.doing import act, say
from muster.curriculum.views.frameworks import address_of, edit, framework_of, see
from muster.curriculum.views.scales import answers_in
from muster.curriculum.workload import meter
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.refusals import Refused
from muster.people.views.answers import undo_address


@edit
def publishing(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    shown = framework_of(request, framework_id)
    if request.method == "POST":
        act(request, actions.publish, framework=shown, is_locked=request.POST.get("locked") == "on")
        return redirect(address_of(request, "publishing", framework_id=shown.pk))
    versions = (
        Published.objects.at(request.school)
        .filter(framework=shown)
        .select_related("change_set__school")
        .order_by("-version")
    )
    rows = [(row, may_undo(request, row.change_set), undo_address(row.change_set)) for row in versions]
    return TemplateResponse(
        request,
        "curriculum/publishing.html",
        {
            "framework": shown,
            "versions": rows,
            "in_trust": request.school.trust_id is not None,
            "copied": next(iter(taken_last([shown.pk])), None),
            "was_locked": bool(rows and rows[0][0].is_locked),
        },
    )


def widest(objectives: Iterable[Known | ObjectiveText]) -> int:
    """What a class is judged on at most: the objectives of the stage that has most, with those that stand in none."""
    stages: Counter[str] = Counter()
    in_none = 0
    for one in objectives:
        if isinstance(one, Known) and one.retired:
            continue
        stages.update(one.stages)
        in_none += not one.stages
    return max(stages.values(), default=0) + in_none


def answers(request: SchoolRequest, taking: actions.Taking) -> dict[int, int | None]:
    """How marks on steps that go are read, as the form says it."""
    found: dict[int, int | None] = {}
    for scale in taking.scales:
        said = answers_in(request.POST, len(scale.steps))
        found |= {each.pk: said[each.pk] for each in scale.asked if each.pk in said}
    return found


@see
def offer(request: SchoolRequest, published_id: int) -> HttpResponseBase:
    """What taking a published version would do to this school's copy; then have just that done."""
    found = (each for each in newest_of(request.school) if each.pk == published_id)
    shown = next(found, None)
    if shown is None:
        raise Http404
    may_edit = request.may(Permission.CURRICULUM_EDIT)
    taking = actions.plan_to_take(request.school, shown)
    copy, plan = taking.copy, taking.plan
    if request.method == "POST" and may_edit:
        try:
            made = actions.take(
                published=shown,
                school=request.school,
                by=request.account,
                at=request.now,
                mark=request.POST.get("shown", "")[:64],
                read_as=answers(request, taking),
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(address_of(request, "offer", published_id=shown.pk))
        say(request)
        return redirect(address_of(request, "framework", framework_id=made.pk))
    text = read(shown.text)
    taken = next(iter(taken_last([copy.pk])), None) if copy else None
    still = {str(one.uuid) for _path, one in text.objectives()}
    measure = meter(request.school, request.today)
    return TemplateResponse(
        request,
        "curriculum/offer.html",
        {
            "published": shown,
            "name": text.name,
            "origin": shown.school.name,
            "copy": copy,
            "taken": taken,
            "shown": taking.mark,
            "scales": [each for each in taking.scales if not each.is_nothing],
            "judged": taking.judged,
            "adds": plan.count(Effect.ADD),
            "changes": plan.count(Effect.CHANGE),
            "leaves": plan.count(Effect.LEAVE),
            "rows": [row for row in plan.rows if row.effect in {Effect.ADD, Effect.CHANGE}][:200],
            "no_more": len(set(taken.objectives) - still) if taken else 0,
            "workload": measure.of(widest(actions.known_objectives(copy)) if copy else 0),
            "after": measure.of(widest([one for _path, one in text.objectives()])),
            "is_current": taken is not None and taken.version >= shown.version,
            "may_edit": may_edit,
        },
    )
