"""What stands on Today of those who look after a class or the school: whom somebody has let in.

Whoever hands out a way in could try to use it themselves. It does not open for them, and others see it until it ends.
"""

from datetime import timedelta

from django.http import HttpRequest

from muster.pages.panels import Panel
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import DayPass, Post, SignInLink
from muster.people.signin.links import Kind

SEEN_FOR = timedelta(days=7)
"""How long somebody invited stands on Today: as long as an invitation lasts."""


def day_passes(request: HttpRequest) -> Panel | None:
    """The passes that let somebody in today, to everyone who may end them."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # Today stands behind a gate
    if not (inside.may(Permission.DAY_PASS_GIVE) or inside.may(Permission.MARKBOOK_JUDGE)):
        return None
    mine = DayPass.objects.visible_to(inside.viewer).at(inside.school).open_at(inside.now)
    passes = list(mine.select_related("school_class", "made_by").order_by("made_at", "pk"))
    return Panel("", "signin/cards/day_passes.html", {"passes": passes}, order=110) if passes else None


def newcomers(request: HttpRequest) -> Panel | None:
    """Whom a colleague invited this week, to everyone who may end the post: not to whoever invited them."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # Today stands behind a gate
    if not inside.may(Permission.ACCESS_GRANT):
        return None
    links = SignInLink.objects.filter(
        kind=Kind.INVITATION,
        made_at__gt=inside.now - SEEN_FOR,
        made_by__isnull=False,
        account__in=Post.objects.at(inside.school).filter(ends_at__isnull=True).values("account"),
    ).exclude(made_by=inside.account)
    newest = {link.account_id: link for link in links.select_related("account", "made_by").order_by("made_at", "pk")}
    return Panel("", "signin/cards/newcomers.html", {"links": list(newest.values())}, order=120) if newest else None
