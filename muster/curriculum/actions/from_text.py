"""Making a framework out of a plain text: its scales, stages, subjects, strands, objectives and summative lines."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from muster.curriculum.actions.scales import checked, columns
from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Framework, Objective, Scale, Stage, Step, Strand, Subject
from muster.curriculum.names import numbered
from muster.curriculum.plain_text import scale_text
from muster.curriculum.rules.plain_text import FrameworkText, ObjectiveText, ScaleText, StrandText, SubjectText
from muster.curriculum.verbs import Verb
from muster.people.models import Account, ChangeSet, School, YearGroup


@transaction.atomic
def framework_from_text(
    *, school: School, text: FrameworkText, by: Account, at: datetime, name: str = "", source: str = ""
) -> Framework:
    """Add the framework that `text` says, as one change. A name that is taken gets a number behind it.

    A scale the school has with the same name and steps is used; any other is added. Framework and objectives keep the
    identifiers they had where the text was written, unless the school has them already.
    """
    return add_from_text(school=school, text=text, by=by, at=at, name=name, source=source)[0]


@transaction.atomic
def add_from_text(
    *, school: School, text: FrameworkText, by: Account, at: datetime, name: str = "", source: str = ""
) -> tuple[Framework, ChangeSet, dict[str, Scale]]:
    """As `framework_from_text`, with the change set, and the scales by the names they have in the text."""
    changes = Changes(school, Kind.FRAMEWORK_ADDED, by=by, at=at)
    scales = {each.name: scale_from(each, changes) for each in text.scales}
    own_uuid = text.uuid is not None and not Framework.objects.filter(school=school, uuid=text.uuid).exists()
    framework = Framework.objects.create(
        school=school,
        name=numbered(name or text.name, set(Framework.objects.at(school).live().values_list("name", flat=True)), 120),
        scale=scales[text.scale],
        source=source or text.source,
        uuid=text.uuid if own_uuid and text.uuid else uuid4(),
    )
    changes.made(framework)
    stages = stages_from(framework, text, changes)
    taken = set(Objective.objects.at(school).values_list("uuid", flat=True))
    for position, subject in enumerate(text.subjects, start=1):
        made = Subject.objects.create(
            school=school,
            framework=framework,
            name=subject.name,
            scale=scales[subject.scale] if subject.scale else None,
            position=position,
        )
        changes.made(made)
        fill = _Filling(changes, made, scales, stages, taken)
        fill.strands(subject)
        fill.lines(subject)
    change_set = changes.finish(Verb.FRAMEWORK_ADDED, framework, source=(source or text.source)[:200])
    return framework, change_set, scales


def scale_from(text: ScaleText, changes: Changes) -> Scale:
    """The school's scale of that name and those steps, or a new one."""
    school = changes.school
    there = Scale.objects.at(school).live().filter(name=text.name).first()
    if there is not None and scale_text(there.name, list(there.steps.live())) == text:
        return there
    drafts = checked(text.steps)
    scale = Scale.objects.create(
        school=school, name=numbered(text.name, set(Scale.objects.at(school).live().values_list("name", flat=True)), 80)
    )
    made = Step.objects.bulk_create(
        Step(school=school, scale=scale, **columns(draft, position)) for position, draft in enumerate(drafts, start=1)
    )
    changes.made(scale, *made)
    return scale


def stages_from(framework: Framework, text: FrameworkText, changes: Changes) -> dict[str, Stage]:
    """The stages in the order of the text, each with the school's year groups of the names it says."""
    groups = {group.name: group for group in YearGroup.objects.at(framework.school)}
    found = {}
    for position, each in enumerate(text.stages, start=1):
        stage = Stage.objects.create(school=framework.school, framework=framework, name=each.name, position=position)
        stage.year_groups.set([groups[name] for name in each.year_groups if name in groups])
        changes.made(stage)
        found[each.name] = stage
    return found


class _Filling:
    """Fills one subject."""

    def __init__(
        self,
        changes: Changes,
        subject: Subject,
        scales: dict[str, Scale],
        stages: dict[str, Stage],
        taken: set[UUID],
    ) -> None:
        self.changes, self.subject, self.scales, self.stages, self.taken = changes, subject, scales, stages, taken
        self.position = 0

    def strand(self, name: str, parent: Strand | None) -> Strand:
        """One strand, the next from top to bottom."""
        self.position += 1
        made = Strand.objects.create(
            school=self.subject.school, subject=self.subject, parent=parent, name=name, position=self.position
        )
        self.changes.made(made)
        return made

    def strands(self, text: SubjectText) -> None:
        """Every strand with its objectives, each before what it holds."""
        waiting: list[tuple[StrandText, Strand | None]] = [(strand, None) for strand in reversed(text.strands)]
        while waiting:
            each, parent = waiting.pop()
            strand = self.strand(each.name, parent)
            self.objectives(strand, each.objectives, sums_up=False)
            waiting += [(inside, strand) for inside in reversed(each.strands)]

    def lines(self, text: SubjectText) -> None:
        """The summative lines, in a strand of their own."""
        if text.lines:
            name = numbered("Summing up", {strand.name for strand in text.strands}, 200)
            self.objectives(self.strand(name, None), text.lines, sums_up=True)

    def objectives(self, strand: Strand, texts: tuple[ObjectiveText, ...], *, sums_up: bool) -> None:
        """The objectives of one strand, in order."""
        new = []
        for position, one in enumerate(texts, start=1):
            uuid = one.uuid if one.uuid is not None and one.uuid not in self.taken else uuid4()
            self.taken.add(uuid)
            new.append(
                Objective(
                    school=strand.school,
                    strand=strand,
                    uuid=uuid,
                    code=one.code,
                    identifier=one.identifier,
                    wording=one.wording,
                    detail=one.detail,
                    is_key=one.is_key,
                    sums_up=sums_up,
                    scale=self.scales[one.scale] if one.scale else None,
                    position=position,
                )
            )
        made = Objective.objects.bulk_create(new)
        self.changes.made(*made)
        link = Objective.stages.through
        link.objects.bulk_create(
            link(objective_id=row.pk, stage_id=self.stages[name].pk)
            for one, row in zip(texts, made, strict=True)
            for name in one.stages
        )
