"""The golden rules: what a school's markbook keeps off until the school itself says otherwise, and says why.

Each forbidden thing has one place in the code, which asks `rules_on`. A page that shows one says so at its foot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.markbook.as_at import AsAt
from muster.markbook.models import GoldenRuleChange
from muster.markbook.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import require
from muster.people.gates import SchoolRequest
from muster.people.models import Account, School
from muster.people.prepared import Prepared
from muster.people.refusals import Refused

Rule = GoldenRuleChange.Rule
LONGEST_REASON = 500


@dataclass(frozen=True)
class GoldenRule:
    """One of them, in words: what it is called, what it would show and where, why it is off, what a foot says of it."""

    rule: Rule
    name: str | Promise
    shows: str | Promise
    why_off: str | Promise
    at_the_foot: str | Promise


GOLDEN_RULES = (
    GoldenRule(
        Rule.BY_TEACHER,
        gettext_lazy("Group by teacher"),
        gettext_lazy("The figures of a year group, teacher by teacher, on the page of what comes next."),
        gettext_lazy("Marks are for teaching. Once they judge the teacher, they stop being true."),
        gettext_lazy("This page groups by teacher."),
    ),
    GoldenRule(
        Rule.POINT_SCORES,
        gettext_lazy("Point scores"),
        gettext_lazy("The mean of the numbers behind the steps, at the end of each row of a markbook."),
        gettext_lazy("A mean hides which things are known. Two children with one mean may share nothing."),
        gettext_lazy("This page shows point scores: the mean of the numbers behind the steps marked this term."),
    ),
    GoldenRule(
        Rule.EXPECTED_LINE,
        gettext_lazy("Line of expected progress"),
        gettext_lazy("How much would be secure by now if the year were learnt evenly, on a pupil's page."),
        gettext_lazy("Nobody learns along a line. What was not taught yet is no child's lateness."),
        gettext_lazy("This page draws a line of expected progress."),
    ),
    GoldenRule(
        Rule.SUMS_ACROSS,
        gettext_lazy("Sums across years or frameworks"),
        gettext_lazy(
            "One total over all frameworks and years, on the page of a class; with point scores, one mean over all units of a page."
        ),
        gettext_lazy("Steps of different frameworks do not measure the same thing, so their sum measures nothing."),
        gettext_lazy("This page adds up over frameworks or years."),
    ),
    GoldenRule(
        Rule.RED_FOR_BELOW,
        gettext_lazy("Red for below"),
        gettext_lazy("A red edge round each mark on a step your scale places below. Never for a pupil out of year."),
        gettext_lazy("A child who learns to read sees red first. The letter says it without shouting."),
        gettext_lazy("This page edges in red what stands on a step below."),
    ),
    GoldenRule(
        Rule.SUGGESTED_WORDS,
        gettext_lazy("Suggested summative words"),
        gettext_lazy(
            "A word worked out from what is secure of what was taught, faint in a blank of the summative sheet, in the "
            "first line of a subject. Never for a pupil out of year."
        ),
        gettext_lazy("A judgement is a teacher's. A word worked out from ticks is a sum that looks like one."),
        gettext_lazy(
            "This page suggests words, faint: the steps of the scale share out what is secure of what was taught "
            "evenly, from none to all. Nothing is saved unless somebody marks it."
        ),
    ),
)
BY_NAME = {each.rule: each for each in GOLDEN_RULES}


class ReasonMissing(Refused):
    """A golden rule is not switched without saying why."""


class SwitchedAlready(Refused):
    """It stands that way already: somebody else switched it, or the page was old."""


_changes = Prepared(lambda school: GoldenRuleChange.objects.filter(school=school).select_related("by").order_by("pk"))


def in_force(school: School, *, at: datetime | None = None) -> dict[str, GoldenRuleChange]:
    """The rules that `school` has switched on, each with the row that says who did, when and why. One statement.

    With `at` those that were on at that instant, itself included.
    """
    # All of them, which are few: to ask for the newest of each costs more than to read them.
    newest = {change.rule: change for change in _changes(school=school.pk) if at is None or change.at <= at}
    return {rule: change for rule, change in newest.items() if change.is_on}


def rules_on(request: SchoolRequest, as_at: AsAt | None = None) -> Mapping[str, GoldenRuleChange]:
    """`in_force` at the school of the request, asked once however many parts of the page want to know.

    A page as recorded at a past moment shows what it showed then: what was on then, and nothing switched on since. One
    of what is now known of a moment was never shown, and goes against no rule.
    """
    if as_at is not None and not as_at.recorded:
        return {}
    at = as_at.at if as_at else None
    kept: dict[datetime | None, dict[str, GoldenRuleChange]] = request.__dict__.setdefault("golden_rules_on", {})
    if at not in kept:
        kept[at] = in_force(request.school, at=at)
    return kept[at]


@dataclass(frozen=True)
class Footnote:
    """What a page says at its foot about one golden rule it goes against."""

    said: str
    change: GoldenRuleChange


def footnotes(request: SchoolRequest, rules: Sequence[str], as_at: AsAt | None = None) -> list[Footnote]:
    """What the foot of a page says that shows `rules`: a line for each that is on."""
    on = rules_on(request, as_at)
    return [Footnote(str(BY_NAME[Rule(rule)].at_the_foot), on[rule]) for rule in rules if rule in on]


@transaction.atomic
def switch(*, rule: Rule, on: bool, reason: str, school: School, by: Account, at: datetime) -> GoldenRuleChange:
    """Switch `rule` on or off at `school` because of `reason`. Switching again is the undo; every row stays.

    Raises `ReasonMissing` without a reason, `SwitchedAlready` where it stands that way.
    """
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonMissing(_("Say why. Everybody on the staff can read it."))
    if (rule in in_force(school)) == on:
        raise SwitchedAlready(_("It is on already.") if on else _("It is off already."))
    change = GoldenRuleChange.objects.create(school=school, rule=rule, is_on=on, reason=reason, by=by, at=at)
    doors.record(
        Verb.GOLDEN_RULE_SWITCHED, school=school, by=by, at=at, about=change, details={"rule": rule.value, "on": on}
    )
    return change
