"""How long the school says a mark takes."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Pace
from muster.curriculum.rules.workload import SECONDS
from muster.curriculum.verbs import Verb
from muster.people.models import Account, ChangeSet, School
from muster.people.refusals import Refused


class NoPace(Refused):
    """A mark cannot take no time, or a quarter of an hour."""


@transaction.atomic
def set_pace(*, school: School, seconds: Decimal, by: Account, at: datetime) -> ChangeSet | None:
    """Work out every workload line with `seconds` for one mark. None when it was so already."""
    changes = Changes(school, Kind.PACE_CHANGED, by=by, at=at)
    if not 0 < seconds < 1000:
        raise NoPace(_("Give a number of seconds between 0.1 and 999.9."))
    pace, _made = Pace.objects.get_or_create(school=school, defaults={"seconds": Decimal(SECONDS)})
    changes.change(pace, seconds=round(seconds, 1))
    return None if changes.is_empty else changes.finish(Verb.PACE_CHANGED, pace)
