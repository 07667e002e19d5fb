"""Invented names: of many origins, with accents, apostrophes and hyphens, short and very long."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

GIRLS = (
    "Amina Zoë Siobhán Ífe Chloë Mei-Ling Anaïs Żaneta Noor Freya Ines Łucja Ayesha Bronwen Thandiwe Imogen Saoirse Yuki "
    "Esmé Rukhsana Petra Beatriz Niamh Hafsa Lowri Adaeze Matilda Sunniva Priya Delphine Zahra Kirsty Oluchi Renée Aoife "
    "Tamsin Jaswinder Elif Marisol Agnieszka Gwen Fatoumata Ottilie Rhiannon Simran Cosima Tuuli Nadia Peggy Mairéad"
).split()
BOYS = (
    "Ben Tomás Oluwadamilola Jürgen Kofi Łukasz Ruaridh Mateo Idris Søren Callum Yusuf Emrys Dmitri Arjun Théo Finlay "
    "Kwabena Rafał Hamza Seán Nikolai Barnaby Tariq Ioan Chidi Émile Angus Haruto Gethin Luca Abdulrahman Rory Sebastião "
    "Wilf Zbigniew Rohan Fergus Adewale Iwan Mustafa Björn Caleb Padraig Vikram Otis Lorcan Emeka Stellan Bo"
).split()
SURNAMES = (
    "Ali|O'Malley|Nguyễn|Featherstonehaugh|Zieliński|Okonkwo-Bright|García Fuentes|Ó Súilleabháin|Macbeth-Lowrie|Adebayo|"
    "Szczepańska|Llewellyn|Khan|d'Souza|Petrov|Thistlewood|Ibrahim|St John|Björklund|Wójcik|Ramanathan|Ferreira da Cunha|"
    "Tan|McAllister|Abubakar|Penhaligon|Kaur|Vaughan-Pryce|Ivanković|Oyelaran|Brankscombe|Hussain|Nakamura|Quillfeather|"
    "Mbeki-Thorne|Larsson|Rahman|Cholmondeley|Dufresne|Ap Rhys|Osei|Winterbottom|Kowalczyk|Venkataraghavan|Lo|Marchetti|"
    "Sharif|Underhay|Boateng|Fitzgibbon|Czarnecki|Obi|Trevethan|Malik|Haverfield|Jørgensen|Siddiqui|Nwosu|Pargeter|"
    "Eze|Brightwell|Achterberg|Mohamud|Tolliver|Çelik|Dunwoody|Arkwright-Shaw|Joshi|Wetherby|O'Shaughnessy|Tembo|Pike|"
    "Van der Heijden|Salah|Cadwallader|Ó Briain|Mensah|Wakeling|Roszak|Begum|Huddlestone|Popescu|Lindqvist|Iqbal|Yarrow|"
    "Afolabi|Crabtree|Demir|Pemberley-Nash|Sato|Rutherglen|Chaudhry|Wren|Kamara|Stavros|Ellingworth|Hoang|Tyrwhitt|Fosu"
).split("|")
MIDDLE = "Rose Noor Jan May José Grace Ade Lee Marie Owen Iris Kai Faith James Pearl Ravi Joy".split()
SHORTENED = {
    "Oluwadamilola": "Dami",
    "Abdulrahman": "Abdul",
    "Matilda": "Tilly",
    "Sebastião": "Seb",
    "Zbigniew": "Zbig",
    "Agnieszka": "Aga",
    "Imogen": "Immy",
    "Barnaby": "Barney",
}
TEACHERS = (
    "Ngozi Okafor|Miguel Reyes|Catrin Bowen|Helen Ashdown|Rashid Patel|Morag Sinclair|Leon Baptiste|Aneta Kubiak|"
    "Frances O'Dowd|Winston Clarke-Ade|Leila Haddad|Rupert Nettlefold|Mei Sung|Bethan Price|Obinna Eze|Harriet Goodall|"
    "Paulo Teixeira|Sheila Ravenscroft|Kamal Dhillon|Una Hegarty|Jonas Weber|Agatha Penn|Musa Conteh|Ruth Silverdale|"
    "Ewa Nowicka|Colin Braithwaite|Shanthi Pillai|Dilys Morgan|Ibrahim Toure|Polly Marchbanks|Anders Holm|Nkechi Udo|"
    "Gillian Frost|Tariq Mahmood|Rosalind Keane|Ben Achebe"
).split("|")
TREES = (
    "Aspen Birch Cedar Hazel Rowan Maple Oak Alder Beech Cherry Elder Fir Holly Juniper Larch Lime Medlar Olive Pear "
    "Poplar Quince Spindle Spruce Sycamore Walnut Willow Yew Bay Box Damson Plum Elm Ash Hawthorn Laurel Myrtle"
).split()
STREETS = "Orchard Lane|Mill Rise|Station Parade|Gull Street|Old Foundry Road|Kestrel Close|Priory Walk|Sandpit Hill"
ROADS = STREETS.split("|")


@dataclass(frozen=True)
class Invented:
    """A child who does not exist."""

    surname: str
    forenames: str
    known_as: str
    girl: bool


SHOWN = (
    Invented("Ali", "Amina Noor", "", girl=True),
    Invented("O'Malley", "Siobhán", "", girl=True),
    Invented("Featherstonehaugh", "Oluwadamilola", "Dami", girl=False),
    Invented("Nguyễn", "Bo", "", girl=False),
    Invented("d'Souza", "Zoë", "", girl=True),
    Invented("Ó Súilleabháin", "Tomás José", "", girl=False),
)
"""Children of the teacher's class, so that every demo shows names of every kind."""


def children(chance: random.Random) -> Iterator[Invented]:
    """Children without end; no two have the same first name and surname until every pair has been used."""
    used = {(child.forenames.split()[0], child.surname) for child in SHOWN}
    pairs = (len(GIRLS) + len(BOYS)) * len(SURNAMES)
    while True:
        girl = chance.random() < 0.5
        first = chance.choice(GIRLS if girl else BOYS)
        surname = chance.choice(SURNAMES)
        if (first, surname) in used and len(used) < pairs * 9 // 10:
            continue
        used.add((first, surname))
        middle = f" {chance.choice(MIDDLE)}" if chance.random() < 0.4 else ""
        yield Invented(surname, first + middle, SHORTENED.get(first, ""), girl)


def upn(number: int) -> str:
    """A pupil number of the right form, in a local authority that does not exist."""
    digits = f"000{number:09d}"
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    return letters[sum(int(digit) * weight for weight, digit in enumerate(digits, start=2)) % 23] + digits
