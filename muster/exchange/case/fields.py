"""Words of CASE, and how Muster's stand in it. Standard: 1EdTech CASE 1.0 and 1.1, https://www.imsglobal.org/spec/case/."""

CHILD = "isChildOf"
SUBJECT, STRAND, OBJECTIVE = "Subject", "Strand", "Objective"
"""What Muster writes as the type of an item."""
SUBJECT_TYPES = frozenset({"subject", "discipline", "learning area"})
"""Types of an item at the top that make it a subject; others stand in the subject of the document."""
GRADES = {"pk": "Pre-Kindergarten", "kg": "Kindergarten", "k": "Kindergarten"}
"""Levels of the Common Education Data Standards that are no numbers."""


def stage_of(level: str) -> str:
    """A level of education as a stage is called: 03 is Grade 3; any other word is as it was written."""
    plain = level.strip()
    if plain.isdecimal() and len(plain) <= 2:
        return f"Grade {int(plain)}"
    return GRADES.get(plain.casefold(), plain)[:80]
