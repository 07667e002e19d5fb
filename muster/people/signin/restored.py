"""After a restore, nobody stays signed in: the backup brought back sessions and links that had ended since."""

from datetime import datetime
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from muster.people import doors
from muster.people.models import SignInLink
from muster.people.signin.verbs import Verb

DONE = "restored-access-ended"


def end_restored_access(data: Path, *, at: datetime) -> bool:
    """End every session and every open link that came with the last restore into the folder `data`; once for each.

    Called before anything is served. Answers whether there was such a restore to answer for.
    """
    mark, done = data / "restored", data / DONE
    if not mark.exists() or (done.exists() and done.read_text() == mark.read_text()):
        return False
    with transaction.atomic():
        sessions, _by_model = Session.objects.all().delete()
        UserSession.objects.all().delete()
        links = SignInLink.objects.filter(used_at__isnull=True, ends_at__gt=at).update(ends_at=at)
        doors.record(
            Verb.RESTORED_ACCESS_ENDED, school=None, by=None, at=at, details={"sessions": sessions, "links": links}
        )
    done.write_text(mark.read_text())
    return True
