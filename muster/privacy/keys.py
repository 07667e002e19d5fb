"""The installation's own keys: one small file each, in a folder apart from the data.

A key file holds 64 lower-case hexadecimal digits (256 bits) and may be read by its owner alone. Keys are read when
they are first needed, never when settings load, so that a command can say in a sentence what is wrong with them.
No key appears in a `repr`, and none is put in a setting: settings hold a `Reader`, which hands over the key when called.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import NoReturn

from muster.privacy.disk import make_folder, sync

NAMES = ("data", "store", "kek", "audit", "index", "backup", "signing")
"""data: the data file · store: the key store · kek: wraps each pupil's key · audit: bodies of history about nobody or
several · index: fingerprints for exact match · backup: backup copies · signing: Django's SECRET_KEY."""

_FORM = re.compile(r"[0-9a-f]{64}\Z")


class KeyProblem(Exception):
    """A key is missing, has the wrong form, or lies where it may not. The message says what to do and shows no key."""


class KeyMissing(KeyProblem):
    """There is no file for this key."""


class KeyHasWrongForm(KeyProblem):
    """The file does not hold exactly 64 lower-case hexadecimal digits."""


class KeyReadableByOthers(KeyProblem):
    """Someone besides the owner may read the file."""


class KeysBesideData(KeyProblem):
    """The keys lie inside the data folder, so one theft takes both."""


class KeysAlreadyThere(KeyProblem):
    """Keys are made once; making them again would lock everything already written."""


class Reader:
    """Hands over one key when called, as hexadecimal digits, and shows nothing of it otherwise."""

    def __init__(self, ring: KeyRing, name: str) -> None:
        self._ring = ring
        self.name = name

    def __call__(self) -> str:
        return self._ring.text(self.name)

    def __repr__(self) -> str:
        return f"<key {self.name}>"

    def __deepcopy__(self, memo: object) -> Reader:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("A key is not to be pickled.")


class KeyRing:
    """The keys in `folder`. Each is read and checked once, when first asked for.

    Given the `data` folder, the ring refuses to read keys that lie inside it, unless this is the `demo`.
    """

    def __init__(self, folder: Path | str, *, data: Path | str | None = None, demo: bool = False) -> None:
        self.folder = Path(folder)
        self._data = None if data is None or demo else Path(data)
        self._keys: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<KeyRing {str(self.folder)!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Keys are not to be pickled.")

    def __deepcopy__(self, memo: object) -> KeyRing:
        return self

    def path(self, name: str) -> Path:
        if name not in NAMES:
            raise LookupError(f"Muster has no key called {name!r}.")
        return self.folder / f"{name}.key"

    def text(self, name: str) -> str:
        """The key as 64 hexadecimal digits. Raises a `KeyProblem` that says what to do."""
        if name not in self._keys:
            if self._data is not None:
                self.check_apart_from(self._data)
            self._keys[name] = _read(self.path(name))
        return self._keys[name]

    def bytes(self, name: str) -> bytes:
        """The key as 32 bytes. Raises a `KeyProblem` that says what to do."""
        return bytes.fromhex(self.text(name))

    def reader(self, name: str) -> Reader:
        """Something to put in a setting: called, it gives the key; printed, it gives nothing away."""
        self.path(name)
        return Reader(self, name)

    def check(self) -> None:
        """Read every key. Raises the first `KeyProblem`."""
        for name in NAMES:
            self.text(name)

    def check_apart_from(self, data: Path | str) -> None:
        """Raises `KeysBesideData` when the keys lie in the data folder, by whatever path either is named."""
        if self.folder.resolve().is_relative_to(Path(data).resolve()):
            raise KeysBesideData(
                f"The keys in {self.folder} lie inside the data folder {data}: whoever takes one takes both. "
                "Move them to a folder of their own, on another disk if you can, and set MUSTER_KEYS to it."
            )

    @classmethod
    def make(cls, folder: Path | str, *, data: Path | str | None = None, demo: bool = False) -> KeyRing:
        """Make every key in `folder`, which is created 0700 if need be.

        Raises `KeysAlreadyThere` if any exists, `KeysBesideData` as reading would.
        """
        ring = cls(folder, data=data, demo=demo)
        if ring._data is not None:
            ring.check_apart_from(ring._data)
        there = [name for name in NAMES if ring.path(name).exists()]
        if there:
            raise KeysAlreadyThere(
                f"{ring.folder} already holds {', '.join(there)}. Keys are made once: new ones could not open "
                "what the old ones locked."
            )
        make_folder(ring.folder)
        for name in NAMES:
            # O_EXCL: two first starts at once must not leave a key that differs from the one already in use.
            descriptor = os.open(ring.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
                file.flush()
                os.fsync(file.fileno())
        sync(ring.folder)
        return ring


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        raise KeyMissing(
            f"There is no key at {path}. Put the key back from the recovery sheet, or, for a new installation, "
            "make the keys first."
        ) from None
    except OSError as problem:
        raise KeyMissing(f"The key at {path} cannot be read: {problem.strerror}.") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyReadableByOthers(f"Others may read the key at {path}. Run: chmod 600 {path}")
    digits = text.removesuffix("\n")
    if not _FORM.match(digits):
        raise KeyHasWrongForm(
            f"The key at {path} should be exactly 64 digits out of 0-9 and a-f, and a line end; "
            f"it has {len(digits)} characters{'' if len(digits) != 64 else ', some of them others'}."
        )
    return digits
