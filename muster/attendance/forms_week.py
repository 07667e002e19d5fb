"""Forms of the week: periods, the lessons of a class, duties, and who is not due."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.attendance.actions.week import codes_not_due
from muster.attendance.days import plan_on
from muster.attendance.forms import ClockField, staff_of
from muster.attendance.models import Lesson
from muster.attendance.rules.codes import Session
from muster.attendance.rules.week import PeriodSaid
from muster.attendance.week import Week, meant
from muster.attendance.words import WEEKDAYS, code_choices, session_word
from muster.pages.forms import offer_rows, offer_words
from muster.people.forms.fields import DayField
from muster.people.gates import SchoolRequest
from muster.people.models import Staff

SPARE, AT_LEAST = 3, 8
"""Empty rows below the periods that there are, and how many rows a page has."""


def days_field() -> forms.TypedMultipleChoiceField:
    """Days of the week, each ticked."""
    return forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )


def day_choices(week: str) -> list[tuple[int, str]]:
    """The days a school is open."""
    return [(int(number), str(WEEKDAYS[int(number)])) for number in week]


class PeriodForm(forms.Form):
    """One period; a row without a name is none."""

    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Period"), required=False, max_length=20)
    begins = ClockField(label=gettext_lazy("Begins"), required=False)
    ends = ClockField(label=gettext_lazy("Ends"), required=False)
    days = days_field()

    def __init__(self, *args: Any, week: str, **kwargs: Any) -> None:
        """Offer the days the school is open."""
        super().__init__(*args, **kwargs)
        offer_words(self, "days", day_choices(week))
        for name in ("name", "begins", "ends"):
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """A row is whole, or empty."""
        values = super().clean() or {}
        typed = [bool(values.get(name)) for name in ("name", "begins", "ends")]
        if any(typed) and not all(typed) and not self.errors:
            self.add_error("name", _("A period has a name, a beginning and an end."))
        return values

    @property
    def said(self) -> PeriodSaid | None:
        """The period; None for an empty row."""
        given = self.cleaned_data
        if not given.get("name"):
            return None
        return PeriodSaid(given["name"], given["begins"], given["ends"], tuple(given["days"]))


class FromForm(forms.Form):
    """The day from which on something holds."""

    starts_on = DayField(label=gettext_lazy("From"))


class ClassWeekForm(forms.Form):
    """The lessons of a class: for each period who teaches it, and where. Both empty: no lesson."""

    use_required_attribute = False
    home_room = forms.CharField(
        label=gettext_lazy("Own room"),
        help_text=gettext_lazy("Empty: the room has the name of the class."),
        required=False,
        max_length=60,
    )

    def __init__(
        self, *args: Any, week: Week, lessons: dict[int, Lesson], staff: dict[int, str], home: str, **kwargs: Any
    ) -> None:
        """A box for the adult and one for the room in every period."""
        super().__init__(*args, **kwargs)
        self.week, self.staff = week, staff
        self.fields["home_room"].initial = home
        for row in week.rows:
            for (_number, day), period in zip(week.days, row.cells, strict=True):
                if period is None:
                    continue
                lesson = lessons.get(period)
                where = {"period": row.name, "day": day}
                adult_word, room_word = _("Adult, %(day)s, %(period)s") % where, _("Room, %(day)s, %(period)s") % where
                self.fields[f"adult-{period}"] = forms.CharField(
                    label=adult_word,
                    required=False,
                    max_length=300,
                    initial=staff.get(lesson.adult_id or 0, "") if lesson else "",
                    widget=forms.TextInput(
                        attrs={
                            "list": "adults",
                            "autocomplete": "off",
                            "aria-label": adult_word,
                            "placeholder": _("Adult"),
                        }
                    ),
                )
                self.fields[f"room-{period}"] = forms.CharField(
                    label=room_word,
                    required=False,
                    max_length=60,
                    initial=lesson.room if lesson else "",
                    widget=forms.TextInput(
                        attrs={
                            "list": "rooms",
                            "autocomplete": "off",
                            "aria-label": room_word,
                            "placeholder": _("Room"),
                        }
                    ),
                )

    def clean(self) -> dict[str, Any]:
        """Find who is meant by each name."""
        values = super().clean() or {}
        for period in self.periods():
            typed = values.get(f"adult-{period}")
            if typed and meant(typed, self.staff) is None:
                self.add_error(f"adult-{period}", _("Nobody of the staff has this name."))
        return values

    def periods(self) -> list[int]:
        """Every period of the week."""
        return [period for row in self.week.rows for period in row.cells if period is not None]

    def said(self) -> dict[int, tuple[int | None, str] | None]:
        """Adult and room of every period; None where there is no lesson."""
        found: dict[int, tuple[int | None, str] | None] = {}
        for period in self.periods():
            adult, room = self.cleaned_data[f"adult-{period}"], self.cleaned_data[f"room-{period}"]
            found[period] = (meant(adult, self.staff), room) if adult or room else None
        return found

    def grid(self) -> list[dict[str, Any]]:
        """Rows of boxes, as the page writes them."""
        return [
            {
                "row": row,
                "cells": [
                    {"day": day, "adult": self[f"adult-{period}"], "room": self[f"room-{period}"]}
                    if period is not None
                    else {"day": day}
                    for (_number, day), period in zip(self.week.days, row.cells, strict=True)
                ],
            }
            for row in self.week.rows
        ]


class DatedForm(forms.Form):
    """Something on some days of the week, from a day on."""

    days = days_field()
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: for good."))

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the days the school is open, from today."""
        super().__init__(*args, **kwargs)
        offer_words(self, "days", day_choices(request.school.week))
        self.fields["days"].required = True
        self.fields["starts_on"].initial = request.today


class DutyForm(DatedForm):
    """Where somebody is on duty."""

    adult: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        Staff.objects.none(), label=gettext_lazy("Adult"), empty_label=gettext_lazy("Choose")
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=60)
    begins = ClockField(label=gettext_lazy("Begins"))
    ends = ClockField(label=gettext_lazy("Ends"))
    field_order = ("adult", "place", "days", "begins", "ends", "starts_on", "ends_on")

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the staff."""
        super().__init__(*args, request=request, **kwargs)
        offer_rows(self, "adult", staff_of(request))


class NotDueForm(DatedForm):
    """When a pupil is not due."""

    session = forms.ChoiceField(label=gettext_lazy("When"), required=False)
    code = forms.ChoiceField(label=gettext_lazy("Reason code"))
    place = forms.CharField(
        label=gettext_lazy("Due at"),
        help_text=gettext_lazy("The other school, or wherever they are; empty if it is not known."),
        required=False,
        max_length=120,
    )
    field_order = ("days", "session", "code", "place", "starts_on", "ends_on")

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer sessions and codes."""
        super().__init__(*args, request=request, **kwargs)
        codes = plan_on(request.school, request.today).codes
        offer_words(self, "code", [("", _("Choose")), *code_choices(codes, codes_not_due(codes, request.today))])
        sessions = [(each.value, session_word(each)) for each in (Session.MORNING, Session.AFTERNOON)]
        offer_words(self, "session", [("", _("All day")), *sessions])
