"""A backup put back brings nobody back in."""

from pathlib import Path

from muster.people.models import SignInLink
from muster.people.signin import actions
from muster.people.signin.restored import end_restored_access
from tests.support.client import PageClient
from tests.world import NOW, World


def test_sessions_and_links_of_a_backup_end_before_anything_is_served(
    client: PageClient, world: World, tmp_path: Path
) -> None:
    client.force_login(world.okafor)
    link = actions.make_password_link(account=world.okafor, school=world.ashgrove, by=world.head, at=NOW).link
    (tmp_path / "restored").write_text("2026-03-04T10:00:00+00:00")
    assert end_restored_access(tmp_path, at=NOW)
    assert client.get("/ashgrove/").status_code == 302
    assert SignInLink.objects.get(pk=link.pk).ends_at == NOW


def test_it_is_done_once_for_each_restore(client: PageClient, world: World, tmp_path: Path) -> None:
    assert not end_restored_access(tmp_path, at=NOW)
    (tmp_path / "restored").write_text("2026-03-04T10:00:00+00:00")
    assert end_restored_access(tmp_path, at=NOW)
    client.force_login(world.okafor)
    assert not end_restored_access(tmp_path, at=NOW)
    assert client.get("/ashgrove/").status_code == 200
    (tmp_path / "restored").write_text("2026-03-05T10:00:00+00:00")
    assert end_restored_access(tmp_path, at=NOW)
