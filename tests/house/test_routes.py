"""Every address: who may go there, what it is called, and that it does not go away unsaid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from muster.people.access import GRANTS, Permission
from tests.house.reading import ROOT, lines

pytestmark = pytest.mark.pure

ADDRESSES = ROOT / "tests/house/addresses.txt"
NOT_NOUNS = {
    "add",
    "edit",
    "delete",
    "remove",
    "update",
    "create",
    "get",
    "set",
    "list",
    "view",
    "do",
    "save",
    "submit",
}


@dataclass(frozen=True)
class Route:
    """One address and the view behind it."""

    address: str
    name: str
    view: Any

    @property
    def ours(self) -> bool:
        return str(getattr(self.view, "__module__", "")).startswith("muster.")

    @property
    def gate(self) -> str:
        """Who may pass: a permission, `signed in`, `public`, or nothing where nobody said."""
        if permission := getattr(self.view, "permission", None):
            return str(permission)
        return (
            "public"
            if getattr(self.view, "public", False)
            else "signed in"
            if getattr(self.view, "signed_in", False)
            else ""
        )


def routes() -> list[Route]:
    """Every address of the installation, as `/<slug:school>/pupils/<int:pupil_id>/`."""

    def walk(patterns: list[Any], before: str, spaces: tuple[str, ...]) -> Iterator[Route]:
        for one in patterns:
            address = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, address, (*spaces, one.namespace) if one.namespace else spaces)
            elif isinstance(one, URLPattern):
                yield Route("/" + address, ":".join((*spaces, one.name or "")), one.callback)

    return list(walk(get_resolver().url_patterns, "", ()))


def test_every_route_says_who_may_go_there() -> None:
    bare = [route.address for route in routes() if not route.gate]
    assert not bare, f"Decorate the view with @requires(Permission.…), @signed_in or @public: {bare}"


def faults_of_name(route: Route) -> list[str]:
    """What is wrong with the words of an address."""
    found = []
    for word in re.sub(r"<[^>]*>", "", route.address).split("/"):
        if word and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?", word):
            found.append(f"{route.address}: write {word!r} in kebab-case")
        if route.ours and word in NOT_NOUNS:
            found.append(f"{route.address}: {word!r} is a verb; name the thing that is added or taken away")
    if route.ours and (untyped := re.findall(r"<(\w+)>", route.address)):
        found.append(f"{route.address}: give {untyped} a type")
    if route.ours and not route.name.rpartition(":")[2]:
        found.append(f"{route.address}: give the route a name")
    return found


def test_addresses_are_kebab_case_nouns() -> None:
    bad = [fault for route in routes() for fault in faults_of_name(route)]
    assert not bad, "\n".join(bad)


def test_what_belongs_to_a_school_says_so_first() -> None:
    bad = [
        f"{route.address} ({route.gate})"
        for route in routes()
        if route.ours and (route.gate not in {"public", "signed in"}) != route.address.startswith("/<slug:school>/")
    ]
    assert not bad, f"A permission is held at a school, so the address begins with it, and only then: {bad}"


def test_every_permission_is_granted_to_somebody_and_asked_for_somewhere() -> None:
    granted = {permission for permissions in GRANTS.values() for permission in permissions}
    assert not set(Permission) - granted, f"No role may: {set(Permission) - granted}"
    source = "".join(file.read_text() for file in ROOT.glob("muster/**/*.py") if file.name != "access.py")
    unused = [permission.name for permission in Permission if f".{permission.name}" not in source]
    assert not unused, f"Nothing asks for these permissions: take them away until something does: {unused}"


def test_permissions_stand_in_order() -> None:
    assert [one.value for one in Permission] == sorted(one.value for one in Permission)
    for one in Permission:
        assert re.fullmatch(r"[a-z-]+:[a-z-]+", one.value)
        assert one.name == one.value.upper().replace("-", "_").replace(":", "_")


def remembered() -> tuple[set[str], dict[str, str]]:
    """Addresses in use, and those that are gone with where they lead now or why nowhere."""
    here, gone = set(), {}
    for line in lines(ADDRESSES):
        if line.startswith("gone "):
            address, _, reason = line.removeprefix("gone ").partition(" : ")
            gone[address.strip()] = reason.strip()
        elif line.strip() and not line.startswith("#"):
            here.add(line.strip())
    return here, gone


def test_no_address_goes_away_unsaid() -> None:
    here, gone = remembered()
    now = {route.address for route in routes() if route.ours}
    lost = sorted(here - now)
    assert not lost, f"Leave a redirect, or write in {ADDRESSES.name} `gone ADDRESS : reason` for: {lost}"
    new = sorted(now - here)
    assert not new, f"Add to {ADDRESSES.name}, so that nobody can lose it unsaid: {new}"
    assert all(gone.values()), "Say where an address that is gone leads now, or why nowhere."
    assert not set(gone) & now


def test_there_are_routes_to_look_at() -> None:
    assert len(routes()) > 30
    assert {route.gate for route in routes()} > {"public", "signed in"}


def test_a_view_without_a_gate_is_seen() -> None:
    assert not Route("/pupils/", "pupils", lambda request: None).gate


def test_a_bad_address_is_seen() -> None:
    def view(request: object) -> None: ...

    view.__module__ = "muster.people.views"
    assert len(faults_of_name(Route("/<slug:school>/Pupil_list/add/<pk>/", "", view))) == 4
