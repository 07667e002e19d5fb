import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import muster.people.sealed
from muster.people.tables import Tables
from muster.privacy.append_only import AppendOnly


class Migration(migrations.Migration):
    # What development versions made step by step, before there was a release.
    replaces = [
        ("emergency", "0001_roll_calls_and_incidents"),
        ("emergency", "0002_what_was_said_only_grows"),
        ("emergency", "0003_names_at_the_desk_go"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_people_and_their_school"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(editable=False, unique=True)),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        ("happened_at", models.DateTimeField()),
                        ("place", muster.people.sealed.SealedText()),
                        ("what", muster.people.sealed.SealedText()),
                        ("done", muster.people.sealed.SealedText(null=True)),
                        ("follow_up", muster.people.sealed.SealedText(null=True)),
                        ("written_at", models.DateTimeField()),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school", "happened_at"], name="incidents_of_school")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Amendment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(editable=False, unique=True)),
                        ("text", muster.people.sealed.SealedText()),
                        ("written_at", models.DateTimeField()),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="emergency.incident",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentPerson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", muster.people.sealed.SealedText(null=True)),
                        ("added_at", models.DateTimeField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="people",
                                to="emergency.incident",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.pupil",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.staff",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("name__isnull", True), ("pupil__isnull", False), ("staff__isnull", True)),
                                    models.Q(("name__isnull", True), ("pupil__isnull", True), ("staff__isnull", False)),
                                    models.Q(("name__isnull", False), ("pupil__isnull", True), ("staff__isnull", True)),
                                    _connector="OR",
                                ),
                                name="incident_person_is_one",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="MustKnow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("added_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="must_know",
                                to="emergency.incident",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "incident", "account"), name="must_know_once")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Phone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("device", models.UUIDField()),
                        ("list_at", models.DateTimeField()),
                        ("told_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "account", "device"), name="phone_once_an_account"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="RollCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(editable=False, unique=True)),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("evacuate", "Evacuate"),
                                    ("hold", "Hold"),
                                    ("secure", "Secure"),
                                    ("lockdown", "Lockdown"),
                                    ("shelter", "Shelter"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[("real", "Real"), ("drill", "Drill"), ("test", "Test")], max_length=5
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        ("list_at", models.DateTimeField()),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_version", models.PositiveIntegerField(blank=True, null=True)),
                        ("names_gone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "joined",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="also_started",
                                to="emergency.rollcall",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("halves_alone", models.PositiveIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school", "started_at"], name="roll_calls_of_school")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["evacuate", "hold", "secure", "lockdown", "shelter"])),
                                name="roll_call_kind_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("mode__in", ["real", "drill", "test"])),
                                name="roll_call_mode_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", True),
                                        ("ended_by__isnull", True),
                                        ("ended_version__isnull", True),
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("ended_by__isnull", False),
                                        ("ended_version__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="roll_call_ended_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("joined", models.F("id")), _negated=True),
                                name="roll_call_not_joined_to_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Listed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("pupil", "Pupil"), ("staff", "Staff"), ("visitor", "Visitor")], max_length=7
                            ),
                        ),
                        ("visitor", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("name", muster.people.sealed.SealedText(null=True)),
                        ("group", models.CharField(blank=True, max_length=60)),
                        ("expected", models.BooleanField()),
                        ("status", models.CharField(blank=True, max_length=80, null=True)),
                        ("added_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "pupil",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.pupil",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.staff",
                            ),
                        ),
                        (
                            "roll_call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="listed",
                                to="emergency.rollcall",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("pupil__isnull", False)),
                                fields=("school", "roll_call", "pupil"),
                                name="pupil_listed_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("staff__isnull", False)),
                                fields=("school", "roll_call", "staff"),
                                name="staff_listed_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("visitor__isnull", False)),
                                fields=("school", "roll_call", "visitor"),
                                name="visitor_listed_once",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Card",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(editable=False, unique=True)),
                        ("adult", muster.people.sealed.SealedText(null=True)),
                        ("greeted_at", models.DateTimeField()),
                        (
                            "greeted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "guardianship",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.guardianship",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.pupil",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "roll_call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cards",
                                to="emergency.rollcall",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SecondHalf",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(editable=False, unique=True)),
                        ("adult", muster.people.sealed.SealedText(null=True)),
                        ("seen_at", models.DateTimeField()),
                        (
                            "pupil",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.pupil",
                            ),
                        ),
                        (
                            "roll_call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="second_halves",
                                to="emergency.rollcall",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "seen_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Tick",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("device_key", models.UUIDField(unique=True)),
                        ("number", models.PositiveIntegerField()),
                        ("extra", models.UUIDField(blank=True, null=True)),
                        (
                            "claim",
                            models.CharField(
                                choices=[
                                    ("injured", "Injured"),
                                    ("needs-help", "Needs_Help"),
                                    ("with-me", "With_Me"),
                                    ("off-site", "Off_Site"),
                                    ("not-here", "Not_Here"),
                                    ("missing", "Missing"),
                                    ("extra", "Extra"),
                                    ("heads", "Heads"),
                                    ("note", "Note"),
                                    ("undo", "Undo"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("device_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        ("device", models.UUIDField(blank=True, null=True)),
                        ("seq", models.PositiveBigIntegerField(default=0)),
                        ("over", models.JSONField(blank=True, default=list)),
                        ("group", models.CharField(blank=True, max_length=60)),
                        ("count", models.PositiveIntegerField(blank=True, null=True)),
                        ("late", models.BooleanField(default=False)),
                        ("place", muster.people.sealed.SealedText(null=True)),
                        ("text", muster.people.sealed.SealedText(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "listed",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ticks",
                                to="emergency.listed",
                            ),
                        ),
                        (
                            "roll_call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ticks",
                                to="emergency.rollcall",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["listed", "id"], name="ticks_of_person")],
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "roll_call", "number"), name="tick_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "claim__in",
                                        [
                                            "injured",
                                            "needs-help",
                                            "with-me",
                                            "off-site",
                                            "not-here",
                                            "missing",
                                            "extra",
                                            "heads",
                                            "note",
                                            "undo",
                                        ],
                                    )
                                ),
                                name="tick_claim_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("claim", "heads"), _negated=True),
                                    ("count__isnull", False),
                                    _connector="OR",
                                ),
                                name="head_count_has_a_number",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CardStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "step",
                            models.CharField(
                                choices=[
                                    ("greet", "Greet"),
                                    ("card", "Card"),
                                    ("check", "Check"),
                                    ("fetch", "Fetch"),
                                    ("ask", "Ask"),
                                    ("hand-over", "Hand_Over"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("answer", models.CharField(choices=[("yes", "Yes"), ("no", "No")], max_length=10)),
                        ("words", muster.people.sealed.SealedText(null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "card",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="emergency.card"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "card", "step"), name="step_once_a_card"),
                            models.CheckConstraint(
                                condition=models.Q(("answer__in", ["yes", "no"])), name="step_answer_is_known"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
        AppendOnly(
            "emergency_tick",
            also=[["device_key"]],
            forgets=["place", "text"],
            keeps=[
                "id",
                "school_id",
                "device_key",
                "roll_call_id",
                "number",
                "listed_id",
                "extra",
                "claim",
                "by_id",
                "made_at",
                "device_at",
                "received_at",
                "device",
                "seq",
                "over",
                "group",
                "count",
                "late",
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
        AppendOnly(
            "emergency_card",
            also=[["uuid"]],
            forgets=["pupil_id", "guardianship_id", "adult"],
            keeps=["id", "school_id", "uuid", "roll_call_id", "greeted_by_id", "greeted_at"],
        ),
        AppendOnly(
            "emergency_cardstep",
            also=[["row"]],
            forgets=["words"],
            keeps=["id", "school_id", "card_id", "row", "step", "answer", "by_id", "at"],
        ),
        AppendOnly(
            "emergency_secondhalf",
            also=[["uuid"]],
            forgets=["pupil_id", "adult"],
            keeps=["id", "school_id", "uuid", "roll_call_id", "seen_by_id", "seen_at"],
        ),
    ]
