"""The tables of a migration made at once.

After each new model Django renders again every model that is linked to it, however far; here nearly all are, by way of
the school. Made one by one, a hundred tables took a second for every four. A new table changes no model that was there
before it, so `Tables` renders the new ones alone. Measured in docs/decisions/0076-tables-made-at-once.md.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.operations.models import CreateModel


class Tables(Operation):
    """The `CreateModel`s of a migration as one operation. Their links may go to each other in any direction."""

    category = OperationCategory.ADDITION

    def __init__(self, made: Sequence[CreateModel]) -> None:
        self.made = list(made)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.made], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        # `apps` is there once anything has been rendered; without it Django only notes what is new.
        rendered = state.__dict__.pop("apps", None)
        for each in self.made:
            each.state_forwards(app_label, state)
        if rendered is not None:
            state.apps = rendered
            rendered.render_multiple([state.models[app_label, each.name_lower] for each in self.made])

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for each in self.made:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for each in reversed(self.made):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Make {', '.join(each.name for each in self.made)}"

    @property
    def migration_name_fragment(self) -> str:
        return "_".join(each.name_lower for each in self.made)
