"""Forms of the school day."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.attendance.days import plan_on
from muster.attendance.models import ContactNote, Visit
from muster.attendance.rules.codes import Session
from muster.attendance.words import SET_WORDS, code_choices, session_word
from muster.pages.forms import offer_names, offer_rows, offer_words
from muster.people.forms.fields import DayField, name_field
from muster.people.gates import SchoolRequest
from muster.people.models import ClassMembership, Pupil, SchoolClass, Staff
from muster.people.models.classes import on_day

TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class ClockField(forms.TimeField):
    """A time of the school's day: picked where the browser can, else typed as 09:05."""

    widget = TIME

    def __init__(self, **kwargs: Any) -> None:
        """Say how a time is typed where it cannot be read."""
        kwargs.setdefault("error_messages", {"invalid": gettext_lazy("Write the time like 09:05.")})
        super().__init__(**kwargs)


def staff_of(request: SchoolRequest) -> Any:
    """The staff of the school, by name."""
    return Staff.objects.at(request.school).still_there(request.now).order_by("name")


class SignInForm(forms.Form):
    """A pupil who comes late."""

    arrived = ClockField(label=gettext_lazy("Arrived at"))
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)


class SignOutForm(forms.Form):
    """A pupil who leaves before the end of the day."""

    left = ClockField(label=gettext_lazy("Leaves at"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)
    collected_by = forms.CharField(
        label=gettext_lazy("Collected by"),
        help_text=gettext_lazy("The adult who takes them; leave it empty for one who goes alone."),
        required=False,
        max_length=200,
    )


def today_at(request: SchoolRequest, clock: time) -> datetime:
    """A time of today by the clock of the school."""
    return datetime.combine(request.today, clock, request.school.zone)


class PlannedForm(forms.Form):
    """An absence known beforehand."""

    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    session = forms.ChoiceField(label=gettext_lazy("When"), required=False)
    code = forms.ChoiceField(label=gettext_lazy("Reason code"))
    adult: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        Staff.objects.none(), label=gettext_lazy("Supervised by"), required=False, empty_label=gettext_lazy("Nobody")
    )
    reason = forms.CharField(
        label=gettext_lazy("In words"),
        help_text=gettext_lazy("Whoever takes the register reads this."),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the codes of absence of the school."""
        super().__init__(*args, **kwargs)
        codes = plan_on(request.school, request.today).codes
        wanted = [
            each.code for each in codes.to_mark(request.today) if not each.here and each.code != codes.unexplained
        ]
        offer_words(self, "code", code_choices(codes, wanted))
        offer_words(
            self,
            "session",
            [("", _("All day")), *((each.value, session_word(each)) for each in (Session.MORNING, Session.AFTERNOON))],
        )
        offer_rows(self, "adult", staff_of(request))


class AmendForm(forms.Form):
    """A mark put right, with why."""

    session = forms.ChoiceField(label=gettext_lazy("When"), required=False)
    code = forms.ChoiceField(label=gettext_lazy("New mark"))
    adult: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        Staff.objects.none(), label=gettext_lazy("Supervised by"), required=False, empty_label=gettext_lazy("Nobody")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), help_text=gettext_lazy("Kept with the mark, beside the one before."), max_length=500
    )

    def __init__(self, *args: Any, request: SchoolRequest, on: Any, **kwargs: Any) -> None:
        """Offer every code of the day."""
        super().__init__(*args, **kwargs)
        codes = plan_on(request.school, on).codes
        offer_words(self, "code", code_choices(codes, [each.code for each in codes.to_mark(on)]))
        offer_words(
            self,
            "session",
            [("", _("All day")), *((each.value, session_word(each)) for each in (Session.MORNING, Session.AFTERNOON))],
        )
        offer_rows(self, "adult", staff_of(request))

    @property
    def sessions(self) -> list[Session]:
        """The sessions that are meant."""
        said = self.cleaned_data["session"]
        return [Session(said)] if said else [Session.MORNING, Session.AFTERNOON]


class ContactForm(forms.Form):
    """A call home, or whatever else was tried."""

    way = forms.ChoiceField(label=gettext_lazy("How"))
    reached = forms.BooleanField(label=gettext_lazy("Somebody was reached"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What was said"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the ways."""
        super().__init__(*args, **kwargs)
        offer_words(self, "way", WAYS)


WAYS = [
    (ContactNote.Way.CALL.value, gettext_lazy("Call")),
    (ContactNote.Way.MESSAGE.value, gettext_lazy("Message")),
    (ContactNote.Way.EMAIL.value, gettext_lazy("Email")),
    (ContactNote.Way.VISIT.value, gettext_lazy("Visit")),
    (ContactNote.Way.THEY_RANG.value, gettext_lazy("They rang us")),
]
KINDS = [
    (Visit.Kind.VISITOR.value, gettext_lazy("Visitor")),
    (Visit.Kind.CONTRACTOR.value, gettext_lazy("Contractor")),
    (Visit.Kind.VOLUNTEER.value, gettext_lazy("Volunteer")),
]


class VisitForm(forms.Form):
    """Somebody who comes."""

    name = name_field(gettext_lazy("Your name"), longest=120)
    organisation = forms.CharField(
        label=gettext_lazy("From"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("You are a"), widget=forms.RadioSelect, initial="visitor")
    host: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        Staff.objects.none(),
        label=gettext_lazy("Here to see"),
        required=False,
        empty_label=gettext_lazy("Nobody in particular"),
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the staff."""
        super().__init__(*args, **kwargs)
        offer_words(self, "kind", KINDS)
        offer_rows(self, "host", staff_of(request))


LONGEST_OUTDOORS = 300
"""Letters and commas of the places outdoors together, without spaces between them: what the row holds."""


class DayPlanForm(forms.Form):
    """How the day runs."""

    starts_on = DayField(label=gettext_lazy("From"))
    codes = forms.ChoiceField(label=gettext_lazy("Codes"))
    morning = ClockField(label=gettext_lazy("Morning register opens"))
    afternoon = ClockField(label=gettext_lazy("Afternoon register opens"))
    open_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes open"),
        min_value=1,
        max_value=120,
        help_text=gettext_lazy("The same at every session. In England at most 30."),
    )
    ends = ClockField(label=gettext_lazy("The day ends"))
    lessons = forms.BooleanField(
        label=gettext_lazy("Lessons have registers too"),
        help_text=gettext_lazy("Those of the timetable. The morning and the afternoon are what the law counts."),
        required=False,
    )
    outdoors = forms.CharField(
        label=gettext_lazy("Places outdoors"),
        help_text=gettext_lazy(
            "As lessons name them, with commas: Field, Playground. When everybody is to come in, they are asked for first."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the sets of codes."""
        super().__init__(*args, **kwargs)
        offer_words(self, "codes", [(name, str(word)) for name, word in SET_WORDS.items()])

    def clean_outdoors(self) -> str:
        """The places with bare commas between them, so that what was kept always fits again, however it is shown."""
        kept = ",".join(filter(None, map(str.strip, self.cleaned_data["outdoors"].split(","))))
        if len(kept) > LONGEST_OUTDOORS:
            raise forms.ValidationError(
                _("These are too many places: shorten them to %(most)s letters.") % {"most": LONGEST_OUTDOORS}
            )
        return kept


class CoverForm(forms.Form):
    """Another adult or room for a class on one day."""

    school_class: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(), label=gettext_lazy("Class"), empty_label=gettext_lazy("Choose")
    )
    on = DayField(label=gettext_lazy("Day"))
    adult: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        Staff.objects.none(), label=gettext_lazy("Covered by"), required=False, empty_label=gettext_lazy("No change")
    )
    room = forms.CharField(label=gettext_lazy("Room"), required=False, max_length=60)

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the classes of today and the staff."""
        super().__init__(*args, **kwargs)
        offer_rows(self, "school_class", classes_today(request))
        offer_rows(self, "adult", staff_of(request))


def classes_today(request: SchoolRequest) -> Any:
    """The classes of the year of today."""
    return (
        SchoolClass.objects.at(request.school)
        .filter(year__first_day__lte=request.today, year__last_day__gte=request.today)
        .order_by("year_group__position", "name")
    )


class PassForm(forms.Form):
    """A pupil sent to another class."""

    pupil = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int)
    to_class: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(), label=gettext_lazy("To"), empty_label=gettext_lazy("Choose")
    )

    def __init__(self, *args: Any, request: SchoolRequest, pupils: Sequence[Pupil], **kwargs: Any) -> None:
        """Offer pupils and the classes of today."""
        super().__init__(*args, **kwargs)
        offer_words(self, "pupil", [("", _("Choose")), *((pupil.pk, pupil.name) for pupil in pupils)])
        offer_rows(self, "to_class", classes_today(request))


class TripForm(forms.Form):
    """A trip of a whole class, of pupils by name, or of both."""

    name = forms.CharField(label=gettext_lazy("What"), max_length=120)
    place = forms.CharField(label=gettext_lazy("Where"), max_length=120)
    code = forms.ChoiceField(label=gettext_lazy("Kind"))
    leader: "forms.ModelChoiceField[Staff]" = forms.ModelChoiceField(
        Staff.objects.none(), label=gettext_lazy("Led by"), empty_label=gettext_lazy("Choose")
    )
    day = DayField(label=gettext_lazy("Day"))
    leaves = ClockField(label=gettext_lazy("Leaves at"))
    back = ClockField(label=gettext_lazy("Back at"))
    school_class: "forms.ModelChoiceField[SchoolClass]" = forms.ModelChoiceField(
        SchoolClass.objects.none(),
        label=gettext_lazy("Class that goes"),
        required=False,
        empty_label=gettext_lazy("No whole class"),
    )
    pupils = forms.TypedMultipleChoiceField(label=gettext_lazy("Who else goes, by name"), required=False, coerce=int)

    def __init__(self, *args: Any, request: SchoolRequest, pupils: Sequence[Pupil], **kwargs: Any) -> None:
        """Offer kinds, staff, classes and `pupils`, each with their class."""
        super().__init__(*args, **kwargs)
        codes = plan_on(request.school, request.today).codes
        wanted = [each.code for each in codes.to_mark(request.today) if each.supervised]
        offer_words(self, "code", code_choices(codes, wanted))
        offer_rows(self, "leader", staff_of(request))
        offer_rows(self, "school_class", classes_today(request))
        inside = ClassMembership.objects.at(request.school).filter(on_day(request.today))
        inside = inside.filter(school_class__kind=SchoolClass.Kind.REGISTRATION)
        classes = dict(inside.values_list("pupil", "school_class__name"))
        names = [(str(each.pk), ", ".join(filter(None, (each.name, classes.get(each.pk))))) for each in pupils]
        offer_names(self, "pupils", names)
