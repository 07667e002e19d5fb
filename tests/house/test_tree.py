"""What a clone contains: nothing that belongs to one machine, one network or one person."""

import re

import pytest

from tests.house.reading import ROOT, lines, place, tracked

pytestmark = pytest.mark.pure

# Written backwards, so that this file passes its own rule.
BACKWARDS = (
    "gro.ipyp",
    "gro.detsohnohtyp",
    "sjmpn",
    "oi.setarc",
    "moc.gkpnu",
    "ten.rviledsj",
    ".sjndc",
    "gro.gnalog.yxorp",
    "moc.rekcod.buh",
    "gro.naibed.bed",
)
HOSTS = re.compile("|".join(re.escape(name[::-1]) for name in BACKWARDS))
MACHINES = re.compile(r"(?<![\w.~])/(?:work|root|home/[a-z]\w*|Users/\w+)/")
PRIVATE = re.compile(r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def found(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{place(file)}:{number}"
        for file in tracked()
        if str(file.relative_to(ROOT)) not in but and not str(file.relative_to(ROOT)).startswith("locks/")
        for number, line in enumerate(lines(file), 1)
        if pattern.search(line)
    ]


def test_no_package_registry_is_named() -> None:
    bad = found(HOSTS) + [
        place(file) for file in tracked() if file.parent.name == "locks" and HOSTS.search(file.read_text())
    ]
    assert not bad, f"Say what is installed and by which hash; each machine knows from where: {bad}"


def test_no_machine_is_named() -> None:
    bad = found(MACHINES)
    assert not bad, f"This path exists on one machine only: {bad}"


def test_no_key_is_kept() -> None:
    bad = found(PRIVATE, but=("tests/privacy/vectors.py",))
    assert not bad, f"A key in the tree is everybody's; make one in the test: {bad}"


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        pytest.param(HOSTS, "index-url = https://" + BACKWARDS[0][::-1] + "/simple", id="a registry"),
        pytest.param(MACHINES, "open('/ho" + "me/anna/x')", id="a home folder"),
        pytest.param(PRIVATE, "key = '" + "0a" * 32 + "'", id="a key"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_there_are_files_to_look_at() -> None:
    assert len(tracked()) > 100
