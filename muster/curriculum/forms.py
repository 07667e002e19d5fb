"""The forms of curriculum."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.curriculum.models import Fill, Framework, Objective, Place, Scale, Stage, Subject
from muster.curriculum.rules.steps import StepDraft
from muster.curriculum.shown import strand_choices
from muster.pages.drawn import DrawnForm
from muster.pages.forms import offer_rows, offer_words
from muster.people.models import School, YearGroup


class FrameworkForm(forms.Form):
    """A framework's name and scale."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example: Our curriculum."))
    scale = forms.ModelChoiceField(
        Scale.objects.none(),
        label=_("Judged with"),
        empty_label=None,
        help_text=_("The scale that each objective is marked on."),
    )

    def __init__(self, *args: Any, school: School, framework: Framework | None = None, **kwargs: Any) -> None:
        if framework is not None:
            kwargs.setdefault("initial", {"name": framework.name, "scale": framework.scale_id})
        super().__init__(*args, **kwargs)
        scales = Scale.objects.at(school).live().order_by("name")
        offer_rows(self, "scale", scales)


class NameForm(forms.Form):
    """One name."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["name"].label = label


class StrandForm(forms.Form):
    """A new strand."""

    name = forms.CharField(label=_("Name of the strand"), max_length=200)
    parent = forms.TypedChoiceField(label=_("Inside"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside: list[tuple[str | int, str]] = [("", subject.name), *strand_choices(subject)]
        offer_words(self, "parent", inside)


class StageForm(forms.Form):
    """A stage and the year groups it is usual for."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Any name. A year, two years, a key stage: Year 3, Year 3 and 4, Stage 5."),
    )
    year_groups = forms.ModelMultipleChoiceField(
        YearGroup.objects.none(),
        label=_("Year groups it is usual for"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "across"}),
    )

    def __init__(self, *args: Any, school: School, stage: Stage | None = None, **kwargs: Any) -> None:
        if stage is not None:
            groups = [group.pk for group in stage.year_groups.all()]
            kwargs.setdefault("initial", {"name": stage.name, "year_groups": groups})
        super().__init__(*args, **kwargs)
        groups_of_school = YearGroup.objects.at(school).order_by("position")
        offer_rows(self, "year_groups", groups_of_school)


