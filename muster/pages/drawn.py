"""Forms that know what they were drawn with, so that of two people who save neither undoes the other unseen.

A hidden field carries a digest of each thing that stood when the page was drawn. Where something else stands by the
time the form comes back, nothing is taken: the form says what stands now beside what was typed, and carries the new
digests, so that saving once more is a decision. Read, compare and save without letting go of what is read.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from muster.pages.formatting import full_day


class DrawnForm(forms.Form):
    """A form that refuses to save over what somebody else has saved since. `is_stale` says that it did.

    What stood are the initial values of its boxes (unless those are only a proposal: `begins_as_it_is`), and whatever
    else the page rests on: `stands`, text by heading. `about` is the row it changes, by which it is found who saved.
    """

    drawn = forms.CharField(required=False, widget=forms.HiddenInput)
    begins_as_it_is = True
    is_stale = False

    def __init__(
        self, *args: Any, stands: Mapping[str, str] | None = None, about: object = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stands, self.about = dict(stands or {}), about
        # Asked for when the page is drawn: by then the form has all its boxes.
        self.fields["drawn"].initial = lambda: ".".join(self.digests().values())

    def boxes(self) -> dict[str, forms.Field]:
        """The boxes that begin with what is so."""
        if not self.begins_as_it_is:
            return {}
        fields = {name: field for name, field in self.fields.items() if name != "drawn"}
        return {name: each for name, each in fields.items() if name in self.initial or each.initial is not None}

    def concerns(self, heading: str) -> bool:
        """Whether what stands under `heading` matters for what was typed."""
        return True

    def says(self, heading: str) -> str | None:
        """What was typed about `heading`, in the words of `stands`: the same is no difference. None where unknown."""
        return None

    def digests(self) -> dict[str, str]:
        """What stands, unreadable, by the name of a box or by heading."""
        values = {name: plain(field, self.get_initial_for_field(field, name)) for name, field in self.boxes().items()}
        return {
            name: salted_hmac("muster.pages.drawn", f"{name}\n{text}").hexdigest()[:12]
            for name, text in {**values, **self.stands}.items()
        }

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook for checks of the whole, which its types leave out
        then, now = self.data.get(self.add_prefix("drawn"), ""), self.digests()
        # A form that was not drawn by a page has nothing to compare with.
        differing = [name for name, digest in now.items() if then and digest not in then and self.differs(name)]
        if not differing:
            return
        self.is_stale = True
        self.add_error(
            None,
            _(
                "Somebody has changed this since you opened the page, so nothing of yours is saved yet. What stands now "
                "is said where it differs. Save again to put yours in its place."
            ),
        )
        for name in differing:
            if name in self.fields:
                self.add_error(name, _("Now: %(what)s") % {"what": self.read(name)})
            else:
                self.add_error(None, _("%(heading)s now: %(what)s") % {"heading": name, "what": self.stands[name]})
        sent: Any = self.data
        redrawn = sent.copy()
        redrawn[self.add_prefix("drawn")] = ".".join(now.values())
        self.data = redrawn

    def differs(self, name: str) -> bool:
        """Whether what was typed is something else than what stands now."""
        if name not in self.fields:
            return self.concerns(name) and self.says(name) != self.stands[name]
        field = self.fields[name]
        stands = plain(field, self.get_initial_for_field(field, name))
        return name not in self.cleaned_data or plain(field, self.cleaned_data[name]) != stands

    def read(self, name: str) -> str:
        """What stands in a box, as somebody reads it."""
        field = self.fields[name]
        value = self.get_initial_for_field(field, name)
        if isinstance(field, forms.BooleanField):
            return _("ticked") if value else _("not ticked")
        text = plain(field, value)
        if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
            words = {str(value): str(label) for value, label in flat(field.choices)}
            return ", ".join(words.get(each, each) for each in text.split("\n")) if text else _("nothing")
        if isinstance(field, forms.DateField) and text:
            return full_day(date.fromisoformat(text))
        return f"“{text}”" if text else _("nothing")


def plain(field: forms.Field, value: Any) -> str:
    """`value` of a box as text that is the same however it got there: from the row, or typed."""
    prepared = field.prepare_value(value)
    if prepared is None or prepared is False:
        return ""
    if isinstance(prepared, list | tuple | set):
        return "\n".join(sorted(str(each) for each in prepared))
    if isinstance(prepared, date):
        return prepared.isoformat()
    return str(prepared).strip().replace("\r\n", "\n")


def flat(choices: Any) -> Iterable[tuple[Any, Any]]:
    """Choices without their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
