"""Forms about classes."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from muster.pages.drawn import DrawnForm
from muster.pages.forms import offer_rows, offer_words
from muster.people.access import OWN_CLASSES, Permission
from muster.people.forms.fields import name_field
from muster.people.gates import SchoolRequest
from muster.people.models import Post, PostClass, Pupil, SchoolClass, YearGroup
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name
from muster.people.roles import role_word


class ClassForm(DrawnForm):
    """A class: its name, what it is for, and its year group."""

    name = name_field(gettext_lazy("Name"), longest=60, help_text=gettext_lazy("As people say it: 3 Hazel."))
    kind = forms.ChoiceField(
        label=gettext_lazy("What for"),
        choices=SchoolClass.Kind.choices,
        initial=SchoolClass.Kind.REGISTRATION,
        widget=forms.RadioSelect,
    )
    year_group: "forms.ModelChoiceField[YearGroup]" = forms.ModelChoiceField(
        YearGroup.objects.none(),
        label=gettext_lazy("Year group"),
        required=False,
        empty_label=gettext_lazy("None, or mixed"),
    )

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Offer the year groups of the school."""
        super().__init__(*args, **kwargs)
        offer_rows(self, "year_group", YearGroup.objects.at(request.school).order_by("position"))


class ClassNameForm(ClassForm):
    """Another name or year group; what a class is for stays."""

    def __init__(self, *args: Any, request: SchoolRequest, **kwargs: Any) -> None:
        """Leave the kind as it is."""
        super().__init__(*args, request=request, **kwargs)
        del self.fields["kind"]


if TYPE_CHECKING:
    RowOfPost = forms.ModelChoiceField[Post]
else:
    RowOfPost = forms.ModelChoiceField


class PostChoice(RowOfPost):
    """A post, as somebody's name and what they are."""

    def label_from_instance(self, obj: Any) -> str:
        """Ada Okafor, teacher."""
        return f"{obj.account.name}, {role_word(obj.role)}"


class TeacherForm(forms.Form):
    """Who is to teach a class."""

    post = PostChoice(Post.objects.none(), label=gettext_lazy("Who"), empty_label=gettext_lazy("Choose"))

    def __init__(self, *args: Any, request: SchoolRequest, school_class: SchoolClass, **kwargs: Any) -> None:
        """Offer the posts that go by classes and do not reach this one."""
        super().__init__(*args, **kwargs)
        standing = (
            Post.objects.at(request.school)
            .filter(on_day(request.today), role__in=OWN_CLASSES, ends_at__isnull=True)
            .exclude(classes__in=school_class.post_classes.filter(on_day(request.today)))
        )
        offer_rows(self, "post", standing.select_related("account").order_by("account__name"))


class HandOverForm(forms.Form):
    """Who takes a class over, and from when until when."""

    post = PostChoice(Post.objects.none(), label=gettext_lazy("Who takes it"), empty_label=gettext_lazy("Choose"))
    on = forms.DateField(label=gettext_lazy("Their first day"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=gettext_lazy("Their last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The day after it the class comes back. Leave it empty where it is for good."),
    )

    def __init__(self, *args: Any, request: SchoolRequest, post_class: PostClass, **kwargs: Any) -> None:
        """Offer the posts that go by classes and have not ended, those to come too, but not the one that has it."""
        super().__init__(*args, **kwargs)
        others = (
            Post.objects.at(request.school)
            .filter(role__in=OWN_CLASSES, ends_at__isnull=True)
            .exclude(pk=post_class.post_id)
            .exclude(ends_on__lt=request.today)
        )
        offer_rows(self, "post", others.select_related("account").order_by("account__name"))


class NewPupilsForm(forms.Form):
    """Which pupils of the school are to be in a class too."""

    pupils = forms.MultipleChoiceField(
        label=gettext_lazy("Pupils"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )

    def __init__(self, *args: Any, request: SchoolRequest, school_class: SchoolClass, **kwargs: Any) -> None:
        """Offer everyone on roll who is not in it, those of its year group first."""
        super().__init__(*args, **kwargs)
        inside = school_class.memberships.filter(on_day(request.today))
        others = (
            Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_LIST)
            .filter(school=request.school)
            .on_roll(request.today)
            .exclude(pk__in=inside.values("pupil"))
        )
        self.found = {str(pupil.pk): pupil for pupil in by_name(others)}
        offer_words(self, "pupils", [(pk, pupil.formal_name) for pk, pupil in self.found.items()])

    @property
    def chosen(self) -> list[Pupil]:
        """The pupils chosen."""
        return [self.found[pk] for pk in self.cleaned_data["pupils"]]
