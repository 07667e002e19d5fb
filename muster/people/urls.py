"""Addresses of people, below the school's."""

from django.urls import include, path

from muster.people.views import classes, merging, next_year, pupil_changes, pupils, school_settings, transfers

urlpatterns = [
    path("", include("muster.people.signin.urls_school")),
    path("classes/", classes.classes, name="classes"),
    path("classes/new/", classes.class_new, name="class-new"),
    path("classes/<int:class_id>/", classes.class_page, name="class"),
    path("classes/<int:class_id>/name/", classes.class_name, name="class-name"),
    path("classes/<int:class_id>/removal/", classes.class_removal, name="class-removal"),
    path("classes/<int:class_id>/pupils/", classes.class_pupils, name="class-pupils"),
    path("classes/<int:class_id>/pupils/<int:pupil_id>/end/", classes.class_pupil_end, name="class-pupil-end"),
    path("classes/<int:class_id>/teachers/", classes.class_teachers, name="class-teachers"),
    path(
        "classes/<int:class_id>/teachers/<int:post_class_id>/end/",
        classes.class_teacher_end,
        name="class-teacher-end",
    ),
    path(
        "classes/<int:class_id>/teachers/<int:post_class_id>/hand-over/",
        classes.class_hand_over,
        name="class-hand-over",
    ),
    path("pupils/", pupils.pupils, name="pupils"),
    path("pupils/new/", pupil_changes.joiner, name="joiner"),
    path("pupils/twins/", merging.twins, name="twins"),
    path("pupils/<int:pupil_id>/", pupils.pupil, name="pupil"),
    path("pupils/<int:pupil_id>/leaving/", pupil_changes.leaving, name="leaving"),
    path("pupils/<int:pupil_id>/sending/", transfers.sending, name="sending"),
    path("pupils/<int:pupil_id>/sending/removal/", transfers.sending_removal, name="sending-removal"),
    path("arrivals/", transfers.arrivals, name="arrivals"),
    path("arrivals/<int:transfer_id>/", transfers.arrival, name="arrival"),
    path("pupils/<int:pupil_id>/return/", pupil_changes.coming_back, name="coming-back"),
    path("pupils/<int:pupil_id>/move/", pupil_changes.move, name="move"),
    path("pupils/<int:pupil_id>/correction/", pupil_changes.correction, name="correction"),
    path("pupils/<int:pupil_id>/placement/", pupil_changes.placement, name="placement"),
    path("pupils/<int:pupil_id>/groups/", pupil_changes.group_status, name="group-status"),
    path("pupils/<int:pupil_id>/guardians/new/", pupil_changes.guardian_new, name="guardian-new"),
    path("pupils/<int:pupil_id>/guardians/<int:guardianship_id>/", pupil_changes.guardian, name="guardian"),
    path(
        "pupils/<int:pupil_id>/guardians/<int:guardianship_id>/sharing/",
        pupil_changes.guardian_sharing,
        name="guardian-sharing",
    ),
    path("pupils/<int:pupil_id>/merge/", merging.merge_choice, name="merge-choice"),
    path("pupils/<int:pupil_id>/merge/<int:other_id>/", merging.merge, name="merge"),
    path("changes/<int:change_id>/undo/", merging.change_undo, name="change-undo"),
    path("new-year/", next_year.new_year, name="new-year"),
    path("new-year/days/", next_year.days, name="new-year-days"),
    path("new-year/classes/", next_year.classes, name="new-year-classes"),
    path("new-year/classes/<int:class_id>/", next_year.class_pupils, name="new-year-class"),
    path("new-year/teachers/", next_year.teachers, name="new-year-teachers"),
    path("new-year/turning/", next_year.turning, name="new-year-turning"),
    path("new-year/open-questions/", next_year.open_questions, name="new-year-open"),
    path("settings/", school_settings.settings, name="settings"),
    path("settings/school/", school_settings.school, name="settings-school"),
    path("settings/terms/", school_settings.terms, name="settings-terms"),
    path("settings/years/new/", school_settings.year_new, name="settings-year-new"),
    path("settings/years/<int:year_id>/", school_settings.year_terms, name="settings-year"),
    path("settings/closures/", school_settings.closures, name="settings-closures"),
    path(
        "settings/closures/<int:closure_id>/removal/", school_settings.closure_removal, name="settings-closure-removal"
    ),
    path("settings/year-groups/", school_settings.year_groups, name="settings-year-groups"),
    path("settings/year-groups/usual/", school_settings.usual_year_groups, name="settings-usual-year-groups"),
    path("settings/year-groups/<int:year_group_id>/", school_settings.year_group, name="settings-year-group"),
    path(
        "settings/year-groups/<int:year_group_id>/removal/",
        school_settings.year_group_removal,
        name="settings-year-group-removal",
    ),
    path("settings/groups/", school_settings.groups, name="settings-groups"),
    path("settings/groups/usual/", school_settings.usual_groups, name="settings-usual-groups"),
    path("settings/groups/<int:group_id>/", school_settings.group, name="settings-group"),
    path(
        "settings/groups/<int:group_id>/retirement/", school_settings.group_retirement, name="settings-group-retirement"
    ),
    path("settings/words/", school_settings.words, name="settings-words"),
    path("settings/access/", school_settings.access, name="settings-access"),
]
