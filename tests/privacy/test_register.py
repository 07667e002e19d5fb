"""The register of what is held."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from muster.people.models import Pupil, School
from muster.people.purposes import Purpose
from muster.privacy import holdings
from muster.privacy.holdings import BadHolding, Category, Shred
from muster.privacy.keys import NAMES


def test_every_field_of_every_table_is_classified() -> None:
    assert holdings.unclassified() == [], "Declare each with hold() or classify() in the app's holdings.py."


def test_a_new_field_nobody_classified_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule above is looking at something."""
    holding = holdings.held(Pupil)
    assert holding is not None
    fewer = {name: kind for name, kind in holding.fields.items() if name != "born_on"}
    changed = holdings.Holding(
        Pupil,
        holding.purposes,
        holding.keep,
        holding.shred,
        {**fewer, "shoe_size": Category.IDENTITY},
        holding.names,
        holding.disclose,
        "",
    )
    declared: dict[type[models.Model], holdings.Holding] = {**holdings._held}
    declared[Pupil] = changed
    monkeypatch.setattr(holdings, "_held", declared)
    monkeypatch.delitem(holdings._tables, "people.School")
    named = holdings.unclassified()
    assert {"people.Pupil.born_on", "people.Pupil.shoe_size: no such field", "people.School.name"} <= set(named)


def test_the_frameworks_own_tables_are_in_it() -> None:
    labels = {each.model._meta.label for each in holdings.every_holding()} | {
        each.label for each in holdings.every_table()
    }
    assert {"sessions.Session", "mfa.Authenticator", "usersessions.UserSession", "account.EmailAddress"} <= labels


def test_every_holding_says_how_long_what_for_and_how_it_is_given_out() -> None:
    for each in holdings.every_holding():
        assert each.keep.words, each.model
        assert each.purposes, each.model
        assert each.disclose, each.model
        assert each.shred is not Shred.STAYS or each.why_it_stays, each.model


def test_every_place_data_rests_is_declared() -> None:
    places = {each.name for each in holdings.every_place()}
    assert {
        "data file", "PostgreSQL database", "write-ahead log", "key store", "files", "data backups",
        "key-store backups", "logs", "shared cache", "browser store", "keys", "run folder",
    } <= places  # fmt: skip
    for each in holdings.every_place():
        assert each.where, each.name
        assert each.wiped, each.name
        assert each.locked_by, each.name
    locks = " ".join(each.locked_by for each in holdings.every_place())
    assert {"data", "store", "kek", "backup"} <= {name for name in NAMES if f"{name}.key" in locks}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        pytest.param({"keep": None}, "how long", id="kept for ever"),
        pytest.param({"purposes": ()}, "what for", id="for nothing"),
        pytest.param({"shred": Shred.STAYS}, "why its rows stay", id="stays without a reason"),
        pytest.param({}, "twice", id="twice"),
    ],
)
def test_a_declaration_leaves_nothing_unsaid(wrong: dict[str, Any], why: str) -> None:
    said: dict[str, Any] = {
        "purposes": {Purpose.TEACH},
        "keep": holdings.TWO_YEARS,
        "shred": Shred.DELETE,
        "fields": {},
        "disclose": "x",
    }
    with pytest.raises(BadHolding, match=why):
        holdings.hold(Pupil, **{**said, **wrong})


def test_other_declarations_are_made_once_too() -> None:
    with pytest.raises(BadHolding, match="twice"):
        holdings.classify(School, Category.SCHOOL)
    with pytest.raises(BadHolding, match="twice"):
        holdings.place("keys", where="x", locked_by="x", keep=holdings.TWO_YEARS, wiped="x", holds_names=False)
    holdings.classify("notinstalled.Table", Category.SYSTEM)
