"""A thief with the disk, and a thief with the database: a planted name is found in neither."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.db import connection, transaction

from muster.people import doors
from muster.people.models import Guardian, Guardianship, Pupil
from muster.people.purposes import Purpose
from muster.privacy import backup, history, sealing
from muster.privacy.verify import anchor
from tests.privacy.test_history import NOW, Small, Verb

pytestmark = pytest.mark.django_db(transaction=True)

CANARIES = ("Quillabamba", "Featherstonehaugh", "H801200001099", "Ollantaytambo", "2019-02-17")


def plant(small: Small) -> None:
    """One child whose every fact is a word found nowhere else."""
    pupil = Pupil(school=small.ashgrove, key=sealing.new_key())
    pupil.names = {"forenames": "Quillabamba", "surname": "Featherstonehaugh"}
    pupil.upn = "H801200001099"
    pupil.upn_mark = sealing.fingerprint("upn", "H801200001099")
    pupil.born_on = date(2019, 2, 17)
    pupil.save()
    guardian = Guardian(school=small.ashgrove, key=sealing.new_key())
    guardian.names, guardian.contacts = {"name": "Ollantaytambo"}, {"phone": "Ollantaytambo"}
    guardian.save()
    Guardianship.objects.create(school=small.ashgrove, pupil=pupil, guardian=guardian)
    with transaction.atomic():
        doors.record(
            Verb.JUDGED,
            school=small.ashgrove,
            by=small.okafor,
            at=NOW,
            about=pupil,
            pupils=[pupil.pk],
            details={"before": "Quillabamba", "after": "Featherstonehaugh"},
        )
    ids = [pupil.pk, small.pupils[0].pk]
    doors.looked("people:pupil", school=small.ashgrove, by=small.okafor, at=NOW, pupils=ids, purpose=Purpose.TEACH)
    anchor()


def holding_a_canary(content: bytes) -> list[str]:
    return [
        canary
        for canary in CANARIES
        if canary.encode() in content
        or canary.encode("utf-16-le") in content
        or canary.encode().hex().encode() in content
    ]


@pytest.fixture
def planted(own_key_store: Path, settings: Any, tmp_path: Path) -> Path:
    """Everything the installation leaves on a disk is under the folder this gives, or in its database."""
    settings.BACKUPS, settings.FILES = tmp_path / "backups", tmp_path / "files"
    small = Small()
    plant(small)
    backup.back_up()
    return tmp_path


def test_a_name_is_in_no_file(planted: Path) -> None:
    folders = [planted, Path(live.DATA)]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert len([file for file in files if file.suffix == ".sqlite3"]) >= 2
    found = {str(file): canaries for file in files if (canaries := holding_a_canary(file.read_bytes()))}
    assert not found


def test_a_name_is_in_no_row_of_the_database_either(planted: Path) -> None:
    """What whoever holds the data key, or PostgreSQL's own administrator, would read."""
    if connection.vendor == "postgresql":
        address, surroundings = backup._postgresql_address()
        done = subprocess.run(
            [backup.postgresql_program("pg_dump"), address], env=surroundings, capture_output=True, check=True
        )
        dump = done.stdout
    else:
        with connection.cursor() as cursor:
            rows = [
                repr([bytes(value) if isinstance(value, memoryview) else value for value in row])
                for table in connection.introspection.table_names(cursor)
                for row in cursor.execute(f'SELECT * FROM "{table}"').fetchall()
            ]
        dump = "\n".join(rows).encode()
    assert b"Ashgrove" in dump, "the search is looking at the right thing"
    assert holding_a_canary(dump) == []


def test_the_name_is_there_for_who_holds_all_keys(planted: Path) -> None:
    history.forget()
    sealing.forget()
    assert Pupil.objects.latest("pk").names["forenames"] == "Quillabamba"
