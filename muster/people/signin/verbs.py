"""What history says about getting in."""

from enum import StrEnum


class Verb(StrEnum):
    """Each is described in docs/how-it-works/signing-in.md."""

    ACCOUNT_MADE = "account:made"
    AUTHENTICATOR_ADDED = "authenticator:added"
    AUTHENTICATOR_REMOVED = "authenticator:removed"
    DAY_PASS_GIVEN = "day-pass:given"
    DAY_PASS_USED = "day-pass:used"
    DAY_PASS_WITHDRAWN = "day-pass:withdrawn"
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
