"""System checks of people."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.core.checks import CheckMessage, Error, register

from muster.people.doors import doors


@register()
def every_door_is_filled(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse to start while an obligation has nobody to meet it."""
    return [
        Error(f"The door '{field.name}' is empty.", hint="Is muster.privacy in INSTALLED_APPS?", id="people.E001")
        for field in fields(doors)
        if getattr(doors, field.name) is None
    ]
