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
        ("markbook", "0001_judgements_and_notes"),
        ("markbook", "0002_taught_following_practice_and_rules"),
        ("markbook", "0003_pictures"),
        ("markbook", "0004_following_replaced"),
        ("markbook", "0005_moves_within_the_trust"),
        ("markbook", "0006_what_an_undo_puts_back"),
    ]

    initial = True

    dependencies = [
        ("curriculum", "0001_objectives_and_scales"),
        ("people", "0001_people_and_their_school"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Judgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("device_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("act", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("step", "Step"),
                                    ("clear", "Cleared"),
                                    ("absent", "Absent when taught"),
                                    ("not-taught", "Not taught"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("judged_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "beside",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contested_by",
                                to="markbook.judgement",
                            ),
                        ),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="people.changeset",
                            ),
                        ),
                        (
                            "judged_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "objective",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="curriculum.objective",
                            ),
                        ),
                        (
                            "over",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followed_by",
                                to="markbook.judgement",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
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
                            "step",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="curriculum.step",
                            ),
                        ),
                        (
                            "copied_from",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copies",
                                to="markbook.judgement",
                            ),
                        ),
                        ("earlier_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["objective", "pupil", "-judged_at", "-id"], name="newest_judgement_of_cell"
                            ),
                            models.Index(fields=["pupil", "-id"], name="judgements_of_pupil"),
                            models.Index(fields=["judged_by", "-id"], name="judgements_by_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "step"), ("step__isnull", False)),
                                    models.Q(("kind__in", ["clear", "absent", "not-taught"]), ("step__isnull", True)),
                                    _connector="OR",
                                ),
                                name="judgement_says_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("beside__isnull", True),
                                    models.Q(("beside", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="judgement_not_beside_itself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("earlier_at__isnull", True),
                                    models.Q(
                                        ("earlier_at__lte", models.F("judged_at")),
                                        models.Q(("kind", "clear"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="judgement_puts_back_what_was_earlier",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Note",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("device_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("text", muster.people.sealed.SealedText()),
                        ("written_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="people.changeset"
                            ),
                        ),
                        (
                            "objective",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="curriculum.objective",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="people.pupil"
                            ),
                        ),
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
                        "indexes": [models.Index(fields=["objective", "pupil"], name="notes_of_cell")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Practice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField()),
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
                        (
                            "school_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.schoolclass"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "account", "school_class"), name="one_practice_of_a_class"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="PracticeMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("device_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("step", "Step"),
                                    ("clear", "Cleared"),
                                    ("absent", "Absent when taught"),
                                    ("not-taught", "Not taught"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("judged_at", models.DateTimeField()),
                        (
                            "objective",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="curriculum.objective"
                            ),
                        ),
                        (
                            "practice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="markbook.practice",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.pupil"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curriculum.step",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "step"), ("step__isnull", False)),
                                    models.Q(("kind__in", ["clear", "absent", "not-taught"]), ("step__isnull", True)),
                                    _connector="OR",
                                ),
                                name="practice_mark_says_one_thing",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Taught",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("device_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("taught_on", models.DateField(blank=True, null=True)),
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
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taught",
                                to="people.changeset",
                            ),
                        ),
                        (
                            "objective",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taught",
                                to="curriculum.objective",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taught",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taught",
                                to="people.schoolclass",
                            ),
                        ),
                        ("said_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["school_class", "objective", "-id"], name="taught_to_class")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Following",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
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
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followings",
                                to="people.changeset",
                            ),
                        ),
                        (
                            "instead_of",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followed_otherwise",
                                to="curriculum.subject",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followings",
                                to="people.pupil",
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followings",
                                to="curriculum.scale",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followings",
                                to="curriculum.stage",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followings",
                                to="curriculum.subject",
                            ),
                        ),
                        (
                            "over",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="markbook.following",
                            ),
                        ),
                        ("taken_back", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["instead_of", "pupil", "starts_on"], name="following_instead_of")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="following_begins_before_it_ends",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("over__isnull", True),
                                    models.Q(("over", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="following_not_over_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoldenRuleChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("by-teacher", "Group by teacher"),
                                    ("point-scores", "Point scores"),
                                    ("expected-line", "Line of expected progress"),
                                    ("sums-across", "Sums across years or frameworks"),
                                    ("red-for-below", "Red for below"),
                                    ("suggested-words", "Suggested summative words"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("is_on", models.BooleanField()),
                        ("reason", models.TextField()),
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
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "rule__in",
                                        [
                                            "by-teacher",
                                            "point-scores",
                                            "expected-line",
                                            "sums-across",
                                            "red-for-below",
                                            "suggested-words",
                                        ],
                                    )
                                ),
                                name="golden_rule_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="golden_rule_has_a_reason"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ObjectiveRead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "objective",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reads",
                                to="curriculum.objective",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "term",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.term"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "term", "objective"), name="objective_read_once_a_term"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Picture",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("image", muster.people.sealed.SealedBytes()),
                        ("thumbnail", muster.people.sealed.SealedBytes()),
                        ("width", models.PositiveSmallIntegerField()),
                        ("height", models.PositiveSmallIntegerField()),
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
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "note",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="picture", to="markbook.note"
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
                                condition=models.Q(("height__gt", 0), ("width__gt", 0)), name="picture_has_a_size"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Brought",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("origin", models.CharField(max_length=200)),
                        ("framework", models.CharField(max_length=120)),
                        ("subject", models.CharField(max_length=120)),
                        ("wording", models.TextField()),
                        ("is_note", models.BooleanField(default=False)),
                        ("said", muster.people.sealed.SealedText()),
                        ("judged_at", models.DateTimeField()),
                        ("judged_by", models.CharField(max_length=200)),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="brought", to="people.pupil"
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
                        "indexes": [models.Index(fields=["pupil", "-judged_at"], name="brought_of_pupil")],
                        "constraints": [],
                    },
                ),
            ],
        ),
        AppendOnly("markbook_note", also=[["device_key"]]),
        AppendOnly("markbook_goldenrulechange"),
        AppendOnly("markbook_taught", also=[["device_key"]]),
        AppendOnly("markbook_following", also=[["over_id"]]),
        AppendOnly("markbook_judgement", also=[["device_key"]]),
    ]
