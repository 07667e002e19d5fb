"""Who signs in to the demo. Imports no Django: the table is printed before and without it."""

from dataclasses import dataclass

PASSWORD = "chalk-otter-maple-42"
TRUST = "Oakbank Learning Trust"


@dataclass(frozen=True)
class Part:
    """One person of the demo who can sign in: role, address, name, and the schools where they hold the post."""

    role: str
    says: str
    address: str
    name: str
    schools: tuple[str, ...] = ("ashgrove",)


CAST = (
    Part("teacher", "Teacher of 3 Hazel", "teacher@ashgrove.example", "Ngozi Okafor"),
    Part("cover", "Cover teacher in 4 Rowan", "cover@ashgrove.example", "Tomasz Zieliński"),
    Part("tutor", "Tutor of 3 Hazel and 5 Maple", "tutor@ashgrove.example", "Siân Prydderch"),
    Part("senco", "SENCO", "senco@ashgrove.example", "Farida Rahmani"),
    Part("dsl", "DSL (safeguarding lead)", "dsl@ashgrove.example", "Callum Strachan"),
    Part("duty", "Duty lead", "duty@ashgrove.example", "Beatriz Nogueira"),
    Part("office", "Office", "office@ashgrove.example", "Maureen Tilley"),
    Part("head", "Head teacher", "head@ashgrove.example", "Grace Adeyemi-Holt"),
    Part("governor", "Governor", "governor@ashgrove.example", "Philip Wensley"),
    Part("dpo", "DPO (data protection)", "dpo@oakbank.example", "Oluwaseun Bankole", ("ashgrove", "birchwood")),
    Part("it", "IT administrator", "it@oakbank.example", "Wen-Li Chao", ("ashgrove", "birchwood")),
    Part("guardian", "Guardian of two", "guardian@ashgrove.example", "Rosa Lindqvist"),
    Part("pupil", "Pupil", "pupil@ashgrove.example", ""),
    Part("teacher", "Teacher at Birchwood", "teacher@birchwood.example", "Hamish Rutherglen", ("birchwood",)),
    Part("head", "Head of Birchwood", "head@birchwood.example", "Yasmin Daoud", ("birchwood",)),
)


def table() -> str:
    """The sign-ins, as text to print: role, address, password."""
    rows = [("role", "address", "password"), *((part.says, part.address, PASSWORD) for part in CAST)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
