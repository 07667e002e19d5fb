"""Parents and carers: one adult with several children is one guardian, and those there are stay."""

from collections.abc import Mapping

from muster.exchange.rules.known import HeldGuardian
from muster.exchange.rules.matching import folded
from muster.exchange.rules.plan import Reason, Ref
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.pupils import Pupils
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterGuardian
from muster.pages.rules.said import say


class Families:
    """Adults who are new, whose children they are, and ways to reach those we have."""

    def __init__(self, draft: Draft, pupils: Pupils) -> None:
        self.draft, self.pupils = draft, pupils
        self.new: list[RosterGuardian] = []
        self.of_pupils: dict[tuple[Ref, Ref], str] = {}
        self.reach: dict[int, dict[str, str]] = {}

    def settle(self) -> None:
        """Parents and carers: one adult with several children is one guardian, and those there are stay."""
        held = {one.pk: one for one in self.draft.known.guardians}
        by_key = {key_of(one): one for one in self.draft.known.guardians if one.name and key_of(one)[1]}
        new: dict[tuple[str, str], Ref] = {}
        for one in self.draft.roster.guardians:
            effect, why, remarks = self.draft.wrong(one.source) if self.only_of_guardian(one) else (None, (), ())
            children = [ref for child in one.children if (ref := self.pupils.refs.get(child)) is not None]
            if effect is not None or one.gone:
                self.draft.line(Of.GUARDIAN, effect or Effect.LEAVE, one.name, one.source, *why)
                continue
            if not children:
                waits = any(child in self.draft.waiting for child in one.children)
                said = Reason("waits", say("It waits for the child it is about.")) if waits else Reason(
                    "no-such-child", say("The file has no child of this id.")
                )  # fmt: skip
                effect = Effect.LEAVE if waits else Effect.REFUSE
                self.draft.line(Of.GUARDIAN, effect, one.name, one.source, said)
                continue
            there = held.get(self.draft.remembered(Of.GUARDIAN, one.id) or 0)
            there = there or (by_key.get(key_of(one)) if one.name and key_of(one)[1] else None)
            if there is None:
                children, there = self.without_this_adult(one, children, held)
            if there is not None:
                self.join_family(one, there, children, remarks)
                continue
            if not children:
                self.draft.line(Of.GUARDIAN, Effect.LEAVE, one.name, one.source, *remarks)
                continue
            key = key_of(one)
            ref = new.get(key) if one.name and key[1] else None
            if ref is None:
                self.new.append(one)
                ref = -len(self.new)
                new[key] = ref
                self.draft.line(Of.GUARDIAN, Effect.ADD, one.name, one.source, *remarks)
            else:
                self.draft.line(Of.GUARDIAN, Effect.LEAVE, one.name, one.source, *remarks)
            self.draft.keep(Of.GUARDIAN, one.id, ref)
            for child in children:
                self.of_pupils.setdefault((ref, child), one.relation)

    def only_of_guardian(self, one: RosterGuardian) -> bool:
        """Whether what is wrong with the record's row has not been said with its child."""
        return one.source in self.draft.problems

    def without_this_adult(
        self, one: RosterGuardian, children: list[Ref], held: Mapping[int, HeldGuardian]
    ) -> tuple[list[Ref], HeldGuardian | None]:
        """The children who do not have this adult yet, by name or by how they are reached; the adult where all do."""
        left, found = [], None
        for child in children:
            there = self.pupils.people.by_pk.get(child)
            adults = [held[pk] for pk in (there.guardians if there else ()) if pk in held]
            same = [
                adult
                for adult in adults
                if (one.name and folded(adult.name) == folded(one.name))
                or (not one.name and key_of(one)[1] and key_of(adult)[1] == key_of(one)[1])
                # A telephone without a figure ("ask the office") tells nobody from another, but of one child it is the same.
                or (not one.name and (one.email, one.telephone) == (adult.email, adult.telephone))
            ]
            if same:
                found = same[0]
            else:
                left.append(child)
        return left, found

    def join_family(
        self, one: RosterGuardian, there: HeldGuardian, children: list[Ref], remarks: tuple[Reason, ...]
    ) -> None:
        """An adult we have: more children, and ways to reach them where there was none."""
        self.draft.keep(Of.GUARDIAN, one.id, there.pk)
        ways = {
            way: said
            for way, said, held in (
                ("email", one.email, there.email),
                ("telephone", one.telephone, there.telephone),
                ("address", one.address, there.address),
            )
            if said and not held
        }
        if ways:
            self.reach[there.pk] = {**self.reach.get(there.pk, {}), **ways}
        theirs = [
            child
            for child in children
            if there.pk not in (held.guardians if (held := self.pupils.people.by_pk.get(child)) else ())
        ]
        for child in theirs:
            self.of_pupils.setdefault((there.pk, child), one.relation)
        effect = Effect.CHANGE if ways or theirs else Effect.LEAVE
        self.draft.line(Of.GUARDIAN, effect, one.name, one.source, *remarks)


def key_of(one: RosterGuardian | HeldGuardian) -> tuple[str, str]:
    """What tells this adult from another: name and e-mail, else name and telephone."""
    return folded(one.name), one.email.casefold() or "".join(figure for figure in one.telephone if figure.isdigit())
