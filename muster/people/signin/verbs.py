"""What history says about getting in."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/signing-in.md."""

    ACCOUNT_MADE = "account:made"
    AUTHENTICATOR_ADDED = "authenticator:added"
    AUTHENTICATOR_REMOVED = "authenticator:removed"
    DAY_PASS_GIVEN = "day-pass:given"
    DAY_PASS_USED = "day-pass:used"
    DAY_PASS_WITHDRAWN = "day-pass:withdrawn"
    DOOR_BEGAN = "door-mode:began"
    DOOR_ENDED = "door-mode:ended"
    LINK_MADE = "sign-in-link:made"
    LINK_USED = "sign-in-link:used"
    NAME_CHANGED = "account:renamed"
    PASSKEY_ADDED = "passkey:added"
    PASSKEY_REMOVED = "passkey:removed"
    PASSWORD_CHANGED = "password:changed"
    RECOVERY_CODES_MADE = "recovery-codes:made"
    RESTORED_ACCESS_ENDED = "restored-access:ended"
    SECOND_FACTOR_RESET = "second-factor:reset"
    SECOND_FACTOR_RESET_AGREED = "second-factor-reset:agreed"
    SECOND_FACTOR_RESET_ASKED = "second-factor-reset:asked"
    SESSION_ENDED = "session:ended"
    SESSIONS_ENDED = "sessions:ended"
    SIGNED_IN = "account:signed-in"
    SIGNED_OUT = "account:signed-out"


told.offer(
    {
        Verb.ACCOUNT_MADE: gettext_lazy("Somebody was let in for the first time."),
        Verb.AUTHENTICATOR_ADDED: gettext_lazy("Somebody set up an authenticator app."),
        Verb.AUTHENTICATOR_REMOVED: gettext_lazy("Somebody took their authenticator app away."),
        Verb.DAY_PASS_GIVEN: gettext_lazy("A day pass was made."),
        Verb.DAY_PASS_USED: gettext_lazy("A day pass was used."),
        Verb.DAY_PASS_WITHDRAWN: gettext_lazy("A day pass was ended."),
        Verb.DOOR_BEGAN: gettext_lazy("A device was put on the door."),
        Verb.DOOR_ENDED: gettext_lazy("A device was taken off the door."),
        Verb.LINK_MADE: gettext_lazy("A link for a new password was made."),
        Verb.LINK_USED: gettext_lazy("A password was set by a link."),
        Verb.NAME_CHANGED: gettext_lazy("Somebody changed their name."),
        Verb.PASSKEY_ADDED: gettext_lazy("Somebody added a passkey."),
        Verb.PASSKEY_REMOVED: gettext_lazy("Somebody took a passkey away."),
        Verb.PASSWORD_CHANGED: gettext_lazy("Somebody changed their password."),
        Verb.RECOVERY_CODES_MADE: gettext_lazy("Somebody made new recovery codes."),
        Verb.RESTORED_ACCESS_ENDED: gettext_lazy("Sessions and links that came back with a backup were ended."),
        Verb.SECOND_FACTOR_RESET: gettext_lazy("A second factor was taken away."),
        Verb.SECOND_FACTOR_RESET_AGREED: gettext_lazy("Somebody agreed to take a second factor away."),
        Verb.SECOND_FACTOR_RESET_ASKED: gettext_lazy("Somebody asked for a second factor to be taken away."),
        Verb.SESSION_ENDED: gettext_lazy("A session was ended."),
        Verb.SESSIONS_ENDED: gettext_lazy("Somebody was signed out everywhere."),
        Verb.SIGNED_IN: gettext_lazy("Somebody signed in."),
        Verb.SIGNED_OUT: gettext_lazy("Somebody signed out."),
    }
)
