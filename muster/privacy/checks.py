"""System checks of privacy: run by `manage.py check`, migrations and the server alike, so they open no database."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from muster.privacy import soundness


def register_checks() -> None:
    """Register them; called once, when the app starts."""
    register(keys_and_sqlite, Tags.security)


def keys_and_sqlite(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Keys are there, good and apart; SQLite is safe; the data file, if there is one yet, is not plain."""
    found = [soundness.keys_are_good(), soundness.keys_are_apart()]
    if soundness.embedded():
        found.append(soundness.sqlite_is_safe())
        encrypted = soundness.file_is_encrypted()
        if "There is no data file" not in encrypted.sentence:
            found.append(encrypted)
    return [
        Error(finding.sentence, id=f"privacy.E{number:03}")
        for number, finding in enumerate(found, start=1)
        if not finding.ok
    ]
