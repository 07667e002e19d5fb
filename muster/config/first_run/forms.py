"""What the seven screens ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.curriculum.models import Scale
from muster.curriculum.rules.outline import read_outline
from muster.curriculum.rules.steps import StepDraft
from muster.pages.forms import offer_rows, offer_words
from muster.people.access import STAFF_ROLES, Role
from muster.people.forms.fields import name_field
from muster.people.forms.school import COUNTRIES
from muster.people.gates import SchoolRequest
from muster.people.models import SchoolClass, YearGroup
from muster.people.roles import role_word
from muster.people.rules.class_lists import Name, read_names

KINDS = [
    ("primary", gettext_lazy("Primary: Nursery to Year 6")),
    ("secondary", gettext_lazy("Secondary: Year 7 to Year 13")),
    ("all-through", gettext_lazy("All-through: Reception to Year 13")),
    ("", gettext_lazy("Something else: I will name them myself later")),
]


class CountryForm(forms.Form):
    """Where the school is. Words, time zone and language begin from it."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=COUNTRIES, widget=forms.RadioSelect, initial="GB-ENG"
    )


class SchoolAndHeadForm(forms.Form):
    """What the school is called, its year groups, and who is head."""

    name = name_field(gettext_lazy("Name of the school"), longest=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Year groups"), choices=KINDS, required=False, initial="primary", widget=forms.RadioSelect
    )
    help_person = name_field(
        gettext_lazy("Whom to ask about Muster"),
        required=False,
        longest=200,
        help_text=gettext_lazy("Named on every help page. Usually somebody in the office."),
    )
    head_name = name_field(
        gettext_lazy("Name of the head"),
        required=False,
        longest=200,
        help_text=gettext_lazy("Leave both empty if it is you."),
    )
    head_email = forms.EmailField(label=gettext_lazy("E-mail address of the head"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for both of the head's boxes, or neither."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("head_name")) != bool(given.get("head_email")) and "head_email" not in self.errors:
            self.add_error("head_email", _("Give the head's name and address, or leave both empty."))
        return given


class ClassListForm(forms.Form):
    """One class and the names of its pupils, pasted."""

    name = name_field(
        gettext_lazy("Name of the class"), longest=60, help_text=gettext_lazy("As people say it: 3 Hazel.")
    )
    year_group: "forms.ModelChoiceField[YearGroup]" = forms.ModelChoiceField(
        YearGroup.objects.none(),
        label=gettext_lazy("Year group"),
        required=False,
        empty_label=gettext_lazy("None, or mixed"),
    )
    names = forms.CharField(
        label=gettext_lazy("Pupils"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Paste the list: one pupil a line, as “Amina Ali”, “Ali, Amina”, or two columns of a spreadsheet."
        ),
    )
    mine = forms.BooleanField(label=gettext_lazy("I teach this class myself, and will mark it"), required=False)

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the year groups of the school."""
        super().__init__(*args, **kwargs)
        offer_rows(self, "year_group", YearGroup.objects.at(request.school).order_by("position"))

    def clean_names(self) -> list[Name]:
        """Names in their parts; at most as many as any class could have."""
        found = read_names(self.cleaned_data["names"])
        if len(found) > 200:
            raise forms.ValidationError(_("This is more than one class. Import a file, or paste one class at a time."))
        return found


WORDS_OF_FOUR = "Beginning\nDeveloping\nSecure\nGreater depth"


class ScaleForm(forms.Form):
    """The school's own words, least first."""

    name = name_field(gettext_lazy("What to call the scale"), longest=80)
    words = forms.CharField(
        label=gettext_lazy("The words, least first, one a line"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        initial=WORDS_OF_FOUR,
        help_text=gettext_lazy(
            "A letter, a key and a colour are given to each. They can be changed under Settings, Scales."
        ),
    )
    secure_from = forms.CharField(
        label=gettext_lazy("It counts as secure from"),
        max_length=60,
        initial="Secure",
        help_text=gettext_lazy("One of the words above."),
    )

    def clean(self) -> dict[str, Any]:
        """The word that counts as secure is one of them."""
        given: dict[str, Any] = super().clean() or {}
        words = [line.strip() for line in given.get("words", "").splitlines() if line.strip()]
        lower = [word.casefold() for word in words]
        if words and given.get("secure_from") and given["secure_from"].casefold() not in lower:
            self.add_error("secure_from", _("This is none of the words above."))
        given["words"] = words
        return given

    @property
    def steps(self) -> list[StepDraft]:
        """The steps, those from the secure word on secure: below, at, and above what is expected."""
        words = self.cleaned_data["words"]
        first = [word.casefold() for word in words].index(self.cleaned_data["secure_from"].casefold())
        return [
            StepDraft(
                word, secure=place >= first, place="below" if place < first else "at" if place == first else "above"
            )
            for place, word in enumerate(words)
        ]


class ObjectivesForm(forms.Form):
    """One subject's objectives, pasted."""

    subject = name_field(gettext_lazy("Subject"), longest=120)
    stage = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("A year group or a band, as you say it: Year 3, Years 3 and 4."),
    )
    scale: "forms.ModelChoiceField[Scale]" = forms.ModelChoiceField(
        Scale.objects.none(), label=gettext_lazy("Judged with"), empty_label=None
    )
    objectives = forms.CharField(
        label=gettext_lazy("Objectives"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("One a line. Indent them under a heading for each part: Number, then its objectives."),
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the scales of the school."""
        super().__init__(*args, **kwargs)
        offer_rows(self, "scale", Scale.objects.at(request.school).live().order_by("pk"))

    def clean(self) -> dict[str, Any]:
        """Read the list, and say which line cannot be."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("objectives") and given.get("subject"):
            outline = read_outline(given["objectives"], subject=given["subject"])
            for problem in outline.problems[:5]:
                self.add_error(
                    "objectives",
                    _("Line %(number)d: %(problem)s") % {"number": problem.number, "problem": problem.sentence},
                )
            given["outline"] = outline
        return given


class PersonForm(forms.Form):
    """Somebody to let in. An empty row is nobody."""

    name = name_field(gettext_lazy("Name"), required=False, longest=200)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("What they are"), initial=Role.TEACHER.value)
    school_class: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(), label=gettext_lazy("Class"), required=False, empty_label=gettext_lazy("None")
    )

    def __init__(self, *args: Any, classes: Any, **kwargs: Any) -> None:
        """Offer the roles of staff and the classes of the school."""
        super().__init__(*args, **kwargs)
        offer_words(self, "role", [(role.value, role_word(role)) for role in Role if role in STAFF_ROLES])
        offer_rows(self, "school_class", classes)

    def clean(self) -> dict[str, Any]:
        """Ask for all of what belongs together."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("name")) != bool(given.get("email")) and "email" not in self.errors:
            self.add_error("email", _("Give a name and an address, or leave both empty."))
        return given
