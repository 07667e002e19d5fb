"""One objective's own page, and what can become of it: split, merged, retired, and all of it turned back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.curriculum import actions
from muster.curriculum.actions.bending import scale_of
from muster.curriculum.carrying import Disagreements, Resting, carriers, resting_on, resting_on_each, resting_since
from muster.curriculum.kinds import Kind
from muster.curriculum.locking import locked_in
from muster.curriculum.models import EarlierWords, Lineage, Objective, Scale
from muster.curriculum.rules.bending import Rule
from muster.curriculum.shown import strands_shown
from muster.curriculum.views.doing import say
from muster.curriculum.views.frameworks import address_of, edit, see
from muster.curriculum.views.subjects import objective_of
from muster.curriculum.workload import meter
from muster.people.access import Permission
from muster.people.actions.changes import UNDO_WITHIN
from muster.people.gates import SchoolRequest, requires
from muster.people.models import ChangeSet
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import undo_address
from muster.people.views.found import number

PARTS = 2
"""Empty parts of a split to begin with."""
MOST_CHOSEN = 20
"""Objectives one merge takes."""
LONGEST = timedelta(minutes=10)
"""What was begun longer ago and is not finished was cut off: nobody waits for it."""
edit_seeing_marks = requires(Permission.CURRICULUM_EDIT, purpose=Purpose.TEACH, shows=Shows.RECORD)


@dataclass(frozen=True)
class Bend:
    """A split or merge an objective came out of, or went into."""

    change_set: ChangeSet
    others: tuple[Objective, ...]
    may_undo: bool


def bends(request: SchoolRequest, objective: Objective, *, earlier: bool) -> list[Bend]:
    """The splits and merges on one side of an objective, newest first. One statement."""
    rows = Lineage.objects.at(request.school).filter(change_set__finished_at__isnull=False)
    side = "earlier" if earlier else "later"
    rows = rows.filter(**{"later" if earlier else "earlier": objective}).select_related(side, "change_set__school")
    found: dict[int, list[Lineage]] = {}
    for row in rows.order_by("-change_set", "pk"):
        found.setdefault(row.change_set_id, []).append(row)
    return [
        Bend(
            group[0].change_set,
            tuple(getattr(row, side) for row in group),
            may_undo(request, group[0].change_set),
        )
        for group in found.values()
    ]


def may_undo(request: SchoolRequest, change_set: ChangeSet) -> bool:
    """Whether this person can still turn it back."""
    in_time = request.now - change_set.at <= UNDO_WITHIN
    return in_time and change_set.undone_by_id is None and request.may(Permission.CURRICULUM_EDIT)


def context_of(objective: Objective) -> dict[str, Any]:
    """What every page about one objective shows around itself."""
    subject = objective.strand.subject
    return {"objective": objective, "subject": subject, "framework": subject.framework}


@see
def objective_about(request: SchoolRequest, objective_id: int) -> HttpResponse:
    shown = objective_of(request, objective_id)
    return TemplateResponse(
        request,
        "curriculum/about.html",
        context_of(shown)
        | {
            "resting": resting_on([shown.pk]),
            "scale": Scale.objects.at(request.school).get(pk=scale_of(shown)),
            "stages": shown.stages.live().order_by("position"),
            "earlier": EarlierWords.objects.at(request.school).filter(objective=shown).order_by("-changed_at"),
            "came_from": bends(request, shown, earlier=True),
            "became": bends(request, shown, earlier=False),
            "is_locked": shown.uuid in locked_in(shown.strand.subject.framework_id),
            "may_edit": request.may(Permission.CURRICULUM_EDIT),
        },
    )


# -- merging ---------------------------------------------------------------------------------------------------------


def chosen(request: SchoolRequest, first: Objective, data: QueryDict) -> list[Objective]:
    """`first` and the others that are ticked, in the school's order."""
    ids = [int(text) for text in data.getlist("with") if text.isascii() and text.isdecimal() and len(text) < 12]
    rows = Objective.objects.at(request.school).live().to_learn().filter(strand__subject=first.strand.subject_id)
    return list(
        rows.filter(pk__in=[first.pk, *ids[:MOST_CHOSEN]])
        .select_related("school", "strand__subject__framework")
        .in_order()
    )


def answers_in(data: QueryDict) -> dict[int, int]:
    """The objective somebody chose for each pupil: fields such as answer-12."""
    found = {}
    for name, value in data.items():
        pupil = name.removeprefix("answer-")
        if pupil != name and all(
            text.isascii() and text.isdecimal() and len(text) < 12 for text in (pupil, str(value))
        ):
            found[int(pupil)] = int(str(value))
    return found


