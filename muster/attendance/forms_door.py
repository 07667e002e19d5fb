"""Forms of the tablet on the door."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.attendance.at_the_door import staff_of_today
from muster.attendance.models import Visit
from muster.attendance.rules.names import matching
from muster.pages.forms import offer_words
from muster.people.gates import SchoolRequest
from muster.people.models import Staff

MOST_OFFERED = 5
"""More names than that are no answer to letters typed: a list of the staff is not for the door."""
UNREMEMBERED = {"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
"""What one visitor types is not proposed to the next."""


def own_name(label: Any, help_text: Any = "") -> forms.CharField:
    """A box for what somebody types of themselves."""
    return forms.CharField(label=label, help_text=help_text, max_length=120, widget=forms.TextInput(attrs=UNREMEMBERED))


class ArrivalForm(forms.Form):
    """A visitor who comes. The host is found by letters of the name; where several have them, chosen on the same page."""

    name = own_name(gettext_lazy("Your name"))
    organisation = forms.CharField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("Your firm or organisation, if you come for one."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=UNREMEMBERED),
    )
    kind = forms.ChoiceField(label=gettext_lazy("You are a"), choices=Visit.Kind.choices, initial=Visit.Kind.VISITOR)
    whom = forms.CharField(
        label=gettext_lazy("Who are you here to see?"),
        help_text=gettext_lazy("At least three letters of the name. Leave it empty if nobody in particular."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=UNREMEMBERED),
    )
    host = forms.ChoiceField(label=gettext_lazy("Which of them?"), required=False, widget=forms.RadioSelect)

    def __init__(self, data: Any, *, request: SchoolRequest) -> None:
        """Offer those whose names have the letters typed, and nobody before."""
        super().__init__(data)
        offer_words(self, "kind", [(Visit.Kind.VISITOR, _("Visitor")), (Visit.Kind.CONTRACTOR, _("Contractor")),
                                   (Visit.Kind.VOLUNTEER, _("Volunteer"))])  # fmt: skip
        self.school = request.school
        typed = str(self.data.get("whom", "")) if data else ""
        names = staff_of_today(request.school, request.now) if typed.strip() else {}
        self.found = {number: names[number] for number in matching(typed, names)}
        if 1 < len(self.found) <= MOST_OFFERED:
            offer_words(self, "host", sorted(self.found.items(), key=lambda each: each[1]))
        else:
            del self.fields["host"]

    def clean_whom(self) -> str:
        """What was typed leads to somebody, or to few enough to choose from."""
        typed = str(self.cleaned_data["whom"])
        if typed and not self.found:
            raise forms.ValidationError(_("Nobody here has a name like that. Try other letters, or leave it empty."))
        if len(self.found) > MOST_OFFERED:
            raise forms.ValidationError(_("Many have names like that. Write more of it."))
        return typed

    def clean(self) -> dict[str, Any] | None:
        """One of several has to be chosen."""
        said = super().clean()
        if "host" in self.fields and not self.errors and not self.cleaned_data.get("host"):
            self.add_error("host", _("Choose whom you are here to see."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What the action needs."""
        number = self.cleaned_data.get("host") or next(iter(self.found), None)
        host = Staff.objects.at(self.school).get(pk=number) if number else None
        return {**{name: self.cleaned_data[name] for name in ("name", "organisation", "kind")}, "host": host}


class DepartureForm(forms.Form):
    """A visitor who goes."""

    typed = own_name(gettext_lazy("Your badge number, or your name"), gettext_lazy("As you wrote it when you came."))


class StaffForm(forms.Form):
    """A member of staff at the door."""

    typed = own_name(gettext_lazy("Your name"))
