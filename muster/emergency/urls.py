"""Addresses of emergency, below the school's."""

from django.urls import path

from muster.emergency.views import handing, incidents, roll_calls

urlpatterns = [
    path("roll-calls/<uuid:roll_call>/events/", roll_calls.roll_call_events, name="roll-call-events"),
    path("roll-calls/going-on/", roll_calls.roll_calls_going_on, name="roll-calls-going-on"),
    path("roll-call/", roll_calls.roll_call, name="roll-call"),
    path("roll-call-sheet/", roll_calls.roll_call_sheet, name="roll-call-sheet"),
    path("roll-calls/", roll_calls.roll_calls, name="roll-calls"),
    path("roll-calls/new/", roll_calls.roll_call_new, name="roll-call-new"),
    path("roll-calls/events/", roll_calls.roll_call_sync, name="roll-call-sync"),
    path("roll-calls/readiness/", roll_calls.roll_call_ready, name="roll-call-ready"),
    path("roll-calls/<int:roll_call_id>/", roll_calls.roll_call_board, name="roll-call-board"),
    path("roll-calls/<int:roll_call_id>/people/", roll_calls.roll_call_list, name="roll-call-list"),
    path("roll-calls/<int:roll_call_id>/people/<slug:who>/", roll_calls.roll_call_person, name="roll-call-person"),
    path("roll-calls/<int:roll_call_id>/typed-list/", roll_calls.roll_call_typed, name="roll-call-typed"),
    path("roll-calls/<int:roll_call_id>/closure/", roll_calls.roll_call_closure, name="roll-call-closure"),
    path("roll-calls/<int:roll_call_id>/report/", roll_calls.roll_call_report, name="roll-call-report"),
    path("roll-calls/<int:roll_call_id>/desk/", handing.desk, name="handing-desk"),
    path("roll-calls/<int:roll_call_id>/desk/cards/new/", handing.card_new, name="handing-card-new"),
    path("roll-calls/<int:roll_call_id>/desk/cards/<int:card_id>/", handing.card, name="handing-card"),
    path("roll-calls/<int:roll_call_id>/desk/second-halves/new/", handing.second_half_new, name="second-half-new"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/new/", incidents.incident_new, name="incident-new"),
    path("incidents/<int:incident_id>/", incidents.incident, name="incident"),
    path("incidents/<int:incident_id>/account/", incidents.incident_account, name="incident-account"),
    path("incidents/<int:incident_id>/amendments/new/", incidents.amendment_new, name="amendment-new"),
]
