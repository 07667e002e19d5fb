"""Forms about the school itself."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pages.drawn import DrawnForm
from muster.pages.formatting import full_day
from muster.pages.forms import offer_words
from muster.pages.vocabulary import PRESETS, Term, word
from muster.people.forms.fields import DayField, name_field
from muster.people.models import School
from muster.people.rules.school_days import Span, TermDates

COUNTRIES = [
    ("GB-ENG", gettext_lazy("England")),
    ("GB-WLS", gettext_lazy("Wales")),
    ("GB-SCT", gettext_lazy("Scotland")),
    ("GB-NIR", gettext_lazy("Northern Ireland")),
    ("IE", gettext_lazy("Ireland")),
    ("US", gettext_lazy("United States")),
    ("XX", gettext_lazy("Another country")),
]
ZONES_BY_COUNTRY = {"IE": "Europe/Dublin", "US": "America/New_York"}
DAYS = [
    ("1", gettext_lazy("Monday")),
    ("2", gettext_lazy("Tuesday")),
    ("3", gettext_lazy("Wednesday")),
    ("4", gettext_lazy("Thursday")),
    ("5", gettext_lazy("Friday")),
    ("6", gettext_lazy("Saturday")),
    ("7", gettext_lazy("Sunday")),
]


def zones() -> list[tuple[str, str]]:
    """Time zones by place, those of nowhere left out."""
    return [
        (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone and zone[:3] != "Etc"
    ]


class SchoolForm(DrawnForm):
    """What is said of the school."""

    name = name_field(gettext_lazy("Name of the school"), longest=200)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=COUNTRIES)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones)
    language = forms.ChoiceField(label=gettext_lazy("Language of the pages"), choices=settings.LANGUAGES)
    week = forms.MultipleChoiceField(
        label=gettext_lazy("Open on"), choices=DAYS, widget=forms.CheckboxSelectMultiple(attrs={"class": "across"})
    )
    help_person = name_field(
        gettext_lazy("Whom to ask about Muster"),
        required=False,
        longest=200,
        help_text=gettext_lazy("Named on every help page: Olive in the office, extension 4."),
    )

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        """Begin with what is so."""
        kwargs.setdefault(
            "initial",
            {name: getattr(school, name) for name in ("name", "country", "time_zone", "language", "help_person")}
            | {"week": list(school.week)},
        )
        super().__init__(*args, **kwargs)

    @property
    def facts(self) -> dict[str, str]:
        """What the action takes."""
        given = self.cleaned_data
        facts = {name: given[name] for name in ("name", "country", "time_zone", "language", "help_person")}
        return {**facts, "week": "".join(sorted(given["week"]))}


class TermForm(forms.Form):
    """One term, and the holiday in its middle. A row left empty is no term."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=36, required=False)
    first_day = DayField(label=gettext_lazy("First day"), required=False)
    last_day = DayField(label=gettext_lazy("Last day"), required=False)
    holiday_from = DayField(label=gettext_lazy("Half-term holiday from"), required=False)
    holiday_until = DayField(label=gettext_lazy("until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for all of what belongs together."""
        given: dict[str, Any] = super().clean() or {}
        if any(given.values()) and not all(given.get(each) for each in ("name", "first_day", "last_day")):
            raise forms.ValidationError(_("A term needs a name, a first and a last day."))
        if bool(given.get("holiday_from")) != bool(given.get("holiday_until")):
            raise forms.ValidationError(_("A holiday needs a first and a last day."))
        return given

    @property
    def term(self) -> TermDates | None:
        """The term, or None for an empty row."""
        given = self.cleaned_data
        if not given.get("name"):
            return None
        holiday = Span(given["holiday_from"], given["holiday_until"]) if given["holiday_from"] else None
        return TermDates(given["name"], Span(given["first_day"], given["last_day"]), holiday)


Terms = forms.formset_factory(TermForm, extra=0, max_num=8, validate_max=True)


def terms_in(formset: "forms.BaseFormSet[TermForm]") -> list[TermDates]:
    """The terms somebody typed, as the action takes them; empty rows are none."""
    return [term for form in formset.forms if (term := form.term)]


def initial_terms(terms: Iterable[TermDates], *, empty: int = 1) -> list[dict[str, object]]:
    """Rows for `Terms`, with some empty ones after them."""
    rows: list[dict[str, object]] = [
        {
            "name": term.name,
            "first_day": term.span.first,
            "last_day": term.span.last,
            "holiday_from": term.holiday.first if term.holiday else None,
            "holiday_until": term.holiday.last if term.holiday else None,
        }
        for term in terms
    ]
    return rows + [{} for _each in range(empty)]


class YearForm(forms.Form):
    """An academic year."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, help_text=gettext_lazy("For example 2026/27."))
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        """A year begins before it ends."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if isinstance(first, date) and isinstance(last, date) and first >= last:
            self.add_error("last_day", _("The last day comes after the first."))
        return given

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.cleaned_data["first_day"], self.cleaned_data["last_day"])


class ClosureForm(forms.Form):
    """Days on which the school is closed though it is term."""

    first_day = DayField(label=gettext_lazy("Closed on"))
    last_day = DayField(label=gettext_lazy("until"), required=False, help_text=gettext_lazy("Empty for one day."))
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=200, help_text=gettext_lazy("Training day, bank holiday, snow.")
    )

    def clean(self) -> dict[str, Any]:
        """At most a term at once, forwards."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and (last < first or (last - first).days > 100):
            self.add_error("last_day", _("Choose a day after the first, at most a term later."))
        return given

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.cleaned_data["first_day"], self.cleaned_data["last_day"] or self.cleaned_data["first_day"])


class YearGroupForm(DrawnForm):
    """A year group in the school's words."""

    name = name_field(gettext_lazy("Name"), longest=40, help_text=gettext_lazy("Year 3, Reception, P4."))
    code = forms.CharField(label=gettext_lazy("Short"), max_length=8, help_text=gettext_lazy("3, R, P4."))


