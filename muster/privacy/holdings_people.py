"""What people's tables and privacy's own hold. Privacy speaks for people, which stands below it and may not import it."""

from __future__ import annotations

from muster.people import models as people
from muster.people.purposes import Purpose
from muster.privacy.holdings import (
    A_YEAR_AFTER_THE_POST,
    TWO_YEARS,
    UNTIL_A_YEAR_AFTER_LEAVING,
    WITH_THE_INSTALLATION,
    WITH_THE_LAST_CHILD,
    WITH_THE_SCHOOL,
    Category,
    Shred,
    classify,
    hold,
    place,
)
from muster.privacy.models import HistoryEntry, SubjectSet

IN_SCHOOL = frozenset(Purpose)
"""Who a child is, and in which class, is needed for every purpose the school has."""
KNOWING_THE_CHILD = IN_SCHOOL - {Purpose.MAINTENANCE}
STAFF = frozenset(Purpose)

_BY_STAFF = "About a member of staff's work; part of their own copy, not the pupil's."


def declare() -> None:
    """Declare it all, once, when the app starts."""
    _pupils()
    _families()
    _staff()
    _arrangements()
    _history()
    _places()


def _pupils() -> None:
    hold(
        people.Pupil,
        purposes=IN_SCHOOL,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.KEY,
        names={"key", "names", "merged_into"},
        disclose="people.pupil",
        fields={
            "key": Category.SYSTEM,
            "account": Category.IDENTITY,
            "names": Category.IDENTITY,
            "born_on": Category.IDENTITY,
            "upn": Category.IDENTITY,
            "upn_mark": Category.IDENTITY,
            "identifiers": Category.IDENTITY,
            "contacts": Category.CONTACT,
            "merged_into": Category.IDENTITY,
        },
    )
    hold(
        people.Enrolment,
        purposes=IN_SCHOOL,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        names=True,
        disclose="people.enrolments",
        fields={
            "pupil": Category.IDENTITY,
            "joined_on": Category.WHEN,
            "recorded_at": Category.WHEN,
            "recorded_by": Category.WHO,
        },
    )
    hold(
        people.Leaving,
        purposes=IN_SCHOOL,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.KEY,
        disclose="people.leavings",
        fields={
            "enrolment": Category.IDENTITY,
            "left_on": Category.WHEN,
            "destination": Category.FREE_TEXT,
            "recorded_at": Category.WHEN,
            "recorded_by": Category.WHO,
        },
    )
    hold(
        people.YearPlacement,
        purposes=IN_SCHOOL,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        names=True,
        disclose="people.placements",
        fields={"pupil": Category.IDENTITY, "year": Category.WHEN, "year_group": Category.CIRCUMSTANCE},
    )
    hold(
        people.ClassMembership,
        purposes=IN_SCHOOL,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        names=True,
        disclose="people.memberships",
        fields={
            "pupil": Category.IDENTITY,
            "school_class": Category.WHERE,
            "starts_on": Category.WHEN,
            "ends_on": Category.WHEN,
        },
    )
    hold(
        people.Transfer,
        purposes=IN_SCHOOL,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        names=True,
        disclose="people.transfers",
        fields={
            "pupil": Category.IDENTITY,
            "to": Category.WHERE,
            "left_on": Category.WHEN,
            "sent_at": Category.WHEN,
            "sent_by": Category.WHO,
            "taken_back_at": Category.WHEN,
            "accepted_at": Category.WHEN,
            "accepted_by": Category.WHO,
        },
    )
    hold(
        people.NextPlace,
        purposes=IN_SCHOOL,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        names=True,
        disclose="people.next_places",
        fields={
            "pupil": Category.IDENTITY,
            "year": Category.WHEN,
            "goes": Category.WHERE,
            "name": Category.WHERE,
            "year_group": Category.CIRCUMSTANCE,
        },
    )
    hold(
        people.GroupStatus,
        purposes=KNOWING_THE_CHILD,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        disclose="people.group_statuses",
        fields={
            "pupil": Category.IDENTITY,
            "group": Category.CIRCUMSTANCE,
            "answer": Category.CIRCUMSTANCE,
            "starts_on": Category.WHEN,
            "ends_on": Category.WHEN,
            "source": Category.FREE_TEXT,
        },
    )
    hold(
        people.Correction,
        purposes=KNOWING_THE_CHILD,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.KEY,
        disclose="people.corrections",
        fields={
            "pupil": Category.IDENTITY,
            "row": Category.SYSTEM,
            "fact": Category.SYSTEM,
            "before": Category.FREE_TEXT,
            "after": Category.FREE_TEXT,
            "reason": Category.FREE_TEXT,
            "by": Category.WHO,
            "at": Category.WHEN,
        },
    )
    hold(
        people.PupilMerge,
        purposes=KNOWING_THE_CHILD,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        disclose="people.merges",
        fields={
            "kept": Category.IDENTITY,
            "gone": Category.IDENTITY,
            "change_set": Category.SYSTEM,
            "before": Category.IDENTITY,
        },
    )


