"""Keys: one small file each, its owner's alone, never shown, never beside the data."""

import copy
import pickle
import traceback
from pathlib import Path

import pytest

from muster.privacy.keys import (
    NAMES,
    KeyHasWrongForm,
    KeyMissing,
    KeyReadableByOthers,
    KeyRing,
    KeysAlreadyThere,
    KeysBesideData,
)

pytestmark = pytest.mark.pure


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.make(tmp_path / "keys")


def test_keys_are_made_one_to_a_file_for_the_owner_alone(ring: KeyRing) -> None:
    assert sorted(file.name for file in ring.folder.iterdir()) == sorted(f"{name}.key" for name in NAMES)
    assert {file.stat().st_mode & 0o777 for file in ring.folder.iterdir()} == {0o600}
    assert ring.folder.stat().st_mode & 0o777 == 0o700
    assert len({ring.text(name) for name in NAMES}) == len(NAMES)
    assert all(len(ring.bytes(name)) == 32 for name in NAMES)
    ring.check()


def test_keys_are_made_once(ring: KeyRing) -> None:
    before = ring.path("data").read_text()
    with pytest.raises(KeysAlreadyThere, match="could not open"):
        KeyRing.make(ring.folder)
    assert ring.path("data").read_text() == before


def test_a_missing_key_says_where_it_should_be(ring: KeyRing) -> None:
    ring.path("kek").unlink()
    with pytest.raises(KeyMissing, match=r"kek\.key"):
        ring.bytes("kek")
    assert ring.text("data")


def test_a_name_that_is_no_key_is_refused(ring: KeyRing) -> None:
    with pytest.raises(LookupError):
        ring.text("root")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ab" * 31 + "\n", id="too short"),
        pytest.param("ab" * 33 + "\n", id="too long"),
        pytest.param("AB" * 32 + "\n", id="capital letters"),
        pytest.param("zz" * 32 + "\n", id="not hexadecimal"),
        pytest.param("ab" * 32 + "\n\n", id="two line ends"),
        pytest.param(" " + "ab" * 32, id="a space before"),
        pytest.param("", id="empty"),
        pytest.param("é" * 32, id="not even ASCII"),
    ],
)
def test_a_key_of_another_form_is_refused_without_showing_it(ring: KeyRing, text: str) -> None:
    ring.path("data").write_text(text)
    with pytest.raises(KeyHasWrongForm) as refusal:
        ring.text("data")
    assert not text.strip() or text.strip() not in "".join(traceback.format_exception(refusal.value))


def test_a_key_without_a_line_end_is_good(ring: KeyRing) -> None:
    ring.path("data").write_text("ab" * 32)
    assert ring.text("data") == "ab" * 32


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_others_may_read_is_refused(ring: KeyRing, mode: int) -> None:
    ring.path("store").chmod(mode)
    with pytest.raises(KeyReadableByOthers, match="chmod 600"):
        ring.text("store")


def test_keys_inside_the_data_folder_are_refused_by_whatever_path(tmp_path: Path) -> None:
    data = tmp_path / "data"
    KeyRing.make(data / "keys")
    (tmp_path / "elsewhere").symlink_to(data / "keys")
    for folder in (data / "keys", tmp_path / "elsewhere", tmp_path / "data" / ".." / "data" / "keys"):
        with pytest.raises(KeysBesideData, match="MUSTER_KEYS"):
            KeyRing(folder, data=data).text("data")
    with pytest.raises(KeysBesideData):
        KeyRing.make(data / "more", data=data)
    assert not (data / "more").exists()


def test_the_demo_may_keep_its_keys_beside_its_data(tmp_path: Path) -> None:
    ring = KeyRing.make(tmp_path / "data" / "keys", data=tmp_path / "data", demo=True)
    assert ring.text("data")


def test_no_key_is_shown_or_pickled(ring: KeyRing) -> None:
    reader = ring.reader("data")
    key = reader()
    assert key == ring.text("data")
    assert key not in repr(ring) + repr(reader) + str(vars(reader))
    assert copy.deepcopy(reader) is reader
    for each in (ring, reader):
        with pytest.raises(TypeError):
            pickle.dumps(each)
