"""The fuse of declared purposes: nothing about a pupil leaves the database unless somebody said why, and how much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.db.models import Count, Exists, F, Max, Model, OuterRef, QuerySet, Subquery

from muster.markbook.models import Judgement
from muster.people import doors
from muster.people.access import Permission
from muster.people.models import (
    ClassMembership,
    Correction,
    Enrolment,
    GroupStatus,
    Guardian,
    Guardianship,
    KeyGroup,
    Leaving,
    NextPlace,
    Pupil,
    PupilMerge,
    School,
    SchoolClass,
    Transfer,
    YearPlacement,
)
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse
from muster.privacy.fuse import OutsidePurpose
from tests.world import NOW, TODAY, World, a_judgement

NAMES_AND_CLASSES = [Pupil, Enrolment, ClassMembership, YearPlacement, Transfer, NextPlace]
RECORDS = [Leaving, GroupStatus, Guardian, Guardianship, Correction, PupilMerge, Judgement]

Read = Callable[[QuerySet[Any]], object]
ROWS: dict[str, Read] = {
    "list": list,
    "iterator": lambda rows: list(rows.iterator()),
    "in pieces": lambda rows: list(rows.iterator(chunk_size=2)),
    "values": lambda rows: list(rows.values("school")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "first": lambda rows: rows.order_by("pk").first(),
    "last": lambda rows: rows.order_by("pk").last(),
    "get": lambda rows: rows.get(pk=1),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "one by its place": lambda rows: rows.order_by("pk")[0],
    "a slice": lambda rows: list(rows.order_by("pk")[:2]),
    "whether it is empty": bool,
    "how long it is": len,
    "the greatest": lambda rows: rows.aggregate(Max("pk")),
    "an annotation": lambda rows: list(rows.annotate(also=F("pk")).values("also")),
    "latest": lambda rows: rows.latest("pk"),
    "by statement": lambda rows: list(rows.model.objects.raw(f"SELECT * FROM {rows.model._meta.db_table}")),
    "joined to another": lambda rows: list(rows.filter(pk=1).union(rows.filter(pk=2))),
    "made unless there": lambda rows: rows.get_or_create(pk=1),
}
"""Every way in which rows, or something of them, come out."""
NUMBERS: dict[str, Read] = {
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "counted": lambda rows: rows.aggregate(Count("pk")),
}


class Stranger(models.Model):
    """A model that nothing is declared of."""

    class Meta:
        app_label = "nowhere"
        managed = False


def each(models: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", models, ids=lambda model: model.__name__)


@each([*NAMES_AND_CLASSES, *RECORDS])
def test_nothing_is_read_without_a_purpose(world: World, model: Any) -> None:
    a_leaver_a_merge_and_a_correction(world)
    with fuse.nothing_declared():
        assert got_through({**ROWS, **NUMBERS}, model, "without a purpose") == []


@each([*NAMES_AND_CLASSES, *RECORDS])
def test_a_page_that_shows_nothing_reads_no_row(world: World, model: Any) -> None:
    a_leaver_a_merge_and_a_correction(world)
    with fuse.using(Purpose.TEACH, Shows.NOTHING):
        assert got_through(ROWS, model, "nothing") == []


@each(RECORDS)
def test_a_page_of_names_reads_no_record(world: World, model: Any) -> None:
    a_leaver_a_merge_and_a_correction(world)
    with fuse.using(Purpose.TEACH, Shows.NAMES):
        assert got_through({**ROWS, **NUMBERS}, model, "names only") == []


def got_through(ways: dict[str, Read], model: Any, why: str) -> list[str]:
    """Those of `ways` that were not refused, or for another reason."""
    found = []
    for name, read in ways.items():
        try:
            read(model.objects.all())
        except OutsidePurpose as refusal:
            if why in str(refusal):
                continue
        found.append(name)
    return found


@each(NAMES_AND_CLASSES)
def test_how_many_there_are_is_no_pupils_own(world: World, model: Any) -> None:
    """Whether somebody may be opened is asked before anything is shown."""
    with fuse.using(Purpose.TEACH, Shows.NOTHING):
        for number in NUMBERS.values():
            number(model.objects.all())
        mine = Pupil.objects.visible_to(world.okafor.viewer(NOW), may=Permission.PUPIL_VIEW)
        assert mine.contains(world.amina)
        assert SchoolClass.objects.filter(memberships__pupil__in=mine).distinct().get() == world.hazel
        inside = SchoolClass.objects.filter(pk=world.hazel.pk).annotate(inside=Count("memberships"))
        assert inside.values_list("inside", flat=True).get() == 1


@each(NAMES_AND_CLASSES)
def test_a_page_of_names_reads_names_and_classes(world: World, model: Any) -> None:
    a_leaver_a_merge_and_a_correction(world)
    with fuse.using(Purpose.TEACH, Shows.NAMES):
        assert list(model.objects.all())


def test_a_page_of_names_opens_names_alone(world: World) -> None:
    """More of a pupil than the name lies in the same row."""
    with fuse.using(Purpose.TEACH, Shows.NAMES):
        amina = Pupil.objects.get(pk=world.amina.pk)
        assert amina.name
        for fact in ("born_on", "upn", "identifiers", "contacts"):
            with pytest.raises(OutsidePurpose, match=f"Pupil.{fact}"):
                # What is empty is no secret; what is sealed is opened only for a record.
                getattr(sealed(fact), fact)
    with fuse.using(Purpose.TEACH, Shows.RECORD):
        assert sealed("born_on").born_on == TODAY


def sealed(fact: str) -> Pupil:
    """A pupil of whom that much is known, fresh from the database."""
    with fuse.using(Purpose.TEACH, Shows.RECORD):
        pupil = Pupil.objects.order_by("pk").first()
        assert pupil is not None
        said: dict[str, object] = {"born_on": TODAY, "upn": "A123", "identifiers": {"a": "b"}, "contacts": {"a": "b"}}
        setattr(pupil, fact, said[fact])
        pupil.save()
        return Pupil.objects.get(pk=pupil.pk)


def test_rows_reached_along_a_link_are_asked_for_too(world: World) -> None:
    a_leaver_a_merge_and_a_correction(world)
    membership = ClassMembership.objects.order_by("pk")[0]
    enrolment = Enrolment.objects.get(leaving__isnull=False)
    with fuse.nothing_declared():
        with pytest.raises(OutsidePurpose):
            assert membership.pupil
        with pytest.raises(OutsidePurpose):
            enrolment.refresh_from_db()
    with fuse.using(Purpose.TEACH, Shows.NAMES):
        assert membership.pupil.name
        for beside in (
            lambda: enrolment.leaving,
            lambda: list(Enrolment.objects.select_related("leaving")),
            lambda: list(Pupil.objects.prefetch_related("group_statuses")),
            lambda: list(Pupil.objects.values("guardianships__relation")),
            lambda: list(Pupil.objects.annotate(answer=F("group_statuses__answer"))),
            lambda: list(Pupil.objects.annotate(last=Max("corrections__pk"))),
            lambda: Pupil.objects.aggregate(last=Max("corrections__pk")),
            lambda: list(Pupil.objects.annotate(answer=Subquery(answers()))),
            lambda: list(KeyGroup.objects.annotate(n=Count("statuses"))),
            lambda: list(SchoolClass.objects.values("memberships__pupil__guardianships__relation")),
        ):
            with pytest.raises(OutsidePurpose):
                beside()


def answers() -> QuerySet[Any, Any]:
    return GroupStatus.objects.filter(pupil=OuterRef("pk")).order_by("pk").values("answer")[:1]


def test_what_a_query_filters_by_is_not_handed_out(world: World) -> None:
    """`visible_to` is written before anything is declared, and asks families who belongs to whom."""
    with fuse.nothing_declared():
        mine = Pupil.objects.visible_to(world.okafor.viewer(NOW), may=Permission.PUPIL_VIEW).filter(
            Exists(GroupStatus.objects.filter(pupil=OuterRef("pk"))) | Exists(ClassMembership.objects.all())
        )
    with fuse.using(Purpose.TEACH, Shows.NAMES):
        assert world.amina in mine


def test_records_are_read_only_for_what_they_are_held_for(world: World) -> None:
    with fuse.using(Purpose.MAINTENANCE, Shows.RECORD):
        fuse.check(Pupil)
        with pytest.raises(OutsidePurpose, match="not held for"):
            fuse.check(Judgement)
        with pytest.raises(OutsidePurpose, match="not held for"):
            list(Guardianship.objects.all())


def test_what_says_nothing_about_a_pupil_needs_no_purpose(world: World) -> None:
    with fuse.nothing_declared():
        assert list(School.objects.all())
        assert list(world.okafor.posts.all())
        assert SchoolClass.objects.count()


def test_what_nobody_declared_is_not_read() -> None:
    with fuse.using(Purpose.TEACH, Shows.RECORD), pytest.raises(OutsidePurpose, match="nothing says what it holds"):
        fuse.check(Stranger)


def test_the_innermost_purpose_counts_and_ends_with_an_error() -> None:
    with fuse.using(Purpose.TEACH, Shows.RECORD):
        with pytest.raises(ZeroDivisionError), fuse.using(Purpose.TEACH, Shows.NAMES):
            raise ZeroDivisionError
        fuse.check(Judgement)
        with fuse.nothing_declared():
            assert fuse.declared() is None
        assert fuse.declared() == (Purpose.TEACH, Shows.RECORD)


def test_an_action_says_its_own_purpose() -> None:
    @doors.reads(Purpose.TEACH)
    def act() -> tuple[Purpose, Shows] | None:
        return fuse.declared()

    with fuse.using(Purpose.ADMINISTER, Shows.NOTHING):
        assert act() == (Purpose.TEACH, Shows.RECORD)
        assert fuse.declared() == (Purpose.ADMINISTER, Shows.NOTHING)


def a_leaver_a_merge_and_a_correction(world: World) -> None:
    """A row of every kind, so that no way in finds nothing to hand out."""
    from muster.people.actions import transfers
    from muster.people.actions.groups import add_group, set_status
    from muster.people.actions.merging import merge_pupils
    from muster.people.actions.next_year import prepare_pupils
    from muster.people.actions.pupils import Fact, Joiner, correct, enrol
    from muster.people.rules.next_year import Goes, Said

    _change, (twin,) = enrol(
        school=world.ashgrove,
        joiners=[Joiner(surname="Ali", forenames="Aminah", joined_on=TODAY - timedelta(days=9))],
        by=world.office,
        at=NOW,
    )
    group = add_group(school=world.ashgrove, name="Chess club", by=None, at=NOW)
    set_status(pupil=world.amina, group=group, answer=GroupStatus.Answer.YES, starts_on=TODAY, by=world.office, at=NOW)
    correct(pupil=world.amina, facts={Fact.KNOWN_AS: "Mina"}, reason="Asked for", by=world.office, at=NOW)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    transfers.send(pupil=world.ben, to=world.birchwood, left_on=TODAY, by=world.office, at=NOW)
    prepare_pupils(year=world.year, places={world.amina: Said(Goes.ASKED)}, by=world.office, at=NOW)
    a_judgement(world)


def covered() -> list[type[Model]]:
    return [*NAMES_AND_CLASSES, *RECORDS]


def test_the_tables_tried_here_are_all_of_people() -> None:
    from muster.privacy.holdings import about_pupils

    of_people = {model for model in about_pupils() if model._meta.app_label == "people"}
    assert of_people == set(covered()) - {Judgement}
