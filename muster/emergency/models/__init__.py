"""What emergency keeps: roll calls and what was said in them, incidents, and the handing back of children."""

from muster.emergency.models.handing import Card, CardStep, SecondHalf
from muster.emergency.models.incidents import Amendment, Incident, IncidentPerson, MustKnow
from muster.emergency.models.roll_calls import Listed, Phone, RollCall, Tick

__all__ = [
    "Amendment",
    "Card",
    "CardStep",
    "Incident",
    "IncidentPerson",
    "Listed",
    "MustKnow",
    "Phone",
    "RollCall",
    "SecondHalf",
    "Tick",
]
