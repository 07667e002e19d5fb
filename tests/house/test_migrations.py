"""Migrations say what they change and run years later, whatever the code has become."""

import ast
import re

import pytest

from tests.house.reading import ROOT, imports, place

pytestmark = pytest.mark.pure

FILES = sorted(file for file in ROOT.glob("muster/*/migrations/*.py") if file.name != "__init__.py")
LASTING = ("muster.privacy.append_only", "muster.people.sealed", "muster.people.tables")
"""Ours that a migration may import: kept working for as long as a migration needs them."""


def test_migrations_are_named_for_the_change() -> None:
    bad = [
        place(file)
        for file in FILES
        if re.search(r"_auto_|_\d{8}", file.name) or not re.match(r"\d{4}_[a-z]", file.name)
    ]
    assert not bad, f"Name it for the change (makemigrations --name): {bad}"


def test_migrations_import_no_code_of_apps() -> None:
    bad = [
        f"{place(file, node)} {name}"
        for file in FILES
        for name, node in imports(file)
        if name.startswith("muster.")
        and not name.startswith(LASTING)
        and not any(one.startswith(name) for one in LASTING)
    ]
    assert not bad, (
        f"Use apps.get_model(); the code will have moved on when a school that skips versions runs it: {bad}"
    )


def test_moves_of_data_can_be_taken_back_or_say_why_not() -> None:
    bad = [
        place(file, node)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("RunPython", "RunSQL"))
        and len(node.args) < 2
        and not any(word.arg in {"reverse_code", "reverse_sql"} for word in node.keywords)
    ]
    assert not bad, f"Give the way back (RunPython.noop where there is none): {bad}"


def test_there_are_migrations_to_look_at() -> None:
    assert len(FILES) > 3
