"""Why a record is opened, and how much of it a page shows."""

from enum import StrEnum


class Purpose(StrEnum):
    """The reasons Muster knows. Each is described in docs/how-it-works/purposes.md."""

    TEACH = "teach"
    COVER = "cover"
    PASTORAL = "pastoral"
    ADMINISTER = "administer"
    SEN = "sen"
    SAFEGUARDING = "safeguarding"
    EMERGENCY = "emergency"
    OWN_RECORD = "own-record"
    RIGHTS_REQUEST = "rights-request"
    MAINTENANCE = "maintenance"
    ATTENDANCE = "attendance"


class Shows(StrEnum):
    """How much about pupils a page gives away."""

    NOTHING = "nothing"
    NAMES = "names"
    """Name and class only: no look is written."""
    RECORD = "record"
    """More than name and class: a look is written before anything leaves."""
