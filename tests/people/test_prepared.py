"""Queries made into SQL once: the same rows as Django's own, for any values, behind the same fuse."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.markbook.models import Judgement
from muster.people.doors import purpose
from muster.people.models import AcademicYear, Post, Term
from muster.people.prepared import LONGEST, MOST_SHAPES, CannotPrepare, Prepared
from muster.people.purposes import Purpose, Shows
from muster.privacy.fuse import OutsidePurpose
from tests.world import NOW, World, a_judgement

judged = Prepared(
    lambda school, objectives, until: (
        Judgement.objects.filter(school=school, objective__in=objectives, judged_at__lte=until, step__secure=True)
        .order_by("-judged_at", "pk")
        .values_list("pk", "judged_at", "device_key")
    )
)


def as_django_says(world: World, objectives: list[int], until: Any) -> list[tuple[Any, ...]]:
    return list(
        Judgement.objects.filter(
            school=world.ashgrove, objective__in=objectives, judged_at__lte=until, step__secure=True
        )
        .order_by("-judged_at", "pk")
        .values_list("pk", "judged_at", "device_key")
    )


def test_it_has_the_rows_that_django_has_for_lists_of_any_length(world: World) -> None:
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        for days, objective in enumerate(world.objectives):
            a_judgement(world, objective=objective, at=NOW - timedelta(days=days))
        ids = [objective.pk for objective in world.objectives]
        for chosen in (ids, ids[:2], ids[1:], ids[:1], [ids[3], ids[0]], [ids[0], ids[0]], []):
            for until in (NOW, NOW - timedelta(days=1), NOW - timedelta(days=40)):
                said = judged(school=world.ashgrove.pk, objectives=chosen, until=until)
                assert said == as_django_says(world, chosen, until)
        assert judged(school=world.birchwood.pk, objectives=ids, until=NOW) == []


def test_rows_come_whole_with_what_was_asked_beside_them(world: World) -> None:
    begun = Prepared(
        lambda year, day: Term.objects.filter(year=year, first_day__lte=day).select_related("year__school")
    )
    for day in (date(2025, 9, 1), date(2026, 1, 31), date(2026, 7, 1), date(2020, 1, 1)):
        rows = begun(year=world.year.pk, day=day)
        assert rows == list(Term.objects.filter(year=world.year, first_day__lte=day))
        with CaptureQueriesContext(connection) as asked:
            assert {row.year.school.name for row in rows} <= {world.ashgrove.name}
        assert len(asked) == 0
    (row, *_rest) = begun(year=world.year.pk, day=date(2026, 7, 1))
    assert row.year == AcademicYear.objects.get(pk=world.year.pk)


def test_uuids_are_values_too(world: World) -> None:
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        known = Prepared(lambda keys: Judgement.objects.filter(device_key__in=keys).values_list("pk", flat=True))
        one, two = a_judgement(world), a_judgement(world, objective=world.objectives[1])
        assert known(keys=[two.device_key, uuid.uuid4()]) == [two.pk]
        assert sorted(known(keys=[one.device_key, two.device_key])) == [one.pk, two.pk]


def test_text_is_a_value_too(world: World) -> None:
    called = Prepared(lambda names: Term.objects.filter(name__in=names).order_by("pk"))
    every = list(Term.objects.order_by("pk"))
    for wanted in ([every[0].name], [each.name for each in every], ["' OR 1=1 --", every[-1].name], ["%s"]):
        assert called(names=wanted) == [each for each in every if each.name in wanted]


def test_a_very_long_list_is_asked_and_not_kept(world: World) -> None:
    posts = Prepared(lambda posts: Post.objects.filter(pk__in=posts).order_by("pk"))
    assert posts(posts=range(LONGEST + 500)) == list(Post.objects.filter(pk__lt=LONGEST + 500).order_by("pk"))
    assert not posts.shapes


def test_the_sql_is_made_once_for_each_length_and_not_kept_for_ever(world: World) -> None:
    made = []

    def build(posts: list[int]) -> Any:
        made.append(len(posts))
        return Post.objects.filter(pk__in=posts)

    posts = Prepared(build)
    for length in (1, 2, 1, 2, 2, 1):
        posts(posts=range(1, length + 1))
    assert made == [1, 2]
    for length in range(1, MOST_SHAPES + 5):
        posts(posts=range(length))
    assert len(posts.shapes) <= MOST_SHAPES


def test_a_query_that_looks_at_its_values_is_refused(world: World) -> None:
    wrong = Prepared(lambda school, day: Term.objects.filter(school=school))
    with pytest.raises(CannotPrepare):
        wrong(school=world.ashgrove.pk, day=date(2026, 3, 4))
    with pytest.raises(CannotPrepare):
        Prepared(lambda school: Term.objects.filter(school=school))(school=None)


def test_it_stands_behind_the_fuse(world: World) -> None:
    one = a_judgement(world)
    asked: dict[str, Any] = {"school": world.ashgrove.pk, "objectives": [world.objectives[0].pk], "until": NOW}
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        assert [row[0] for row in judged(**asked)] == [one.pk]
    with purpose().using(Purpose.TEACH, Shows.NAMES), pytest.raises(OutsidePurpose):
        judged(**asked)
