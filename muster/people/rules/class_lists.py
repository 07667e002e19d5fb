"""Names typed or pasted from a list: which part is the surname."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """A name in its parts, as written."""

    surname: str
    forenames: str


def read_name(line: str) -> Name | None:
    """A name from one line: "Ali, Amina", "Amina Ali", or two cells beside each other (surname first when in capitals).

    The last word is the surname where nothing says otherwise. None for an empty line. A single word is a forename:
    some families have only one, and a person can put it right.
    """
    cells = [cell.strip() for cell in line.split("\t") if cell.strip()]
    if len(cells) >= 2:
        first, second = cells[0], cells[1]
        if first.isupper() and not second.isupper():
            return Name(first, second)
        return Name(second, first)
    text = " ".join(cells).strip()
    if not text:
        return None
    surname, comma, forenames = text.partition(",")
    if comma and surname.strip() and forenames.strip():
        return Name(surname.strip(), forenames.strip())
    forenames, _space, surname = text.rpartition(" ")
    return Name(surname, forenames.strip()) if forenames.strip() else Name("", surname)


def read_names(text: str) -> list[Name]:
    """The names of a pasted list, one a line, in its order."""
    return [name for line in text.splitlines() if (name := read_name(line)) is not None]
