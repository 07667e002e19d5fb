"""Whatever a file holds, a reader answers with a roster or one sentence, and soon."""

import random
from collections.abc import Callable

import pytest

from muster.exchange.formats import Files, offered
from muster.pages.rules.kinds import Unreadable
from tests.exchange.rosters import PACKAGES, Package, reading, written

pytestmark = pytest.mark.pure
TIMES = 400
"""Broken copies of each package."""
BITS = (
    b"", b",", b'"', b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b";", b"\t", b"=1+1", b'="x"', b"99999999999999999999",
    b"31/02/2018", b"{", b"}", b"{:}", b"\xc3", b"<", b"&", b"a" * 300, b"elm,elm", "\u202e\u0000é".encode(), b"0000-00-00",
)  # fmt: skip


def broken(files: Files, chance: random.Random) -> Files:
    """The files with one to four of them spoiled somewhere: cut, written over, doubled, left out, changed for another."""
    spoiled = dict(files)
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(sorted(spoiled))
        data = spoiled[name]
        at, to = sorted(chance.randrange(len(data) + 1) for _ in "12")
        match chance.randrange(6):
            case 0:
                spoiled[name] = data[:at]
            case 1:
                spoiled[name] = data[:at] + chance.choice(BITS) + data[min(to, at + 9) :]
            case 2:
                spoiled[name] = data[:at] + data[at:to] * 2 + data[to:]
            case 3:
                spoiled[name] = data[:at] + bytes(chance.randrange(256) for _ in range(6)) + data[at:]
            case 4:
                spoiled[name] = spoiled[chance.choice(sorted(spoiled))]
            case _ if len(spoiled) > 1:
                del spoiled[name]
    return spoiled


@pytest.mark.parametrize(("format_", "made"), PACKAGES.values(), ids=PACKAGES)
def test_a_broken_package_is_read_or_refused_and_nothing_else(format_: str, made: Callable[[], Package]) -> None:
    files = written(made())
    chance = random.Random(format_ + str(len(files)))
    read = 0
    for _ in range(TIMES):
        spoiled = broken(files, chance)
        try:
            offered[format_].recognises(spoiled)
            roster = offered[format_].read(spoiled, reading())
        except Unreadable as problem:
            said = [str(problem)]
        else:
            read += 1
            said = [one.sentence for one in roster.problems]
        assert all(sentence.endswith(".") for sentence in said), said
    assert read > TIMES // 10
