"""Forms of emergency."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pages.forms import offer_names

LONGEST = 10_000


class IncidentForm(forms.Form):
    """What happened, in the order in which one tells it."""

    what = forms.CharField(
        label=gettext_lazy("What happened"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    pupils = forms.MultipleChoiceField(label=gettext_lazy("Which children"), required=False)
    staff = forms.MultipleChoiceField(label=gettext_lazy("Which staff"), required=False)
    others = forms.CharField(
        label=gettext_lazy("Anybody else"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Names, with commas between them."),
    )
    happened = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label=gettext_lazy("Where"), max_length=200)
    done = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    must_know = forms.MultipleChoiceField(
        label=gettext_lazy("Who must know"),
        required=False,
        help_text=gettext_lazy("The head and the safeguarding lead always see it."),
    )
    follow_up = forms.CharField(
        label=gettext_lazy("What must still be done"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, now: datetime, pupils: list[Any], staff: list[Any], accounts: list[Any], **more: Any
    ) -> None:
        """Offer people of this school; `now` is when it is written, on the school's clock."""
        super().__init__(*args, **more)
        self.now = now
        offer_names(self, "pupils", pupils)
        offer_names(self, "staff", staff)
        offer_names(self, "must_know", accounts)
        if not self.is_bound:
            self.fields["what"].widget.attrs["autofocus"] = True

    def clean_happened(self) -> datetime:
        """Not in the future; how long ago is not limited."""
        at: datetime = self.cleaned_data["happened"]
        if at > self.now + timedelta(minutes=1):
            raise forms.ValidationError(_("This is in the future."))
        return at

    def named(self) -> list[str]:
        """Others, one by one."""
        return [name for part in self.cleaned_data["others"].split(",") if (name := part.strip())]


class AmendmentForm(forms.Form):
    """What is added."""

    text = forms.CharField(
        label=gettext_lazy("What to add"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The first account stays as it was. Say what was wrong in it, or what happened next."),
    )
    must_know = forms.MultipleChoiceField(label=gettext_lazy("Who else must know"), required=False)
    uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, accounts: list[Any], **more: Any) -> None:
        """Offer people of this school."""
        super().__init__(*args, **more)
        offer_names(self, "must_know", accounts)


class HalfForm(forms.Form):
    """Which child, and which adult."""

    pupil = forms.ChoiceField(label=gettext_lazy("Which child"))
    adult = forms.CharField(label=gettext_lazy("Name of the adult"), max_length=200)
    uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, pupils: list[Any], **more: Any) -> None:
        """Offer the children on the list of the roll call."""
        super().__init__(*args, **more)
        offer_names(self, "pupil", [("", ""), *pupils])
