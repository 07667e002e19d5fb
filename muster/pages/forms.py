"""How every Django form is drawn: label, hint, error and box, in Muster's own templates."""

from typing import Any

from django.forms.renderers import DjangoTemplates

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
