"""Django's own checks, under the settings of a school: python -m tests.support.settings_checks migrations|deploy."""

import os
import sys

import django
from django.core.management import call_command

from tests.support.environment import make_folder, variables


def main(which: str) -> None:
    for name in [name for name in os.environ if name.startswith("MUSTER_")]:
        del os.environ[name]
    os.environ.update(variables(make_folder() / "installation"))
    django.setup()
    if which == "migrations":
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    else:
        call_command("check", deploy=True, fail_level="WARNING")


if __name__ == "__main__":
    main(sys.argv[1])
