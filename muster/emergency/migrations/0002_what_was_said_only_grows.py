from django.db import migrations

from muster.privacy.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("emergency", "0001_roll_calls_and_incidents")]

    operations = [
        AppendOnly(
            "emergency_tick",
            also=[["device_key"]],
            forgets=["place", "text"],
            keeps=[
                "id", "school_id", "device_key", "roll_call_id", "number", "listed_id", "extra", "claim", "by_id",
                "made_at", "device_at", "received_at", "device", "seq", "over", "group", "count", "late",
            ],
        ),
        AppendOnly(
            "emergency_listed",
            also=[["row"]],
            forgets=["pupil_id", "staff_id", "visitor", "name", "status"],
            keeps=["id", "school_id", "roll_call_id", "row", "kind", "group", "expected", "added_at"],
        ),
        AppendOnly("emergency_incident", also=[["uuid"], ["key"]]),
        AppendOnly("emergency_incidentperson", also=[["row"]]),
        AppendOnly("emergency_mustknow"),
        AppendOnly("emergency_amendment", also=[["uuid"]]),
        AppendOnly("emergency_card", also=[["uuid"]]),
        AppendOnly("emergency_cardstep", also=[["row"]]),
        AppendOnly("emergency_secondhalf", also=[["uuid"]]),
    ]  # fmt: skip
