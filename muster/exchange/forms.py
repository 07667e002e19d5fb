"""The forms of exchange."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from muster.exchange.carrying import MOST_CARRIED, packed, unpacked
from muster.exchange.rules.dates import Order
from muster.exchange.rules.table import MOST_BYTES, Unreadable
from muster.pages.rules.kinds import MOST_BYTES as LARGEST
from muster.pages.rules.kinds import too_large
from muster.pages.rules.said import say


class FileForm(forms.Form):
    """A file, dropped or chosen; or rows pasted from a spreadsheet; or what was shown a moment ago, here or by the import.

    `waiting` finds the name and the bytes of a file that waits on the page of imports. It raises `Unreadable`.
    """

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A spreadsheet, a CSV file or a CASE package, at most 1 MB. Drop it here or choose it."),
        widget=forms.FileInput(
            attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods,.json,text/csv,text/plain,application/json"}
        ),
    )
    pasted = forms.CharField(
        label=_("Or paste the rows, headings first"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "list"}),
    )
    carried = forms.CharField(required=False, widget=forms.HiddenInput)
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)
    named = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    order = forms.ChoiceField(
        required=False, choices=[("", ""), *((one.value, one.value) for one in Order)], widget=forms.HiddenInput
    )

    data_read: bytes = b""

    def __init__(self, *args: Any, waiting: Callable[[UUID], tuple[str, bytes]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = waiting

    def clean(self) -> dict[str, Any]:
        """Find the bytes, wherever they came from."""
        values = super().clean() or {}
        upload = values.get("file")
        try:
            if isinstance(upload, UploadedFile):
                if (upload.size or 0) > MOST_BYTES:
                    raise Unreadable(say("This file is larger than 1 MB. Take out what is not needed, or split it."))
                self.data_read = upload.read()
                if len(packed(self.data_read)) > MOST_CARRIED:
                    raise Unreadable(say("This file is too large to be shown first. Save it as CSV, or split it."))
                values["named"] = (upload.name or "")[:200]
            elif (values.get("pasted") or "").strip():
                self.data_read = str(values["pasted"]).encode()
                values["named"] = ""
            elif values.get("upload"):
                values["named"], self.data_read = self.waiting(values["upload"])
            elif values.get("carried"):
                self.data_read = unpacked(str(values["carried"]))
            elif not self.errors:
                self.add_error("file", _("Choose a file, or paste the rows."))
        except Unreadable as problem:
            self.add_error("file", str(problem))
        return values

    @property
    def chosen_order(self) -> Order | None:
        """The order of dates somebody chose."""
        return Order(self.cleaned_data["order"]) if self.cleaned_data.get("order") else None


class BringForm(forms.Form):
    """A file of people and classes, dropped or chosen; or rows pasted from a spreadsheet."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("Any list or roster, or a file of objectives, at most 12 MB. Drop it here or choose it."),
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods,.zip,.xml,.json,"
                "text/csv,text/plain,application/zip,application/json"
            }
        ),
    )
    pasted = forms.CharField(
        label=_("Or paste the rows, headings first"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "list"}),
    )

    data_read: bytes = b""
    named: str = ""

    def clean(self) -> dict[str, Any]:
        """Find the bytes, wherever they came from."""
        values = super().clean() or {}
        sent = values.get("file")
        if isinstance(sent, UploadedFile):
            if (sent.size or 0) > LARGEST:
                self.add_error("file", str(too_large(sent.size or 0)))
                return values
            self.data_read, self.named = sent.read(), (sent.name or "")[:200]
        elif (values.get("pasted") or "").strip():
            self.data_read = str(values["pasted"]).encode()
        elif not self.errors:
            self.add_error("file", _("Choose a file, or paste the rows."))
        return values