def _families() -> None:
    hold(
        people.Guardian,
        purposes=KNOWING_THE_CHILD,
        keep=WITH_THE_LAST_CHILD,
        shred=Shred.KEY,
        disclose="people.guardian",
        fields={
            "key": Category.SYSTEM,
            "account": Category.IDENTITY,
            "names": Category.IDENTITY,
            "contacts": Category.CONTACT,
        },
    )
    hold(
        people.Guardianship,
        purposes=KNOWING_THE_CHILD,
        keep=WITH_THE_LAST_CHILD,
        shred=Shred.DELETE,
        disclose="people.guardianships",
        fields={
            "pupil": Category.IDENTITY,
            "guardian": Category.IDENTITY,
            "relation": Category.CIRCUMSTANCE,
            "responsibility": Category.CIRCUMSTANCE,
            "no_contact": Category.CIRCUMSTANCE,
            "position": Category.SYSTEM,
        },
    )


def _staff() -> None:
    hold(
        people.Account,
        purposes=STAFF,
        keep=A_YEAR_AFTER_THE_POST,
        shred=Shred.DELETE,
        disclose="people.account",
        fields={
            "password": Category.CREDENTIAL,
            "last_login": Category.WHEN,
            "uuid": Category.SYSTEM,
            "email": Category.CONTACT,
            "name": Category.IDENTITY,
            "is_active": Category.SYSTEM,
            "made_at": Category.WHEN,
        },
    )
    hold(
        people.Staff,
        purposes=STAFF,
        keep=A_YEAR_AFTER_THE_POST,
        shred=Shred.DELETE,
        disclose="people.staff",
        fields={
            "account": Category.IDENTITY,
            "name": Category.IDENTITY,
            "short_name": Category.IDENTITY,
            "left_at": Category.WHEN,
        },
    )
    hold(
        people.Post,
        purposes=STAFF,
        keep=A_YEAR_AFTER_THE_POST,
        shred=Shred.DELETE,
        disclose="people.posts",
        fields={
            "account": Category.IDENTITY,
            "role": Category.CIRCUMSTANCE,
            "starts_on": Category.WHEN,
            "ends_on": Category.WHEN,
            "ends_at": Category.WHEN,
        },
    )
    hold(
        people.PostClass,
        purposes=STAFF,
        keep=A_YEAR_AFTER_THE_POST,
        shred=Shred.DELETE,
        disclose="people.posts",
        fields={
            "post": Category.IDENTITY,
            "school_class": Category.WHERE,
            "starts_on": Category.WHEN,
            "ends_on": Category.WHEN,
        },
    )
    hold(
        people.SignInLink,
        purposes=STAFF,
        keep=A_YEAR_AFTER_THE_POST,
        shred=Shred.DELETE,
        disclose="people.links",
        fields={
            "account": Category.IDENTITY,
            "kind": Category.SYSTEM,
            "digest": Category.CREDENTIAL,
            "made_by": Category.WHO,
            "made_at": Category.WHEN,
            "agreed_by": Category.WHO,
            "ends_at": Category.WHEN,
            "used_at": Category.WHEN,
        },
    )
    hold(
        people.DayPass,
        purposes=STAFF,
        keep=A_YEAR_AFTER_THE_POST,
        shred=Shred.DELETE,
        disclose="people.passes",
        fields={
            "school_class": Category.WHERE,
            "post": Category.IDENTITY,
            "name": Category.IDENTITY,
            "digest": Category.CREDENTIAL,
            "made_by": Category.WHO,
            "made_at": Category.WHEN,
            "ends_at": Category.WHEN,
            "first_used_at": Category.WHEN,
            "withdrawn_at": Category.WHEN,
        },
    )
    hold(
        people.ChangeSet,
        purposes=STAFF,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.DELETE,
        disclose=_BY_STAFF,
        fields={
            "uuid": Category.SYSTEM,
            "kind": Category.SYSTEM,
            "by": Category.WHO,
            "at": Category.WHEN,
            "finished_at": Category.WHEN,
            "undone_by": Category.SYSTEM,
            "summary": Category.FREE_TEXT,
        },
    )


