"""What history says about signing in."""

from enum import StrEnum


class Verb(StrEnum):
    """Changes and events. Each is described in docs/how-it-works/signing-in.md."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    SESSION_ENDED = "session-ended"
    SESSIONS_ENDED = "sessions-ended"
    NAME_CHANGED = "own-name-changed"
    PASSWORD_CHANGED = "password-changed"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    AUTHENTICATOR_ADDED = "authenticator-added"
    AUTHENTICATOR_REMOVED = "authenticator-removed"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    RECOVERY_CODE_USED = "recovery-code-used"
    FIRST_ADMINISTRATOR_MADE = "first-administrator-made"
    POST_GIVEN = "post-given"
    POST_ENDED = "post-ended"
    LINK_MADE = "sign-in-link-made"
    LINK_USED = "sign-in-link-used"
    SECOND_FACTOR_RESET_ASKED = "second-factor-reset-asked"
    SECOND_FACTOR_RESET_AGREED = "second-factor-reset-agreed"
    SECOND_FACTOR_RESET = "second-factor-reset"
    DAY_PASS_GIVEN = "day-pass-given"
    DAY_PASS_USED = "day-pass-used"
    DAY_PASS_WITHDRAWN = "day-pass-withdrawn"
