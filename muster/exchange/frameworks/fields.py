"""The headings of framework files that Muster knows."""

from collections.abc import Sequence

NAMES: dict[str, Sequence[str]] = {
    "subject": ("subject", "discipline", "area", "subjectname"),
    "strand": ("strand", "domain", "topic", "unit", "strandname"),
    "substrand": ("substrand", "subdomain", "subtopic", "aspect"),
    "strand_3": ("strand3", "subsubstrand"),
    "stage": ("stage", "yeargroup", "year", "yr", "keystage", "band", "phase", "stages", "years"),
    "progression": ("progression",),
    "code": ("code", "humancodingscheme", "reference", "ref", "number"),
    "wording": ("wording", "statement", "objective", "fullstatement", "text", "descriptor", "learningobjective"),
    "detail": ("detail", "substatements", "notes", "guidance", "examples"),
    "is_key": ("key", "iskey", "keyobjective", "priority"),
    "identifier": ("id", "identifier", "uuid", "uri"),
}  # fmt: skip
YES = frozenset({"1", "y", "yes", "true", "x", "key", "*", "✓", "✔"})
NO = frozenset({"0", "n", "no", "false", "-"})
BETWEEN_STAGES = ";"
"""Several stages stand in one cell with this between them."""
BETWEEN_STRANDS = " › "
"""Strands deeper than three stand in the third column with this between them."""
BETWEEN_STATEMENTS = " | "
"""How the National Curriculum file keeps several sub-statements in one cell."""
COLUMNS = ("subject", "strand", "substrand", "strand_3", "stage", "code", "wording", "detail", "key", "id")
"""What Muster writes. All of it is read back as it was."""
