"""A framework as a CASE package.

One that came as a package is written as that package, with what the school changed since: so every identifier, text, order, link
and extension is there again, whether Muster has a word for it or not. Any other is written afresh.
"""

import json
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from muster.curriculum.actions import known_objectives, origin_of
from muster.curriculum.models import Framework, Objective, Origin, Strand, Subject
from muster.curriculum.rules.filling import Known, Wanted, difference, same
from muster.exchange.case.fields import CHILD, OBJECTIVE, STRAND, SUBJECT
from muster.exchange.case.read import listed, read_objects, subjects_of, text_in


def package_of(framework: Framework, *, at: datetime) -> bytes:
    """The package of `framework` as it stands `at`, in UTF-8."""
    kept = origin_of(framework)
    package = json.loads(kept.package) if kept else fresh(framework, at)
    Writing(framework, package, at, kept).run()
    return json.dumps(package, indent=1).encode()


def fresh(framework: Framework, at: datetime) -> dict[str, Any]:
    """A package of no items yet: the document, and the scale as a rubric of one criterion."""
    moment = at.isoformat(timespec="seconds")
    rubric, criterion = str(framework.scale.uuid), str(uuid5(NAMESPACE_URL, f"criterion:{framework.scale.uuid}"))
    levels = [
        {
            "identifier": str(step.uuid),
            "uri": uri_of(str(step.uuid)),
            "quality": step.word,
            "position": position,
            "rubricCriterionId": criterion,
            "lastChangeDateTime": moment,
            **({"score": float(step.number)} if step.number is not None else {}),
        }
        for position, step in enumerate(framework.scale.steps.live().order_by("position"), start=1)
    ]
    subjects = framework.subjects.live().order_by("position").values_list("name", flat=True)
    return {
        "CFDocument": {
            "identifier": str(framework.uuid),
            "uri": uri_of(str(framework.uuid)),
            "creator": framework.school.name,
            "title": framework.name,
            "subject": list(subjects),
            "lastChangeDateTime": moment,
        },
        "CFItems": [],
        "CFAssociations": [],
        "CFRubrics": [
            {
                "identifier": rubric,
                "uri": uri_of(rubric),
                "title": framework.scale.name,
                "lastChangeDateTime": moment,
                "CFRubricCriteria": [
                    {
                        "identifier": criterion,
                        "uri": uri_of(criterion),
                        "rubricId": rubric,
                        "position": 1,
                        "lastChangeDateTime": moment,
                        "CFRubricCriterionLevels": levels,
                    }
                ],
            }
        ],
    }


def uri_of(identifier: str) -> str:
    """An address for what has none: schools do not serve their frameworks to the world."""
    return f"urn:uuid:{identifier}"


