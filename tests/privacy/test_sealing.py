"""Sealing: under one pupil's key, for one place only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from muster.privacy import sealing
from muster.privacy.keystore import KeyDestroyed
from muster.privacy.sealing import Unreadable

NOW = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)
AAD = "people.pupil.names:1"
NAME = "Amina Alí".encode()


@pytest.fixture
def key(own_key_store: Path, db: None) -> UUID:
    return sealing.new_key()


def test_what_is_sealed_is_unsealed(key: UUID) -> None:
    sealed = sealing.seal(key, AAD, NAME)
    assert sealing.unseal(key, AAD, sealed) == NAME
    assert sealed[0] == sealing.VERSION
    assert len(sealed) == len(NAME) + 29
    assert NAME not in sealed
    assert sealing.seal(key, AAD, NAME) != sealed


def test_a_value_opens_in_its_own_place_only(key: UUID) -> None:
    sealed = sealing.seal(key, AAD, NAME)
    with pytest.raises(Unreadable, match="another place"):
        sealing.unseal(key, "people.pupil.names:2", sealed)
    with pytest.raises(Unreadable):
        sealing.unseal(sealing.new_key(), AAD, sealed)


@pytest.mark.parametrize("at", [0, 1, 13, -1])
def test_a_changed_value_does_not_open(key: UUID, at: int) -> None:
    sealed = bytearray(sealing.seal(key, AAD, NAME))
    sealed[at] ^= 1
    with pytest.raises(Unreadable):
        sealing.unseal(key, AAD, bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 12, 20])
def test_a_cut_off_value_does_not_open(key: UUID, length: int) -> None:
    with pytest.raises(Unreadable):
        sealing.unseal(key, AAD, sealing.seal(key, AAD, NAME)[:length])


def test_a_destroyed_key_opens_nothing(key: UUID) -> None:
    sealed = sealing.seal(key, AAD, NAME)
    sealing.store().destroy(key, at=NOW)
    with pytest.raises(KeyDestroyed):
        sealing.unseal(key, AAD, sealed)


def test_a_fingerprint_matches_exactly_and_keeps_kinds_apart() -> None:
    upn = sealing.fingerprint("upn", "H801200001001")
    assert upn == sealing.fingerprint("upn", "H801200001001")
    assert len(upn) == 32
    assert upn != sealing.fingerprint("uln", "H801200001001")
    assert upn != sealing.fingerprint("upn", "H801200001002")
    assert sealing.fingerprint("a", "bc") != sealing.fingerprint("ab", "c")