def disagreements_on(request: SchoolRequest, rows: list[Objective]) -> Disagreements:
    """Whose marks differ; the page shows them, so the look is written."""
    ids, scale = [row.pk for row in rows], scale_of(rows[0])
    found = [each.disagreements(ids, scale=scale, school=request.school, viewer=request.viewer) for each in carriers()]
    shown = tuple(one for each in found for one in each.shown)
    request.look_at([one.pupil for one in shown])
    return Disagreements(sum(each.count for each in found), shown)


@edit_seeing_marks
def objective_merging(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    """Choose others, see what would happen, then have just that done."""
    shown = objective_of(request, objective_id)
    request.look_at([])
    if shown.retired_at is not None or shown.sums_up:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    rows = chosen(request, shown, data)
    wording = data.get("wording", "").replace("\x00", "")[:4000].strip() or shown.wording
    code = data.get("code", "").replace("\x00", "")[:40].strip()
    rule = Rule(data["rule"]) if data.get("rule") in set(Rule) else Rule.LATEST
    problem = ""
    if request.method == "POST" and "do" in data and len(rows) > 1:
        try:
            made = actions.merge_objectives(
                objectives=rows, wording=wording, code=code, rule=rule, answers=answers_in(data),
                by=request.account, at=request.now,
            )  # fmt: skip
        except Refused as refused:
            problem = str(refused)
        else:
            say(request)
            return redirect(address_of(request, "objective_about", objective_id=made.pk))
    elif request.method == "POST" and len(rows) < 2:
        problem = _("Tick at least one other to merge it with.")
    context = context_of(shown) | {
        "rows": rows,
        "ticked": {row.pk for row in rows},
        "wording": wording,
        "code": code,
        "rule": rule,
        "rules": rules_said(),
        "problem": problem,
        "answers": answers_in(data),
    }
    context |= workload_of(request, shown, 1 - len(rows))
    if request.method == "POST" and len(rows) > 1 and "change" not in data:
        differing = disagreements_on(request, rows)
        resting = resting_on_each([row.pk for row in rows])
        context |= {
            "preview": True,
            "each": [(row, resting[row.pk]) for row in rows],
            "resting": resting_on([row.pk for row in rows]),
            "differing": differing,
            "hidden": differing.count - len(differing.shown),
            "asking": rule is Rule.ASK and differing.count > 0,
            "can_answer": rule is not Rule.ASK or differing.count == len(differing.shown),
            "table": [
                (
                    one.pupil,
                    [(row, next((mark for mark in one.marks if mark[0] == row.pk), None)) for row in rows],
                    context["answers"].get(one.pupil.pk),
                )
                for one in differing.shown
            ],
        }
    else:
        context |= {"strands": strands_with_others(shown)}
    return TemplateResponse(request, "curriculum/merging.html", context, status=422 if problem else 200)


def workload_of(request: SchoolRequest, objective: Objective, more: int) -> dict[str, Any]:
    """The workload line of the objective's subject for one class, before and after; in its first stage, if it has any."""
    beside = Objective.objects.at(request.school).live().to_learn().filter(strand__subject=objective.strand.subject_id)
    stage = objective.stages.live().order_by("position").first()
    now = (beside.filter(stages=stage) if stage else beside).count()
    measure = meter(request.school, request.today)
    return {"workload": measure.of(now), "after": measure.of(now + more) if more else None}


def rules_said() -> list[tuple[Rule, str]]:
    """Each rule in a sentence."""
    return [
        (Rule.LATEST, _("The latest mark")),
        (Rule.HIGHEST, _("The highest mark")),
        (Rule.LOWEST, _("The lowest mark")),
        (Rule.ASK, _("Ask me for each pupil")),
    ]


def strands_with_others(objective: Objective) -> list[tuple[str, list[Objective], bool]]:
    """The objectives of the subject beside this one, by strand; its own strand first. Two statements."""
    rows: dict[int, list[Objective]] = {}
    others = (
        Objective.objects.at(objective.school).live().to_learn().filter(strand__subject=objective.strand.subject_id)
    )
    for row in others.exclude(pk=objective.pk).order_by("position", "pk"):
        rows.setdefault(row.strand_id, []).append(row)
    found = [
        (strand.path, rows[strand.pk], strand.pk == objective.strand_id)
        for strand in strands_shown(objective.strand.subject)
        if strand.pk in rows
    ]
    return sorted(found, key=lambda each: not each[2])


# -- splitting -------------------------------------------------------------------------------------------------------


def parts_in(data: QueryDict) -> list[actions.Part]:
    """The parts as they were typed, empty ones left out."""
    count = data.get("parts", "")
    rows = min(int(count), 12) if count.isascii() and count.isdecimal() and len(count) < 3 else 0
    parts = [
        actions.Part(
            data.get(f"wording-{place}", "").replace("\x00", "")[:4000].strip(),
            data.get(f"code-{place}", "").replace("\x00", "")[:40].strip(),
            data.get(f"marks-{place}") != "blank",
        )
        for place in range(rows)
    ]
    return [part for part in parts if part.wording or part.code]


@edit
def objective_splitting(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    """Write the parts, see what would happen, then have just that done."""
    shown = objective_of(request, objective_id)
    if shown.retired_at is not None or shown.sums_up:
        raise Http404
    parts, problem = parts_in(request.POST), ""
    if request.method == "POST" and "do" in request.POST:
        try:
            actions.split_objective(objective=shown, parts=parts, by=request.account, at=request.now)
        except Refused as refused:
            problem = str(refused)
        else:
            say(request)
            return redirect(address_of(request, "objective_about", objective_id=shown.pk))
    sent = request.method == "POST" and not {"more", "change"} & request.POST.keys()
    if sent and (len(parts) < 2 or not all(part.wording for part in parts)):
        problem = problem or _("Write what is to be learnt in two parts or more.")
    empty = 2 if "more" in request.POST else max(0, PARTS - len(parts))
    return TemplateResponse(
        request,
        "curriculum/splitting.html",
        context_of(shown)
        | {
            "preview": sent and not problem,
            "parts": parts,
            "rows": [*parts, *[actions.Part("")] * empty],
            "resting": resting_on([shown.pk]),
            "copies": sum(part.copy for part in parts),
            "problem": problem,
            **workload_of(request, shown, len(parts) - 1 if parts else 0),
        },
        status=422 if problem else 200,
    )


# -- how far it is ---------------------------------------------------------------------------------------------------


@edit
@require_safe
def progress(request: SchoolRequest) -> HttpResponse:
    """How far the split or merge is that this person waits for, in words and per cent; nothing where there is none."""
    kinds = [Kind.OBJECTIVE_SPLIT.value, Kind.OBJECTIVES_MERGED.value]
    under_way = ChangeSet.objects.at(request.school).filter(
        by=request.account, kind__in=kinds, finished_at__isnull=True, at__gt=request.now - LONGEST
    )
    change_set = under_way.order_by("-pk").first()
    of = change_set.summary.get("to_carry", 0) if change_set else 0
    if change_set is None or not of:
        return JsonResponse({"text": "", "percent": 0})
    done = min(of, sum(each.carried(change_set) for each in carriers()))
    text = _("%(done)s of %(of)s marks carried over") % {"done": f"{done:,}", "of": f"{of:,}"}
    return JsonResponse({"text": text, "percent": 100 * done // of})


# -- turning back ----------------------------------------------------------------------------------------------------


@see
def bent(request: SchoolRequest, change_id: int) -> HttpResponse:
    """What undoing a split or merge would do, before it is done."""
    kinds = [Kind.OBJECTIVE_SPLIT.value, Kind.OBJECTIVES_MERGED.value]
    rows = ChangeSet.objects.at(request.school).filter(kind__in=kinds, finished_at__isnull=False)
    change_set = get_object_or_404(rows.select_related("school"), pk=number(change_id))
    lineage = list(
        Lineage.objects.at(request.school)
        .filter(change_set=change_set)
        .select_related("earlier__strand__subject", "later")
        .order_by("pk")
    )
    new = {row.later_id: row.later for row in lineage}
    since: Resting = resting_since(change_set, list(new))
    subject = lineage[0].earlier.strand.subject
    return TemplateResponse(
        request,
        "curriculum/bent.html",
        {
            "change_set": change_set,
            "is_merge": change_set.kind == Kind.OBJECTIVES_MERGED,
            "old": list({row.earlier_id: row.earlier for row in lineage}.values()),
            "new": list(new.values()),
            "since": since,
            "subject": subject,
            "may_undo": may_undo(request, change_set),
            "undo_address": undo_address(change_set),
        },
    )
