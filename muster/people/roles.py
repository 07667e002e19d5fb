"""Roles and permissions in the school's words: what a role is called, and what it can and cannot do.

The access table is printed from `GRANTS` and these words, so it cannot say anything else than what is so.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.people.access import GRANTS, OWN_CLASSES, WHOLE_SCHOOL, Permission, Role

ROLE_WORDS: dict[Role, str | Promise] = {
    Role.PUPIL: gettext_lazy("pupil"),
    Role.GUARDIAN: gettext_lazy("parent or carer"),
    Role.TEACHER: gettext_lazy("teacher"),
    Role.COVER: gettext_lazy("cover teacher"),
    Role.TUTOR: gettext_lazy("tutor"),
    Role.SENCO: gettext_lazy("SENCO"),
    Role.DSL: gettext_lazy("safeguarding lead"),
    Role.DUTY: gettext_lazy("duty lead"),
    Role.OFFICE: gettext_lazy("office"),
    Role.HEAD: gettext_lazy("head"),
    Role.GOVERNOR: gettext_lazy("governor"),
    Role.DPO: gettext_lazy("data protection officer"),
    Role.IT: gettext_lazy("IT"),
}

PERMISSION_WORDS: dict[Permission, str | Promise] = {
    Permission.ACCESS_GRANT: gettext_lazy("give and end posts, and make sign-in links"),
    Permission.ATTENDANCE_LEAD: gettext_lazy("see who comes near the limit of unauthorised absence"),
    Permission.ATTENDANCE_VIEW: gettext_lazy("see attendance"),
    Permission.CLASS_EDIT: gettext_lazy("make classes and choose who teaches them"),
    Permission.CLASS_VIEW: gettext_lazy("see classes and who is in them"),
    Permission.CURRICULUM_EDIT: gettext_lazy("change objectives and scales"),
    Permission.CURRICULUM_VIEW: gettext_lazy("see objectives and scales"),
    Permission.DAY_PASS_GIVE: gettext_lazy("let a supply teacher in for a day"),
    Permission.EXPECTED_VIEW: gettext_lazy("see where a pupil should be now"),
    Permission.FOLLOWING_SET: gettext_lazy("let a pupil follow other objectives than the class"),
    Permission.GOLDEN_RULES_VIEW: gettext_lazy("see the golden rules, and what was switched on against them"),
    Permission.GUARDIAN_VIEW: gettext_lazy("see parents and how to reach them"),
    Permission.HISTORY_VIEW: gettext_lazy("search the history of changes and looks"),
    Permission.INCIDENT_LOG: gettext_lazy("log an incident"),
    Permission.INCIDENT_VIEW: gettext_lazy("open the incidents they wrote or must know of"),
    Permission.INSTALLATION_VIEW: gettext_lazy("see whether the installation is sound"),
    Permission.LATE_DESK_KEEP: gettext_lazy("sign pupils in late and out early"),
    Permission.MARKBOOK_JUDGE: gettext_lazy("mark"),
    Permission.MARKBOOK_VIEW: gettext_lazy("see marks"),
    Permission.OWN_RECORD_VIEW: gettext_lazy("see their own record, or their child's"),
    Permission.PUPIL_EDIT: gettext_lazy("change pupils' records"),
    Permission.PUPIL_LIST: gettext_lazy("see pupils' names and classes"),
    Permission.PUPIL_VIEW: gettext_lazy("open a pupil's record"),
    Permission.REGISTER_AMEND: gettext_lazy("amend registers and give reasons for absence"),
    Permission.REGISTER_TAKE: gettext_lazy("take a register"),
    Permission.REUNIFICATION_KEEP: gettext_lazy("hand children back after an emergency"),
    Permission.ROLL_CALL_END: gettext_lazy("lead and end a roll call"),
    Permission.ROLL_CALL_START: gettext_lazy("start a roll call"),
    Permission.ROLL_CALL_TICK: gettext_lazy("account for people in a roll call"),
    Permission.ROLL_CALL_VIEW: gettext_lazy("open reports of roll calls"),
    Permission.SCHOOL_SETTINGS: gettext_lazy("change the school's settings"),
    Permission.SECOND_FACTOR_RESET: gettext_lazy("reset a second factor, together with somebody else"),
    Permission.TEACHING_GROUP_MAKE: gettext_lazy("make a teaching group of their pupils"),
    Permission.TIMETABLE_EDIT: gettext_lazy("change the timetable, cover, duties and trips"),
    Permission.TODAY_VIEW: gettext_lazy("open Today"),
    Permission.VISITOR_SIGN: gettext_lazy("sign visitors in and out"),
    Permission.YEAR_TURN: gettext_lazy("turn this school year into the next"),
}

ABOUT_PUPILS = frozenset(
    {
        Permission.ATTENDANCE_LEAD,
        Permission.ATTENDANCE_VIEW,
        Permission.CLASS_VIEW,
        Permission.EXPECTED_VIEW,
        Permission.FOLLOWING_SET,
        Permission.GUARDIAN_VIEW,
        Permission.LATE_DESK_KEEP,
        Permission.MARKBOOK_JUDGE,
        Permission.MARKBOOK_VIEW,
        Permission.PUPIL_EDIT,
        Permission.PUPIL_LIST,
        Permission.PUPIL_VIEW,
        Permission.REGISTER_AMEND,
        Permission.REGISTER_TAKE,
        Permission.TEACHING_GROUP_MAKE,
        Permission.YEAR_TURN,
    }
)
"""Permissions that go by pupil: for these it matters whom a role reaches."""


def role_word(role: Role | str) -> str:
    """What a role is called, in the middle of a sentence."""
    return str(ROLE_WORDS[Role(role)])


def role_name(role: Role | str) -> str:
    """What a role is called, at the beginning of a line."""
    return capital(role_word(role))


def permission_word(permission: Permission) -> str:
    """What a permission lets somebody do."""
    return str(PERMISSION_WORDS.get(permission, permission.value))


def reach_word(role: Role) -> str:
    """Which pupils a role reaches."""
    if role in WHOLE_SCHOOL:
        return _("the whole school")
    if role in OWN_CLASSES:
        return _("their own classes")
    if role in {Role.PUPIL, Role.GUARDIAN}:
        return _("themselves") if role is Role.PUPIL else _("their own children")
    return _("no pupils")


@dataclass(frozen=True)
class RoleAccess:
    """One role in the access table."""

    role: Role
    word: str
    reach: str
    can: list[str]
    cannot: list[str]


def access_table() -> list[RoleAccess]:
    """Every role with what it can and cannot do, from `GRANTS`."""
    return [
        RoleAccess(
            role,
            role_name(role),
            reach_word(role),
            [permission_word(each) for each in Permission if each in GRANTS[role]],
            [permission_word(each) for each in Permission if each not in GRANTS[role]],
        )
        for role in Role
    ]


def capital(words: str) -> str:
    """`words` at the beginning of a sentence; SENCO stays SENCO."""
    return words[:1].upper() + words[1:]


def who_may(permission: Permission) -> str:
    """Who may do that, as a list for the foot of a page: "their teachers, SENCO, office and head"."""
    own = [role for role in Role if role in OWN_CLASSES and permission in GRANTS[role]]
    all_of_it = [role for role in Role if role in WHOLE_SCHOOL and permission in GRANTS[role]]
    words = [str(format_lazy(gettext_lazy("their {role}"), role=role_word(role))) for role in own]
    words += [role_word(role) for role in all_of_it]
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}