class Writing:
    """One package on its way to what the school has now."""

    def __init__(self, framework: Framework, package: dict[str, Any], at: datetime, kept: Origin | None) -> None:
        self.framework, self.package, self.at = framework, package, at
        places = kept.places if kept else {"subject": {}, "strand": {}}
        self.strand_of: dict[str, int] = places["strand"]
        self.subject_of: dict[str, int] = places["subject"]
        # Of two items that became one strand, the first is where new objectives go.
        self.strands: dict[int, str] = {pk: name for name, pk in reversed(self.strand_of.items())}
        self.subjects: dict[int, str] = {pk: name for name, pk in reversed(self.subject_of.items())}
        self.read = read_objects(package) if kept else None
        document = package["CFDocument"]
        self.document = text_in(document, "identifier")
        self.own_subjects = {same(name) for name in subjects_of(document, self.read.title)} if self.read else set()
        self.items = {text_in(item, "identifier"): item for item in listed(package, "CFItems")}
        self.links = [link for link in listed(package, "CFAssociations") if text_in(link, "associationType") == CHILD]
        self.last: dict[str, int] = {}
        """The highest number in order among what stands in an item."""
        for link in self.links:
            parent, order = text_in(link.get("destinationNodeURI"), "identifier"), link.get("sequenceNumber")
            self.last[parent] = max(self.last.get(parent, 0), order if isinstance(order, int) else 0)

    def run(self) -> None:
        """Bring the package up to date; where the school changed nothing it stays as it is."""
        before = {one.identifier: one for one in self.read.wanted} if self.read else {}
        spelt = {name.casefold(): name for name in before}
        known = {one.pk: one for one in known_objectives(self.framework)}
        taken = {name.casefold() for one in known.values() for name in (one.uuid, one.identifier) if name}
        self.rename()
        rows = Objective.objects.live().to_learn().filter(strand__subject__framework=self.framework)
        rows = rows.filter(strand__retired_at__isnull=True, strand__subject__retired_at__isnull=True)
        for row in rows.in_order().select_related("strand__subject"):
            name = spelt.get(row.identifier.casefold()) or spelt.get(str(row.uuid))
            if name:
                self.update(name, row, before.pop(name), known[row.pk])
            else:
                self.add(row, known[row.pk])
        # What never was taken in (a row that was refused) stays; what the school retired goes.
        self.take_out({name for name in before if name.casefold() in taken})

    def rename(self) -> None:
        """Give items the names that their strands and subjects have now."""
        if not self.read:
            return
        strands = dict(Strand.objects.filter(pk__in=self.strands).values_list("pk", "name"))
        subjects = dict(Subject.objects.filter(pk__in=self.subjects).values_list("pk", "name"))
        now = {name: strands.get(pk) for name, pk in self.strand_of.items()}
        now |= {name: subjects.get(pk) for name, pk in self.subject_of.items()}
        for identifier, name in now.items():
            if name and identifier in self.items and same(self.read.places[identifier][-1]) != same(name):
                self.items[identifier].pop("abbreviatedStatement", None)
                self.put(self.items[identifier], fullStatement=name)

    def update(self, name: str, row: Objective, was: Wanted, now: Known) -> None:
        """Write what the school changed of an objective."""
        item = self.items[name]
        differs = difference(was, now)
        if differs.wording is not None:
            self.put(item, fullStatement=now.wording)
        if differs.code is not None:
            self.put(item, humanCodingScheme=now.code)
        if differs.detail is not None or (now.detail and not was.detail):
            self.put(item, notes=now.detail)
        if differs.stages is not None or (now.stages and not was.stages):
            self.put(item, educationLevel=list(now.stages))
        if differs.path is None:
            return
        for link in self.links:
            if text_in(link.get("originNodeURI"), "identifier") == name:
                parent = text_in(link.get("destinationNodeURI"), "identifier")
                # A strand that was renamed is still the same.
                if self.strand_of.get(parent) != row.strand_id and parent != (home := self.home_of(row.strand)):
                    self.stand_in(link, home)
                break

    def add(self, row: Objective, now: Known) -> None:
        """Write an objective that the package does not have."""
        name = row.identifier or str(row.uuid)
        item = self.item(name, row.wording, OBJECTIVE)
        if row.code:
            item["humanCodingScheme"] = row.code
        if row.detail:
            item["notes"] = row.detail
        if now.stages:
            item["educationLevel"] = list(now.stages)
        self.link(name, self.home_of(row.strand))

    def home_of(self, strand: Strand) -> str:
        """The identifier of the item that is a strand, made where there is none.

        A strand of its subject's own name is the subject: what stands directly under it.
        """
        above: list[Strand] = []
        at: Strand | None = strand
        while at is not None and at.pk not in self.strands:
            above.append(at)
            at = at.parent
        home: str = self.strands[at.pk] if at is not None else self.subject(strand.subject)
        for each in reversed(above):
            if each.parent_id is None and same(each.name) == same(each.subject.name):
                self.strands[each.pk] = home
                continue
            name = str(each.uuid)
            self.item(name, each.name, STRAND)
            self.link(name, home)
            home = self.strands[each.pk] = name
        return home

    def subject(self, subject: Subject) -> str:
        """The identifier of the item that is a subject, made where there is none; of the document's own, the document's."""
        if subject.pk not in self.subjects:
            if same(subject.name) in self.own_subjects:
                return self.document
            self.subjects[subject.pk] = str(subject.uuid)
            self.item(str(subject.uuid), subject.name, SUBJECT)
            self.link(str(subject.uuid), self.document)
        return self.subjects[subject.pk]

    def item(self, name: str, words: str, kind: str) -> dict[str, Any]:
        """A new item."""
        item = {"identifier": name, "uri": uri_of(name), "fullStatement": words, "CFItemType": kind}
        self.items[name] = item
        self.package.setdefault("CFItems", []).append(item)
        self.put(item)
        return item

    def link(self, child: str, parent: str) -> None:
        """A new association: `child` stands in `parent`, after what does already."""
        name = str(uuid5(NAMESPACE_URL, f"{CHILD}:{child}"))
        link: dict[str, Any] = {
            "identifier": name,
            "uri": uri_of(name),
            "associationType": CHILD,
            "originNodeURI": self.reference(child),
        }
        self.package.setdefault("CFAssociations", []).append(link)
        self.links.append(link)
        self.stand_in(link, parent)

    def stand_in(self, link: dict[str, Any], parent: str) -> None:
        """Let an association say that its item stands in `parent`, last."""
        self.last[parent] = self.last.get(parent, 0) + 1
        self.put(link, destinationNodeURI=self.reference(parent), sequenceNumber=self.last[parent])

    def reference(self, name: str) -> dict[str, Any]:
        """How an association names an item or the document."""
        there = self.items.get(name) or self.package["CFDocument"]
        return {
            "title": text_in(there, "fullStatement") or text_in(there, "title"),
            "identifier": name,
            "uri": text_in(there, "uri") or uri_of(name),
        }

    def put(self, thing: dict[str, Any], **values: Any) -> None:
        """Change an object, and say when."""
        thing.update(values)
        thing["lastChangeDateTime"] = self.at.isoformat(timespec="seconds")

    def take_out(self, gone: set[str]) -> None:
        """Leave out items that the school retired, and what joins them to others."""
        if not gone:
            return
        self.package["CFItems"] = [item for item in self.package["CFItems"] if text_in(item, "identifier") not in gone]
        self.package["CFAssociations"] = [
            link
            for link in self.package.get("CFAssociations", [])
            if not gone & {text_in(link.get(end), "identifier") for end in ("originNodeURI", "destinationNodeURI")}
        ]
