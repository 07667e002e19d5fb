"""Every link between rows of schools joins rows of one school, on the seeded trust."""

import pytest
from django.apps import apps
from django.db.models import F, ForeignKey, Model

from muster.people.models import ClassMembership
from muster.people.models.base import OfSchool
from tests.world import World


def of_schools() -> list[type[OfSchool]]:
    return [model for model in apps.get_models() if issubclass(model, OfSchool)]


def links(model: type[Model]) -> list[str]:
    """Foreign keys from a row of a school to a row of a school."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, OfSchool)
    ]


def crossing(model: type[OfSchool]) -> list[str]:
    """Rows of `model` that point into another school."""
    rows = model._base_manager.using("default")
    return [
        f"{model._meta.label} {pk} by {name}"
        for name in links(model)
        for pk in rows.exclude(**{f"{name}__school": F("school")})
        .filter(**{f"{name}__isnull": False})
        .values_list("pk", flat=True)
    ]


def test_no_link_leaves_its_school(world: World) -> None:
    found = [one for model in of_schools() for one in crossing(model)]
    assert not found, f"Copy the school from the parent row inside the action: {found}"


def test_a_link_that_leaves_its_school_is_seen(world: World) -> None:
    row = ClassMembership.objects.filter(school=world.ashgrove).first()
    assert row
    ClassMembership.objects.filter(pk=row.pk).update(school_class=world.elm)
    assert crossing(ClassMembership) == [f"people.ClassMembership {row.pk} by school_class"]


def test_the_seeded_trust_has_rows_to_look_at(world: World) -> None:
    assert world.ashgrove.trust == world.birchwood.trust
    filled = [model for model in of_schools() if model._base_manager.exists()]
    assert len(filled) > 10
    assert sum(len(links(model)) for model in filled) > 10


@pytest.mark.pure
def test_links_are_found() -> None:
    assert set(links(ClassMembership)) == {"pupil", "school_class"}
