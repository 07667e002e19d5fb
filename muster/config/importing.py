"""`muster import`: a file of pupils and classes, or of objectives, brought in from the command line.

The dry run is the plan that the run then applies. Exit codes: 0 all rows good, 1 some refused or asked about, 2 unreadable.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from muster.config.refusals import Refused

if TYPE_CHECKING:
    from muster.people.models import School


def run(asked: argparse.Namespace) -> int:
    """Import one file and say what became of each row."""
    from muster.exchange.importing import UnknownKind, run_import
    from muster.people.doors import purpose
    from muster.people.purposes import Purpose, Shows
    from muster.people.refusals import Refused as NotDone
    from muster.privacy import soundness

    soundness.refuse_unsound()
    school = school_named(asked.school)
    try:
        with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
            report = run_import(
                Path(asked.file), kind=asked.kind, school=school, by=None, at=datetime.now(UTC), dry_run=asked.dry_run
            )
    except UnknownKind as problem:
        raise Refused(str(problem), code=2) from None
    except NotDone as refusal:
        raise Refused(str(refusal)) from None
    print(report.as_json() if asked.json else report.as_text())
    return report.exit_code


def school_named(name: str | None) -> "School":
    """The school whose short name or full name was given; the only one where none was."""
    from muster.people.models import School

    schools = list(School.objects.order_by("slug"))
    if not schools:
        raise Refused("There is no school yet. Start with: muster user ADDRESS --first-administrator", code=2)
    if name is None and len(schools) == 1:
        return schools[0]
    known = ", ".join(school.slug for school in schools)
    if name is None:
        raise Refused(f"Say which school with --school: {known}.", code=2)
    wanted = name.strip().casefold()
    for school in schools:
        if wanted in {school.slug.casefold(), school.name.casefold()}:
            return school
    raise Refused(f"There is no school called {name}. There is: {known}.", code=2)
