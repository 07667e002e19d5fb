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
        ("attendance", "0001_the_school_day"),
        ("attendance", "0002_visitors_have_badges"),
        ("attendance", "0003_places_outdoors"),
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
                    name="HomeRoom",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("room", models.CharField(max_length=60)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "school_class",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="home_room",
                                to="people.schoolclass",
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
                    name="Period",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=20)),
                        ("weekday", models.PositiveSmallIntegerField()),
                        ("begins", models.TimeField()),
                        ("ends", models.TimeField()),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
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
                                condition=models.Q(("ends_on__isnull", True)),
                                fields=("school", "weekday", "name"),
                                name="period_once_a_weekday",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("begins__lt", models.F("ends"))),
                                name="period_begins_before_it_is_over",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)),
                                name="period_has_a_weekday",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="period_begins_before_it_ends",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Lesson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("room", models.CharField(blank=True, max_length=60)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "adult",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="people.staff",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "school_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="people.schoolclass",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lessons",
                                to="attendance.period",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ends_on__isnull", True)),
                                fields=("school", "school_class", "period"),
                                name="one_lesson_a_class_and_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="lesson_begins_before_it_ends",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Cover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("room", models.CharField(blank=True, max_length=60)),
                        (
                            "adult",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="covers",
                                to="people.staff",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "school_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="covers",
                                to="people.schoolclass",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="covers",
                                to="attendance.period",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "school_class", "on", "period"), name="one_cover_a_period"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("period__isnull", True)),
                                fields=("school", "school_class", "on"),
                                name="one_cover_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("adult__isnull", False), models.Q(("room", ""), _negated=True), _connector="OR"
                                ),
                                name="cover_changes_something",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="PlannedAbsence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        ("session", models.CharField(blank=True, max_length=2)),
                        ("code", models.CharField(max_length=3)),
                        ("reason", muster.people.sealed.SealedText(null=True)),
                        ("recorded_at", models.DateTimeField()),
                        ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "adult",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.staff",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="planned_absences",
                                to="people.pupil",
                            ),
                        ),
                        (
                            "recorded_by",
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
                        (
                            "taken_back_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["school", "last_day", "first_day"], name="planned_absences_of_day")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("first_day__lte", models.F("last_day"))),
                                name="absence_begins_before_it_ends",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("session__in", ["", "am", "pm"])), name="absence_in_a_session"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("taken_back_at__isnull", True), ("taken_back_by__isnull", True)),
                                    models.Q(("taken_back_at__isnull", False), ("taken_back_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="absence_taken_back_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegisterMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("device_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("act", models.UUIDField()),
                        ("on", models.DateField()),
                        ("session", models.CharField(max_length=6)),
                        ("code", models.CharField(blank=True, max_length=3)),
                        ("minutes_late", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("rank", models.PositiveSmallIntegerField(default=0)),
                        ("reason", muster.people.sealed.SealedText(null=True)),
                        ("marked_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("role", models.CharField(max_length=12)),
                        (
                            "adult",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supervised",
                                to="people.staff",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="register_marks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "change_set",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="register_marks",
                                to="people.changeset",
                            ),
                        ),
                        (
                            "over",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amended_by",
                                to="attendance.registermark",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="attendance.period",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="register_marks",
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
                            "school_class",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="register_marks",
                                to="people.schoolclass",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=[
                                    "school",
                                    "session",
                                    "pupil",
                                    "on",
                                    "-rank",
                                    "-marked_at",
                                    "-device_key",
                                    "code",
                                ],
                                name="standing_mark_of_session",
                            ),
                            models.Index(fields=["school", "on", "session", "pupil"], name="marks_of_day"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("period__isnull", True), ("session__in", ["am", "pm"])),
                                    models.Q(("period__isnull", False), ("session", "lesson")),
                                    _connector="OR",
                                ),
                                name="mark_is_of_a_session",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("over__isnull", True),
                                    models.Q(("over", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="mark_not_over_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StaffSigning",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("came_at", models.DateTimeField()),
                        ("left_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "adult",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="signings", to="people.staff"
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
                        "indexes": [models.Index(fields=["school", "came_at"], name="signings_of_school")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_at__isnull", True)),
                                fields=("school", "adult"),
                                name="signed_in_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_at__isnull", True), ("left_at__gte", models.F("came_at")), _connector="OR"
                                ),
                                name="staff_leave_after_coming",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Trip",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("place", models.CharField(max_length=120)),
                        ("code", models.CharField(max_length=3)),
                        ("leaves_at", models.DateTimeField()),
                        ("back_at", models.DateTimeField()),
                        ("made_at", models.DateTimeField()),
                        ("called_off_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "leader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="trips_led", to="people.staff"
                            ),
                        ),
                        (
                            "made_by",
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
                            models.CheckConstraint(
                                condition=models.Q(("leaves_at__lt", models.F("back_at"))), name="trip_comes_back_later"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="TripPupil",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="trips", to="people.pupil"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "trip",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="pupils", to="attendance.trip"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "trip", "pupil"), name="pupil_once_a_trip")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="TripStaff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "adult",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="trips", to="people.staff"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "trip",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="adults", to="attendance.trip"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "trip", "adult"), name="adult_once_a_trip")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("visitor", "Visitor"),
                                    ("contractor", "Contractor"),
                                    ("volunteer", "Volunteer"),
                                ],
                                default="visitor",
                                max_length=12,
                            ),
                        ),
                        ("name", muster.people.sealed.SealedText()),
                        ("organisation", muster.people.sealed.SealedText(null=True)),
                        ("came_at", models.DateTimeField()),
                        ("left_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "cleared_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "host",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="people.staff",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "signed_in_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("badge", models.PositiveSmallIntegerField(editable=False, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school", "came_at"], name="visits_of_school")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_at__isnull", True), ("left_at__gte", models.F("came_at")), _connector="OR"
                                ),
                                name="visitor_leaves_after_coming",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cleared_by__isnull", True), ("left_at__isnull", False), _connector="OR"
                                ),
                                name="cleared_visitor_has_left",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("badge__isnull", False), ("left_at__isnull", True)),
                                fields=("school", "badge"),
                                name="badge_of_one_visitor_here",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("on", models.DateField()),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("call", "Call"),
                                    ("message", "Message"),
                                    ("email", "Email"),
                                    ("visit", "Visit"),
                                    ("they-rang", "They rang"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reached", models.BooleanField()),
                        ("text", muster.people.sealed.SealedText(null=True)),
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
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_notes",
                                to="people.pupil",
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
                        "indexes": [models.Index(fields=["school", "on", "pupil"], name="contacts_of_day")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="DayPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("codes", models.CharField(max_length=20)),
                        ("morning", models.TimeField()),
                        ("afternoon", models.TimeField()),
                        ("ends", models.TimeField()),
                        ("open_minutes", models.PositiveSmallIntegerField(default=30)),
                        ("lessons", models.BooleanField(default=False)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        ("outdoors", models.CharField(blank=True, default="", max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "starts_on"), name="one_plan_begins_a_day"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("afternoon__lt", models.F("ends")), ("morning__lt", models.F("afternoon"))
                                ),
                                name="day_runs_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("codes__in", ["england", "international"])), name="codes_are_known"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("open_minutes__gte", 1), ("open_minutes__lte", 120)),
                                name="register_opens_a_while",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="DeskEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("way", models.CharField(choices=[("in", "In"), ("out", "Out")], max_length=3)),
                        ("passed_at", models.DateTimeField()),
                        ("reason", muster.people.sealed.SealedText(null=True)),
                        ("collected_by", muster.people.sealed.SealedText(null=True)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="desk_entries",
                                to="people.pupil",
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
                        "indexes": [models.Index(fields=["school", "passed_at"], name="desk_entries_of_school")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("way__in", ["in", "out"])), name="desk_is_passed_in_or_out"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Duty",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.CharField(max_length=60)),
                        ("weekday", models.PositiveSmallIntegerField()),
                        ("begins", models.TimeField()),
                        ("ends", models.TimeField()),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "adult",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="people.staff"
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
                            models.CheckConstraint(
                                condition=models.Q(("begins__lt", models.F("ends"))),
                                name="duty_begins_before_it_is_over",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)), name="duty_has_a_weekday"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="duty_begins_before_it_ends",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="MarksExport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("upto", models.PositiveBigIntegerField()),
                        ("rows", models.PositiveIntegerField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
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
                            models.UniqueConstraint(fields=("school", "number"), name="export_number_once_a_school")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="NotDue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("weekday", models.PositiveSmallIntegerField()),
                        ("session", models.CharField(blank=True, max_length=2)),
                        ("code", models.CharField(max_length=3)),
                        ("place", models.CharField(blank=True, max_length=120)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sessions_not_due",
                                to="people.pupil",
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
                            models.CheckConstraint(
                                condition=models.Q(("session__in", ["", "am", "pm"])), name="not_due_in_a_session"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)),
                                name="not_due_on_a_weekday",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="not_due_begins_before_it_ends",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Pass",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("given_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "given_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="passes", to="people.pupil"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "to_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="passes_to",
                                to="people.schoolclass",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school", "given_at"], name="passes_of_school")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("given_at__lt", models.F("ends_at"))),
                                name="pass_ends_after_it_is_given",
                            )
                        ],
                    },
                ),
            ],
        ),
        AppendOnly("attendance_registermark", also=[["device_key"]]),
        AppendOnly("attendance_deskentry", also=[["row"]]),
        AppendOnly("attendance_contactnote", also=[["row"]]),
        AppendOnly("attendance_marksexport", also=[["school_id", "number"]]),
    ]
