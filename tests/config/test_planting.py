"""The invented trust: the same each time, nobody real, and never planted among real pupils."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, Max, Min
from pytest_django.plugin import DjangoDbBlocker

from muster.config.planting import calendar, names, words
from muster.config.planting.cast import CAST, PASSWORD, table
from muster.config.planting.plant import RealPupils, class_plan, plant
from muster.curriculum.models import Objective, Snapshot, Step
from muster.markbook.models import Judgement
from muster.people.access import Permission, Role
from muster.people.doors import purpose
from muster.people.models import (
    Account,
    ChangeSet,
    GroupStatus,
    Guardianship,
    Post,
    Pupil,
    School,
    SchoolClass,
)
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse
from muster.privacy.models import HistoryEntry
from muster.privacy.verify import verify

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def planted_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Planted for all tests of this file and taken out after the last: it takes seconds."""
    with django_db_blocker.unblock(), fuse.using(Purpose.TEACH, Shows.RECORD), transaction.atomic():
        plant(pupils=64, at=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def planted(planted_once: None, db: None) -> School:
    return School.objects.get(slug="ashgrove")


def of_class(name: str) -> list[Pupil]:
    return list(Pupil.objects.filter(memberships__school_class__name=name, memberships__ends_on__isnull=True))


def test_two_schools_and_everybody_of_the_cast(planted: School) -> None:
    assert School.objects.count() == 2
    assert Pupil.objects.filter(school=planted).count() == 64
    assert Pupil.objects.exclude(school=planted).count() == 24
    for part in CAST:
        account = Account.objects.get(email=part.address)
        assert account.check_password(PASSWORD)
        held = {(post.school.slug, post.role) for post in account.viewer(NOW).posts}
        assert held == {(school, part.role) for school in part.schools}
        assert part.address in table()
    assert {part.role for part in CAST} == {role.value for role in Role}


def test_the_teacher_has_a_class_of_thirty_with_a_unit_still_to_mark(planted: School) -> None:
    teacher = Account.objects.get(email="teacher@ashgrove.example").viewer(NOW)
    (hazel,) = SchoolClass.objects.visible_to(teacher, may=Permission.MARKBOOK_JUDGE).filter(
        year__first_day__lte=NOW, year__last_day__gte=NOW
    )
    pupils = Pupil.objects.visible_to(teacher, may=Permission.MARKBOOK_JUDGE).in_class(hazel, NOW.date())
    assert (hazel.name, pupils.count()) == ("3 Hazel", 30)
    this, _last = calendar.this_and_last_term(NOW.date())
    number = Objective.objects.filter(
        school=planted, strand__name=words.SUBJECTS["Maths"][0].name, stages__name="Year 3"
    )
    assert number.count() == 10
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        hers = Judgement.objects.filter(pupil__in=pupils)
        now = hers.filter(judged_at__date__gte=this.first)
        assert now.exists()
        assert not now.filter(objective__in=number).exists()
        assert hers.filter(objective__in=number).exists(), "last term's marks stand faint behind it"


def test_marks_lie_in_the_past_and_on_days_of_school(planted: School) -> None:
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        learnt = Judgement.objects.filter(objective__sums_up=False)
        ends = learnt.aggregate(first=Min("judged_at"), last=Max("judged_at"))
        newest = Judgement.objects.order_by("-pk")[0]
        kinds = dict(Judgement.objects.values_list("kind").annotate(n=Count("pk")))
        beyond = Judgement.objects.exclude(step__scale__school=planted).filter(school=planted, step__isnull=False)
        assert not beyond.exists()
    this, last = calendar.this_and_last_term(NOW.date())
    assert last.first <= ends["first"].date()
    assert ends["last"] < NOW
    assert this.first <= newest.judged_at.date()
    assert kinds["step"] > 1000
    assert kinds["absent"] > 5


def test_the_schools_sum_up_three_times_a_year_and_have_said_what_they_thought(planted: School) -> None:
    days = list(Snapshot.objects.filter(school=planted).order_by("on").values_list("year__name", "name", "on"))
    assert [(year, name) for year, name, _on in days] == [
        (year, name) for year in ("2024/25", "2025/26") for name in ("Autumn", "Spring", "Summer")
    ]
    lines = Objective.objects.filter(school=planted, sums_up=True)
    assert lines.count() == 4
    assert lines.values("scale").distinct().count() == 2
    past = [on for _year, _name, on in days if on < NOW.date()]
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        said = set(Judgement.objects.filter(objective__in=lines).values_list("judged_at__date", flat=True))
    assert len(past) == 4
    assert all(any(timedelta(0) <= on - day < timedelta(days=7) for day in said) for on in past)
    assert all(day.weekday() < 5 and day <= past[-1] for day in said)


def test_names_are_sealed_and_of_many_kinds(planted: School) -> None:
    pupils = list(Pupil.objects.all())
    said = {pupil.name for pupil in pupils}
    assert len(said) > 80
    assert any("'" in name for name in said)
    assert any(not name.isascii() for name in said)
    assert any(len(name) > 22 for name in said)
    assert all(pupil.born_on and pupil.upn and len(str(pupil.upn)) == 13 for pupil in pupils)


def test_families_groups_and_one_court_order(planted: School) -> None:
    guardian = Account.objects.get(email="guardian@ashgrove.example")
    mine = Guardianship.objects.filter(guardian__account=guardian)
    assert mine.count() >= 2
    assert Guardianship.objects.filter(no_contact=True).exists()
    assert Pupil.objects.filter(account__email="pupil@ashgrove.example").count() == 1
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        answers = set(GroupStatus.objects.values_list("answer", flat=True))
        known = GroupStatus.objects.filter(group__code="eal", school=planted).count()
    assert answers == {"yes", "no"}
    assert known < 64, "of some children it is not known, which is a row that is not there"


def test_history_has_one_entry_a_school_and_is_whole(planted: School) -> None:
    assert HistoryEntry.objects.count() == 2
    assert ChangeSet.objects.filter(finished_at__isnull=True).count() == 0
    assert verify().sound


def test_it_refuses_where_there_are_pupils(planted: School) -> None:
    with pytest.raises(RealPupils, match="empty"):
        plant(pupils=30, at=NOW)
    assert Pupil.objects.count() == 88


@pytest.mark.pure
@pytest.mark.parametrize("count", [1, 29, 30, 31, 210, 1000, 3000])
def test_every_pupil_has_a_place_in_a_class_of_thirty(count: int) -> None:
    plan = class_plan(count)
    assert sum(size for _, _, size in plan) == count
    assert max(size for _, _, size in plan) <= 30
    assert len({(stage, tree) for stage, tree, _ in plan}) == len(plan), "class names differ"
    assert (3, "Hazel") in {(stage, tree) for stage, tree, _ in plan}


@pytest.mark.pure
def test_pupil_numbers_have_the_right_check_letter() -> None:
    assert names.upn(123) == "Z000000000123" or names.upn(123)[1:] == "000000000123"
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    for number in range(0, 10_000, 37):
        upn = names.upn(number)
        assert letters[sum(int(digit) * weight for weight, digit in enumerate(upn[1:], start=2)) % 23] == upn[0]


@pytest.mark.pure
def test_children_do_not_repeat_for_a_long_time() -> None:
    from itertools import islice

    said = [(child.surname, child.forenames.split()[0]) for child in islice(names.children(random.Random(1)), 3000)]
    assert len(set(said)) == 3000


@pytest.mark.pure
def test_every_line_has_a_word_for_every_stage_and_two_kinds_of_scale_have_letters_of_their_own() -> None:
    for strands in words.SUBJECTS.values():
        for strand in strands:
            assert 8 <= len(strand.lines) <= 12
            for stage in range(7):
                said = [line.for_stage(stage) for line in strand.lines]
                assert len(set(said)) == len(said)
                assert not any("{" in line or "*" in line for line in said)
    for scale in (words.SCALE, words.BIRCHWOOD_SCALE):
        assert len({step[1] for step in scale}) == len({step[2] for step in scale}) == len(scale)


def test_the_second_school_marks_on_a_scale_of_its_own(planted: School) -> None:
    ours = set(Step.objects.filter(school=planted).values_list("word", flat=True))
    theirs = set(Step.objects.exclude(school=planted).values_list("word", flat=True))
    assert ours
    assert theirs
    assert not ours & theirs
    assert Post.objects.filter(school__slug="birchwood").count() == 4