class ObjectiveForm(forms.Form):
    """One objective in place."""

    wording = forms.CharField(label=_("Wording"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    code = forms.CharField(
        label=_("Code"), max_length=40, required=False, help_text=_("Short: it heads a column of the grid.")
    )
    is_key = forms.BooleanField(label=_("One of the key objectives"), required=False)
    stages = forms.ModelMultipleChoiceField(
        Stage.objects.none(),
        label=_("Stages"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "across"}),
    )
    strand = forms.TypedChoiceField(label=_("Strand"), coerce=int)
    detail = forms.CharField(
        label=_("Detail"), max_length=20000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, subject: Subject, objective: Objective | None = None, **kwargs: Any) -> None:
        if objective is not None:
            kwargs.setdefault(
                "initial",
                {
                    "wording": objective.wording,
                    "code": objective.code,
                    "is_key": objective.is_key,
                    "stages": [stage.pk for stage in objective.stages.all()],
                    "strand": objective.strand_id,
                    "detail": objective.detail,
                },
            )
        super().__init__(*args, **kwargs)
        offer_words(self, "strand", strand_choices(subject))
        stages = subject.framework.stages.live().order_by("position", "pk")
        offer_rows(self, "stages", stages)
        if not stages:
            del self.fields["stages"]


class PastedListForm(forms.Form):
    """An indented list."""

    text = forms.CharField(
        label=_("List"),
        max_length=500_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "true", "class": "list"}),
        help_text=_("Indent what stands inside. A * marks a key objective. A code in front (N1, 3.2) is recognised."),
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=120,
        required=False,
        help_text=_("Leave empty where the list names its subjects itself, furthest left."),
    )
    stage = forms.CharField(
        label=_("Stage"),
        max_length=80,
        required=False,
        help_text=_("For all of these objectives: Year 3, Year 3 and 4, any name. It is made if it is new."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)


class StepForm(forms.Form):
    """One step of a scale. Everything but the word may be left to Muster."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    word = forms.CharField(label=_("Word"), max_length=60, required=False)
    code = forms.CharField(label=_("Code"), max_length=8, required=False)
    digit = forms.IntegerField(
        label=_("Key"),
        min_value=0,
        max_value=9,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "1"}),
    )
    fill = forms.ChoiceField(label=_("Fill"), choices=Fill.choices, required=False)
    place = forms.ChoiceField(label=_("Against what is expected"), choices=Place.choices, required=False)
    symbol = forms.CharField(label=_("Symbol"), max_length=4, required=False)
    number = forms.DecimalField(label=_("Number"), max_digits=6, decimal_places=2, required=False)
    secure = forms.BooleanField(label=_("Counts as secure"), required=False)

    def draft(self) -> StepDraft | None:
        """The step as written; None where the word was left empty, which takes the step away."""
        values = self.cleaned_data
        if not values.get("word") and not values.get("code"):
            return None
        number: Decimal | None = values.get("number")
        return StepDraft(
            word=values.get("word", ""),
            code=values.get("code", ""),
            digit=values.get("digit"),
            symbol=values.get("symbol", ""),
            fill=values.get("fill", ""),
            place=values.get("place", ""),
            number=number,
            secure=bool(values.get("secure")),
            pk=values.get("pk"),
        )


class ScaleForm(DrawnForm):
    """A scale's name; its steps stand in rows beside it. `stands` is what they were, `typed` what they are to be."""

    typed = ""

    name = forms.CharField(label=_("Name of the scale"), max_length=80, help_text=_("For example: Depth."))

    def says(self, heading: str) -> str | None:
        """The steps as they are to be."""
        return self.typed


def steps_said(steps: Sequence[StepDraft]) -> str:
    """Steps on one line, with all that can be changed of them."""
    fills, places = dict(Fill.choices), dict(Place.choices)
    return "; ".join(
        ", ".join(
            str(part)
            for part in (
                f"{step.code} {step.word}".strip(),
                "" if step.digit is None else _("key %(digit)s") % {"digit": step.digit},
                step.symbol,
                fills[step.fill] if step.fill else "",
                places[step.place] if step.place else "",
                "" if step.number is None else format(step.number.normalize(), "f"),
                _("secure") if step.secure else "",
            )
            if str(part)
        )
        for step in steps
    )


class SnapshotForm(forms.Form):
    """A snapshot's name and day."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example: Autumn."))
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class SummativeLineForm(forms.Form):
    """A line of the summative sheet and the scale it is judged on."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example: Attainment."))
    scale = forms.ModelChoiceField(
        Scale.objects.none(), label=_("Judged with"), required=False, empty_label=_("the scale of the subject")
    )

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scales = Scale.objects.at(school).live().order_by("name")
        offer_rows(self, "scale", scales)


class PaceForm(forms.Form):
    """Seconds a mark takes."""

    seconds = forms.DecimalField(
        label=_("Seconds for one mark"),
        min_value=Decimal("0.1"),
        max_value=Decimal("999.9"),
        max_digits=4,
        decimal_places=1,
    )


class FrameworkTextForm(forms.Form):
    """A framework as a text, sent as a file or pasted."""

    file = forms.FileField(label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ".txt,text/plain"}))
    text = forms.CharField(
        label=_("Or paste it"),
        max_length=4_000_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "list"}),
        help_text=_("As Muster writes it: framework, scale, stage, subject, strand, objective, each on its own line."),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("file") and not (values.get("text") or "").strip():
            self.add_error("file", _("Choose a file, or paste its text."))
        return values
