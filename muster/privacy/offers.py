"""What privacy offers to the apps below it: on Today, how old the last good backup is."""

from django.conf import settings
from django.http import HttpRequest

from muster.pages import panels
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.privacy import backup


def last_backup(request: HttpRequest) -> panels.Panel | None:
    """The age of the last good backup, to those who lead the school or look after the installation."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # Today stands behind a gate
    if not (inside.may(Permission.HISTORY_VIEW) or inside.may(Permission.INSTALLATION_VIEW)):
        return None
    made_at = backup.last_good()
    context = {
        "age": None if made_at is None else inside.now - made_at,
        "is_old": made_at is not None and inside.now - made_at > backup.OLD_AFTER,
        "is_demo": settings.DEMO,
    }
    return panels.Panel("", "privacy/last_backup.html", context, order=200)


panels.today.offer(last_backup)
