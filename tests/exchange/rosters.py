"""Small packages of people and classes, written for Muster: everybody in them is invented."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date

from muster.exchange.formats import Files, Reading

TODAY = date(2026, 3, 4)
Rows = list[list[str]]
Package = dict[str, Rows]
"""The rows of each file, headings first."""


def rows(text: str) -> Rows:
    """The rows of a table written with | between its cells."""
    return [[cell.strip() for cell in line.strip().split("|")] for line in text.strip().splitlines()]


def written(package: Mapping[str, Rows], *, encoding: str = "utf-8", end: str = "\r\n", between: str = ",") -> Files:
    """The files of a package, as a system saves them."""
    found = {}
    for name, lines in package.items():
        out = io.StringIO()
        csv.writer(out, lineterminator=end, delimiter=between).writerows(lines)
        found[name] = out.getvalue().encode(encoding)
    return found


def reading(**more: object) -> Reading:
    """What a reader is told, on a Wednesday in March."""
    return Reading(**{"today": TODAY, **more})  # type: ignore[arg-type]


def oneroster_12() -> Package:
    """OneRoster 1.2 in bulk: two schools of a trust, a session, three classes, pupils, a teacher, an aide, parents."""
    return {
        "manifest.csv": rows(
            """
            propertyName | value
            manifest.version | 1.0
            oneroster.version | 1.2
            file.academicSessions | bulk
            file.orgs | bulk
            file.courses | bulk
            file.classes | bulk
            file.users | bulk
            file.roles | bulk
            file.enrollments | bulk
            file.demographics | bulk
            file.results | absent
            source.systemName | Invented
            """
        ),
        "academicSessions.csv": rows(
            """
            sourcedId | status | dateLastModified | title | type | startDate | endDate | parentSourcedId | schoolYear
            y26 | active | 2025-08-01T09:30:00.000Z | 2025/26 | schoolYear | 2025-09-01 | 2026-08-31 | | 2026
            t1 | active | | Autumn | term | 2025-09-01 | 2025-12-19 | y26 | 2026
            """
        ),
        "orgs.csv": rows(
            """
            sourcedId | status | dateLastModified | name | type | identifier | parentSourcedId
            trust | | | Elm and Ash Trust | district | |
            elm | active | | Elmfield Primary | school | 3101234 | trust
            ash | active | | Ashwell Primary | school | 3105678 | trust
            elm-ks2 | active | | Elmfield Key Stage 2 | department | | elm
            """
        ),
        "courses.csv": rows(
            """
            sourcedId | status | title | courseCode | grades | orgSourcedId | subjects
            ma | active | Mathematics | MA | 04 | trust | Maths
            """
        ),
        "classes.csv": rows(
            """
            sourcedId | status | title | grades | courseSourcedId | classCode | classType | location | schoolSourcedId | termSourcedIds | subjects | periods
            c1 | active | 3 Fern | 03 | | 3F | homeroom | Room 1 | elm | y26 | |
            c2 | active | Maths 4 | | ma | MA4 | scheduled | | elm-ks2 | t1,y26 | |
            c3 | tobedeleted | 2 Moss | 02 | | | homeroom | | ash | | | 1
            """
        ),
        "users.csv": rows(
            """
            sourcedId | status | enabledUser | username | userIds | givenName | familyName | middleName | identifier | email | sms | phone | agentSourcedIds | grades | password | userMasterIdentifier | preferredGivenName | primaryOrgSourcedId | pronouns
            p1 | active | true | nlark | {SIS:77},{UPN:B801200005001} | Nadia | Lark | Rose | | nadia@elm.example | | | g1 | 3 | hunter2 | m-1 | Nadi | elm | she/her
            p2 | active | true | tpike | {SIS:78} | Tomos | Pike | | A123456789012 | | | | | 4 | | | | |
            p3 | tobedeleted | false | ihart | | Iris | Hart | | | | | | | 2 | | | | ash |
            s1 | active | true | kfoss@elm.example | | Karim | Foss | | T-9 | | | 020 7946 0001 | | | | | | elm |
            s2 | active | false | | | Lowri | Penn | | | lowri@elm.example | | | | | | | | |
            g1 | active | true | | | Rosa | Lark | | | rosa@home.example | 07700 900001 | 020 7946 0002 | p1 | | | | | |
            g2 | active | true | | | Owen | Pike | | | owen@home.example | | | p2 | | | | | |
            """
        ),
        "roles.csv": rows(
            """
            sourcedId | status | userSourcedId | roleType | role | beginDate | endDate | orgSourcedId | userProfileSourcedId
            r1 | active | p1 | primary | student | 2024-09-02 | | elm |
            r2b | active | p2 | secondary | student | | | ash |
            r2 | active | p2 | primary | student | | | elm |
            r3 | tobedeleted | p3 | primary | student | | 2026-01-30 | ash |
            r4 | active | s1 | primary | teacher | 2020-01-01 | | elm |
            r4b | active | s1 | secondary | teacher | | 2025-07-31 | ash |
            r5 | active | s2 | primary | aide | | | elm |
            r6 | active | g1 | primary | parent | | | elm |
            r7 | active | g2 | primary | guardian | | | elm |
            """
        ),
        "enrollments.csv": rows(
            """
            sourcedId | status | classSourcedId | schoolSourcedId | userSourcedId | role | primary | beginDate | endDate
            e1 | active | c1 | elm | p1 | student | | 2025-09-03 | 2026-07-21
            e2 | active | c2 | elm | p2 | student | | |
            e3 | active | c1 | elm | s1 | teacher | true | |
            e4 | active | c1 | elm | s2 | aide | false | |
            e5 | tobedeleted | c3 | ash | p3 | student | | |
            """
        ),
        "demographics.csv": rows(
            """
            userSourcedId | status | birthDate | sex | white
            p1 | active | 2018-01-09 | female | true
            p2 | active | 2016-11-30 | male |
            p3 | active | 2018-05-05 | other |
            """
        ),
    }  # fmt: skip


def oneroster_11() -> Package:
    """OneRoster 1.1: roles and organisations stand in the file of users, headings are written as somebody liked."""
    package = oneroster_12()
    del package["roles.csv"]
    package["manifest.csv"] = [line for line in package["manifest.csv"] if line[0] != "file.roles"]
    package["manifest.csv"][2][1] = "1.1"
    package["orgs.csv"][0] = [
        "SOURCEDID",
        "Status",
        "datelastmodified",
        "Name",
        "TYPE",
        "identifier",
        "parentSourcedId",
    ]
    package["users.csv"] = rows(
        """
        sourcedId | status | enabledUser | orgSourcedIds | role | username | userIds | givenName | familyName | identifier | email | sms | phone | agentSourcedIds | ext_secret
        p1 | | true | elm | student | nlark | {UPN:B801200005001} | Nadia | Lark | | | | | g1 | x
        p2 | active | true | elm,ash | student | tpike | SIS:78 | Tomos | Pike | A123456789012 | | | | |
        p3 | tobedeleted | true | ash | student | ihart | | Iris | Hart | | | | | |
        s1 | active | true | elm | teacher | kfoss@elm.example | | Karim | Foss | | | | | |
        s2 | active | true | elm | aide | lpenn | | Lowri | Penn | | lowri@elm.example | | | |
        g1 | active | true | elm | parent | | | Rosa | Lark | | rosa@home.example | | 020 7946 0002 | |
        g2 | active | true | elm | relative | | | Owen | Pike | | owen@home.example | | | p2 |
        """
    )  # fmt: skip
    return package


def sync_21() -> Package:
    """School Data Sync 2.1: OneRoster with fewer columns and no manifest."""
    return {
        "orgs.csv": rows(
            """
            sourcedId | name | type | parentSourcedId
            elm | Elmfield Primary | school |
            ash | Ashwell Primary | primarySchool |
            """
        ),
        "users.csv": rows(
            """
            sourcedId | username | givenName | familyName | password | activeDirectoryMatchId | email | phone | sms
            p1 | nadia@elm.example | Nadia | Lark | hunter2 | | nadia@elm.example | |
            p2 | tomos@elm.example | Tomos | Pike | | x | | |
            s1 | karim@elm.example | Karim | Foss | | | | |
            g1 | rosa@home.example | Rosa | Lark | | | rosa@home.example | +442079460002 |
            """
        ),
        "roles.csv": rows(
            """
            userSourcedId | orgSourcedId | role | sessionSourcedId | grade | isPrimary | roleStartDate | roleEndDate
            p1 | elm | student | | 03 | true | 2024-09-02 |
            p2 | ash | student | | | false | | 2026-07-20
            p2 | elm | student | | 04 | true | | 2026-07-21
            s1 | elm | teacher | | | true | |
            g1 | elm | parent | | | true | |
            """
        ),
        "classes.csv": rows(
            """
            sourcedId | orgSourcedId | title | sessionSourcedIds | courseSourcedId | code
            c1 | elm | 3 Fern | | ma | 3F
            """
        ),
        "enrollments.csv": rows(
            """
            classSourcedId | userSourcedId | role
            c1 | p1 | student
            c1 | p2 | student
            c1 | s1 | teacher
            """
        ),
        "relationships.csv": rows(
            """
            userSourcedId | relationshipUserSourcedId | relationshipRole
            p1 | g1 | parent
            """
        ),
        "userFlags.csv": rows(
            """
            userSourcedId | flag
            p1 | homeless
            """
        ),
    }  # fmt: skip


def sync_us() -> Package:
    """School Data Sync as it is written outside Britain: month first, parents in files of their own."""
    return {
        "School.csv": rows(
            """
            SIS ID | Name | School Number | School NCES_ID | State ID | Phone
            10 | Elmfield Primary | 310 | 7 | WA | 020 7946 0100
            20 | Ashwell Primary | 320 | | WA |
            """
        ),
        "Section.csv": rows(
            """
            SIS ID | School SIS ID | Section Name | Section Number | Term SIS ID | Term Name | Term StartDate | Term EndDate | Course Name | Course Subject | Periods | Status
            101 | 10 | 3 Fern | 3F | 1 | 2025/26 | 9/1/2025 | 8/31/2026 | Class | General | 1 | Active
            102 | 20 | 4 Moss | 4M | 1 | 2025/26 | 9/1/2025 | 8/31/2026 | Class | General | 1 | Inactive
            """
        ),
        "Student.csv": rows(
            """
            SIS ID | School SIS ID | First Name | Middle Name | Last Name | Username | Password | State ID | Student Number | Grade | Status | Birthdate | Gender | Graduation Year
            1 | 10 | Nadia | Rose | Lark | nlark | hunter2 | WA | 501 | 3 | Active | 1/9/2018 | F | 2030
            2 | 10 | Tomos | | Pike | tpike | hunter2 | WA | 502 | 4 | Active | 11/30/2016 | M | 2029
            2 | 20 | Tomos | | Pike | tpike | hunter2 | WA | 502 | 4 | Active | 11/30/2016 | M | 2029
            3 | 20 | | | | ihart | hunter2 | WA | 503 | 2 | Inactive | 5/5/2019 | | 2031
            """
        ),
        "Teacher.csv": rows(
            """
            SIS ID | School SIS ID | First Name | Last Name | Username | Password | Teacher Number | Status | Title | Qualification
            91 | 10 | Karim | Foss | kfoss@elm.example | hunter2 | T9 | Active | Mr | PGCE
            """
        ),
        "StudentEnrollment.csv": rows(
            """
            Section SIS ID | SIS ID
            101 | 1
            101 | 2
            102 | 3
            """
        ),
        "TeacherRoster.csv": rows(
            """
            Section SIS ID | SIS ID
            101 | 91
            """
        ),
        "User.csv": rows(
            """
            Email | First Name | Last Name | Phone | SIS ID
            rosa@home.example | Rosa | Lark | 020 7946 0002 | G1
            owen@home.example | Owen | Pike | |
            """
        ),
        "Guardianrelationship.csv": rows(
            """
            SIS ID | Email | Role
            1 | rosa@home.example | Parent
            2 | Owen@home.example | Other
            """
        ),
    }  # fmt: skip


def sync_uk() -> Package:
    """School Data Sync with no more than it must have, in the British format: pupils have usernames and no names."""
    return {
        "School.csv": rows("DfE Number | Name\n3101234 | Elmfield Primary"),
        "Section.csv": rows("ID | School DfE Number | Section Name\n101 | 3101234 | 3 Fern"),
        "Student.csv": rows("ID | School DfE Number | Username\n1 | 3101234 | nlark\n2 | 3101234 | tpike"),
        "Teacher.csv": rows("ID | School DfE Number | Username\n91 | 3101234 | kfoss"),
        "StudentEnrollment.csv": rows("Section ID | ID\n101 | 1\n101 | 2"),
        "TeacherRoster.csv": rows("Section ID | ID\n101 | 91"),
    }


PACKAGES: dict[str, tuple[str, Callable[[], Package]]] = {
    "OneRoster 1.2": ("oneroster", oneroster_12),
    "OneRoster 1.1": ("oneroster", oneroster_11),
    "Data Sync 2.1": ("oneroster", sync_21),
    "Data Sync abroad": ("sds", sync_us),
    "Data Sync in Britain": ("sds", sync_uk),
}
"""Every package, with the format it is of."""
