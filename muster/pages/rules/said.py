"""What a rule says to a person, in that person's language, without the rule knowing who translates.

A rule is free of Django, and its sentences are read on pages. So it says them here, and `pages` hands in what
translates once the program starts. Without it, as in a test of a rule alone, the sentence is said as it was written.
"""

from collections.abc import Callable


class Tongue:
    """The door: what translates one sentence."""

    translate: Callable[[str], str] = staticmethod(str)


def say(sentence: str, /, **values: object) -> str:
    """`sentence` in the reader's language, with `{name}` standing for each value.

    A value is text that somebody wrote or a number: it is put in as it is and never read as a pattern.
    """
    return Tongue.translate(sentence).format_map(values)
