"""The seven screens, in their order."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Step:
    """One screen: the word in its address, and what it is called."""

    slug: str
    label: str | Promise


STEPS = (
    Step("country", _("Country")),
    Step("school", _("School and head")),
    Step("terms", _("Terms")),
    Step("classes", _("Classes")),
    Step("scale", _("Scale")),
    Step("objectives", _("Objectives")),
    Step("people", _("Two people")),
)
BY_SLUG = {step.slug: step for step in STEPS}


def after(step: Step) -> Step | None:
    """The screen after `step`; None after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def before(step: Step) -> Step | None:
    """The screen before `step`; None before the first."""
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None
