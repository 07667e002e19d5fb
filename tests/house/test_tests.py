"""The tests themselves: nothing of ours is replaced by a double, and nothing is quietly left out."""

import ast

import pytest

from tests.house.reading import dotted, imports, place, python, tree_of

pytestmark = pytest.mark.pure

FILES = python("tests/**/*.py")


def test_nothing_of_ours_is_mocked() -> None:
    bad = [
        place(file, node)
        for file in FILES
        for name, node in imports(file)
        if name.partition(".")[0] in {"mock", "pytest_mock"} or name.startswith("unittest.mock")
    ]
    assert not bad, (
        f"Use the real thing on a test database; a test of a double passes while the product is broken: {bad}"
    )


def test_pages_are_opened_by_the_client_that_checks_them() -> None:
    bad = [
        place(file, node)
        for file in FILES
        for name, node in imports(file)
        if name in {"django.test.Client", "django.test.client.Client"} and file.name != "client.py"
    ]
    assert not bad, f"Use PageClient from tests.support.client: {bad}"


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    """What a machine lacks (PostgreSQL, Chromium, systemd, being root) may skip a test; bin/test counts those."""
    bad = [
        place(file, node)
        for file in FILES
        if "support" not in file.parts and file.name != "conftest.py"
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Attribute)
        and dotted(node) in {"pytest.mark.xfail", "pytest.mark.skip", "unittest.skip"}
    ]
    assert not bad, f"Make it pass, or say in a skipif what the machine lacks: {bad}"


def test_no_test_measures_how_long_something_took() -> None:
    """A deadline (`monotonic`) keeps a test from waiting for ever; a stopwatch makes it fail on a busy machine."""
    watches = {"perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "thread_time", "thread_time_ns"}
    bad = [
        place(file, node)
        for file in FILES
        for node in ast.walk(tree_of(file))
        if (isinstance(node, ast.Attribute) and node.attr in watches)
        or (isinstance(node, ast.alias) and node.name in watches)
    ]
    assert not bad, f"Count statements, rows or reads instead, and give what takes long a figure in bench/: {bad}"


def test_tests_are_sentences() -> None:
    short = [
        f"{place(file, node)} {node.name}"
        for file in FILES
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert not short, f"Say what is true when the test passes: {short}"


def test_there_are_tests_to_look_at() -> None:
    assert len(FILES) > 20
