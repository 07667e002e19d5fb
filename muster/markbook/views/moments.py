"""What a page says of the moment it shows."""

from typing import Any

from muster.markbook.as_at import AsAt, query, said
from muster.people.gates import SchoolRequest


def moment_context(request: SchoolRequest, as_at: AsAt | None) -> dict[str, Any]:
    """What a page says of its moment, the form to choose another, and the end of the addresses that keep to it."""
    return {
        "as_at": as_at,
        "as_at_said": said(as_at) if as_at else "",
        "as_at_query": query(as_at),
        "newest_day": request.today,
    }
