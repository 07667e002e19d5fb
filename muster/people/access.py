"""The whole policy on one screen: which role may do what.

A post is (account, school, role, from, until). What it allows, it allows in its own school only.
`GRANTS` says which kinds of thing a role may do; `reach.py` says to which pupils.
The rows are those of the access table in docs/how-it-works/access.md, which is printed from this file.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at a school."""

    PUPIL = "pupil"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    COVER = "cover"
    TUTOR = "tutor"
    SENCO = "senco"
    DSL = "dsl"
    DUTY = "duty"
    OFFICE = "office"
    HEAD = "head"
    GOVERNOR = "governor"
    DPO = "dpo"
    IT = "it"


STAFF_ROLES = frozenset(Role) - {Role.PUPIL, Role.GUARDIAN}


class Permission(StrEnum):
    """What can be allowed, named thing:verb."""

    ACCESS_GRANT = "access:grant"
    ATTENDANCE_LEAD = "attendance:lead"
    ATTENDANCE_VIEW = "attendance:view"
    CLASS_EDIT = "class:edit"
    CLASS_VIEW = "class:view"
    CURRICULUM_EDIT = "curriculum:edit"
    CURRICULUM_VIEW = "curriculum:view"
    DAY_PASS_GIVE = "day-pass:give"
    EXPECTED_VIEW = "expected:view"
    FOLLOWING_SET = "following:set"
    GOLDEN_RULES_VIEW = "golden-rules:view"
    GUARDIAN_VIEW = "guardian:view"
    HISTORY_VIEW = "history:view"
    INCIDENT_LOG = "incident:log"
    INCIDENT_VIEW = "incident:view"
    INSTALLATION_VIEW = "installation:view"
    LATE_DESK_KEEP = "late-desk:keep"
    MARKBOOK_JUDGE = "markbook:judge"
    MARKBOOK_VIEW = "markbook:view"
    OWN_RECORD_VIEW = "own-record:view"
    PUPIL_EDIT = "pupil:edit"
    PUPIL_LIST = "pupil:list"
    PUPIL_VIEW = "pupil:view"
    REGISTER_AMEND = "register:amend"
    REGISTER_TAKE = "register:take"
    REUNIFICATION_KEEP = "reunification:keep"
    ROLL_CALL_END = "roll-call:end"
    ROLL_CALL_START = "roll-call:start"
    ROLL_CALL_TICK = "roll-call:tick"
    ROLL_CALL_VIEW = "roll-call:view"
    SCHOOL_SETTINGS = "school:settings"
    SECOND_FACTOR_RESET = "second-factor:reset"
    TEACHING_GROUP_MAKE = "teaching-group:make"
    TIMETABLE_EDIT = "timetable:edit"
    TODAY_VIEW = "today:view"
    VISITOR_SIGN = "visitor:sign"
    YEAR_TURN = "year:turn"


