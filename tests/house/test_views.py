"""Views open what the person may see, and nothing else."""

import ast

import pytest
from django.apps import apps
from django.db.models import Model

from muster.people.models.base import OfSchool
from tests.house.reading import ManagerCall, imports, manager_calls, place, python

pytestmark = pytest.mark.pure

NARROWED_BY = frozenset({"school", "pupil", "pupil__in", "school_class", "account", "school_class__in"})
"""A row that is already narrowed, given to `filter` or `get`: what hangs from it is narrowed with it."""

ABOVE = {"Account", "SignInLink"}
"""Models without a school that a view may begin with: they are found by who is asking, or by a secret in the address."""

WAIVED: dict[str, str] = {
    "muster/privacy/views.py HistoryEntry": "a chain carries the number of its school, and that is what is asked for",
    "muster/privacy/views.py Timer": "when history was last checked, of the whole installation",
}
"""`path Model`: why this view begins with something else."""


def views() -> list:  # type: ignore[type-arg]
    return [*python("muster/*/views*.py"), *python("muster/*/views/**/*.py"), *python("muster/*/*/views*.py")]


def narrows(call: ManagerCall, models: dict[str, type[Model]]) -> bool:
    """Whether this first call on a manager leaves only what the person may see."""
    model = models.get(call.model)
    if model is None:
        return not call.model[:1].isupper() or call.model in ABOVE
    if hasattr(model._default_manager, "visible_to"):
        return call.method == "visible_to"
    if issubclass(model, OfSchool):
        return call.method in {"at", "held", "none"} or (
            call.method in {"filter", "get"} and bool(call.keywords & NARROWED_BY)
        )
    return call.model in ABOVE


def every_model() -> dict[str, type[Model]]:
    return {model.__name__: model for model in apps.get_models() if model.__module__.startswith("muster.")}


def test_views_only_fetch_what_the_person_may_see() -> None:
    models = every_model()
    bare = [
        str(call)
        for file in sorted(set(views()))
        for call in manager_calls(file)
        if not narrows(call, models) and f"{place(file)} {call.model}" not in WAIVED
    ]
    assert not bare, (
        f"Begin with .objects.visible_to(request.viewer, may=…), or .at(request.school) for what is not about pupils: {bare}"
    )


def test_there_are_views_to_look_at() -> None:
    calls = [call for file in set(views()) for call in manager_calls(file)]
    assert len(calls) > 10
    assert any(call.method == "visible_to" for call in calls)


@pytest.mark.parametrize(
    ("line", "right"),
    [
        pytest.param("Pupil.objects.visible_to(viewer, may=may)", True, id="what a person may see"),
        pytest.param("Pupil.objects.all()", False, id="everybody"),
        pytest.param("Pupil.objects.filter(school=school)", False, id="a school's pupils, whoever asks"),
        pytest.param("get_object_or_404(Pupil, pk=pk)", False, id="by number, without narrowing"),
        pytest.param("get_object_or_404(Pupil.objects.visible_to(v, may=m), pk=pk)", True, id="by number, narrowed"),
        pytest.param("AcademicYear.objects.at(request.school)", True, id="what belongs to the school"),
        pytest.param("AcademicYear.objects.filter(name='2026')", False, id="what belongs to any school"),
        pytest.param("School.objects.all()", False, id="every school"),
    ],
)
def test_a_view_that_forgets_to_narrow_is_seen(line: str, right: bool) -> None:
    from tests.house.reading import ROOT

    (call,) = [one for one in manager_calls(ROOT / "x.py", ast.parse(line)) if one.model]
    assert narrows(call, every_model()) is right


def test_views_write_nothing_themselves() -> None:
    """Changes are actions: one shape, one transaction, one entry of history."""
    writing = {"create", "bulk_create", "update", "delete", "get_or_create", "update_or_create", "save", "bulk_update"}
    bad = [
        f"{place(file, node)} .{node.func.attr}()"
        for file in sorted(set(views()))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writing
        and "session" not in ast.unparse(node.func)
        and not (node.func.attr == "update" and isinstance(node.func.value, ast.Name))
    ]
    assert not bad, f"Move the change into actions.py, with by= and at=: {bad}"


RAW_SQL = {
    "muster/privacy/sqlcipher": "the database backend itself",
    "muster/privacy/keystore.py": "the key store is a database of its own, opened without Django",
    "muster/privacy/append_only.py": "triggers have no other form",
    "muster/privacy/history.py": "the chain is locked in one statement that the two databases spell differently",
    "muster/privacy/backup.py": "a backup is a statement",
    "muster/privacy/verify.py": "proves a database that is not Django's: a copy that was put back",
    "muster/privacy/soundness.py": "asks the database how it was opened",
    "muster/exchange/staging.py": "rows wait in temporary tables, and one statement a table shows them; it asks the fuse itself",
    "muster/markbook/newest.py": "the newest mark of every cell in one statement; it asks the fuse itself",
    "muster/attendance/counted.py": "the standing marks of a year picked and counted in one statement; it asks the fuse itself",
    "muster/config/jobs.py": "has SQLite count its rows",
    "muster/config/health.py": "asks whether the database answers, of no table",
}
"""Where SQL is written by hand, and why. Nothing here reads a table about pupils past its fuse."""


def raw_sql(tree: ast.Module) -> list[ast.AST]:
    """Places that pass SQL by, or to, Django's queries."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = node.func.attr
            if named in {"raw", "extra", "cursor", "executemany", "executescript"} or (
                named == "execute" and node.args and not isinstance(node.args[0], ast.Name)
            ):
                found.append(node)
        if (
            isinstance(node, ast.Name | ast.Attribute)
            and (getattr(node, "id", "") or getattr(node, "attr", "")) == "RawSQL"
        ):
            found.append(node)
    return found


def test_sql_by_hand_stands_in_few_places() -> None:
    bad = [
        place(file, node)
        for file in python("muster/**/*.py")
        for node in raw_sql(ast.parse(file.read_text()))
        if not any(place(file).startswith(allowed) for allowed in RAW_SQL)
    ]
    assert not bad, f"Ask the models, or name the module and the reason here: {bad}"


def test_places_with_sql_by_hand_still_need_it() -> None:
    files = python("muster/**/*.py")
    for allowed in RAW_SQL:
        assert any(raw_sql(ast.parse(file.read_text())) for file in files if place(file).startswith(allowed)), allowed


def test_rules_are_pure() -> None:
    files = python("muster/*/rules/**/*.py")
    bad = [
        place(file, node)
        for file in files
        for name, node in imports(file)
        if name.partition(".")[0] in {"django", "sqlcipher3", "psycopg"} or name.endswith((".models", ".doors"))
    ]
    assert not bad, f"A rule takes values and returns values; fetch in the action or the view: {bad}"
    assert [file for file in files if file.name != "__init__.py"]
