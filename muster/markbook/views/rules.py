"""The golden rules of a school: what is off, what somebody switched on and why, and the switch."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from muster.markbook.golden_rules import BY_NAME, GOLDEN_RULES, LONGEST_REASON, GoldenRule, Rule, rules_on, switch
from muster.markbook.models import GoldenRuleChange
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows
from muster.people.views.answers import done, page, taken

MOST_CHANGES = 200
"""As many as the page lists; history has every one."""


class SwitchForm(forms.Form):
    """Why a golden rule is switched, and which way: a page left open must not switch it back again."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everybody on the staff can read it, and so can whoever asks later."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    on = forms.TypedChoiceField(
        choices=[("on", "on"), ("off", "off")], coerce=lambda value: value == "on", widget=forms.HiddenInput
    )


@require_safe
@requires(Permission.GOLDEN_RULES_VIEW, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def golden_rules(request: SchoolRequest) -> HttpResponse:
    """All of them with how each stands, and everything that was ever switched."""
    changes = GoldenRuleChange.objects.at(request.school).select_related("by").order_by("-pk")[:MOST_CHANGES]
    context = {
        "rules": [described(request, rule) for rule in GOLDEN_RULES],
        "changes": [(BY_NAME[Rule(change.rule)].name, change) for change in changes],
        "may_switch": request.may(Permission.SCHOOL_SETTINGS),
    }
    return TemplateResponse(request, "markbook/golden_rules.html", context)


def described(request: SchoolRequest, rule: GoldenRule) -> dict[str, Any]:
    """A rule and how it stands at this school."""
    return {"rule": rule, "change": rules_on(request).get(rule.rule)}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SCHOOL_SETTINGS, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def golden_rule(request: SchoolRequest, rule: str) -> HttpResponse:
    """Switch one of them, with a reason."""
    if rule not in Rule.values:
        raise Http404
    found = BY_NAME[Rule(rule)]
    on = rule in rules_on(request)
    form = SwitchForm(request.POST or None, initial={"on": "off" if on else "on"})
    if form.is_valid():
        given = form.cleaned_data
        if taken(
            form,
            lambda: switch(
                rule=found.rule,
                on=given["on"],
                reason=given["reason"],
                school=request.school,
                by=request.account,
                at=request.now,
            ),
        ):
            said = _("Switched on. Pages that use it say so.") if given["on"] else _("Switched off.")
            return done(request, said, "golden-rules")
    return page(request, "markbook/golden_rule.html", described(request, found), form=form)