P = Permission
IN_AN_EMERGENCY = frozenset(
    {P.INCIDENT_LOG, P.INCIDENT_VIEW, P.ROLL_CALL_START, P.ROLL_CALL_TICK, P.REUNIFICATION_KEEP}
)
"""What every adult on duty may do when it matters, whatever else they are. In a declared emergency it reaches everyone
on duty at once: a roll call lists the whole school, and no class, training or second factor stands before it."""
LEADS_A_ROLL_CALL = frozenset({P.ROLL_CALL_END, P.ROLL_CALL_VIEW})
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PUPIL: frozenset({P.TODAY_VIEW, P.OWN_RECORD_VIEW}),
    Role.GUARDIAN: frozenset({P.TODAY_VIEW, P.OWN_RECORD_VIEW}),
    Role.TEACHER: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.CLASS_VIEW,
            P.PUPIL_LIST,
            P.PUPIL_VIEW,
            P.MARKBOOK_VIEW,
            P.MARKBOOK_JUDGE,
            P.FOLLOWING_SET,
            P.CURRICULUM_VIEW,
            P.CURRICULUM_EDIT,
            P.TEACHING_GROUP_MAKE,
            P.REGISTER_TAKE,
            P.ATTENDANCE_VIEW,
            P.EXPECTED_VIEW,
        }
    )
    | IN_AN_EMERGENCY,
    Role.COVER: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.CLASS_VIEW,
            P.PUPIL_LIST,
            P.MARKBOOK_VIEW,
            P.MARKBOOK_JUDGE,
            P.CURRICULUM_VIEW,
            P.REGISTER_TAKE,
        }
    )
    | IN_AN_EMERGENCY,
    Role.TUTOR: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.CLASS_VIEW,
            P.PUPIL_LIST,
            P.PUPIL_VIEW,
            P.GUARDIAN_VIEW,
            P.MARKBOOK_VIEW,
            P.CURRICULUM_VIEW,
            P.REGISTER_TAKE,
            P.ATTENDANCE_VIEW,
            P.EXPECTED_VIEW,
        }
    )
    | IN_AN_EMERGENCY,
    Role.SENCO: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.CLASS_VIEW,
            P.PUPIL_LIST,
            P.PUPIL_VIEW,
            P.GUARDIAN_VIEW,
            P.MARKBOOK_VIEW,
            P.FOLLOWING_SET,
            P.CURRICULUM_VIEW,
            P.ATTENDANCE_VIEW,
        }
    )
    | IN_AN_EMERGENCY,
    Role.DSL: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.CLASS_VIEW,
            P.PUPIL_LIST,
            P.PUPIL_VIEW,
            P.GUARDIAN_VIEW,
            P.MARKBOOK_VIEW,
            P.CURRICULUM_VIEW,
            P.ATTENDANCE_VIEW,
            P.EXPECTED_VIEW,
            P.ATTENDANCE_LEAD,
        }
    )
    | IN_AN_EMERGENCY
    | LEADS_A_ROLL_CALL,
    Role.DUTY: frozenset({P.TODAY_VIEW, P.GOLDEN_RULES_VIEW}) | IN_AN_EMERGENCY | LEADS_A_ROLL_CALL,
    Role.OFFICE: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.CLASS_VIEW,
            P.CLASS_EDIT,
            P.PUPIL_LIST,
            P.PUPIL_VIEW,
            P.PUPIL_EDIT,
            P.GUARDIAN_VIEW,
            P.CURRICULUM_VIEW,
            P.DAY_PASS_GIVE,
            P.ACCESS_GRANT,
            P.SECOND_FACTOR_RESET,
            P.REGISTER_TAKE,
            P.REGISTER_AMEND,
            P.ATTENDANCE_VIEW,
            P.EXPECTED_VIEW,
            P.LATE_DESK_KEEP,
            P.VISITOR_SIGN,
            P.TIMETABLE_EDIT,
            P.YEAR_TURN,
        }
    )
    | IN_AN_EMERGENCY,
    Role.HEAD: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.CLASS_VIEW,
            P.CLASS_EDIT,
            P.PUPIL_LIST,
            P.PUPIL_VIEW,
            P.GUARDIAN_VIEW,
            P.MARKBOOK_VIEW,
            P.FOLLOWING_SET,
            P.CURRICULUM_VIEW,
            P.CURRICULUM_EDIT,
            P.DAY_PASS_GIVE,
            P.ACCESS_GRANT,
            P.SECOND_FACTOR_RESET,
            P.SCHOOL_SETTINGS,
            P.HISTORY_VIEW,
            P.TEACHING_GROUP_MAKE,
            P.REGISTER_TAKE,
            P.REGISTER_AMEND,
            P.ATTENDANCE_VIEW,
            P.ATTENDANCE_LEAD,
            P.EXPECTED_VIEW,
            P.LATE_DESK_KEEP,
            P.VISITOR_SIGN,
            P.TIMETABLE_EDIT,
            P.YEAR_TURN,
        }
    )
    | IN_AN_EMERGENCY
    | LEADS_A_ROLL_CALL,
    Role.GOVERNOR: frozenset({P.TODAY_VIEW, P.GOLDEN_RULES_VIEW}),
    Role.DPO: frozenset({P.TODAY_VIEW, P.GOLDEN_RULES_VIEW, P.HISTORY_VIEW}),
    Role.IT: frozenset(
        {
            P.TODAY_VIEW,
            P.GOLDEN_RULES_VIEW,
            P.SCHOOL_SETTINGS,
            P.INSTALLATION_VIEW,
            P.ACCESS_GRANT,
            P.SECOND_FACTOR_RESET,
        }
    ),
}
WHOLE_SCHOOL = frozenset({Role.SENCO, Role.DSL, Role.OFFICE, Role.HEAD})
"""Roles whose permissions reach every pupil of the school; the others reach their own classes or child."""
OWN_CLASSES = frozenset({Role.TEACHER, Role.COVER, Role.TUTOR})
