"""Log lines: one JSON object a line, ids only.

Messages of exceptions are left out on purpose: they may quote what somebody typed about a child.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def place(frame: traceback.FrameSummary) -> str:
    """Where a frame is, without the machine's folders."""
    path = Path(frame.filename)
    name = str(path.relative_to(PACKAGE.parent)) if path.is_relative_to(PACKAGE) else path.name
    return f"{name}:{frame.lineno}"


def said(record: logging.LogRecord) -> str:
    """The event of a record: our own words, and of anybody else's only what was written before values went in.

    The web server puts a whole traceback into its message; its first line is ours to keep.
    """
    if record.name.startswith("muster"):
        return record.getMessage()
    if record.name.startswith("_granian"):
        return record.getMessage().partition("\n")[0]
    return str(record.msg).partition("\n")[0]


class Line(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """`record` as a line; fields come from `extra={"fields": {...}}`."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": said(record),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [place(frame) for frame in traceback.extract_tb(record.exc_info[2])][-8:]
        return json.dumps(line, ensure_ascii=False, default=str)
