"""Whom somebody at the door may name: the staff who work on the premises today."""

from datetime import datetime

from django.db.models import Q

from muster.attendance.expected import ON_THE_PREMISES
from muster.people.models import Post, School
from muster.people.models.classes import on_day


def staff_of_today(school: School, at: datetime) -> dict[int, str]:
    """Names by number of the staff with a post at `at`. One statement."""
    held = Post.objects.at(school).filter(on_day(school.day(at)), Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    held = held.filter(role__in=ON_THE_PREMISES, account__is_active=True, account__staff__school=school)
    return dict(held.values_list("account__staff", "account__staff__name"))