def _arrangements() -> None:
    for model in (
        people.Trust,
        people.School,
        people.AcademicYear,
        people.Term,
        people.HalfTerm,
        people.Closure,
        people.YearGroup,
        people.SchoolClass,
        people.KeyGroup,
        people.NextYear,
    ):
        classify(model, Category.SCHOOL, keep=WITH_THE_SCHOOL)
    classify(people.Timer, Category.SYSTEM, keep=WITH_THE_INSTALLATION, note="When regular jobs last ran.")


def _history() -> None:
    hold(
        HistoryEntry,
        purposes=STAFF,
        keep=TWO_YEARS,
        shred=Shred.MONTH,
        disclose="privacy.history",
        fields={
            "chain": Category.SYSTEM,
            "seq": Category.SYSTEM,
            "previous": Category.SYSTEM,
            "hash": Category.SYSTEM,
            "kind": Category.SYSTEM,
            "at": Category.WHEN,
            "month": Category.WHEN,
            "tag": Category.IDENTITY,
            "body": Category.FREE_TEXT,
        },
    )
    hold(
        SubjectSet,
        purposes=STAFF,
        keep=UNTIL_A_YEAR_AFTER_LEAVING,
        shred=Shred.STAYS,
        why_it_stays="It holds row numbers alone, which name nobody once the pupils' keys are destroyed.",
        disclose="Row numbers, and other pupils' at that; a person's copy names the entries instead.",
        fields={"chain": Category.SYSTEM, "members": Category.IDENTITY},
    )


def _places() -> None:
    from muster.privacy.holdings import THIRTY_DAYS, Life

    while_in_use = Life("as long as it is in use")
    place(
        "data file", where="muster.sqlite3", locked_by="data.key", keep=WITH_THE_INSTALLATION,
        wiped="each table as declared; deleted content is overwritten (secure_delete)", holds_names=True,
    )  # fmt: skip
    place(
        "PostgreSQL database", where="the address in MUSTER_DATABASE_URL",
        locked_by="pupils' own keys; the volume it lies on must be encrypted as well", keep=WITH_THE_INSTALLATION,
        wiped="each table as declared", holds_names=True,
    )  # fmt: skip
    place(
        "write-ahead log", where="muster.sqlite3-wal and -shm", locked_by="data.key", keep=while_in_use,
        wiped="by the checkpoint that empties it", holds_names=True,
    )  # fmt: skip
    place(
        "key store", where="keystore/", locked_by="store.key, and kek.key within", keep=WITH_THE_INSTALLATION,
        wiped="a destroyed key leaves the file and its log at once", holds_names=False,
    )  # fmt: skip
    place(
        "files", where="files/", locked_by="pupils' own keys", keep=UNTIL_A_YEAR_AFTER_LEAVING,
        wiped="the key is destroyed, then the file deleted", holds_names=True,
    )  # fmt: skip
    place(
        "data backups", where="backups/data/", locked_by="backup.key, and pupils' own keys within",
        keep=Life("24 hourly, 14 daily, 12 monthly"), wiped="by age; an erased pupil stays unreadable in all of them",
        holds_names=True,
    )  # fmt: skip
    place(
        "key-store backups", where="backups/keystore/", locked_by="backup.key, and kek.key within", keep=THIRTY_DAYS,
        wiped="by age", holds_names=False,
    )  # fmt: skip
    place(
        "run folder", where="run/", locked_by="nothing: it holds process ids, and uploads while they are read",
        keep=while_in_use, wiped="each upload as soon as it was read", holds_names=True,
    )  # fmt: skip
    place(
        "logs", where="standard output, kept by the system", locked_by="nothing: they carry ids only",
        keep=Life("as the system's journal is set"), wiped="by the system", holds_names=False,
    )  # fmt: skip
    place(
        "shared cache", where="the table shared_cache", locked_by="data.key", keep=Life("at most a day"),
        wiped="by age", holds_names=False,
    )  # fmt: skip
    place(
        "table of migrations", where="the table django_migrations", locked_by="data.key", keep=WITH_THE_INSTALLATION,
        wiped="never: it names versions of the software", holds_names=False,
    )  # fmt: skip
    place(
        "memory of the process", where="the running server", locked_by="the operating system", keep=while_in_use,
        wiped="when it stops; a destroyed key within half a second", holds_names=True,
    )  # fmt: skip
    place(
        "browser store", where="the tablet's own database: marks not yet sent, and the open class",
        locked_by="the browser's profile", keep=Life("until sent, until sign-out, or until the next day"),
        wiped="at sign-out, and by Clear-Site-Data", holds_names=True,
    )  # fmt: skip
    place(
        "keys", where="the folder named by MUSTER_KEYS", locked_by="the owner's account on the machine",
        keep=WITH_THE_INSTALLATION, wiped="by whoever retires the machine", holds_names=False,
    )  # fmt: skip
