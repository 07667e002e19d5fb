"""Forms about the next school year: its days, its classes, each pupil of a class, and who teaches whom."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.people.coming_year import Coming, Dates
from muster.people.forms.fields import DayField, name_field
from muster.people.forms.school import YearForm
from muster.people.models import Post, Pupil, SchoolClass
from muster.people.roles import role_word
from muster.people.rules.next_year import Goes, Line, Move, NewClass, Said, folded_name
from muster.people.rules.school_days import TermDates

GOES = [
    (Goes.TO.value, gettext_lazy("goes to")),
    (Goes.LEAVES.value, gettext_lazy("leaves the school")),
    (Goes.ASKED.value, gettext_lazy("to be said for each")),
]
EMPTY_ROWS = 3
"""Rows for classes besides, after those there are."""
MOST_BESIDES = 40


class DaysForm(YearForm):
    """The next year, and the last day of those who leave."""

    leave_on = DayField(label=gettext_lazy("Last day of those who leave"))

    def dates(self, terms: Iterable[TermDates], closures: Iterable[tuple[Any, str]]) -> Dates:
        """What the action takes."""
        given = self.cleaned_data
        return Dates(given["name"].strip(), self.span, tuple(terms), tuple(closures), given["leave_on"])


class MovedClosureForm(forms.Form):
    """A day closed next year. A row without a day is none."""

    on = DayField(label=gettext_lazy("Closed on"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A day has a reason."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("on") and not given.get("reason"):
            self.add_error("reason", _("Say why."))
        return given


Closures = forms.formset_factory(MovedClosureForm, extra=0, max_num=80, validate_max=True)


class ClassesForm(forms.Form):
    """What each class of this year does, the classes nobody moves up into, and the teaching groups that go on."""

    def __init__(self, *args: Any, found: Coming, **kwargs: Any) -> None:
        """A row for each line of the plan."""
        super().__init__(*args, **kwargs)
        self.found = found
        names = {each.pk: each.name for each in found.classes}
        groups = {group.pk: group.name for group in found.groups}
        for line in found.plan.lines:
            of = names[line.school_class] + (f", {groups[line.group]}" if line.group in groups else "")
            self.fields[f"goes-{line.key}"] = forms.ChoiceField(
                label=_("%(class)s") % {"class": of}, choices=GOES, initial=line.goes.value
            )
            self.fields[f"name-{line.key}"] = name_field(
                _("Next class of %(class)s") % {"class": of}, required=False, longest=60
            )
            self.fields[f"name-{line.key}"].initial = line.name
        choices = [("", _("None, or mixed")), *((str(group.pk), group.name) for group in found.groups)]
        self.rows = min(len(found.plan.besides) + EMPTY_ROWS, MOST_BESIDES)
        for number in range(self.rows):
            name, group = found.plan.besides[number] if number < len(found.plan.besides) else ("", None)
            self.fields[f"besides-name-{number}"] = name_field(
                _("Class besides, %(number)d") % {"number": number + 1}, required=False, longest=60
            )
            self.fields[f"besides-name-{number}"].initial = name
            self.fields[f"besides-group-{number}"] = forms.ChoiceField(
                label=_("Its year group"), choices=choices, required=False, initial=str(group or "")
            )
        for each in found.classes:
            if each.is_teaching:
                carried = any(one.carries == each.pk for one in found.plan.classes)
                self.fields[f"carried-{each.pk}"] = forms.BooleanField(label=each.name, required=False, initial=carried)

    def clean(self) -> dict[str, Any]:
        """Who goes to a class goes to one with a name."""
        given: dict[str, Any] = super().clean() or {}
        for line in self.found.plan.lines:
            if given.get(f"goes-{line.key}") == Goes.TO and not given.get(f"name-{line.key}"):
                self.add_error(f"name-{line.key}", _("Name the class they go to."))
        return given

    def line_rows(self) -> list[tuple[Line, Any, Any]]:
        """Each line with its two boxes."""
        return [(line, self[f"goes-{line.key}"], self[f"name-{line.key}"]) for line in self.found.plan.lines]

    def beside_rows(self) -> list[tuple[Any, Any]]:
        """The boxes of each class besides."""
        return [(self[f"besides-name-{number}"], self[f"besides-group-{number}"]) for number in range(self.rows)]

    def group_boxes(self) -> list[Any]:
        """A box for each teaching group."""
        return [self[name] for name in self.fields if name.startswith("carried-")]

    @property
    def said(self) -> dict[str, Any]:
        """What the action keeps: only what differs from what is proposed, so that the rest follows the school."""
        given = self.cleaned_data
        lines = {}
        for line in self.found.proposed.lines:
            goes = given[f"goes-{line.key}"]
            name = " ".join(given[f"name-{line.key}"].split()) if goes == Goes.TO else ""
            if (goes, name) != (line.goes.value, line.name if line.goes is Goes.TO else ""):
                lines[line.key] = [goes, name]
        besides = [
            [" ".join(name.split()), int(group) if group else None]
            for number in range(self.rows)
            if (name := given[f"besides-name-{number}"]) and ((group := given[f"besides-group-{number}"]) or True)
        ]
        proposed = [list(each) for each in self.found.proposed.besides]
        carried = [each.pk for each in self.found.classes if given.get(f"carried-{each.pk}")]
        return {
            "lines": lines or None,
            "besides": None if besides == proposed else besides,
            "carried": carried or None,
        }


class PupilsForm(forms.Form):
    """What each pupil of one class does, where it is not what the class does."""

    def __init__(
        self, *args: Any, found: Coming, moves: Mapping[int, Move], pupils: Sequence[Pupil], **kwargs: Any
    ) -> None:
        """Two boxes for each pupil."""
        super().__init__(*args, **kwargs)
        self.moves, self.pupils = moves, pupils
        self.names = {f"c{number}": each.name for number, each in enumerate(found.plan.classes) if not each.carries}
        keys = {folded_name(name): key for key, name in self.names.items()}
        groups = [(str(group.pk), group.name) for group in found.groups]
        where = [
            ("", _("as the class")),
            *self.names.items(),
            (Goes.LEAVES.value, _("leaves the school")),
            (Goes.ASKED.value, _("to be said")),
        ]
        for pupil in pupils:
            move = moves[pupil.pk]
            said = "" if not move.is_said else keys.get(folded_name(move.name), move.goes.value)
            self.fields[f"where-{pupil.pk}"] = forms.ChoiceField(
                label=_("%(pupil)s goes to") % {"pupil": pupil.name}, choices=where, required=False, initial=said
            )
            self.fields[f"group-{pupil.pk}"] = forms.ChoiceField(
                label=_("Year group of %(pupil)s") % {"pupil": pupil.name},
                choices=[("", _("none")), *groups],
                required=False,
                initial=str(move.group or ""),
            )

    def rows(self) -> list[tuple[Pupil, Move, Any, Any]]:
        """Each pupil with what becomes of them and the two boxes."""
        return [
            (pupil, self.moves[pupil.pk], self[f"where-{pupil.pk}"], self[f"group-{pupil.pk}"]) for pupil in self.pupils
        ]

    @property
    def places(self) -> dict[Pupil, Said | None]:
        """What the action takes: those who differ from their class, or did until now."""
        found: dict[Pupil, Said | None] = {}
        for pupil in self.pupils:
            move = self.moves[pupil.pk]
            where, group = self.cleaned_data[f"where-{pupil.pk}"], self.cleaned_data[f"group-{pupil.pk}"]
            other_group = group and int(group) != move.group
            if not where and not other_group:
                if move.is_said:
                    found[pupil] = None
            elif where in {Goes.LEAVES.value, Goes.ASKED.value}:
                found[pupil] = Said(Goes(where), "", int(group) if group else None)
            else:
                name = self.names.get(where) or move.name
                found[pupil] = Said(Goes.TO if name else Goes.ASKED, name, int(group) if group else None)
        return found


def box_of(each: NewClass) -> str:
    """What the box of a class is called: its name may hold what an id may not."""
    return "teacher-" + hashlib.sha256(each.key.encode()).hexdigest()[:10]


def posts_offered(posts: Iterable[Post]) -> list[tuple[str, str]]:
    """Posts as somebody's name and what they are; one who begins later says so."""
    return [
        ("", _("not said yet")),
        *((str(post.pk), f"{post.account.name}, {role_word(post.role)}") for post in posts),
    ]


