"""`muster doctor`: whether this installation is sound, a line for each thing looked at, in plain words.

What keeps the data (keys, encryption, history, backups) is looked at by privacy; here stand the things around it.
Every line has a test that breaks it.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muster.config import running, surroundings
from muster.config.refusals import Refused

WRITTEN_ON = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right can show an earlier day than that on which this was written."""
AHEAD = timedelta(minutes=5)
LOOK_AGAIN = timedelta(days=365)
"""How long a declared volume is taken on trust before somebody has to look again."""


@dataclass(frozen=True)
class Line:
    """One thing looked at."""

    ok: bool
    name: str
    sentence: str


def run(asked: argparse.Namespace) -> int:
    """Look at everything, print it, and exit with 1 where something is wrong."""
    lines = examine(datetime.now(UTC))
    wrong = [line for line in lines if not line.ok]
    if asked.json:
        print(
            json.dumps(
                {
                    "sound": not wrong,
                    "lines": [{"name": line.name, "ok": line.ok, "says": line.sentence} for line in lines],
                },
                ensure_ascii=False,
            )
        )
    else:
        width = max(len(line.name) for line in lines)
        for line in lines:
            print(f"{'ok      ' if line.ok else 'PROBLEM '} {line.name:<{width}}  {line.sentence}")
        print(
            f"\n{len(wrong)} of {len(lines)} need attention." if wrong else "\nThis installation is sound.", flush=True
        )
    return 1 if wrong else 0


def examine(at: datetime) -> list[Line]:
    """Every line, as things stand at `at` (aware). What cannot be looked at because something before it is wrong is left out."""
    from muster.privacy.keys import KeyProblem, KeysBesideData

    try:
        surroundings.set_up()
    except KeyProblem as problem:
        # Without the signing key the settings cannot be read, so there is nothing more to ask.
        name = "keys apart" if isinstance(problem, KeysBesideData) else "keys"
        return [Line(False, name, str(problem)), clock_of_machine(at)]
    from django.conf import settings
    from django.db import DatabaseError

    from muster.privacy import soundness

    try:
        lines = [Line(found.ok, found.name, found.sentence) for found in soundness.findings()]
    except DatabaseError as problem:
        lines = [Line(False, "database", f"The database cannot be read: {problem}. Restore a backup.")]
    may_read = all(
        line.ok
        for line in lines
        if line.name in {"keys", "keys apart", "SQLite", "data file", "database", "migrations"}
    )
    lines.append(at_rest(at))
    lines += reached()
    lines.append(clock_of_machine(at))
    if may_read:
        asking: list[Callable[[datetime], Line]] = [clock_of_history, time_zones, second_factor, regular_work]
        for ask in asking:
            try:
                lines.append(ask(at))
            except DatabaseError as problem:
                lines.append(Line(False, ask.__name__.replace("_", " "), f"The database cannot be read: {problem}."))
    if settings.TLS_CERTIFICATE and not settings.DEMO:
        lines.append(phones(at))
    return lines


def at_rest(at: datetime) -> Line:
    """What the database writes is encrypted where it rests.

    PostgreSQL encrypts nothing itself and Muster cannot see its disk, so somebody has to say which encrypted volume it
    lies on and when they looked, and to look again each year.
    """
    from django.conf import settings

    from muster.privacy import soundness

    name = "at rest"
    if soundness.embedded():
        return Line(True, name, "The database is the encrypted file.")
    if settings.DEMO:
        return Line(True, name, "This is the demo, whose data is invented.")
    volume, _space, said = settings.ENCRYPTED_VOLUME.strip().rpartition(" ")
    try:
        looked_on = date.fromisoformat(said)
    except ValueError:
        looked_on = None
    if not volume.strip() or looked_on is None:
        return Line(
            False,
            name,
            "PostgreSQL does not encrypt its files. Put them on an encrypted volume, then say which, and the day on which "
            f"you looked: MUSTER_ENCRYPTED_VOLUME=/var/lib/postgresql on luks-data {at:%Y-%m-%d}",
        )
    if looked_on > at.date() + timedelta(days=1):
        return Line(False, name, f"{volume} is said to have been looked at on a day to come: {looked_on:%d %B %Y}.")
    if at.date() - looked_on > LOOK_AGAIN:
        return Line(
            False,
            name,
            f"{volume} was last looked at on {looked_on:%d %B %Y}. Look whether it is still encrypted, and put today’s day "
            "into MUSTER_ENCRYPTED_VOLUME.",
        )
    return Line(True, name, f"PostgreSQL is declared to lie encrypted: {volume}, looked at on {looked_on:%d %B %Y}.")


