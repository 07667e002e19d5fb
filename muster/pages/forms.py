"""How every Django form is drawn: label, hint, error and box, in Muster's own templates; and what a box offers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.forms import BaseForm, ChoiceField, ModelChoiceField
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OURS = {
    "django/forms/errors/list/default.html": "pages/forms/error.html",
    "django/forms/errors/list/ul.html": "pages/forms/error.html",
    "django/forms/widgets/radio.html": "pages/forms/choices.html",
    "django/forms/widgets/checkbox_select.html": "pages/forms/choices.html",
}


class Renderer(DjangoTemplates):
    """Named by FORM_RENDERER. Django's own boxes, inside our fields."""

    form_template_name = "pages/forms/form.html"
    formset_template_name = "pages/forms/formset.html"
    field_template_name = "pages/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        return super().get_template(OURS.get(template_name, template_name))


def rows_of(form: BaseForm, name: str) -> QuerySet[Any]:
    """The rows that the box `name` offers."""
    box = form.fields[name]
    if not isinstance(box, ModelChoiceField) or box.queryset is None:
        raise TypeError(f"{name} offers no rows.")
    return box.queryset


def offer_rows(form: BaseForm, name: str, rows: QuerySet[Model]) -> None:
    """Let the box `name` offer `rows`: which they are is known only once somebody asks."""
    box = form.fields[name]
    if not isinstance(box, ModelChoiceField):
        raise TypeError(f"{name} offers no rows.")
    box.queryset = rows


def offer_words(form: BaseForm, name: str, choices: "Iterable[tuple[str | int, StrOrPromise]]") -> None:
    """Let the box `name` offer `choices`, each a value and what it is called."""
    box = form.fields[name]
    if not isinstance(box, ChoiceField):
        raise TypeError(f"{name} offers no choice.")
    box.choices = list(choices)


def offer_names(form: BaseForm, name: str, choices: "Iterable[tuple[str, StrOrPromise]]") -> None:
    """Let the box `name` offer people, each a value and a name. A page with `pages/js/pick.js` lets one type letters of it."""
    offer_words(form, name, choices)
    form.fields[name].widget.attrs |= {
        "data-pick": "",
        "data-none": _("Nobody has such a name."),
        "data-out": _("Take out"),
    }
