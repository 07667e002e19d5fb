"""Every row has a school, and the database keeps it so."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Model, UniqueConstraint

from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.privacy import holdings
from muster.privacy.holdings import (
    UNTIL_A_YEAR_AFTER_LEAVING,
    WITH_THE_LAST_CHILD,
    about_pupils,
    every_holding,
    unclassified,
)

pytestmark = pytest.mark.pure

ABOVE_SCHOOLS = {
    "people.Trust": "schools hang from it",
    "people.School": "it is the school",
    "people.Account": "one person may hold posts in several schools",
    "people.SignInLink": "it lets an account in, before any school is chosen",
    "people.Timer": "the schedule of the one background process",
    "privacy.HistoryEntry": "one chain is the installation's own",
    "privacy.SubjectSet": "it belongs to an entry of history, whichever chain that is in",
}
"""Domain models without a school, each with its reason."""

ONE_IN_THE_INSTALLATION = {
    "people.School.slug": "it starts every address",
    "people.DayPass.digest": "it is looked up by the secret alone, before any school is known",
    "people.Account.email": "it is what somebody signs in with, at whichever school",
}
"""Unique columns without a school, each with its reason. Random keys and one-to-one links need none."""


def ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("muster.")]


def test_every_row_has_a_school() -> None:
    bare = [model._meta.label for model in ours() if not issubclass(model, OfSchool)]
    forgotten = [label for label in bare if label not in ABOVE_SCHOOLS]
    assert not forgotten, f"Derive from people.OfSchool: {forgotten}"


def test_the_exceptions_still_exist() -> None:
    labels = {model._meta.label for model in ours()}
    assert set(ABOVE_SCHOOLS) <= labels


def test_there_are_models_to_look_at() -> None:
    assert len(ours()) > 20


def uniques_without_school(model: type[Model]) -> list[str]:
    """Unique constraints and columns of a model of schools that would reach across schools."""
    found = []
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = set(constraint.fields) | {str(part) for part in constraint.expressions}
            if not any(name == "school" or "school" in name for name in names):
                found.append(f"{model._meta.label}: {constraint.name}")
    for field in model._meta.local_concrete_fields:
        harmless = field.primary_key or isinstance(field, models.UUIDField | models.OneToOneField)
        if field.unique and not harmless:
            found.append(f"{model._meta.label}.{field.name}")
    if model._meta.unique_together:
        found.append(f"{model._meta.label}: unique_together (use a named UniqueConstraint)")
    return found


def test_what_is_unique_is_unique_in_its_school() -> None:
    found = [one for model in ours() for one in uniques_without_school(model)]
    bad = [
        one
        for one in found
        if one not in ONE_IN_THE_INSTALLATION and one.partition(":")[0].partition(".")[0] + "." + one.partition(".")[2].partition(":")[0].partition(".")[0] not in ABOVE_SCHOOLS
    ]  # fmt: skip
    assert not bad, f"Put the school into it, or two schools could not both have one: {bad}"


def test_a_unique_column_that_reaches_across_schools_is_seen() -> None:
    from muster.people.models import Account

    assert "people.Account.email" in uniques_without_school(Account)


def test_rows_about_people_are_never_taken_along() -> None:
    """Erasure is explicit, in privacy: no deletion runs on from one row to another."""
    bad = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    ]
    assert not bad, f"Use on_delete=models.PROTECT: {bad}"


def test_constraints_are_named_for_the_fact() -> None:
    bad = [
        f"{model._meta.label}: {constraint.name}"
        for model in ours()
        for constraint in model._meta.constraints
        if "%" in constraint.name
        or constraint.name.startswith(("uniq", "check", "ck_", "uq_"))
        or "_" not in constraint.name
    ]
    assert not bad, f"Name the fact that holds, such as step_belongs_to_scale: {bad}"


def test_every_field_is_classified_and_every_record_about_a_person_is_a_holding() -> None:
    missing = unclassified()
    assert not missing, f"Say in holdings.py what it is (hold or classify): {missing}"


def test_times_and_dates_say_which_they_are() -> None:
    """`_at` is an aware datetime, a date is `_on`, `_day` or a word for a day."""
    bad = []
    for model in ours():
        for field in model._meta.local_concrete_fields:
            moment = isinstance(field, models.DateTimeField)
            if moment and not re.fullmatch(r"(?:\w+_)?at", field.name):
                bad.append(f"{model._meta.label}.{field.name} (a moment: …_at)")
            if isinstance(field, models.DateField) and not moment and field.name.endswith("_at"):
                bad.append(f"{model._meta.label}.{field.name} (a date: …_on)")
    allowed = {"people.Account.last_login (a moment: …_at)"}
    assert not set(bad) - allowed, bad


NOT_BEHIND_THE_FUSE = {
    "people.ChangeSet": "it says what kind of change was made and when; rows are named by number, pupils by none",
    "privacy.SubjectSet": "row numbers alone, which the history page counts and never shows",
}
"""Tables kept as long as a pupil's record that open without a purpose, each with its reason."""


