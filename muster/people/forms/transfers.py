"""Forms about pupils who move within the trust."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from muster.pages.forms import offer_rows, offer_words
from muster.people.access import Permission
from muster.people.forms.fields import DayField
from muster.people.forms.pupils import a_near_day
from muster.people.gates import SchoolRequest
from muster.people.models import Pupil, School, SchoolClass


class SendForm(forms.Form):
    """Where to, and the last day here."""

    to = forms.ChoiceField(label=gettext_lazy("Which school"))
    left_on = DayField(label=gettext_lazy("Last day on roll here"))

    def __init__(
        self, *args: Any, request: SchoolRequest, schools: Sequence[School], left_on: date, **kwargs: Any
    ) -> None:
        """Offer the other schools of the trust."""
        super().__init__(*args, **kwargs)
        self.today = request.today
        self.schools = {str(school.pk): school for school in schools}
        offer_words(self, "to", [(pk, school.name) for pk, school in self.schools.items()])
        self.initial["left_on"] = left_on

    def clean_left_on(self) -> date:
        """Refuse a slip of the pen."""
        return a_near_day(self.cleaned_data["left_on"], self.today)


class AcceptForm(forms.Form):
    """Whether the child is here already, else the first day here and the class."""

    joins = forms.ChoiceField(
        label=gettext_lazy("Is the child on your roll already?"),
        help_text=gettext_lazy("Their own record then gets what comes along, and its first day and class count."),
        required=False,
        widget=forms.RadioSelect,
    )
    joined_on = DayField(label=gettext_lazy("First day on roll here"))
    school_class: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(), label=gettext_lazy("Class"), required=False, empty_label=gettext_lazy("None yet")
    )

    def __init__(
        self, *args: Any, request: SchoolRequest, perhaps: Sequence[tuple[Pupil, str]] = (), **kwargs: Any
    ) -> None:
        """Offer the classes of this year and later ones, and the pupils here who are `perhaps` the same child, each told apart."""
        super().__init__(*args, **kwargs)
        self.today = request.today
        self.pupils = {str(pupil.pk): pupil for pupil, _words in perhaps}
        if perhaps:
            offer_words(
                self,
                "joins",
                [("", gettext("No, a new pupil")), *((str(pupil.pk), words) for pupil, words in perhaps)],
            )
        else:
            del self.fields["joins"]
        found = SchoolClass.objects.visible_to(request.viewer, may=Permission.PUPIL_EDIT).filter(
            school=request.school, kind=SchoolClass.Kind.REGISTRATION, year__last_day__gte=request.today
        )
        offer_rows(self, "school_class", found.order_by("year__first_day", "year_group__position", "name"))

    def clean_joins(self) -> Pupil | None:
        """The pupil chosen."""
        return self.pupils.get(self.cleaned_data["joins"])

    def clean_joined_on(self) -> date:
        """Refuse a slip of the pen."""
        return a_near_day(self.cleaned_data["joined_on"], self.today)
