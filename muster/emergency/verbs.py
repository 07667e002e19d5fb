"""What emergency writes in history."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/roll-call.md or incidents.md."""

    CARD_STEP_DONE = "card-step:done"
    CHILD_SEEN_LEAVING = "child:seen-leaving"
    INCIDENT_AMENDED = "incident:amended"
    INCIDENT_LOGGED = "incident:logged"
    ROLL_CALL_ENDED = "roll-call:ended"
    ROLL_CALL_JOINED = "roll-call:joined"
    ROLL_CALL_NAMES_GONE = "roll-call:names-gone"
    ROLL_CALL_STARTED = "roll-call:started"
    ROLL_CALL_TICKED = "roll-call:ticked"


told.offer(
    {
        Verb.CARD_STEP_DONE: gettext_lazy("A step of handing a child back was done."),
        Verb.CHILD_SEEN_LEAVING: gettext_lazy("A child was seen leaving."),
        Verb.INCIDENT_AMENDED: gettext_lazy("Something was added to an incident."),
        Verb.INCIDENT_LOGGED: gettext_lazy("An incident was logged."),
        Verb.ROLL_CALL_ENDED: gettext_lazy("A roll call was ended."),
        Verb.ROLL_CALL_JOINED: gettext_lazy("Two roll calls were joined."),
        Verb.ROLL_CALL_NAMES_GONE: gettext_lazy("The names of a roll call went, 30 days after its end."),
        Verb.ROLL_CALL_STARTED: gettext_lazy("A roll call was started."),
        Verb.ROLL_CALL_TICKED: gettext_lazy("People were accounted for in a roll call."),
    }
)
told.offer_pages(
    {
        "roll-call": gettext_lazy("Looked at the roll call."),
        "roll-call-events": gettext_lazy("Looked at a roll call."),
        "roll-call-list": gettext_lazy("Looked at the list of a roll call."),
        "roll-call-person": gettext_lazy("Looked at one person in a roll call."),
        "roll-call-report": gettext_lazy("Looked at the report of a roll call."),
        "roll-call-sheet": gettext_lazy("Printed the list for a roll call."),
        "handing-desk": gettext_lazy("Looked at the desk where children are handed back."),
        "handing-card": gettext_lazy("Looked at who came for a child."),
        "incidents": gettext_lazy("Looked at the list of incidents."),
        "incident": gettext_lazy("Looked at an incident."),
        "incident-account": gettext_lazy("Looked at the account of an incident."),
    }
)
