"""What markbook holds of the next school year: marks, and who follows other objectives, hang from pupils and go on."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import ngettext

from muster.markbook.models import Following
from muster.people import doors
from muster.people.models import AcademicYear, Account, ChangeSet
from muster.people.next_year import Told, Turning, offer
from muster.people.purposes import Purpose
from muster.people.rules.next_year import Goes


@doors.reads(Purpose.TEACH)
def following(pupils: Collection[int], day: date) -> int:
    """How many of `pupils` follow other objectives on `day`. A number alone, so it may stand on an office's page."""
    return Following.objects.standing().on(day).of(pupils).values("pupil").distinct().count()


class Learning:
    """What markbook offers when a year is turned."""

    def tell(self, turning: Turning) -> list[Told]:
        """How many follow other objectives than their class. Who they are is for those who may see marks."""
        moving = [move.pupil for move in turning.plan.moves if move.goes is not Goes.LEAVES]
        count = following(moving, turning.span.first)
        if not count:
            return []
        return [
            Told(
                ngettext(
                    "%(count)d pupil follows other objectives than the class. That goes on until somebody ends it.",
                    "%(count)d pupils follow other objectives than their class. That goes on until somebody ends it.",
                    count,
                )
                % {"count": count}
            )
        ]

    def carry(self, turning: Turning, *, to: AcademicYear, by: Account | None, at: datetime) -> Mapping[str, Any]:
        """Nothing has to be written for it to go on."""
        return {}

    def turn_back(self, kept: Mapping[str, Any], *, change_set: ChangeSet) -> None:
        """Nothing was."""


offer("markbook", Learning())
