"""What arriving at the desk means for the register."""

from datetime import datetime

from muster.attendance.rules.codes import CodeSet, Counts, Session


def code_on_arrival(
    arrived_at: datetime, *, opens_at: datetime, closes_at: datetime, session: Session, already: str, codes: CodeSet
) -> str:
    """The code to propose for somebody who arrives: present before the register opens, late until it closes, and from the
    closing instant on absent, arrived after it closed.

    `already` is what stands, or what was planned ("" for nothing). After the close whatever is no
    unauthorised absence stays: whoever comes from the dentist was at the dentist.
    """
    if arrived_at < opens_at:
        return codes.present(session)
    if arrived_at < closes_at:
        return codes.late
    if already and codes.of(already).counts is not Counts.UNAUTHORISED:
        return already
    return codes.after_close
