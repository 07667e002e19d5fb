"""Every change to a curriculum. Each module is one subject; each act can be undone."""

from muster.curriculum.actions.bending import CannotBend, Part, merge_objectives, split_objective
from muster.curriculum.actions.filling import OriginDraft, fill_framework, known_objectives, origin_of, plan_for
from muster.curriculum.actions.frameworks import (
    add_framework,
    add_stage,
    add_strand,
    add_subject,
    change_framework,
    change_stage,
    change_strand,
    change_subject,
    retire_framework,
    retire_stage,
    retire_strand,
    retire_subject,
)
from muster.curriculum.actions.from_text import framework_from_text
from muster.curriculum.actions.going_over import give_scale, to_answer
from muster.curriculum.actions.objectives import (
    add_objective,
    bring_back_objective,
    change_objective,
    mark_key,
    retire_objective,
)
from muster.curriculum.actions.order import Direction, move
from muster.curriculum.actions.pace import set_pace
from muster.curriculum.actions.publishing import Offer, Taking, offers_for, plan_to_take, publish, take
from muster.curriculum.actions.scales import ScaleRefused, Unanswered, add_scale, change_scale, retire_scale
from muster.curriculum.actions.snapshots import add_snapshots, change_snapshot, retire_snapshot, usual_snapshots
from muster.curriculum.actions.summing_up import add_summative_line, change_summative_line, retire_summative_line

__all__ = [
    "CannotBend",
    "Direction",
    "Offer",
    "OriginDraft",
    "Part",
    "ScaleRefused",
    "Taking",
    "Unanswered",
    "add_framework",
    "add_objective",
    "add_scale",
    "add_snapshots",
    "add_stage",
    "add_strand",
    "add_subject",
    "add_summative_line",
    "bring_back_objective",
    "change_framework",
    "change_objective",
    "change_scale",
    "change_snapshot",
    "change_stage",
    "change_strand",
    "change_subject",
    "change_summative_line",
    "fill_framework",
    "framework_from_text",
    "give_scale",
    "known_objectives",
    "mark_key",
    "merge_objectives",
    "move",
    "offers_for",
    "origin_of",
    "plan_for",
    "plan_to_take",
    "publish",
    "retire_framework",
    "retire_objective",
    "retire_scale",
    "retire_snapshot",
    "retire_stage",
    "retire_strand",
    "retire_subject",
    "retire_summative_line",
    "set_pace",
    "split_objective",
    "take",
    "to_answer",
    "usual_snapshots",
]
