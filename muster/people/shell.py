"""What every page shows around itself: school, places, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from muster.people.access import Permission
from muster.people.models import School
from muster.people.models.accounts import Viewer


def shell(request: HttpRequest) -> dict[str, Any]:
    """School, account, places and schools for the frame of a page; nothing but `demo` before signing in."""
    context: dict[str, Any] = {"demo": settings.DEMO}
    account = getattr(request, "account", None)
    viewer: Viewer | None = getattr(request, "viewer", None)
    school = getattr(request, "school", None)
    if account is None or viewer is None:
        return context
    context |= {"account": account, "schools": viewer.schools}
    if isinstance(school, School):
        context |= {"school": school, "places": places(request, viewer, school), "help_href": f"/{school.slug}/help/"}
        if viewer.may(Permission.ROLL_CALL_TICK, school):
            context["roll_call_href"] = f"/{school.slug}/roll-call/"
            context["roll_call_readiness"] = f"/{school.slug}/roll-calls/readiness/"
        context["seen_by"] = _("Staff who teach or look after these children. Every look at a record is written down.")
    return context


def place_of(path: str) -> str:
    """The place that a page of a school belongs to, by its address; '' for the help and the roll call, which are none."""
    match path.strip("/").split("/")[1:]:
        case []:
            return "today"
        case ["help" | "roll-call", *_]:
            return ""
        case ["mark" | "practice" | "cells" | "pictures", *_] | ["year-groups", _, "next", *_]:
            return "mark"
        case ["classes", _, "markbook" | "sheets" | "practice" | "next" | "learning", *_]:
            return "mark"
        case ["registers", *_] | ["classes", _, "register" | "registers", *_]:
            return "register"
        case ["classes" | "pupils", *_]:
            return "class"
    return "more"


def places(request: HttpRequest, viewer: Viewer, school: School) -> list[dict[str, Any]]:
    """The places this person may go to, in the same order everywhere; one of them is where they are."""
    here = place_of(request.path)
    found = [
        (Permission.TODAY_VIEW, "", _("Today"), "today"),
        (Permission.MARKBOOK_VIEW, "mark/", _("Mark"), "mark"),
        (Permission.REGISTER_TAKE, "registers/", _("Register"), "register"),
        (Permission.CLASS_VIEW, "classes/", _("Class"), "class"),
        (Permission.TODAY_VIEW, "more/", _("More"), "more"),
    ]
    return [
        {"label": label, "href": f"/{school.slug}/{path}", "icon": icon, "current": icon == here}
        for permission, path, label, icon in found
        if viewer.may(permission, school)
    ]
