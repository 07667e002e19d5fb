"""Addresses of the markbook, below the school's."""

from django.urls import path

from muster.markbook import views

UNIT = "classes/<int:class_id>/markbook/<int:subject_id>/<int:stage_id>/<int:strand_id>/"
PRACTICE_UNIT = "practice/<int:practice_id>/<int:subject_id>/<int:stage_id>/<int:strand_id>/"

urlpatterns = [
    path("mark/", views.mark, name="mark"),
    path("classes/<int:class_id>/markbook/", views.markbook, name="markbook"),
    path(UNIT, views.unit, name="unit"),
    path(f"{UNIT}pupils/", views.by_pupil, name="by-pupil"),
    path(f"{UNIT}objectives/<int:objective_id>/", views.objective, name="objective-marks"),
    path(f"{UNIT}objectives/<int:objective_id>/gaps/", views.gaps, name="gaps"),
    path("classes/<int:class_id>/sheets/", views.sheets, name="sheets"),
    path("classes/<int:class_id>/sheets/<int:snapshot_id>/", views.sheet, name="sheet"),
    path(
        "classes/<int:class_id>/sheets/<int:snapshot_id>/lines/<int:objective_id>/", views.sheet_line, name="sheet-line"
    ),
    path(
        "classes/<int:class_id>/sheets/<int:snapshot_id>/lines/<int:objective_id>/gaps/",
        views.sheet_gaps,
        name="sheet-gaps",
    ),
    path("classes/<int:class_id>/next/", views.class_next, name="class-next"),
    path("classes/<int:class_id>/learning/", views.class_learning, name="class-learning"),
    path("year-groups/<int:year_group_id>/next/", views.year_next, name="year-next"),
    path("teaching-groups/", views.teaching_groups, name="teaching-groups"),
    path("pupils/<int:pupil_id>/learning/", views.pupil_page, name="pupil-learning"),
    path("pupils/<int:pupil_id>/brought/", views.brought, name="brought"),
    path("frameworks/unread/", views.unread_first, name="unread-first"),
    path("frameworks/<int:framework_id>/unread/", views.unread, name="unread"),
    path("classes/<int:class_id>/practice/", views.practices, name="practices"),
    path("practice/<int:practice_id>/", views.practice, name="practice"),
    path(PRACTICE_UNIT, views.practice_unit, name="practice-unit"),
    path(f"{PRACTICE_UNIT}objectives/<int:objective_id>/", views.practice_objective, name="practice-objective"),
    path(f"{PRACTICE_UNIT}objectives/<int:objective_id>/gaps/", views.practice_gaps, name="practice-gaps"),
    path(f"{UNIT}following/", views.class_following, name="class-following"),
    path("pupils/<int:pupil_id>/following/", views.pupil_following, name="pupil-following"),
    path("pupils/<int:pupil_id>/following/<int:following_id>/end/", views.following_end, name="following-end"),
    path("cells/<int:pupil_id>/<int:objective_id>/", views.cell, name="cell"),
    path("pictures/<uuid:picture_id>/", views.picture, name="picture"),
    path("pictures/<uuid:picture_id>/removal/", views.picture_removal, name="picture-removal"),
    path("settings/golden-rules/", views.golden_rules, name="golden-rules"),
    path("settings/golden-rules/<slug:rule>/", views.golden_rule, name="golden-rule"),
]
