"""Where things go: a reader with a question knows which file to open."""

import ast
import re
import tomllib

import pytest

from tests.house.reading import ROOT, dotted, imports, place, python, tree_of

pytestmark = pytest.mark.pure

CATCH_ALLS = {"services", "selectors", "utils", "util", "common", "helpers", "misc", "core", "managers", "signals"}
APPS = sorted(file.parent for file in ROOT.glob("muster/*/__init__.py"))
TEMPLATES = sorted(ROOT.glob("muster/*/templates/**/*.html"))


def test_files_are_named_for_a_subject_and_not_for_a_layer() -> None:
    bad = [
        place(file) for file in python("muster/**/*.py") if file.stem in CATCH_ALLS or file.parent.name in CATCH_ALLS
    ]
    assert not bad, f"Name the file for what it is about, or put each thing where its subject lives: {bad}"


def test_there_are_apps_to_look_at() -> None:
    assert {"people", "privacy", "markbook", "pages", "config"} <= {app.name for app in APPS}
    assert len(python("muster/**/*.py")) > 30


def test_every_app_stands_in_the_import_contract() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    layers = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    assert {app.name for app in APPS} <= layers
    assert contract["exhaustive"] is True
    waiting = {name.strip("()") for name in layers if name.startswith("(")}
    built = {app.name for app in APPS} & waiting
    assert not built, f"These are built now: take them out of their parentheses in pyproject.toml: {built}"


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_every_app_says_what_it_holds(app: object) -> None:
    readme = ROOT / "muster" / getattr(app, "name", "") / "README.md"
    assert readme.exists(), f"Write {place(readme)}: what the app holds, its words, its permissions, its traps."
    assert len(readme.read_text().split()) > 40


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_an_app_is_labelled_with_its_own_name(app: object) -> None:
    name = getattr(app, "name", "")
    tree = tree_of(ROOT / "muster" / name / "apps.py")
    labels = [
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "label" and isinstance(node.value, ast.Constant)
    ]
    assert labels in ([], [name])


def test_nothing_of_ours_listens_to_signals() -> None:
    bad = [
        place(file, node)
        for file in python("muster/**/*.py")
        for name, node in imports(file)
        if name in {"django.dispatch", "django.db.models.signals"} or name.endswith(".dispatch.receiver")
    ]
    assert not bad, f"Call the function; a signal hides who does what: {bad}"


def test_models_keep_no_default_order_and_do_nothing_when_saved() -> None:
    bad = []
    for file in python("muster/*/models*.py") + python("muster/*/models/**/*.py"):
        for node in ast.walk(tree_of(file)):
            if not isinstance(node, ast.ClassDef):
                continue
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name in {"save", "delete", "clean"}:
                    bad.append(f"{place(file, item)} {node.name}.{item.name}")
                if node.name == "Meta" and isinstance(item, ast.Assign) and dotted(item.targets[0]) == "ordering":
                    bad.append(f"{place(file, item)} Meta.ordering")
    assert not bad, f"Changes are actions, and an order is asked for where it is needed: {bad}"


def test_views_are_functions() -> None:
    bad = [
        place(file, node)
        for file in python("muster/**/*.py")
        for name, node in imports(file)
        if name.startswith(("django.views.generic", "django.contrib.admin"))
    ]
    assert not bad, f"A view is a function that can be read aloud; the admin walks round access and history: {bad}"


def reads_the_clock(tree: ast.Module) -> list[ast.Call]:
    """Calls that ask what time it is."""
    clocks = {
        "timezone.now",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
        "timezone.localdate",
        "timezone.localtime",
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and any(dotted(node.func).endswith(clock) for clock in clocks)
    ]


def test_only_views_and_commands_read_the_clock() -> None:
    files = [
        *python("muster/*/actions*.py"), *python("muster/*/actions/**/*.py"), *python("muster/*/rules/**/*.py"),
        *python("muster/*/models*.py"), *python("muster/*/models/**/*.py"), *python("muster/exchange/*/*.py"),
    ]  # fmt: skip
    bad = [place(file, call) for file in files for call in reads_the_clock(tree_of(file))]
    assert not bad, f"Take the time as an argument (`at=`), so that tests and imports can say when: {bad}"


def test_a_read_of_the_clock_is_seen() -> None:
    assert (
        len(reads_the_clock(ast.parse("a = timezone.now()\nb = datetime.datetime.now(UTC)\nc = school.day(at)"))) == 2
    )


def test_actions_are_verbs_with_named_arguments() -> None:
    """`by=` and `at=` are arguments, never surroundings; only the one thing that is acted on may go by position."""
    bad, seen = [], 0
    for file in python("muster/*/actions.py") + python("muster/*/actions/*.py"):
        for node in tree_of(file).body:
            decorators = [dotted(one) for one in getattr(node, "decorator_list", [])]
            if not isinstance(node, ast.FunctionDef) or not any(one.endswith("atomic") for one in decorators):
                continue
            if node.name.startswith("_"):
                continue
            seen += 1
            names = {argument.arg for argument in node.args.kwonlyargs}
            if len(node.args.args) > 1 or not {"by", "at"} <= names:
                bad.append(f"{place(file, node)} {node.name}")
    assert not bad, f"Make every argument keyword-only, with by= and at= among them: {bad}"
    assert seen > 5


@pytest.mark.parametrize(
    "file", [file for file in TEMPLATES if file.parent.name == "components"], ids=lambda file: file.name
)
def test_a_component_opens_with_its_variables(file: object) -> None:
    text = re.sub(r"\A(?:\s|{% load [^%]*%})*", "", getattr(file, "read_text", str)())
    assert text.startswith(("{#", "{% comment")), "Begin with a comment that lists the variables it takes."


def test_templates_hold_no_style_and_no_script() -> None:
    bad = [
        place(file)
        for file in TEMPLATES
        for part in (" style=", "<style", " onclick=", " onchange=", " onsubmit=", "javascript:")
        if part in file.read_text()
    ]
    assert not bad, f"Our own policy would refuse it: use a class, or a module bound by data-: {bad}"


def test_javascript_is_ours_and_small() -> None:
    """Nothing from elsewhere, nothing that turns text into code; markup comes whole from our own server or not at all."""
    takes_fragments = {"panels.js"}
    files = list(ROOT.glob("muster/*/static/**/*.js"))
    assert files
    for file in files:
        text = file.read_text()
        if file.name in takes_fragments:
            text = text.replace("innerHTML =", "")
        for part in ("eval(", "new Function", "innerHTML =", "document.write", "http://", "https://"):
            assert part not in text, f"{place(file)} uses {part}"
