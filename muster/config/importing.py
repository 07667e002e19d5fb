"""`muster import`: pupils, staff and classes, or objectives, brought in from a file, a folder or a package.

The dry run is the plan that the run then applies, and needs no installation: where there is none it plans against a school
that holds nothing. Exit codes: 0 all good, 1 some refused or asked about, 2 unreadable.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from muster.config.refusals import Refused

if TYPE_CHECKING:
    from muster.people.models import School


def run(asked: argparse.Namespace, *, against_nothing: bool) -> int:
    """Import what was named and say what became of each row."""
    from muster.exchange.importing import UnknownKind, run_import
    from muster.people.doors import purpose
    from muster.people.purposes import Purpose, Shows
    from muster.people.refusals import Refused as NotDone
    from muster.privacy import soundness

    school: School | None = None
    schools: list[School] = []
    if not against_nothing:
        soundness.refuse_unsound()
        school, schools = schools_for(asked.school)
    try:
        with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
            report = run_import(
                Path(asked.file), kind=asked.kind, school=school, schools=schools, by=None, at=datetime.now(UTC),
                dry_run=asked.dry_run,
            )  # fmt: skip
    except UnknownKind as problem:
        raise Refused(str(problem), code=2) from None
    except NotDone as refusal:
        raise Refused(str(refusal)) from None
    print(report.as_json() if asked.json else report.as_text())
    return report.exit_code


def schools_for(name: str | None) -> "tuple[School | None, list[School]]":
    """(the school that was named, all of them): the only one where none was; None where a package has to say."""
    from muster.people.models import School

    schools = list(School.objects.order_by("slug"))
    if not schools:
        raise Refused("There is no school yet. Start with: muster user ADDRESS --first-administrator", code=2)
    if name is None:
        return (schools[0] if len(schools) == 1 else None), schools
    wanted = name.strip().casefold()
    for school in schools:
        if wanted in {school.slug.casefold(), school.name.casefold()}:
            return school, [school]
    known = ", ".join(school.slug for school in schools)
    raise Refused(f"There is no school called {name}. There is: {known}.", code=2)
