"""A framework, a subject or one objective goes over to another scale: choose it, answer every old step, see, do."""

from dataclasses import dataclass

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from muster.curriculum import actions
from muster.curriculum.actions.going_over import Answer, Judged, judged_on
from muster.curriculum.models import Framework, Objective, Scale, Step, Subject
from muster.curriculum.views.doing import act
from muster.curriculum.views.frameworks import address_of, edit, framework_of
from muster.curriculum.views.subjects import chosen, objective_of, subject_of
from muster.curriculum.workload import school_load
from muster.people.gates import SchoolRequest

OWN_WORD = "own"
"""The answer that marks on a step keep their own word."""


@dataclass(frozen=True)
class Asked:
    """One old step and what was answered: the id of a new step, that it keeps its own word, or nothing yet."""

    answer: Answer
    given: str


def page_of(request: SchoolRequest, row: Judged) -> str:
    """The page of what is judged."""
    match row:
        case Framework():
            return address_of(request, "framework", framework_id=row.pk)
        case Subject():
            return address_of(request, "subject", framework_id=row.framework_id, subject_id=row.pk)
        case Objective():
            return address_of(request, "objective_about", objective_id=row.pk)


def asked(answers: list[Answer], data: QueryDict, target: Scale) -> list[Asked]:
    """Every old step with the answer that was sent; before that, the step it is read as already, or the same word."""
    words = {step.word.casefold(): step for step in target.steps.live()}
    found = []
    for each in answers:
        usual = each.read_as or (words[each.step.word.casefold()].pk if each.step.word.casefold() in words else "")
        found.append(Asked(each, data.get(f"read-{each.step.pk}", str(usual))))
    return found


def going_over(request: SchoolRequest, row: Judged) -> HttpResponseBase:
    """The one page for all three."""
    scales = list(Scale.objects.at(request.school).live().order_by("name"))
    data = request.POST if request.method == "POST" else request.GET
    pk, inherits = chosen(data.get("scale")), not isinstance(row, Framework)
    wanted = next((scale for scale in scales if scale.pk == pk), None)
    is_chosen = wanted is not None or (inherits and data.get("scale") == "above")
    questions: list[Asked] = []
    problem = ""
    target: Scale | None = None
    if is_chosen:
        target = judged_on(row, wanted)
        questions = asked(actions.to_answer(row, target), data, target)
    if request.method == "POST" and is_chosen and target is not None:
        steps = {str(step.pk): step for step in target.steps.live()}
        read_as: dict[int, Step | None] = {}
        for each in questions:
            if each.given in steps:
                read_as[each.answer.step.pk] = steps[each.given]
            elif each.given == OWN_WORD:
                read_as[each.answer.step.pk] = None
        if len(read_as) < len(questions):
            problem = _("Answer every step: say which new word marks on it are read as.")
        elif act(request, actions.give_scale, row=row, scale=wanted, read_as=read_as):
            return redirect(page_of(request, row))
    return TemplateResponse(
        request,
        "curriculum/going_over.html",
        {
            "load": school_load(request.school, request.today),
            "row": row,
            "name": str(row),
            "now": judged_on(row, row.scale),
            "own": row.scale_id,
            "scales": scales,
            "inherits": inherits,
            "above": judged_on(row, None) if inherits else None,
            "wanted": wanted,
            "is_chosen": is_chosen,
            "target": target,
            "target_steps": list(target.steps.live().order_by("position")) if target else [],
            "questions": questions,
            "marks": sum(each.answer.resting.marks for each in questions),
            "problem": problem,
            "back": page_of(request, row),
        },
        status=422 if problem else 200,
    )


@edit
def framework_scale(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    return going_over(request, framework_of(request, framework_id))


@edit
def subject_scale(request: SchoolRequest, subject_id: int) -> HttpResponseBase:
    return going_over(request, subject_of(request, subject_id))


@edit
def objective_scale(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    return going_over(request, objective_of(request, objective_id))
