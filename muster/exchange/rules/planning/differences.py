"""What a record would change of a pupil we have."""

from muster.exchange.rules.known import HeldPupil
from muster.exchange.rules.matching import People, agrees, folded, loses_accents, same_words, turned_round
from muster.exchange.rules.plan import PupilChange
from muster.exchange.rules.roster import RosterPupil
from muster.people.rules.upn import tidy

FACTS = {
    "surname": "surname",
    "forenames": "forename",
    "known_as": "known as",
    "born_on": "date of birth",
    "upn": "UPN",
}


def difference(child: RosterPupil, there: HeldPupil, people: People, *, blanks_empty: bool) -> PupilChange:
    """What the record would change of `there`.

    Case alone, accents that are missing, or names that stand in each other's places change nothing.

    A UPN that another of `people` has is never taken. An empty cell empties a fact only where `blanks_empty`.
    """
    facts = {}
    said = (child.surname, child.forenames, child.known_as or there.known_as)
    # Most records are as last time to the letter: nothing to fold.
    is_other = not child.is_username and said != (there.surname, there.forenames, there.known_as)
    if is_other and (
        not turned_round(child, there) or (agrees(child, there) and folded(child.surname) == folded(there.surname))
    ):
        names = (
            ("surname", child.surname, there.surname),
            ("forenames", child.forenames, there.forenames),
            ("known_as", child.known_as, there.known_as),
        )
        facts = {
            name: new
            for name, new, old in names
            if new
            and not same_words(new, old)
            and not loses_accents(new, old)
            and not (name == "forenames" and folded(new) == folded(there.known_as))
            and not (name == "known_as" and same_words(new, there.forenames))
        }
    if child.born_on and child.born_on != there.born_on:
        facts["born_on"] = child.born_on.isoformat()
    upn = tidy(child.upn)
    holder = people.by_upn.get(upn)
    if upn and upn != there.upn and (holder is None or holder.pk == there.pk):
        facts["upn"] = upn
    if blanks_empty:
        facts |= dict.fromkeys(blank_in(child, there), "")
    numbers = {name: number for name, number in child.identifiers.items() if number and name not in there.identifiers}
    return PupilChange(facts, numbers, child.address if child.address and not there.address else "")


def blank_in(child: RosterPupil, there: HeldPupil) -> list[str]:
    """The facts that are known of `there` and whose cell is empty in the record."""
    return [fact for fact in sorted(child.blank) if getattr(there, fact)]
