"""The files and columns of OneRoster CSV 1.1 and 1.2 that Muster reads.

OneRoster CSV Binding 1.2 and OneRoster 1.1 Final, CSV Tables (1EdTech). School Data Sync 2.1 (Microsoft) is the same idea
with fewer columns, some called otherwise; those names stand second. Columns not named here are dropped by name.
"""

from muster.exchange.rules.package import Fields
from muster.exchange.rules.roster import Of

FILES: dict[str, Fields] = {
    "manifest": {"name": ("propertyname",), "value": ("value",)},
    "academicsessions": {
        "id": ("sourcedid",),
        "status": ("status",),
        "title": ("title",),
        "type": ("type",),
        "first": ("startdate",),
        "last": ("enddate",),
        "parent": ("parentsourcedid",),
    },
    "orgs": {
        "id": ("sourcedid",),
        "status": ("status",),
        "name": ("name",),
        "type": ("type",),
        "identifier": ("identifier",),
        "parent": ("parentsourcedid",),
    },
    "courses": {"id": ("sourcedid",), "title": ("title",), "grades": ("grades", "grade"), "subjects": ("subjects", "subject")},
    "classes": {
        "id": ("sourcedid",),
        "status": ("status",),
        "title": ("title",),
        "grades": ("grades", "grade"),
        "course": ("coursesourcedid",),
        "code": ("classcode", "code"),
        "type": ("classtype",),
        "room": ("location",),
        "school": ("schoolsourcedid", "orgsourcedid"),
        "sessions": ("termsourcedids", "sessionsourcedids", "termsourcedid"),
        "subjects": ("subjects", "subject"),
    },
    "users": {
        "id": ("sourcedid",),
        "status": ("status",),
        "enabled": ("enableduser",),
        "orgs": ("orgsourcedids", "orgsourcedid"),
        "primary_org": ("primaryorgsourcedid",),
        "role": ("role",),
        "username": ("username",),
        "ids": ("userids",),
        "given": ("givenname",),
        "family": ("familyname",),
        "middle": ("middlename",),
        "preferred": ("preferredgivenname",),
        "identifier": ("identifier",),
        "master": ("usermasteridentifier",),
        "upn": ("metadataupn", "upn"),
        "email": ("email",),
        "sms": ("sms",),
        "phone": ("phone",),
        "agents": ("agentsourcedids", "agents"),
        "grades": ("grades", "grade"),
    },
    "roles": {
        "status": ("status",),
        "user": ("usersourcedid",),
        "rank": ("roletype", "isprimary"),
        "role": ("role",),
        "first": ("begindate", "rolestartdate"),
        "last": ("enddate", "roleenddate"),
        "org": ("orgsourcedid",),
        "grade": ("grade",),
    },
    "enrollments": {
        "id": ("sourcedid",),
        "status": ("status",),
        "class": ("classsourcedid",),
        "user": ("usersourcedid",),
        "role": ("role",),
        "primary": ("primary",),
        "first": ("begindate",),
        "last": ("enddate",),
    },
    "demographics": {
        "id": ("usersourcedid", "sourcedid"),
        "status": ("status",),
        "born": ("birthdate",),
        "sex": ("sex", "gender"),
    },
    "relationships": {
        "user": ("usersourcedid",),
        "other": ("relationshipusersourcedid",),
        "role": ("relationshiprole",),
    },
}  # fmt: skip
NEEDS: dict[str, tuple[str, ...]] = {
    "manifest": ("name", "value"),
    "academicsessions": ("id",),
    "orgs": ("id", "name"),
    "courses": ("id",),
    "classes": ("id", "title"),
    "users": ("id",),
    "roles": ("user", "role"),
    "enrollments": ("class", "user", "role"),
    "demographics": ("id",),
    "relationships": ("user", "other"),
}
HOLDS: dict[str, Of | None] = {
    "academicsessions": Of.SESSION,
    "orgs": Of.SCHOOL,
    "classes": Of.CLASS,
    "enrollments": Of.MEMBERSHIP,
}
"""Which kind of record a file claims to hold all of, where it is sent in bulk. Users are of three kinds."""
PEOPLE = (Of.PUPIL, Of.STAFF, Of.GUARDIAN)
DATES = {
    "academicsessions": ("first", "last"),
    "roles": ("first", "last"),
    "enrollments": ("first", "last"),
    "demographics": ("born",),
}
UNREAD = frozenset({
    "categories", "classresources", "courseresources", "lineitems", "lineitemlearningobjectiveids", "lineitemscorescales",
    "resources", "results", "resultlearningobjectiveids", "resultscorescales", "scorescales", "userresources", "userflags",
    "userprofiles",
})  # fmt: skip
"""Files of the format that Muster has no purpose for. User profiles hold names and passwords of other systems."""
PUPIL_ROLES = frozenset({"student", "pupil", "learner"})
GUARDIAN_ROLES = {"parent": "Parent", "guardian": "Guardian", "relative": "Relative"}
STAFF_ROLES = frozenset({
    "administrator", "aide", "counselor", "districtadministrator", "principal", "proctor", "siteadministrator",
    "systemadministrator", "teacher", "staff", "faculty", "assistantprincipal", "officer", "support",
})  # fmt: skip
"""In small letters. An administrator of a system is somebody who works there, too."""
TEACHES = frozenset({"teacher", "aide"})
"""Roles in a class that let an adult work with it: the teacher and whoever helps."""
WATCHES = frozenset({"administrator", "proctor"})
"""Roles in a class that teach nobody in it."""
SESSION_KINDS = {"schoolyear": "year", "term": "term", "semester": "term", "gradingperiod": "half-term"}
CLASS_KINDS = {"homeroom": "registration", "scheduled": "teaching"}
GENDERS = {"f": "girls", "female": "girls", "m": "boys", "male": "boys"}
GONE = frozenset({"tobedeleted", "inactive"})
"""What a status says of a record that is no more; 1.0 says inactive. Empty is active."""
ACTIVE = frozenset({"", "active"})
