"""Addresses of exchange, inside a school."""

from django.urls import path

from muster.exchange import views, views_imports, views_timetable

app_name = "exchange"
urlpatterns = [
    path("imports/new/", views_imports.new, name="new"),
    path("imports/<uuid:upload_id>/", views_imports.upload, name="upload"),
    path("imports/<uuid:upload_id>/answers/", views_imports.answers, name="answers"),
    path("imports/<uuid:upload_id>/bringing/", views_imports.bringing, name="bringing"),
    path("imports/<uuid:upload_id>/progress/", views_imports.progress, name="progress"),
    path("imports/<uuid:upload_id>/refused.xlsx", views_imports.refused, name="refused"),
    path("imports/<uuid:upload_id>/named.xlsx", views_imports.named, name="named"),
    path("frameworks/<int:framework_id>/file/", views.framework_file, name="framework_file"),
    path("frameworks/<int:framework_id>/objectives.csv", views.framework_rows_out, name="framework_rows"),
    path("frameworks/<int:framework_id>/objectives.xlsx", views.framework_workbook_out, name="framework_workbook"),
    path("frameworks/<int:framework_id>/case.json", views.framework_package_out, name="framework_package"),
    path("timetable/files/<slug:kind>/", views_timetable.timetable_file, name="timetable_file"),
    path("timetable/files/<slug:kind>/present.csv", views_timetable.timetable_out, name="timetable_out"),
    path("timetable/files/<slug:kind>/example.csv", views_timetable.timetable_example, name="timetable_example"),
]