def reached() -> list[Line]:
    """How people reach it: a host name, and TLS."""
    from django.conf import settings

    from muster.config import serve

    if settings.DEMO:
        return [Line(True, "TLS", "This is the demo: it answers on this machine alone, without TLS.")]
    try:
        serve.refuse_unsafe_address(
            settings.HOST, settings.BEHIND_PROXY, settings.TLS_CERTIFICATE, settings.TLS_KEY, settings.BIND
        )
    except Refused as refusal:
        return [Line(False, "TLS", str(refusal))]
    if settings.BEHIND_PROXY:
        return [
            Line(
                True,
                "TLS",
                f"The proxy at {settings.BEHIND_PROXY} does TLS for {settings.HOST}. Check its certificate there.",
            )
        ]
    return [Line(True, "TLS", f"Muster does TLS itself, as {settings.HOST}.")]


def phones(at: datetime) -> Line:
    """A phone would accept the certificate."""
    from django.conf import settings

    from muster.config import certificate

    try:
        chain = certificate.read(Path(settings.TLS_CERTIFICATE))
    except Refused as refusal:
        return Line(False, "certificate", str(refusal))
    if not certificate.key_fits(chain[0], Path(settings.TLS_KEY)):
        return Line(False, "certificate", "The private key does not belong to the certificate.")
    found = certificate.faults(chain, settings.HOST, at)
    if found:
        return Line(False, "certificate", " ".join(fault.sentence for fault in found))
    own = " once it trusts the school’s authority (see /trust/)" if certificate.is_own(chain) else ""
    return Line(True, "certificate", f"A phone would accept it{own}, until {chain[0].not_valid_after_utc:%d %B %Y}.")


def clock_of_machine(at: datetime) -> Line:
    """The machine's clock is not in the past."""
    if at < WRITTEN_ON:
        return Line(
            False,
            "clock",
            f"The clock says {at:%d %B %Y}, which is over. Set it, and have it kept (timedatectl set-ntp true).",
        )
    return Line(True, "clock", f"The clock says {at:%d %B %Y %H:%M} UTC.")


def clock_of_history(at: datetime) -> Line:
    """No entry of history is later than now."""
    from muster.privacy.models import HistoryEntry

    newest = HistoryEntry.objects.order_by("-at").values_list("at", flat=True).first()
    if newest is not None and newest > at + AHEAD:
        return Line(
            False,
            "clock and history",
            f"The newest entry of history is of {newest:%d %B %Y %H:%M} UTC, later than the clock: it was set back, or "
            "was wrong then. Set it right (timedatectl set-ntp true).",
        )
    return Line(True, "clock and history", "No entry of history is later than the clock.")


def time_zones(at: datetime) -> Line:
    """Every school's time zone is known."""
    from muster.people.models import School

    unknown = []
    for school in School.objects.order_by("pk"):
        try:
            ZoneInfo(school.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            unknown.append(f"{school.slug}: {school.time_zone}")
    if unknown:
        return Line(
            False, "time zone", f"Not a known time zone: {', '.join(unknown)}. Choose another in the school’s settings."
        )
    return Line(True, "time zone", "The time zone of every school is known.")


def second_factor(at: datetime) -> Line:
    """Staff need a second factor; how many have none yet."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings

    from muster.people.access import STAFF_ROLES
    from muster.people.models import Account

    if settings.DEMO:
        return Line(True, "second factor", "This is the demo: a password is enough.")
    if not settings.SECOND_FACTOR_REQUIRED:
        return Line(False, "second factor", "Staff can sign in with a password alone. Set SECOND_FACTOR_REQUIRED.")
    staff = Account.objects.filter(is_active=True, posts__role__in=[role.value for role in STAFF_ROLES]).distinct()
    proved = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user")
    without = staff.exclude(pk__in=proved).count()
    if without:
        return Line(
            True,
            "second factor",
            f"Required of staff; {without} of {staff.count()} will be asked to set one up when they next sign in.",
        )
    return Line(True, "second factor", "Required of staff, and all have one.")


def regular_work(at: datetime) -> Line:
    """The background process does its work, where a server is running."""
    from django.conf import settings

    from muster.people import schedule
    from muster.people.models import Timer

    failed = Timer.objects.filter(name__in=list(schedule.offered), outcome__startswith="failed")
    if failed:
        names = ", ".join(sorted(timer.name for timer in failed))
        return Line(False, "regular work", f"The last run failed of: {names}. The log says why.")
    server = running.server_of(Path(settings.DATA))
    if server is None:
        return Line(True, "regular work", "Muster is not running, so nothing is due.")
    late = schedule.late(at)
    if late:
        return Line(
            False,
            "regular work",
            f"Not done in time: {', '.join(timer.name for timer in late)}. Restart Muster and look at its log.",
        )
    return Line(True, "regular work", "The background process is at work.")
