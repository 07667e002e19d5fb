"""Forms about pupils and their families."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pages.drawn import DrawnForm
from muster.pages.formatting import full_day
from muster.pages.forms import offer_rows
from muster.people.access import Permission
from muster.people.actions.pupils import Fact, Joiner, fact_of
from muster.people.calendar import year_at
from muster.people.forms.fields import DayField, name_field
from muster.people.gates import SchoolRequest
from muster.people.models import GroupStatus, KeyGroup, Pupil, SchoolClass, YearGroup
from muster.people.models.classes import SchoolClassQuerySet
from muster.people.rules.upn import Odd, check_letter, oddity, tidy


def classes_now(request: SchoolRequest, *, may: Permission) -> SchoolClassQuerySet:
    """Classes of this year in which the person may do that, by name."""
    year = year_at(request.school, request.today)
    found = SchoolClass.objects.visible_to(request.viewer, may=may).filter(school=request.school, year=year)
    return found.order_by("kind", "year_group__position", "name")


def upn_warning(upn: str) -> str:
    """What is odd about a UPN, as a sentence; empty when nothing is. It is kept as given all the same."""
    upn = tidy(upn)
    match oddity(upn) if upn else None:
        case Odd.LENGTH:
            return _("A UPN has 13 characters; this one has %(count)d. It is kept as you typed it.") % {
                "count": len(upn)
            }
        case Odd.FORM:
            return _("A UPN is a letter and 12 figures, the last of which may be a letter. It is kept as you typed it.")
        case Odd.CHECK:
            return _(
                "The first letter of this UPN should be %(letter)s, so a figure may be mistyped. It is kept as it is."
            ) % {"letter": check_letter(upn[1:])}
    return ""


def a_past_day(born_on: date | None, today: date) -> date | None:
    """A birth date that can be one: not to come, and not of a grown-up's age twice over."""
    if born_on and born_on > today:
        raise forms.ValidationError(_("This day has not come yet."))
    if born_on and born_on.year < today.year - 120:
        raise forms.ValidationError(_("Check the year."))
    return born_on


def a_near_day(day: date, today: date) -> date:
    """A day somebody may have meant: not two years ahead, nor before anybody at school was born."""
    if day > today + timedelta(days=730) or day < today - timedelta(days=365 * 25):
        raise forms.ValidationError(_("Check the year."))
    return day


class JoinerForm(forms.Form):
    """A pupil who comes."""

    forenames = name_field(gettext_lazy("Given names"))
    surname = name_field(gettext_lazy("Family name"), required=False)
    known_as = name_field(
        gettext_lazy("Called"), required=False, help_text=gettext_lazy("If not by the first given name.")
    )
    born_on = DayField(label=gettext_lazy("Date of birth"), required=False)
    school_class: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(), label=gettext_lazy("Class"), required=False, empty_label=gettext_lazy("None yet")
    )
    year_group: "forms.ModelChoiceField[YearGroup]" = forms.ModelChoiceField(
        YearGroup.objects.none(),
        label=gettext_lazy("Year group"),
        required=False,
        empty_label=gettext_lazy("That of the class"),
    )
    joined_on = DayField(label=gettext_lazy("First day on roll"))
    upn = forms.CharField(label=gettext_lazy("UPN"), required=False, max_length=40)

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the classes and year groups of the school."""
        super().__init__(*args, **kwargs)
        self.today = request.today
        offer_rows(self, "school_class", classes_now(request, may=Permission.PUPIL_EDIT))
        offer_rows(self, "year_group", YearGroup.objects.at(request.school).order_by("position"))
        self.fields["joined_on"].initial = request.today

    def clean_born_on(self) -> date | None:
        """Refuse a day to come."""
        return a_past_day(self.cleaned_data["born_on"], self.today)

    def clean_joined_on(self) -> date:
        """Refuse a slip of the pen."""
        return a_near_day(self.cleaned_data["joined_on"], self.today)

    @property
    def joiner(self) -> Joiner:
        """What the action takes."""
        return Joiner(**self.cleaned_data)


class LeavingForm(forms.Form):
    """A pupil who goes."""

    left_on = DayField(label=gettext_lazy("Last day on roll"))
    destination = forms.CharField(
        label=gettext_lazy("Where to"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The next school, if you know it."),
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Begin with today."""
        super().__init__(*args, **kwargs)
        self.today = self.initial["left_on"] = request.today

    def clean_left_on(self) -> date:
        """Refuse a slip of the pen."""
        return a_near_day(self.cleaned_data["left_on"], self.today)


