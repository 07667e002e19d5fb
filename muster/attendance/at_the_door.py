"""Whom somebody at the door may name: the staff who work on the premises today."""

from datetime import datetime

from django.db.models import Q

from muster.attendance.expected import ON_THE_PREMISES
from muster.people.models import Post, School, Staff
from muster.people.models.classes import on_day


def staff_of_today(school: School, at: datetime) -> dict[int, str]:
    """Names by number of the staff with a post at `at`, and of those who never sign in. Two statements."""
    held = Post.objects.at(school).filter(on_day(school.day(at)), Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    held = held.filter(role__in=ON_THE_PREMISES, account__is_active=True, account__staff__school=school)
    others = Staff.objects.at(school).without_account(at)
    return dict(held.values_list("account__staff", "account__staff__name")) | dict(others.values_list("pk", "name"))