class TeachersForm(forms.Form):
    """Who teaches each class of the next year."""

    def __init__(self, *args: Any, found: Coming, posts: Sequence[Post], **kwargs: Any) -> None:
        """A box for each class."""
        super().__init__(*args, **kwargs)
        self.classes = [each for each in found.plan.classes if not each.carries]
        offered = posts_offered(posts)
        for each in self.classes:
            self.fields[box_of(each)] = forms.ChoiceField(
                label=each.name, choices=offered, required=False, initial=str(found.teachers.get(each.key, ""))
            )

    @property
    def said(self) -> dict[str, Any]:
        """What the action keeps."""
        chosen = {each.key: int(post) for each in self.classes if (post := self.cleaned_data[box_of(each)])}
        return {"teachers": chosen or None}


class OpenForm(forms.Form):
    """What nobody had said when the year was turned: a teacher for some classes, a class for some pupils."""

    def __init__(
        self,
        *args: Any,
        classes: Sequence[SchoolClass],
        posts: Sequence[Post],
        pupils: Sequence[Pupil],
        offered: Sequence[SchoolClass],
        **kwargs: Any,
    ) -> None:
        """A box for each."""
        super().__init__(*args, **kwargs)
        self.classes, self.posts = classes, {str(post.pk): post for post in posts}
        self.pupils, self.offered = pupils, {str(each.pk): each for each in offered}
        for each in classes:
            self.fields[f"teacher-{each.pk}"] = forms.ChoiceField(
                label=each.name, choices=posts_offered(posts), required=False
            )
        where = [("", _("not said yet")), *((pk, each.name) for pk, each in self.offered.items())]
        for pupil in pupils:
            self.fields[f"class-{pupil.pk}"] = forms.ChoiceField(label=pupil.formal_name, choices=where, required=False)

    @property
    def teachers(self) -> dict[SchoolClass, Post]:
        """Those who were said."""
        return {each: self.posts[post] for each in self.classes if (post := self.cleaned_data[f"teacher-{each.pk}"])}

    @property
    def places(self) -> dict[Pupil, SchoolClass]:
        """Those who were said."""
        return {pupil: self.offered[pk] for pupil in self.pupils if (pk := self.cleaned_data[f"class-{pupil.pk}"])}
