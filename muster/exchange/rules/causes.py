"""What settles each cause that keeps a record out: an answer that holds for all that are alike, or what its owner has to do.

A cause has the one or the other, or both. What is only worth knowing has neither.
"""

from dataclasses import dataclass

from muster.pages.rules.said import say

WHO_IT_IS = frozenset(
    {
        "id-of-another", "upn-of-another", "two-of-this-name", "another-upn", "no-birth-date", "nearly-the-same-name",
        "one-pupil-twice", "staff-of-one-name",
    }
)  # fmt: skip
"""Doubts that are answered by saying whom the record means: same, new, or out."""
YEAR = "year|"
"""What the cause of a word that is no year group begins with; the word follows."""
LONGEST_WORD = 60


@dataclass(frozen=True)
class Choice:
    """One answer to a cause. `name` is what it is given as; "" where that is the cause itself."""

    value: str
    words: str
    name: str = ""


def choices(cause: str) -> tuple[Choice, ...]:
    """The answers that settle a cause for all that are alike. None where only the file can be put right."""
    match cause:
        case "one-pupil-twice" | "same-in-file":
            return (Choice("new", say("Two children each")), Choice("out", say("Leave the second out")))
        case "staff-of-one-name":
            return (Choice("new", say("All new")), Choice("out", say("Leave all out")))
        case _ if cause in WHO_IT_IS:
            return (
                Choice("same", say("All the same child")),
                Choice("new", say("All new children")),
                Choice("out", say("Leave all out")),
            )
        case "upn-in-file":
            return (Choice("out", say("Leave the second out")),)
        case "email-twice":
            return (
                Choice("without", say("Bring the second without the address")),
                Choice("out", say("Leave the second out")),
            )
        case "has-left":
            return (Choice("back", say("They are back")), Choice("out", say("Leave them out")))
        case "very-old":
            return (Choice("new", say("It is right")), Choice("out", say("Leave them out")))
        case "no-date" | "born-in-future":
            return (Choice("without", say("Bring them without a birth date")),)
        case "many-leave":
            return (Choice("leave", say("They have left")), Choice("stay", say("They stay on roll")))
        case "which-year":
            return (Choice("this", say("Of this year")), Choice("next", say("Of the next year")))
        case "date-order":
            return (
                Choice("day-first", say("The day comes first"), "order"),
                Choice("month-first", say("The month comes first"), "order"),
            )
    return ()


def year_cause(word: str) -> str:
    """The cause of a word, folded, that is no year group: the same for all who have it."""
    return f"{YEAR}{word[:LONGEST_WORD]}"


def is_answered(cause: str) -> bool:
    """Whether somebody at the page can settle it, there or by adding what the school lacks."""
    return bool(choices(cause)) or cause.startswith(YEAR) or cause == "no-year"


def remedy(cause: str) -> str:
    """What has to be done where the file is made, or elsewhere in Muster; "" where an answer does it."""
    match cause:
        case "row" | "names-nobody" | "no-name" | "name-too-long" | "class-without-name":
            return say("Put the row right, and bring the file again.")
        case "more-cells":
            return say("Take out the cells past the last heading, and bring the file again.")
        case "cut-short":
            return say("Bring it whole.")
        case "formula":
            return say("Save the file with values in its place.")
        case "no-id" | "no-role" | "unknown-role":
            return say("Put it right where the file is made, and bring it again.")
        case "same-id":
            return say("Keep the one that is right, and bring the file again.")
        case "another-role":
            return say("Make the two agree, and bring the file again.")
        case "no-such-school" | "no-such-person" | "no-such-class" | "no-such-child":
            return say("Bring the file whole, or take the row out.")
        case "not-taken":
            return say("Put that one right, and this row comes along.")
        case "school-gone" | "no-guardian":
            return say("Where that is wrong, put it right where the file is made, and bring it again.")
        case "no-year":
            return say("Add the year first.")
        case "record-differs":
            return say("Put it right on screen, so that who did it is kept.")
    return ""
