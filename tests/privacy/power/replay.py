"""The files of a server as a power cut may leave them.

What was synced is there. Of what was written after the last sync, each sector of 512 bytes may have reached the disk or
not, in any order; a file may or may not have been cut short; a name made or removed may or may not have been.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.privacy.power.recorder import CUT, ENTRY, FILES, WRITTEN

SECTOR = 512


@dataclass(frozen=True)
class Entry:
    """One line of a record."""

    kind: bytes
    place: int
    number: int
    data: bytes


def entries(record: Path) -> list[Entry]:
    """Everything that happened, in order. A last entry that a kill cut off is left out."""
    content = memoryview(record.read_bytes())
    found, at = [], 0
    while at + ENTRY.size <= len(content):
        kind, place, number, size = ENTRY.unpack_from(content, at)
        at += ENTRY.size
        if at + size > len(content):
            break
        found.append(Entry(kind, place, number, bytes(content[at : at + size])))
        at += size
    return found


@dataclass
class Content:
    """What one file holds: what has reached the disk, and what has only been written."""

    durable: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, Entry]] = field(default_factory=list)
    number: int | None = None
    """The system's own number for it, once somebody has said that they made it."""

    def reached(self, upto: int) -> None:
        """Everything written before the moment `upto` is on the disk."""
        for moment, one in self.waiting:
            if moment < upto:
                put(self.durable, one)
        self.waiting = [each for each in self.waiting if each[0] >= upto]

    def found(self, chance: random.Random, share: float, *, torn: bool) -> bytes:
        """What may be found after a cut now: about `share` of what waits has reached the disk, by sectors if `torn`."""
        found = bytearray(self.durable)
        for _, one in self.waiting:
            if one.kind == CUT or not torn:
                if chance.random() < share:
                    put(found, one)
                continue
            begin, end = one.number, one.number + len(one.data)
            while begin < end:
                upto = min(end, begin - begin % SECTOR + SECTOR)
                if chance.random() < share:
                    put(found, Entry(WRITTEN, one.place, begin, one.data[begin - one.number : upto - one.number]))
                begin = upto
        return bytes(found)


def put(content: bytearray, one: Entry) -> None:
    """Do to `content` what the entry says."""
    if one.kind == CUT:
        del content[one.number :]
        return
    if len(content) < one.number:
        content.extend(bytes(one.number - len(content)))
    content[one.number : one.number + len(one.data)] = one.data


@dataclass
class Disk:
    """The four files at one moment of a record."""

    names: list[Content | None]
    """What each name stands for on the disk."""
    changes: list[list[Content | None]]
    """What each name has stood for since, which may not have reached the disk."""
    syncs: dict[int, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    """What somebody has been told is saved."""

    @classmethod
    def holding(cls, files: dict[str, bytes]) -> "Disk":
        """A disk on which these files rest."""
        names = [Content(bytearray(files[name])) if name in files else None for name in FILES]
        return cls(names, [[] for _ in FILES])

    def now(self, place: int) -> Content:
        """The file that goes by the name now.

        Whoever made a file may say so a moment after somebody else has opened it and written to it.
        """
        content = self.changes[place][-1] if self.changes[place] else self.names[place]
        if content is None:
            content = Content()
            self.changes[place].append(content)
        return content

    def made(self, place: int, number: int) -> None:
        """Somebody made the file of that number, and so may others have at the same moment."""
        content = self.changes[place][-1] if self.changes[place] else self.names[place]
        if content is not None and content.number in {None, number}:
            content.number = number
        else:
            self.changes[place].append(Content(number=number))

    def then(self, moment: int, one: Entry, *, ignoring: frozenset[int] = frozenset()) -> None:
        """Go on by one entry. Syncs of the files in `ignoring` are taken for empty promises."""
        match one.kind:
            case b"W" | b"T":
                self.now(one.place).waiting.append((moment, one))
            case b"s":
                self.syncs[one.number] = moment
            case b"S":
                begun = self.syncs.pop(one.number)
                if one.place not in ignoring:
                    self.now(one.place).reached(begun)
            case b"M":
                self.made(one.place, one.number)
            case b"R":
                self.changes[one.place].append(None)
            case b"F":
                if self.changes[one.place]:
                    self.names[one.place] = self.changes[one.place][-1]
                    self.changes[one.place].clear()
            case b"A":
                self.told.append(one.data.decode())
            case _:
                raise ValueError(f"There is no such entry as {one.kind!r}.")

    @property
    def in_a_checkpoint(self) -> bool:
        """Whether the data file or the key store itself has been written to and not yet synced."""
        return any(content is not None and content.waiting for content in (self.names[0], self.names[2]))

    def found(self, chance: random.Random) -> dict[str, bytes]:
        """The files as a cut at this moment may leave them."""
        share, torn = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0)), chance.random() < 0.7
        there = {}
        for place, name in enumerate(FILES):
            content = chance.choice([self.names[place], *self.changes[place]])
            if content is not None:
                # Now and then nothing of one file has reached the disk although all of another has.
                own = chance.choice((0.0, 1.0, share, share, share))
                there[name] = content.found(chance, own, torn=torn)
        return there


def cuts(
    record: Path, before: dict[str, bytes], *, times: int, seed: int, ignoring: frozenset[int] = frozenset()
) -> Iterator[tuple[int, bool, dict[str, bytes], list[str]]]:
    """As many cuts at chance moments, half of them within a checkpoint: moment, whether within one, files, what was told."""
    everything = entries(record)
    chance = random.Random(seed)
    disk = Disk.holding(before)
    within: list[int] = []
    outside: list[int] = []
    for moment, one in enumerate(everything):
        disk.then(moment, one, ignoring=ignoring)
        (within if disk.in_a_checkpoint else outside).append(moment)
    half = min(times // 2, len(within))
    chosen = set(chance.sample(within, half)) | set(chance.sample(outside, min(times - half, len(outside))))
    disk = Disk.holding(before)
    for moment, one in enumerate(everything):
        disk.then(moment, one, ignoring=ignoring)
        if moment in chosen:
            yield moment, disk.in_a_checkpoint, disk.found(chance), list(disk.told)
