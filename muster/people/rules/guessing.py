"""How long to wait after wrong guesses. A delay, never a lock: nobody can shut another person out for good."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How many wrong guesses are free, and how the wait grows after them. Seconds."""

    free: int
    first: int
    longest: int

    def wait(self, wrong: int) -> int:
        """Seconds to wait after the `wrong`-th wrong guess in a row: nothing while free, then doubling."""
        beyond = wrong - self.free
        if beyond < 0:
            return 0
        # Past sixteen doublings every wait is the longest one; a larger power would only cost time.
        return int(min(self.longest, self.first * 2 ** min(beyond, 16)))


ACCOUNT = Patience(free=5, first=2, longest=300)
"""One account from one device, and all devices it has never been used on together. Five slips cost nothing; after a
dozen, five minutes a guess leaves 288 guesses a day against a password of fifteen characters."""

ADDRESS = Patience(free=300, first=2, longest=60)
"""Everybody behind one address. A whole school shares one, so this is wide: 100 staff may each slip three times."""

SHORT_CODE = Patience(free=20, first=2, longest=120)
"""Codes of day passes typed from one address: there is no account yet to count by."""
