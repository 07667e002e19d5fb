"""The files and columns of School Data Sync, first version, that Muster reads.

Microsoft, SDS V1 CSV File Format. The British format says ID where the other says SIS ID, and DfE Number of a school.
Columns not named here are dropped by name: passwords, second e-mail addresses, numbers of a state.
"""

from muster.exchange.rules.package import Fields

PERSON: Fields = {
    "id": ("sisid", "id"),
    "school": ("schoolsisid", "schooldfenumber", "schoolid"),
    "given": ("firstname",),
    "family": ("lastname",),
    "username": ("username",),
    "status": ("status",),
}
FILES: dict[str, Fields] = {
    "school": {
        "id": ("sisid", "dfenumber", "id"),
        "name": ("name",),
        "number": ("schoolnumber",),
        "nces": ("schoolncesid",),
    },
    "section": {
        "id": ("sisid", "id"),
        "school": ("schoolsisid", "schooldfenumber", "schoolid"),
        "name": ("sectionname",),
        "code": ("sectionnumber",),
        "term": ("termsisid", "termid"),
        "term_name": ("termname",),
        "first": ("termstartdate",),
        "last": ("termenddate",),
        "course": ("coursename",),
        "subject": ("coursesubject",),
        "status": ("status",),
    },
    "student": {
        **PERSON,
        "middle": ("middlename",),
        "number": ("studentnumber",),
        "upn": ("upn",),
        "grade": ("grade", "yeargroup"),
        "born": ("birthdate", "dateofbirth"),
        "sex": ("gender", "sex"),
    },
    "teacher": {**PERSON, "number": ("teachernumber",), "title": ("title",)},
    "studentenrollment": {"class": ("sectionsisid", "sectionid"), "person": ("sisid", "id")},
    "teacherroster": {"class": ("sectionsisid", "sectionid"), "person": ("sisid", "id")},
    "user": {
        "id": ("sisid", "id"),
        "email": ("email",),
        "given": ("firstname",),
        "family": ("lastname",),
        "phone": ("phone",),
    },
    "guardianrelationship": {"child": ("sisid", "id"), "email": ("email",), "role": ("role",)},
}
NEEDS: dict[str, tuple[str, ...]] = {
    "school": ("id", "name"),
    "section": ("id", "school", "name"),
    "student": ("id",),
    "teacher": ("id",),
    "studentenrollment": ("class", "person"),
    "teacherroster": ("class", "person"),
    "user": ("email",),
    "guardianrelationship": ("child", "email"),
}
GONE = frozenset({"inactive", "deleted", "left", "leaver", "withdrawn", "tobedeleted"})
ACTIVE = frozenset({"", "active", "current", "enrolled"})
GUARDIANS = {"parent": "Parent", "guardian": "Guardian", "relative": "Relative", "other": "", "": ""}
"""What makes an adult somebody to ring, and how it is said. "Other" is what the source writes where it does not know."""
NO_GUARDIANS = frozenset({"aide", "doctor", "child", "administrator"})
GENDERS = {"f": "girls", "female": "girls", "m": "boys", "male": "boys"}