class ReturnForm(forms.Form):
    """A pupil who comes back."""

    joined_on = DayField(label=gettext_lazy("First day back on roll"))
    school_class: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(), label=gettext_lazy("Class"), required=False, empty_label=gettext_lazy("None yet")
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the classes of the school, from today."""
        super().__init__(*args, **kwargs)
        self.today = self.initial["joined_on"] = request.today
        offer_rows(self, "school_class", classes_now(request, may=Permission.PUPIL_EDIT))

    def clean_joined_on(self) -> date:
        """Refuse a slip of the pen."""
        return a_near_day(self.cleaned_data["joined_on"], self.today)


class MoveForm(DrawnForm):
    """A pupil who changes class. `stands` is the class they are in."""

    begins_as_it_is = False

    to: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(), label=gettext_lazy("New class"), empty_label=gettext_lazy("Choose")
    )
    on = DayField(label=gettext_lazy("First day there"))

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the registration classes of the school, from today."""
        super().__init__(*args, **kwargs)
        self.today = self.initial["on"] = request.today
        found = classes_now(request, may=Permission.PUPIL_EDIT).filter(kind=SchoolClass.Kind.REGISTRATION)
        offer_rows(self, "to", found)

    def says(self, heading: str) -> str | None:
        """The new class."""
        to = self.cleaned_data.get("to")
        return to.name if to else None

    def clean_on(self) -> date:
        """Refuse a slip of the pen."""
        return a_near_day(self.cleaned_data["on"], self.today)


class CorrectionForm(DrawnForm):
    """Facts put right, and why."""

    forenames = name_field(gettext_lazy("Given names"), required=False)
    surname = name_field(gettext_lazy("Family name"), required=False)
    known_as = name_field(gettext_lazy("Called"), required=False)
    born_on = DayField(label=gettext_lazy("Date of birth"), required=False)
    upn = forms.CharField(label=gettext_lazy("UPN"), required=False, max_length=40)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("What was there before, and your reason, are kept for good."),
    )

    def __init__(self, *args: Any, pupil: Pupil, today: date, **kwargs: Any) -> None:
        """Begin with what is held."""
        kwargs["initial"] = {fact.value: fact_of(pupil, fact) for fact in Fact}
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_born_on(self) -> date | None:
        """Refuse a day to come."""
        return a_past_day(self.cleaned_data["born_on"], self.today)

    @property
    def facts(self) -> dict[Fact, str]:
        """What the action takes."""
        given = self.cleaned_data
        born_on = given["born_on"].isoformat() if given["born_on"] else ""
        return {fact: born_on if fact is Fact.BORN_ON else given[fact.value] for fact in Fact}


class PlacementForm(DrawnForm):
    """The year group a pupil is placed in."""

    year_group: "forms.ModelChoiceField[YearGroup]" = forms.ModelChoiceField(
        YearGroup.objects.none(), label=gettext_lazy("Year group"), empty_label=gettext_lazy("Choose")
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the year groups of the school."""
        super().__init__(*args, **kwargs)
        offer_rows(self, "year_group", YearGroup.objects.at(request.school).order_by("position"))


def status_said(answer: str, starts_on: date) -> str:
    """An answer and since when, in words."""
    return _("%(answer)s from %(day)s") % {"answer": GroupStatus.Answer(answer).label, "day": full_day(starts_on)}


class StatusForm(DrawnForm):
    """Whether a pupil is in a group, from when, and who says so. `stands` is what was said last of each group."""

    begins_as_it_is = False

    group: "forms.ModelChoiceField[KeyGroup]" = forms.ModelChoiceField(
        KeyGroup.objects.none(), label=gettext_lazy("Group"), empty_label=gettext_lazy("Choose")
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=GroupStatus.Answer.choices,
        widget=forms.RadioSelect(attrs={"class": "across"}),
    )
    starts_on = DayField(label=gettext_lazy("From"))
    source = forms.CharField(
        label=gettext_lazy("Known from"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("A form, a letter, a list: whatever could be asked for."),
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the groups in use, from today."""
        super().__init__(*args, **kwargs)
        self.today = self.initial["starts_on"] = request.today
        found = KeyGroup.objects.at(request.school).filter(retired_on__isnull=True).order_by("position")
        offer_rows(self, "group", found)

    def concerns(self, heading: str) -> bool:
        """Only the group that was chosen."""
        return heading == getattr(self.cleaned_data.get("group"), "name", None)

    def says(self, heading: str) -> str | None:
        """The new answer."""
        given = self.cleaned_data
        answer, starts_on = given.get("answer"), given.get("starts_on")
        return status_said(answer, starts_on) if answer and starts_on else None

    def clean_starts_on(self) -> date:
        """Refuse a slip of the pen."""
        return a_near_day(self.cleaned_data["starts_on"], self.today)


class GuardianForm(DrawnForm):
    """A parent or carer."""

    name = name_field(gettext_lazy("Name"))
    relation = forms.CharField(
        label=gettext_lazy("Who they are to the child"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Mother, grandfather, foster carer…"),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    telephone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=60)
    address = forms.CharField(
        label=gettext_lazy("Address"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    responsibility = forms.BooleanField(label=gettext_lazy("Has parental responsibility"), required=False, initial=True)
    no_contact = forms.BooleanField(
        label=gettext_lazy("No contact: an order forbids it"),
        required=False,
        help_text=gettext_lazy("Nothing will be shown or sent to this person."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        """What the actions take; of the ways to reach them, those left empty too."""
        given = self.cleaned_data
        facts = {name: given[name] for name in ("name", "relation", "responsibility", "no_contact")}
        return facts | {"contacts": {kind: given[kind] for kind in ("email", "telephone", "address")}}
