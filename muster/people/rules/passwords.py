"""Whether a password is good enough: long, and not made of what everybody would try first.

No rule about kinds of character and no forced change (NIST SP 800-63B-4, section 3.1.1.2). Lists of stolen passwords hold
very few of fifteen characters or more, and those that are there are built the same way: a common word or a run of
keys, repeated, or with a year or "123" behind it. So instead of a list of passwords there is a list of such parts,
made for this file; whatever is left once they are taken away has to be worth guessing.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

SHORTEST = 15
LONGEST = 1_000
"""Long enough for any sentence; short enough that hashing one costs no more than another page."""
MUST_BE_LEFT = 6
"""Characters that must remain, not counting repeats, once the parts anybody would try are gone."""

COMMON = frozenset(
    """
    access account admin administrator amazon angel apple arsenal autumn awesome baby banana baseball basketball batman
    beautiful birthday blessed blue bonjour brother buster butterfly changeme charlie chelsea chocolate christmas
    classroom code computer cookie correct daddy daniel default demo dinosaur dog doctor dolphin dragon easter
    education elephant email england everton family father february flower football forever freedom friday friend
    friends garden george ginger google grandma green guest halloween happy hannah headteacher heaven hello holiday
    home hunter iloveyou internet january jasmine jessica jesus jordan july june justin king kitten learning letmein
    liverpool login london lovely love lucky maggie manchester march markbook master matthew michael monday monkey
    mother mummy murphy muster mustang newcastle nicole november october office orange owner pass passcode passphrase
    passw0rd password patience peanut pepper phone please pokemon police princess private pupil pupils purple rainbow
    rangers reading register rose sally samantha samsung saturday school secret september secure security shadow
    snowball soccer spring spurs star starwars student students summer sunday sunflower sunshine superman teacher
    teachers teaching temp temporary term test tester testing thankyou thomas thursday tigger tinkerbell tottenham
    trust tuesday united user username valentine wednesday welcome whatever william windows winter wizard wonderful
    work yellow
    """.split()
)  # fmt: skip
"""Words people reach for when asked for a password, and those a school puts on its walls."""

RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
LOOKALIKES = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i"}
)


class Weakness(StrEnum):
    """Why a password will not do."""

    SHORT = "short"
    LONG = "long"
    EASY = "easy"
    OWN = "own"


def plain(text: str) -> str:
    """Lower case, without accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))


def words(texts: Iterable[str]) -> frozenset[str]:
    """The words of names, addresses and the like that are long enough to matter."""
    return frozenset(word for text in texts for word in re.split(r"[\W\d_]+", plain(text)) if len(word) >= 4)


def without_runs(text: str) -> str:
    """`text` without four or more neighbouring keys or letters, in either direction."""
    for run in (*RUNS, *(run[::-1] for run in RUNS)):
        for length in range(min(len(run), len(text)), 3, -1):
            for start in range(len(run) - length + 1):
                text = text.replace(run[start : start + length], " ")
    return text


def what_is_left(text: str, parts: Iterable[str]) -> str:
    """`text` once `parts`, runs, digits, signs and repeats are taken away."""
    text = without_runs(plain(text))
    kept = [text, text.translate(LOOKALIKES)]
    for part in sorted(parts, key=len, reverse=True):
        kept = [each.replace(part, " ") for each in kept]
    shortest = min((re.sub(r"[^a-z\u0080-\U0010ffff]|\s", "", each) for each in kept), key=len)
    # "aaaaaaa" is worth one character, "hahahaha" two.
    return re.sub(r"(.{1,4}?)\1+", r"\1", shortest)


def weakness(password: str, *, own: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with `password`, or None. `own` are the person's name, address, school and town.

    Counted as typed, spaces included; nothing is cut off.
    """
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    if len(set(what_is_left(password, COMMON))) < MUST_BE_LEFT:
        # Digits alone are never enough words, however many; fifteen random ones are still told to add letters.
        return Weakness.EASY
    if len(set(what_is_left(password, COMMON | words(own)))) < MUST_BE_LEFT:
        return Weakness.OWN
    return None
