"""`muster upgrade`: the tables of this version, with everything put back as it was if anything goes wrong.

It also makes the tables of a new installation, where there is nothing yet to back up.
"""

import argparse
import json
from pathlib import Path

from muster.config import keeping
from muster.config.refusals import Refused


def run(asked: argparse.Namespace) -> int:
    """Back up, migrate, check; or put all back."""
    from django.conf import settings
    from django.db import connection

    from muster.privacy import backup, soundness

    keeping.refuse_while_served(settings.DATA)
    refuse_unless_keys()
    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_new():
        make_tables()
        # The key store is made on first use; the checks want to see one.
        from muster.privacy import sealing

        sealing.store().all_keys()
        soundness.refuse_unsound()
        return tell(asked, "Made the tables of a new installation.", backup=None)
    if soundness.migrations_are_done(connection).ok:
        soundness.refuse_unsound()
        return tell(asked, "Nothing to do: the tables are those of this version.", backup=None)
    connection.close()
    try:
        made = backup.upgrade(make_tables)
    except backup.BackupProblem as problem:
        raise Refused(str(problem)) from None
    return tell(asked, "The tables are now those of this version.", backup=str(made.data))


def refuse_unless_keys() -> None:
    """Raise the sentence of the first thing wrong with the keys or SQLite."""
    from muster.privacy import soundness

    found = [soundness.keys_are_good(), soundness.keys_are_apart()]
    if soundness.embedded():
        found.append(soundness.sqlite_is_safe())
    for finding in found:
        if not finding.ok:
            raise Refused(finding.sentence)


def is_new() -> bool:
    """Whether there are no tables yet."""
    from django.conf import settings
    from django.db import connection

    from muster.privacy import soundness

    if soundness.embedded() and not Path(str(settings.DATABASES["default"]["NAME"])).exists():
        return True
    return not connection.introspection.table_names()


def make_tables() -> None:
    """Migrate, and have the table of the shared cache."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def tell(asked: argparse.Namespace, sentence: str, *, backup: str | None) -> int:
    """Say how it went."""
    if asked.json:
        print(json.dumps({"says": sentence, "backup": backup}))
    else:
        print(sentence + (f" The backup from before is in {backup}." if backup else ""))
    return 0
