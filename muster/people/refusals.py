"""Why something cannot be done, in a sentence its reader can act on and that tells no more than they may know."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """Base of every refusal whose sentence may be shown to whoever asked.

    `status` is the answer where no view expects it: somebody was quicker (409), unless the refusal says otherwise.
    """

    status = 409


class PlanIsStale(Refused):
    """What a plan would change has changed since it was made: make it again and show it."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("The list has changed since you looked. Look at the effect again."))
