"""Every address is walked by everybody: what each is answered follows from the role alone, and the walk is generated."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from muster.people.access import GRANTS, Role
from muster.people.models import Account
from tests.house.test_routes import Route, routes
from tests.support.client import PageClient
from tests.world import World

ARGUMENTS: dict[str, Callable[[World], Any]] = {
    "school": lambda world: world.ashgrove.slug,
    "class_id": lambda world: world.hazel.pk,
    "pupil_id": lambda world: world.amina.pk,
    "subject_id": lambda world: world.maths.pk,
    "stage_id": lambda world: world.lower_juniors.pk,
    "strand_id": lambda world: world.number.pk,
    "objective_id": lambda world: world.objectives[0].pk,
    "framework_id": lambda world: world.framework.pk,
    "scale_id": lambda world: world.scale.pk,
    "year_id": lambda world: world.year.pk,
    "role": lambda world: "teacher",
    "token": lambda world: "no-such-token",
}
"""What stands in an address: something of Ashgrove, of 3 Hazel and of Amina."""

ANY_NUMBER = 1
"""For other numbers: there may or may not be such a row; who is turned away at the gate never learns which."""

PEOPLE: dict[str, tuple[Role, ...]] = {
    "okafor": (Role.TEACHER,),
    "reyes": (Role.TEACHER,),
    "cover": (Role.COVER,),
    "tutor": (Role.TUTOR,),
    "senco": (Role.SENCO,),
    "dsl": (Role.DSL,),
    "duty": (Role.DUTY,),
    "office": (Role.OFFICE,),
    "head": (Role.HEAD,),
    "governor": (Role.GOVERNOR,),
    "dpo": (Role.DPO,),
    "it": (Role.IT,),
    "guardian": (Role.GUARDIAN,),
    "amina_herself": (Role.PUPIL,),
}
"""Who holds which post at Ashgrove."""

STRANGERS = ("birchwood_senco", "birchwood_teacher")
"""Who holds posts in the neighbouring school only."""


def ours() -> list[Route]:
    return [route for route in routes() if route.ours]


def address(route: Route, world: World) -> str:
    """The route with something of Ashgrove in every place."""

    def fill(match: re.Match[str]) -> str:
        kind, _, name = match[1].rpartition(":")
        if name in ARGUMENTS:
            return str(ARGUMENTS[name](world))
        return str(ANY_NUMBER) if kind == "int" else "00000000-0000-4000-8000-000000000000" if kind == "uuid" else "x"

    return re.sub(r"<([^>]+)>", fill, route.address)


def opened(client: PageClient, where: str) -> Any:
    """The answer to opening an address; where only sending is allowed, to sending nothing. A fault answers 500."""
    client.raise_request_exception = False
    answer = client.get(where)
    if answer.status_code == 405:
        answer = client.post(where)
    return answer


def to_sign_in(answer: Any) -> bool:
    return bool(answer.status_code == 401 or answer.headers.get("Location", "").startswith(reverse("account_login")))


def person(world: World, name: str) -> Account:
    account = getattr(world, name)
    assert isinstance(account, Account)
    return account


def test_the_walk_has_everybody_in_it() -> None:
    assert {role for roles in PEOPLE.values() for role in roles} == set(Role)
    assert len(ours()) > 20


ENDS_THE_SESSION = {"account_logout", "door-mode"}
"""Routes after which the device opens nothing of this person any more: signed out, or put on the door."""


@pytest.mark.parametrize("name", [*PEOPLE, *STRANGERS])
def test_each_role_is_answered_by_what_it_is_granted(name: str, world: World, client: PageClient) -> None:
    client.force_login(person(world, name))
    allowed = {str(permission) for role in PEOPLE.get(name, ()) for permission in GRANTS[role]}
    wrong = []
    for route in ours():
        if route.gate == "public":
            continue
        where = address(route, world)
        answer = opened(client, where)
        status = answer.status_code
        if to_sign_in(answer) and route.name != "account_logout":
            wrong.append(f"{where}: asked to sign in again")
            client.force_login(person(world, name))
        elif route.gate == "signed in":
            if status == 403 or status >= 500:
                wrong.append(f"{where}: {status}, though it is for everybody signed in")
        elif name in STRANGERS:
            if status != 404:
                wrong.append(f"{where}: {status} for somebody of the next school, who should get 404")
        elif route.gate not in allowed:
            if status != 403:
                wrong.append(f"{where}: {status} without {route.gate}, should be 403")
        elif status == 403 or status >= 500:
            wrong.append(f"{where}: {status} with {route.gate}")
        if route.name in ENDS_THE_SESSION:
            client.logout()
            client.force_login(person(world, name))
    assert not wrong, "\n".join(wrong)


def test_nobody_gets_past_the_door_without_signing_in(world: World, client: PageClient) -> None:
    wrong = []
    for route in ours():
        answer = opened(client, where := address(route, world))
        if route.gate == "public":
            if answer.status_code in {401, 403} or answer.status_code >= 500:
                wrong.append(f"{where}: {answer.status_code}, though it is public")
        elif not to_sign_in(answer):
            wrong.append(f"{where}: {answer.status_code} for nobody")
    assert not wrong, "\n".join(wrong)


ABOUT_AMINA = frozenset({"pupil_id", "class_id"})


def test_a_record_opens_for_those_it_is_open_to(world: World, client: PageClient) -> None:
    """Reyes may do everything that Okafor may, but not to 3 Hazel: not yours is 404."""
    client.force_login(world.reyes)
    theirs = [route for route in ours() if any(f"{name}>" in route.address for name in ABOUT_AMINA)]
    assert theirs
    wrong = [
        f"{where}: {answer.status_code}"
        for route in theirs
        if (answer := opened(client, where := address(route, world))).status_code not in {403, 404}
    ]
    assert not wrong, "\n".join(wrong)


def test_one_account_with_posts_in_both_schools_keeps_them_apart(world: World, client: PageClient) -> None:
    """What a post allows, it allows in its own school: Ashgrove's rows do not open under Birchwood's address."""
    client.force_login(world.both)
    wrong = []
    for route in ours():
        if not any(f"{name}>" in route.address for name in ABOUT_AMINA) or "<slug:school>" not in route.address:
            continue
        where = address(route, world).replace("/ashgrove/", "/birchwood/", 1)
        answer = opened(client, where)
        if answer.status_code not in {403, 404}:
            wrong.append(f"{where}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
