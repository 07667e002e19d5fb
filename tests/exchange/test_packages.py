"""Packed files and folders: the files in them, or one sentence about why not, without anything written or run over."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from muster.exchange.packages import files_in, files_of, files_under
from muster.pages.rules.kinds import MOST_BYTES, Unreadable
from muster.pages.sheets import Written, workbook

pytestmark = pytest.mark.pure
LIST = b"Forename,Surname\r\nAmina,Khan\r\n"


def packed(files: dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def link(name: str, target: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(entry, target)
    return out.getvalue()


def locked() -> bytes:
    data = bytearray(packed({"users.csv": LIST}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + place] |= 1
    return bytes(data)


def lying() -> bytes:
    """A file that says it has ten bytes, and unpacks to a hundred million."""
    data = bytearray(packed({"users.csv": b"0" * 100_000_000}))
    start = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, start + 24, 10)
    struct.pack_into("<I", data, data.index(b"PK\x03\x04") + 22, 10)
    return bytes(data)


def test_a_package_is_its_files_without_the_folders_all_share() -> None:
    files = files_in(packed({"Export/2026/users.csv": LIST, "Export/2026/more/orgs.csv": b"a,b", "Export/2026/": b""}))
    assert files == {"users.csv": LIST, "more/orgs.csv": b"a,b"}


def test_what_computers_leave_in_folders_is_passed_over() -> None:
    litter = {"__MACOSX/._users.csv": b"x", ".DS_Store": b"x", "a/Thumbs.db": b"x", "a/~$list.xlsx": b"x"}
    assert set(files_in(packed({"a/users.csv": LIST, **litter}))) == {"users.csv"}


def test_one_file_is_a_package_of_one_and_a_workbook_is_no_package() -> None:
    assert files_of("C:\\Users\\office\\list.csv", LIST) == {"list.csv": LIST}
    book = workbook(Written("List", ["Surname"], [["Khan"]]))
    assert files_of("list.zip", book) == {"list.zip": book}
    assert files_of("list.zip", packed({"x/list.csv": LIST})) == {"list.csv": LIST}


def test_a_folder_is_the_same_as_its_zip(tmp_path: Path) -> None:
    (tmp_path / "out" / "in").mkdir(parents=True)
    (tmp_path / "out" / "users.csv").write_bytes(LIST)
    (tmp_path / "out" / "in" / "orgs.csv").write_bytes(b"a,b")
    assert files_under(tmp_path) == files_in(packed({"out/users.csv": LIST, "out/in/orgs.csv": b"a,b"}))


def test_a_folder_with_a_link_or_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no files"):
        files_under(tmp_path)
    (tmp_path / "users.csv").symlink_to("/etc/passwd")
    with pytest.raises(Unreadable, match="is a link"):
        files_under(tmp_path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(packed({"users.csv": b"0" * 50_000_000}), "unpacks to more", id="a bomb by its ratio"),
        pytest.param(
            packed({f"{n}.csv": bytes(range(256)) * 3_900 for n in range(110)}), "unpacks to more", id="a bomb in all"
        ),
        pytest.param(lying(), "damaged", id="a bomb that lies about its size"),
        pytest.param(packed({"a.csv": LIST, "b.zip": packed({"c.csv": LIST})}), "holds another", id="a zip in a zip"),
        pytest.param(packed({f"{n}.csv": b"x" for n in range(3_100)}), "more than 3,000 files", id="many files"),
        pytest.param(packed({"../../etc/users.csv": LIST}), "outside of itself", id="a path that climbs"),
        pytest.param(packed({"..\\users.csv": LIST}), "outside of itself", id="a path that climbs backwards"),
        pytest.param(packed({"/etc/users.csv": LIST}), "outside of itself", id="an absolute path"),
        pytest.param(packed({"C:/users.csv": LIST}), "outside of itself", id="a path of a drive"),
        pytest.param(packed({"a\nb.csv": LIST}), "outside of itself", id="a name with a line in it"),
        pytest.param(link("users.csv", "/etc/passwd"), "is a link", id="a link"),
        pytest.param(locked(), "locked with a password", id="a password"),
        pytest.param(packed({"a.csv": LIST, "A.csv": LIST}), "twice", id="one name twice"),
        pytest.param(packed({"a.csv": LIST}, how=zipfile.ZIP_LZMA), "packed in a way", id="another way of packing"),
        pytest.param(packed({"a.csv": LIST})[:-30], "damaged", id="cut short"),
        pytest.param(
            packed({"a.csv": LIST}, how=zipfile.ZIP_STORED).replace(b"Amina", b"Amima"), "damaged", id="bytes changed"
        ),
        pytest.param(packed({}), "nothing in it", id="empty"),
        pytest.param(packed({"a/": b""}), "nothing in it", id="folders only"),
        pytest.param(b"PK\x03\x04" + b"\x00" * MOST_BYTES, "larger than 12 MB", id="too large"),
    ],
)
def test_a_package_that_is_none_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence) as refused:
        files_of("roster.zip", data)
    assert len(str(refused.value)) < 200
