"""The lines of the summative sheet: a judgement of a whole subject, such as its attainment, on a scale of its own."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from muster.curriculum.actions.frameworks import children_of, last_position, top_to_bottom
from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Objective, Scale, Strand, Subject
from muster.curriculum.names import NameMissing, NameTaken
from muster.curriculum.rules.filling import cleaned, same
from muster.curriculum.verbs import Verb
from muster.people.actions.reach import all_at
from muster.people.models import Account, ChangeSet


def lines_of(subject: Subject) -> list[Objective]:
    """The live lines that sum up `subject`, in order."""
    rows = Objective.objects.live().summing_up().filter(strand__subject=subject)
    return list(rows.select_related("scale").order_by("position", "pk"))


def free_line(subject: Subject, name: str, *, beside: Objective | None = None) -> str:
    """`name` without outer spaces; raises where it is empty or another line of the subject has it."""
    name = cleaned(name)
    if not name:
        raise NameMissing(_("Give the line a name, such as Attainment."))
    if any(same(line.wording) == same(name) for line in lines_of(subject) if beside is None or line.pk != beside.pk):
        raise NameTaken(_("This subject already has a line called “%(name)s”.") % {"name": name})
    return name


def strand_for_lines(subject: Subject, changes: Changes) -> Strand:
    """Where the lines of `subject` stand; made with the first. No list of what is to be learnt shows it."""
    used = Strand.objects.filter(subject=subject, objectives__sums_up=True).exclude(objectives__sums_up=False)
    strand = used.live().order_by("pk").first()
    if strand is not None:
        return strand
    names = {row.name for row in subject.strands.live().filter(parent=None)}
    wanted = _("Summing up")
    name = next(
        name for number in range(1, 1000) if (name := f"{wanted} {number}" if number > 1 else wanted) not in names
    )
    strand = Strand.objects.create(
        school=subject.school, subject=subject, name=name, position=last_position(subject.strands.all()) + 1
    )
    changes.made(strand)
    changes.place(top_to_bottom(children_of(subject)))
    return strand


@transaction.atomic
def add_summative_line(
    *, subject: Subject, name: str, by: Account | None, at: datetime, scale: Scale | None = None
) -> Objective:
    """Add a line to the summative sheet of `subject`, judged on `scale`, or without one on the subject's."""
    changes = Changes(subject.school, Kind.SUMMING_UP_ADDED, by=by, at=at)
    all_at(subject.school, scale)
    name = free_line(subject, name)
    strand = strand_for_lines(subject, changes)
    last = strand.objectives.aggregate(last=Max("position"))["last"] or 0
    line = Objective.objects.create(
        school=subject.school,
        strand=strand,
        code=name[:40],
        wording=name,
        sums_up=True,
        scale=scale,
        position=last + 1,
    )
    changes.made(line)
    changes.finish(Verb.CURRICULUM_CHANGED, line)
    return line


@transaction.atomic
def change_summative_line(*, line: Objective, name: str, by: Account, at: datetime) -> ChangeSet | None:
    """Rename a line. It keeps its marks; the earlier name stays on pages as at a day before."""
    changes = Changes(line.school, Kind.SUMMING_UP_CHANGED, by=by, at=at)
    name = free_line(line.strand.subject, name, beside=line)
    changes.change(line, wording=name, code=name[:40])
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, line)


@transaction.atomic
def retire_summative_line(*, line: Objective, by: Account, at: datetime) -> ChangeSet:
    """Take a line off the sheet. Its marks stay and can be read."""
    changes = Changes(line.school, Kind.SUMMING_UP_RETIRED, by=by, at=at)
    changes.change(line, retired_at=at)
    return changes.finish(Verb.CURRICULUM_CHANGED, line)