class GroupForm(DrawnForm):
    """A key group in the school's words."""

    name = name_field(gettext_lazy("Name"), longest=80, help_text=gettext_lazy("Pupil premium, young carers."))


class VersionForm(DrawnForm):
    """Nothing but what the page was drawn with, beside a list of forms."""

    def __init__(self, *args: Any, heading: str, stands: str, typed: str = "", **kwargs: Any) -> None:
        """`stands` is what is so under `heading`, `typed` what somebody wrote instead, in the same words."""
        super().__init__(*args, stands={heading: stands}, **kwargs)
        self.typed = typed

    def says(self, heading: str) -> str | None:
        """What was typed."""
        return self.typed


def terms_said(terms: Iterable[TermDates]) -> str:
    """Terms on one line."""
    return "; ".join(
        f"{term.name} {full_day(term.span.first)} – {full_day(term.span.last)}"
        + (f" ({full_day(term.holiday.first)} – {full_day(term.holiday.last)})" if term.holiday else "")
        for term in sorted(terms, key=lambda term: term.span.first)
    ) or _("none")


class WordsForm(DrawnForm):
    """What the school calls the sixteen things: two forms each, empty for the usual word."""

    preset = forms.ChoiceField(label=gettext_lazy("Begin with the words of"), required=False)

    PRESET_NAMES: Mapping[str, object] = {
        "england-primary": gettext_lazy("an English primary school"),
        "england-secondary": gettext_lazy("an English secondary school"),
        "scotland": gettext_lazy("a Scottish school"),
        "wales": gettext_lazy("a Welsh school"),
        "international": gettext_lazy("an international school"),
        "us": gettext_lazy("a school in the United States"),
    }

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        """Two boxes a term, with the usual words as hints."""
        super().__init__(*args, **kwargs)
        own = school.words if isinstance(school.words, dict) else {}
        presets = [(preset, str(self.PRESET_NAMES.get(preset, preset))) for preset in PRESETS]
        offer_words(self, "preset", [("", _("the school's country")), *presets])
        self.fields["preset"].initial = own.get("preset", "")
        preset = {"preset": own["preset"]} if "preset" in own else {}
        for term in Term:
            usual = word(term.value, country=school.country, words=preset)
            forms_of = own.get(term.value) if isinstance(own.get(term.value), dict) else {}
            for form, label, hint in (
                ("singular", _("%(word)s, one"), usual.singular),
                ("plural", _("%(word)s, many"), usual.plural),
            ):
                self.fields[f"{self.key(term)}-{form}"] = forms.CharField(
                    label=label % {"word": usual.singular[:1].upper() + usual.singular[1:]},
                    required=False,
                    max_length=60,
                    initial=forms_of.get(form, "") if isinstance(forms_of, dict) else "",
                    widget=forms.TextInput(attrs={"placeholder": hint}),
                )

    @staticmethod
    def key(term: Term) -> str:
        """The term as part of a field's name."""
        return term.value.replace(" ", "-")

    def pairs(self) -> list[tuple[Any, Any]]:
        """The two boxes of each term."""
        return [(self[f"{self.key(term)}-singular"], self[f"{self.key(term)}-plural"]) for term in Term]

    @property
    def words(self) -> dict[str, object]:
        """What the action takes."""
        given = self.cleaned_data
        chosen: dict[str, object] = {"preset": given["preset"]} if given["preset"] else {}
        for term in Term:
            singular, plural = given[f"{self.key(term)}-singular"], given[f"{self.key(term)}-plural"]
            if singular:
                chosen[term.value] = {"singular": singular} | ({"plural": plural} if plural else {})
        return chosen
