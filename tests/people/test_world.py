from pathlib import Path

import pytest
from django.db import models, transaction

from muster.people.models import Pupil
from muster.privacy import sealing
from tests.support.kept import KeptWorld, rows
from tests.world import NOW, World, a_pupil


def test_the_world_stands(world: World) -> None:
    assert Pupil.objects.count() == 3


def test_the_world_is_put_back_as_it_was_built(db: None) -> None:
    kept = KeptWorld.build()
    assert "people_pupil" not in rows()
    kept.put_back()
    counts = {table: len(them) for table, them in rows().items()}
    assert (counts["people_account"], counts["people_pupil"], counts["curriculum_objective_stages"]) == (17, 3, 4)


def test_whoever_is_named_in_the_world_is_the_row_that_was_put_back(world: World) -> None:
    named = {name: thing for name, thing in vars(world).items() if isinstance(thing, models.Model)}
    assert len(named) > 30
    for name, thing in named.items():
        stands = type(thing)._base_manager.get(pk=thing.pk)
        for field in thing._meta.concrete_fields:
            assert field.value_from_object(thing) == field.value_from_object(stands), (name, field)


def test_what_a_test_did_to_its_world_is_not_in_the_next(kept_world: KeptWorld, db: None) -> None:
    with transaction.atomic():
        amina = kept_world.put_back().amina
        amina.names = {"surname": "Else", "forenames": "Somebody", "known_as": ""}
        amina.save(update_fields=["names"])
        transaction.set_rollback(True)
    amina = kept_world.put_back().amina
    assert amina.name == Pupil.objects.get(pk=amina.pk).name == "Amina Ali"


def test_whoever_comes_after_the_world_has_a_number_of_their_own(world: World) -> None:
    assert a_pupil(world).pk not in {world.amina.pk, world.ben.pk, world.cora.pk}


def test_a_key_of_the_world_is_destroyed_in_a_store_of_the_tests_own(
    own_key_store: Path, kept_world: KeptWorld, world: World
) -> None:
    assert world.amina.key not in kept_world.keys
    sealing.store().destroy(world.amina.key, at=NOW)
    kept_world.refuse_destroyed_keys()


def test_a_test_that_destroys_a_key_of_the_world_is_refused(db: None) -> None:
    kept = KeptWorld.build()
    sealing.store().destroy(kept.put_back().amina.key, at=NOW)
    with pytest.raises(AssertionError, match="own_key_store"):
        kept.refuse_destroyed_keys()
