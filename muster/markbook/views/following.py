"""Out of year: one pupil on other objectives than the class, from any day, in any subject, up or down."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from muster.curriculum.models import Objective, Scale, Stage, Subject
from muster.markbook.follow import MAY, CannotFollow, end_following, follow, standing_of, take_back_following
from muster.markbook.members import pupils_of
from muster.markbook.models import Following
from muster.markbook.units import stages_for
from muster.markbook.views.places import class_or_404, unit_or_404, whole_number
from muster.people.forms.fields import DayField
from muster.people.gates import SchoolRequest, requires
from muster.people.merging import one_child
from muster.people.models import ChangeSet, Pupil, SchoolClass
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import done, refused
from muster.people.views.found import pupil_of

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Choice:
    """One thing a pupil could follow; `value` is what its button sends."""

    value: str
    name: str


@dataclass(frozen=True)
class Choices:
    """What there is to follow in one framework."""

    framework: str
    choices: list[Choice]


class FollowingForm(forms.Form):
    """From which day, on which scale, and whether what is followed now goes on."""

    starts_on = DayField(label=gettext_lazy("From"))
    scale = forms.ModelChoiceField(
        queryset=Scale.objects.none(),
        required=False,
        label=gettext_lazy("Judged with"),
        empty_label=gettext_lazy("the words of those objectives"),
    )
    besides = forms.BooleanField(required=False, label=gettext_lazy("Beside what they follow there already"))

    def __init__(self, sent: QueryDict | None, *, request: SchoolRequest) -> None:
        """Today, unless told otherwise."""
        super().__init__(sent, initial={"starts_on": request.today})
        scales = cast("forms.ModelChoiceField[Scale]", self.fields["scale"])
        scales.queryset = Scale.objects.at(request.school).live().order_by("name")


def to_follow(request: SchoolRequest, instead_of: Subject) -> list[Choices]:
    """Everything live that could be followed instead of a subject, that of its own framework first. One statement."""
    rows = (
        Objective.objects.at(request.school)
        .to_learn()
        .live()
        .filter(strand__subject__retired_at__isnull=True, strand__subject__framework__retired_at__isnull=True)
        .values_list(
            "strand__subject__framework",
            "strand__subject__framework__name",
            "strand__subject",
            "strand__subject__name",
            "stages",
            "stages__name",
            "stages__retired_at",
            "stages__position",
            "strand__subject__position",
        )
        .order_by()
        .distinct()
    )
    found: dict[tuple[bool, str], dict[tuple[int, int, str], Choice]] = {}
    for framework, framework_name, subject, subject_name, stage, stage_name, retired, place, subject_place in rows:
        own = framework == instead_of.framework_id
        if retired is not None or (own and subject != instead_of.pk) or (own and stage is None):
            continue
        inside = found.setdefault((not own, framework_name), {})
        if stage is not None:
            name = stage_name if own else f"{subject_name}, {stage_name}"
            inside[subject_place, place, name] = Choice(f"{subject}.{stage}", name)
        if not own:
            inside[subject_place, -1, subject_name] = Choice(f"{subject}.0", _("%s, all of it") % subject_name)
    return [
        Choices(framework, [choices[key] for key in sorted(choices)])
        for (_own, framework), choices in sorted(found.items())
    ]


def begun(request: SchoolRequest, pupil: Pupil, instead_of: Subject, form: FollowingForm) -> ChangeSet | None:
    """Do what a button of the form says; None, with a sentence on the form, where it cannot be."""
    subject, _dot, stage = request.POST.get("follow", "").partition(".")
    try:
        chosen = Subject.objects.at(request.school).get(pk=whole_number(subject) or 0)
        band = Stage.objects.at(request.school).get(pk=whole_number(stage) or 0) if stage != "0" else None
    except (Subject.DoesNotExist, Stage.DoesNotExist):
        raise Http404 from None
    if not form.is_valid():
        return None
    try:
        return follow(
            pupil=pupil,
            instead_of=instead_of,
            subject=chosen,
            stage=band,
            starts_on=form.cleaned_data["starts_on"],
            scale=form.cleaned_data["scale"],
            besides=form.cleaned_data["besides"],
            by=request.account,
            at=request.now,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@GET_POST
@requires(MAY, purpose=Purpose.TEACH, shows=Shows.RECORD)
def class_following(
    request: SchoolRequest, class_id: int, subject_id: int, stage_id: int, strand_id: int
) -> HttpResponse:
    """Who of the class follows other objectives in the subject of a unit, and giving them to one more."""
    school_class = class_or_404(request, class_id, may=MAY)
    opened, _units = unit_or_404(request, subject_id, stage_id, strand_id)
    subject = opened.unit.subject
    pupils = pupils_of(school_class, request.viewer, may=MAY, day=request.today)
    request.look_at(pupils)
    form = FollowingForm(request.POST or None, request=request)
    if request.method == "POST":
        pupil = next((each for each in pupils if each.pk == whole_number(request.POST.get("pupil", ""))), None)
        if pupil is None:
            form.add_error(None, _("Choose the pupil first."))
        elif made := begun(request, pupil, subject, form):
            place = (class_id, subject_id, stage_id, strand_id)
            return done(request, _("Kept. Their own columns stand beside the class's."), "unit", *place, undo=made)
    context = {
        "school_class": school_class,
        "unit": opened.unit,
        "pupils": pupils,
        "chosen": request.POST.get("pupil", ""),
        "followings": rows_of(request, pupils, subject),
        "groups": to_follow(request, subject),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "markbook/class_following.html", context, status=status)


@GET_POST
@requires(MAY, purpose=Purpose.TEACH, shows=Shows.RECORD)
def pupil_following(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """What one pupil follows in each subject of their class, and giving them other objectives in one of them."""
    pupil = pupil_of(request, pupil_id, MAY)
    request.look_at([pupil])
    subjects = subjects_of(request, pupil)
    wanted = whole_number(request.POST.get("instead") or request.GET.get("instead", "")) or 0
    subject = next((each for each in subjects if each.pk == wanted), subjects[0] if subjects else None)
    form = FollowingForm(request.POST or None, request=request)
    if request.method == "POST":
        if subject is None or subject.pk != wanted:
            raise Http404
        if made := begun(request, pupil, subject, form):
            return done(request, _("Kept. Marks made so far stay."), "pupil-following", pupil.pk, undo=made)
    context = {
        "child": by_name([pupil])[0],
        "subjects": subjects,
        "subject": subject,
        "followings": rows_of(request, [pupil]),
        "groups": to_follow(request, subject) if subject else [],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "markbook/pupil_following.html", context, status=status)


@require_POST
@requires(MAY, purpose=Purpose.TEACH, shows=Shows.RECORD)
def following_end(request: SchoolRequest, pupil_id: int, following_id: int) -> HttpResponse:
    """End what a pupil follows, today or on another day; or take it back (`taken_back`)."""
    pupil = pupil_of(request, pupil_id, MAY)
    row = standing_of(pupil).filter(pk=whole_number(str(following_id)) or 0).first()
    try:
        if row is None:
            raise CannotFollow(_("This has been changed meanwhile. Look at the page again."))
        if "taken_back" in request.POST:
            made = take_back_following(following=row, by=request.account, at=request.now)
            return done(request, _("Taken back. Marks stay."), "pupil-following", pupil.pk, undo=made)
        ends_on = DayField().clean(request.POST.get("ends_on") or request.today)
        made = end_following(following=row, ends_on=ends_on, by=request.account, at=request.now)
    except forms.ValidationError as problem:
        return refused(request, CannotFollow(problem.messages[0]), "pupil-following", pupil.pk)
    except Refused as refusal:
        return refused(request, refusal, "pupil-following", pupil.pk)
    return done(request, _("Ended. Marks stay."), "pupil-following", pupil.pk, undo=made)


@dataclass(frozen=True)
class FollowingRow:
    """One line of who follows what. `is_over` once its last day has passed."""

    following: Following
    pupil: Pupil
    what: str
    is_over: bool


def rows_of(request: SchoolRequest, pupils: list[Pupil], subject: Subject | None = None) -> list[FollowingRow]:
    """What these pupils follow or followed, those that are over last. Two statements."""
    kept = one_child([pupil.pk for pupil in pupils])
    named = {pupil.pk: pupil for pupil in pupils}
    rows = Following.objects.at(request.school).standing().of(list(kept))
    if subject is not None:
        rows = rows.filter(instead_of=subject)
    rows = rows.select_related("instead_of", "subject", "stage", "scale").order_by("-starts_on", "-pk")
    today: date = request.today
    found = [
        FollowingRow(
            row,
            named[kept[row.pupil_id]],
            ", ".join(part for part in (row.subject.name, row.stage.name if row.stage else "") if part),
            row.ends_on is not None and row.ends_on < today,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: each.is_over)


def subjects_of(request: SchoolRequest, pupil: Pupil) -> list[Subject]:
    """The subjects of the pupil's classes, in the school's order."""
    classes = SchoolClass.objects.visible_to(request.viewer, may=MAY).filter(
        on_day(request.today, "memberships__"), school=request.school, memberships__pupil=pupil
    )
    stages = {stage for school_class in classes for stage in stages_for(school_class)}
    subjects = Subject.objects.at(request.school).live().filter(strands__objectives__stages__in=stages)
    return list(subjects.select_related("framework").order_by("framework", "position", "pk").distinct())
