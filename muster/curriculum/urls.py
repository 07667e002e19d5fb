"""Addresses of curriculum, inside a school."""

from django.urls import path

from muster.curriculum.views import bending, frameworks, going_over, scales, snapshots, subjects, summing_up, workload

app_name = "curriculum"
urlpatterns = [
    path("frameworks/", frameworks.frameworks, name="frameworks"),
    path("frameworks/new/", frameworks.framework_new, name="framework_new"),
    path("frameworks/<int:framework_id>/", frameworks.framework, name="framework"),
    path("frameworks/<int:framework_id>/details/", frameworks.framework_details, name="framework_details"),
    path("frameworks/<int:framework_id>/retirement/", frameworks.framework_retirement, name="framework_retirement"),
    path("frameworks/<int:framework_id>/pasted-list/", frameworks.pasted_list, name="pasted_list"),
    path("frameworks/<int:framework_id>/stages/", frameworks.stages, name="stages"),
    path("frameworks/<int:framework_id>/stages/new/", frameworks.stage_new, name="stage_new"),
    path("frameworks/stages/<int:stage_id>/", frameworks.stage, name="stage"),
    path("frameworks/stages/<int:stage_id>/place/", frameworks.stage_place, name="stage_place"),
    path("frameworks/stages/<int:stage_id>/retirement/", frameworks.stage_retirement, name="stage_retirement"),
    path("frameworks/<int:framework_id>/subjects/", frameworks.subjects, name="subjects"),
    path("frameworks/<int:framework_id>/subjects/<int:subject_id>/", subjects.subject, name="subject"),
    path("frameworks/subjects/<int:subject_id>/name/", subjects.subject_name, name="subject_name"),
    path("frameworks/subjects/<int:subject_id>/place/", subjects.subject_place, name="subject_place"),
    path("frameworks/subjects/<int:subject_id>/retirement/", subjects.subject_retirement, name="subject_retirement"),
    path("frameworks/subjects/<int:subject_id>/retired/", subjects.retired_objectives, name="retired_objectives"),
    path("frameworks/subjects/<int:subject_id>/strands/", subjects.strands, name="strands"),
    path("frameworks/strands/<int:strand_id>/name/", subjects.strand_name, name="strand_name"),
    path("frameworks/strands/<int:strand_id>/place/", subjects.strand_place, name="strand_place"),
    path("frameworks/strands/<int:strand_id>/retirement/", subjects.strand_retirement, name="strand_retirement"),
    path("frameworks/strands/<int:strand_id>/objectives/", subjects.objectives, name="objectives"),
    path("frameworks/objectives/<int:objective_id>/", subjects.objective, name="objective"),
    path("frameworks/objectives/<int:objective_id>/about/", bending.objective_about, name="objective_about"),
    path("frameworks/objectives/<int:objective_id>/merging/", bending.objective_merging, name="objective_merging"),
    path(
        "frameworks/objectives/<int:objective_id>/splitting/", bending.objective_splitting, name="objective_splitting"
    ),
    path("frameworks/objectives/<int:objective_id>/scale/", going_over.objective_scale, name="objective_scale"),
    path("frameworks/subjects/<int:subject_id>/scale/", going_over.subject_scale, name="subject_scale"),
    path("frameworks/<int:framework_id>/scale/", going_over.framework_scale, name="framework_scale"),
    path("frameworks/bends/<int:change_id>/", bending.bent, name="bent"),
    path("frameworks/subjects/<int:subject_id>/summing-up/", summing_up.summing_up, name="summing_up"),
    path("frameworks/summative-lines/<int:line_id>/", summing_up.summative_line, name="summative_line"),
    path(
        "frameworks/summative-lines/<int:line_id>/retirement/",
        summing_up.summative_line_retirement,
        name="summative_line_retirement",
    ),
    path("workload/", workload.workload, name="workload"),
    path("snapshots/", snapshots.snapshots, name="snapshots"),
    path("snapshots/usual/", snapshots.usual, name="usual_snapshots"),
    path("snapshots/<int:snapshot_id>/", snapshots.snapshot, name="snapshot"),
    path("snapshots/<int:snapshot_id>/retirement/", snapshots.snapshot_retirement, name="snapshot_retirement"),
    path("frameworks/objectives/<int:objective_id>/place/", subjects.objective_place, name="objective_place"),
    path("frameworks/objectives/<int:objective_id>/key-flag/", subjects.objective_key, name="objective_key"),
    path(
        "frameworks/objectives/<int:objective_id>/retirement/",
        subjects.objective_retirement,
        name="objective_retirement",
    ),
    path("frameworks/objectives/<int:objective_id>/return/", subjects.objective_return, name="objective_return"),
    path("scales/", scales.scales, name="scales"),
    path("scales/new/", scales.scale_new, name="scale_new"),
    path("scales/<int:scale_id>/", scales.scale, name="scale"),
    path("scales/<int:scale_id>/retirement/", scales.scale_retirement, name="scale_retirement"),
]
