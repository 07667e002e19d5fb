"""Why something cannot be done, in a sentence its reader can act on and that tells no more than they may know."""


class Refused(Exception):
    """Base of every refusal whose sentence may be shown to whoever asked."""
