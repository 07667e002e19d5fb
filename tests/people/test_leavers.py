"""Somebody's post ends: what they could open ends with it, their sessions soon after, and what waits on their device."""

import uuid
from datetime import timedelta

import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from muster.markbook.models import Judgement
from muster.people.models import Account, Post
from muster.people.signin import sessions
from tests.support.client import PageClient
from tests.world import TODAY, World


def listed(client: PageClient, account: Account) -> str:
    """A session as signing in makes it: on the person's own list too."""
    client.force_login(account)
    key = client.session.session_key
    assert key
    UserSession.objects.get_or_create(session_key=key, defaults={"user": account, "ip": "127.0.0.1", "user_agent": "x"})
    return key


def test_a_leavers_sessions_end_within_a_minute_and_nobody_elses(world: World) -> None:
    leaver, stayer = PageClient(), PageClient()
    keys = listed(leaver, world.okafor), listed(stayer, world.reyes)
    Post.objects.filter(account=world.okafor).update(ends_on=TODAY)
    assert sessions.end_of_leavers(world.now) == "0 ended", "the last day counts"
    assert sessions.end_of_leavers(world.now + timedelta(days=1)) == "1 ended"
    assert list(Session.objects.filter(session_key__in=keys).values_list("pk", flat=True)) == [keys[1]]
    assert sessions.end_of_leavers(world.now + timedelta(days=1)) == "0 ended"


def test_what_they_could_open_is_closed_on_the_next_request(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    assert client.get(f"/ashgrove/classes/{world.hazel.pk}/").status_code == 200
    Post.objects.filter(account=world.okafor).update(ends_on=TODAY - timedelta(days=1))
    assert "no-post" in client.get(f"/ashgrove/classes/{world.hazel.pk}/").headers["Location"]


def test_marks_waiting_on_a_leavers_device_stay_there_until_they_are_let_back_in(
    world: World, client: PageClient
) -> None:
    item = {
        "id": str(uuid.uuid4()), "kind": "judgement", "seq": 1, "at": world.now.isoformat(), "base": None,
        "target": {"pupil": world.amina.pk, "objective": world.objectives[0].pk},
        "value": {"step": world.steps["S"].pk},
    }  # fmt: skip
    tomorrow = world.now + timedelta(days=1)
    batch = {"account": str(world.okafor.uuid), "sent_at": tomorrow.isoformat(), "items": [item]}
    posts = Post.objects.filter(account=world.okafor)
    with time_machine.travel(tomorrow):
        client.force_login(world.okafor)
        posts.update(ends_on=TODAY)
        answer = client.post("/ashgrove/sync/", batch, content_type="application/json", HTTP_ACCEPT="application/json")
        assert answer.status_code == 401, "an item leaves the device on its own answer alone, and this is none"
        assert not Judgement.objects.exists()
        posts.update(ends_on=tomorrow.date())
        client.force_login(world.okafor)
        answer = client.post("/ashgrove/sync/", batch, content_type="application/json", HTTP_ACCEPT="application/json")
        assert answer.status_code == 200
    made = Judgement.objects.get().judged_at
    assert abs(made - world.now) < timedelta(minutes=1), "made while they held the post"
