"""What children came with from earlier schools: read on their page, told before two records are joined, taken along
within the trust.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.exchange.models import CameWith
from muster.exchange.rules.from_before import FromBefore, Result, in_order, together
from muster.pages import panels
from muster.people import doors, merging, transferring
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import Account, ChangeSet, Pupil, School
from muster.people.purposes import Purpose

SAYS_WHAT = ("stage", "subject", "component")
"""What a result is of. Its parts stand in the file's own words, most of which are codes."""
WORDS = {
    "year": gettext_lazy("year"),
    "date": gettext_lazy("date"),
    "method": gettext_lazy("method"),
    "status": gettext_lazy("status"),
    "qualifier": gettext_lazy("qualifier"),
    "locale": gettext_lazy("country"),
}
"""What the other parts are called on the page; those not named here keep the names they have in the file."""


def held_of(rows: QuerySet[CameWith]) -> dict[int, FromBefore]:
    """What `rows` say, by pupil; what was brought for a record that was joined to another stands with the one kept."""
    found: dict[int, list[FromBefore]] = {}
    opened = list(rows.select_related("pupil").order_by("pk"))
    doors.sealer().warm(row.pupil.key for row in opened)
    for row in opened:
        found.setdefault(row.pupil.merged_into_id or row.pupil_id, []).append(FromBefore.unpacked(row.said))
    return {pupil: together(said) for pupil, said in found.items()}


def of_child(pupil: Pupil) -> QuerySet[CameWith]:
    """What was brought for one child, whichever of their joined records it was brought for, oldest first."""
    rows = CameWith.objects.filter(Q(pupil=pupil) | Q(pupil__merged_into=pupil))
    return rows.select_related("pupil").order_by("pk")


def all_said(rows: Iterable[CameWith]) -> FromBefore:
    """All that `rows` of one child say."""
    return together(FromBefore.unpacked(row.said) for row in rows)


def told(said: FromBefore) -> list[str]:
    """How much it is."""
    schools, results = len(said.schools), len(said.results)
    return [
        *([ngettext("%(count)d school before", "%(count)d schools before", schools) % {"count": schools}] if schools else []),
        *([ngettext("%(count)d earlier result", "%(count)d earlier results", results) % {"count": results}] if results else []),
    ]  # fmt: skip


def result_shown(result: Result) -> dict[str, Any]:
    """One result for its row: of what, the result, and all else that the file says of it."""
    others = {name: text for name, text in result.items() if name not in {*SAYS_WHAT, "result"} and text}
    return {
        "what": " ".join(filter(None, (result.get(part, "") for part in SAYS_WHAT))) or _("Result"),
        "result": result.get("result", ""),
        "others": [f"{WORDS.get(name, name)} {text}" for name, text in others.items()],
    }


def earlier_schools(request: HttpRequest, pupil: Pupil) -> panels.Panel | None:
    """Which schools a pupil comes from, and to those who may see marks the results of that time too. One statement."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # the page of a pupil stands behind a gate
    marks = Pupil.objects.visible_to(inside.viewer, may=Permission.MARKBOOK_VIEW).filter(pk=pupil.pk)
    # Any: what is annotated is no attribute.
    rows: list[Any] = list(of_child(pupil).annotate(may_see_results=Exists(marks)))
    said = all_said(rows)
    results = said.results if any(row.may_see_results for row in rows) else ()
    if not (said.schools or results):
        return None
    context = {"schools": in_order(said.schools), "results": [result_shown(each) for each in results]}
    return panels.Panel(_("From earlier schools"), "exchange/from_before.html", context, order=72)


@doors.reads(Purpose.ADMINISTER)
def came_with(pupil: Pupil) -> str:
    """How many schools and results the record came with; nothing where it came with none."""
    return ", ".join(told(all_said(of_child(pupil))))


class CameAlong:
    """What exchange offers when a pupil moves within the trust."""

    @doors.reads(Purpose.ADMINISTER)
    def tell(self, pupil: Pupil, to: School) -> list[str]:
        """How many schools and results."""
        return [f"{each}." for each in told(all_said(of_child(pupil)))]

    @doors.reads(Purpose.ADMINISTER)
    def copy(self, old: Pupil, new: Pupil, *, change_set: ChangeSet, by: Account, at: datetime) -> None:
        """All of it, sealed anew."""
        said = all_said(of_child(old))
        if said:
            CameWith.objects.create(school=new.school, pupil=new, said=said.packed(), change_set=change_set)


panels.pupil.offer(earlier_schools)
merging.offer(came_with)
transferring.offer(CameAlong())