def about_a_pupil() -> list[type[Model]]:
    """Tables linked to a pupil, and any whose holding ends with a pupil's record or is shredded with a pupil's key."""
    ends_with_a_pupil = {UNTIL_A_YEAR_AFTER_LEAVING, WITH_THE_LAST_CHILD}
    said = {
        each.model for each in every_holding() if each.keep in ends_with_a_pupil or each.shred is holdings.Shred.KEY
    }
    found = {*about_pupils(), *said}
    return sorted(found, key=lambda model: model._meta.label)


def test_everything_about_a_pupil_stands_behind_the_fuse() -> None:
    bare = [
        model._meta.label
        for model in about_a_pupil()
        if model._meta.label not in NOT_BEHIND_THE_FUSE
        and not (
            model in about_pupils()
            and issubclass(model, OfSchool)
            and model.from_db.__func__ is OfSchool.from_db.__func__  # type: ignore[attr-defined]
            and all(behind_the_fuse(manager) for manager in model._meta.managers)
        )
    ]
    assert not bare, (
        "Make the manager from OfSchoolQuerySet, which asks for a declared purpose, and link the row to its pupil: "
        f"models.Manager.from_queryset(OfSchoolQuerySet[…])(). {bare}"
    )


def behind_the_fuse(manager: models.Manager[Any]) -> bool:
    """Whether rows read through `manager` ask the fuse, whatever its own methods are called."""
    kind = type(manager.get_queryset())
    own = ("_fetch_all", "iterator", "aggregate", "count", "exists")
    return issubclass(kind, OfSchoolQuerySet) and all(
        getattr(kind, name) is getattr(OfSchoolQuerySet, name) for name in own
    )


def test_a_manager_that_is_not_behind_the_fuse_is_seen() -> None:
    from muster.people.models import Account, Pupil

    assert behind_the_fuse(Pupil.objects)
    assert not behind_the_fuse(Account.objects)
    assert len(about_a_pupil()) > 12
    assert set(NOT_BEHIND_THE_FUSE) <= {model._meta.label for model in about_a_pupil()}


def test_rows_about_a_pupil_are_reached_by_statement_only_where_the_fuse_is_asked() -> None:
    """SQL written out walks round the managers, so whoever writes it asks by hand."""
    tables = {model._meta.db_table for model in about_a_pupil() if model._meta.label not in NOT_BEHIND_THE_FUSE}
    bad = []
    for path in sorted(Path("muster").rglob("*.py")):
        text = path.read_text()
        if "migrations" in path.parts or not re.search(r"\b(?:FROM|JOIN)\s+\w", text):
            continue
        named = {table for table in tables if re.search(rf"\b(?:FROM|JOIN)\s+{table}\b", text)}
        if named and "purpose().check(" not in text:
            bad.append(f"{path}: {', '.join(sorted(named))}")
    assert not bad, f"Ask purpose().check(…) before such a statement: {bad}"
