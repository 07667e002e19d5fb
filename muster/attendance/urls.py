"""Addresses of attendance, below the school's."""

from django.urls import path

from muster.attendance import views

urlpatterns = [
    path("registers/", views.registers, name="registers"),
    path("classes/<int:class_id>/register/", views.register_now, name="register-now"),
    path("classes/<int:class_id>/registers/<slug:on>/<slug:session>/", views.register, name="register"),
    path("desk/", views.desk, name="desk"),
    path("desk/<int:pupil_id>/", views.desk_pupil, name="desk-pupil"),
    path("absences/", views.absences, name="absences"),
    path("absences/<int:pupil_id>/<slug:on>/", views.absence, name="absence"),
    path("pupils/<int:pupil_id>/planned-absences/", views.planned_absences, name="planned-absences"),
    path("planned-absences/<int:planned_id>/end/", views.planned_end, name="planned-end"),
    path("attendance/", views.attendance, name="attendance"),
    path("mis-files/", views.mis_files, name="mis-files"),
    path("mis-files/<int:number>/", views.mis_file, name="mis-file"),
    path("visitors/", views.visitors, name="visitors"),
    path("visitors/<int:visit_id>/departure/", views.visit_departure, name="visit-departure"),
    path("visitors/<int:visit_id>/clearance/", views.visit_clearance, name="visit-clearance"),
    path("staff/<int:staff_id>/signing/", views.staff_signing, name="staff-signing"),
    path("door-mode/", views.door_mode, name="door-mode"),
    path("door/", views.door, name="door"),
    path("door/arrival/", views.door_arrival, name="door-arrival"),
    path("door/departure/", views.door_departure, name="door-departure"),
    path("door/staff/", views.door_staff, name="door-staff"),
    path("school-day/", views.school_day, name="school-day"),
    path("cover/", views.cover, name="cover"),
    path("timetable/", views.timetable, name="timetable"),
    path("timetable/periods/", views.timetable_periods, name="timetable-periods"),
    path("timetable/classes/<int:class_id>/", views.timetable_class, name="timetable-class"),
    path("timetable/staff/<int:staff_id>/", views.timetable_staff, name="timetable-staff"),
    path("timetable/duties/", views.timetable_duties, name="timetable-duties"),
    path("timetable/duties/<int:duty_id>/end/", views.duty_end, name="duty-end"),
    path("timetable/part-time/", views.part_time, name="part-time"),
    path("pupils/<int:pupil_id>/part-time/", views.pupil_part_time, name="pupil-part-time"),
    path("pupils/<int:pupil_id>/part-time/<int:row_id>/end/", views.part_time_end, name="part-time-end"),
    path("trips/", views.trips, name="trips"),
    path("trips/<int:trip_id>/end/", views.trip_end, name="trip-end"),
]
