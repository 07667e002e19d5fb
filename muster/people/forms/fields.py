"""Fields that every form about people shares."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"]
LONGEST_NAME = 300


def name_field(
    label: "StrOrPromise", *, required: bool = True, help_text: "StrOrPromise" = "", longest: int = LONGEST_NAME
) -> forms.CharField:
    """A name as its bearer writes it: any script, any marks. Only the space around it is taken off."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class DayField(forms.DateField):
    """A day: picked where the browser can, else typed as day, month, year."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        """Read what people in our countries type; the day stands before the month."""
        kwargs.setdefault("input_formats", DATE_FORMATS)
        kwargs.setdefault("error_messages", {"invalid": _("Write the day, month and year, such as 4 March 2026.")})
        super().__init__(**kwargs)
