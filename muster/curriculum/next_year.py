"""What curriculum carries into the next school year: the days on which the school sums up.

Frameworks, stages and scales hang from no year: a class finds its objectives by its year group, so they go on.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.curriculum.models import Framework, Snapshot, Stage
from muster.people.actions.changes import CannotUndo
from muster.people.models import AcademicYear, Account, ChangeSet
from muster.people.next_year import Told, Turning, offer
from muster.people.rules.next_year import a_year_on


def moved_snapshots(turning: Turning) -> list[tuple[str, date]]:
    """This year's snapshots as the next year is likely to have them: name and day, in order. One statement.

    One on the last day of a term is on the last day of the term of that name; the others are a year on.
    """
    ends = {term.name: term.span.last for term in turning.terms}
    at_end = {last: name for name, last in turning.year.terms.values_list("name", "last_day")}
    found: dict[date, str] = {}
    rows = Snapshot.objects.at(turning.school).live().filter(year=turning.year).order_by("on")
    for name, on in rows.values_list("name", "on"):
        day = ends.get(at_end.get(on, ""), a_year_on(on))
        found.setdefault(min(max(day, turning.span.first), turning.span.last), name)
    return [(name, day) for day, name in sorted(found.items())]


class Frameworks:
    """What curriculum offers when a year is turned."""

    def tell(self, turning: Turning) -> list[Told]:
        """The snapshots, and the classes of whose year group no stage is said."""
        snapshots = moved_snapshots(turning)
        frameworks = list(Framework.objects.at(turning.school).live().order_by("name").values_list("name", flat=True))
        told = [
            Told(
                ngettext(
                    "%(count)d snapshot of this year is in the next.",
                    "%(count)d snapshots of this year are in the next.",
                    len(snapshots),
                )
                % {"count": len(snapshots)},
                names=[f"{name}: {day.isoformat()}" for name, day in snapshots],
            ),
            Told(
                ngettext("%(count)d framework goes on.", "%(count)d frameworks go on.", len(frameworks))
                % {"count": len(frameworks)},
                names=frameworks,
            ),
        ]
        usual = set(
            Stage.objects.at(turning.school)
            .live()
            .filter(framework__retired_at__isnull=True, year_groups__isnull=False)
            .values_list("year_groups", flat=True)
        )
        bare = [each.name for each in turning.plan.classes if each.group and each.group not in usual]
        if usual and bare:
            told.append(
                Told(
                    ngettext(
                        "%(count)d class has a year group for which no stage is usual: it is offered every stage.",
                        "%(count)d classes have a year group for which no stage is usual: they are offered every stage.",
                        len(bare),
                    )
                    % {"count": len(bare)},
                    names=bare,
                    needs=True,
                )
            )
        return told

    def carry(self, turning: Turning, *, to: AcademicYear, by: Account | None, at: datetime) -> Mapping[str, Any]:
        """The snapshots; none where the next year has some already."""
        if Snapshot.objects.at(turning.school).filter(year=to).exists():
            return {"snapshots": []}
        rows = Snapshot.objects.bulk_create(
            Snapshot(school=turning.school, year=to, name=name, on=day) for name, day in moved_snapshots(turning)
        )
        return {"snapshots": [[row.pk, row.name, row.on.isoformat()] for row in rows]}

    def turn_back(self, kept: Mapping[str, Any], *, change_set: ChangeSet) -> None:
        """Take the snapshots away, unless somebody has changed them or added one."""
        rows = Snapshot.objects.at(change_set.school).filter(year=change_set.summary["to"])
        made = {pk: (name, on) for pk, name, on in kept["snapshots"]}
        if made and {row.pk: (row.name, row.on.isoformat()) for row in rows.live()} != made:
            raise CannotUndo(_("The snapshots of the next year have been changed since. Change them back first."))
        rows.filter(pk__in=made).delete()


offer("curriculum", Frameworks())
