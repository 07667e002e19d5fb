"""Writing down what SQLite asks of the disk, from inside the process, without a compiler or a debugger.

SQLite reaches the system through a table of functions (sqlite.org/vfs.html). Four of them are replaced by our own, which
call the real one and then write down what was done: writing, cutting a file short, syncing, and removing. An entry is
written after the act is done, so a sync covers every entry that stands before its beginning. All processes write to
one file in whole entries, so their order there is the order in which it happened.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any

RECORD = "POWER_CUT_RECORD"
"""The environment variable that names the file to write to; without it nothing is recorded."""
ENTRY = struct.Struct("<cBqI")
"""Kind, which file, a number, and how many bytes follow."""
FILES = ("muster.sqlite3", "muster.sqlite3-wal", "keystore.sqlite3", "keystore.sqlite3-wal")

WRITTEN, CUT, SYNC_BEGUN, SYNCED, MADE, FOLDER_SYNCED, REMOVED, ACKNOWLEDGED = (
    b"W",
    b"T",
    b"s",
    b"S",
    b"M",
    b"F",
    b"R",
    b"A",
)
"""W: bytes at a place. T: cut to a length. s, S: a sync, by its own number. M, R: a name made (for the file of that
number) or removed, and F: that this has reached the disk. A: what somebody was told is saved."""

_CREATE, _LOG = 0x4, 0x80000

_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)


class _Methods(Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", _Write),
        ("truncate", _Truncate),
        ("sync", _Sync),
        ("rest", c_void_p * 13),
    ]


class _File(Structure):
    """sqlite3_file."""

    _fields_ = [("methods", POINTER(_Methods))]


class _System(Structure):
    """sqlite3_vfs, as far as it is used."""

    _fields_ = [
        ("version", c_int),
        ("size", c_int),
        ("longest", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", _Open),
        ("delete", _Delete),
    ]


class _Opened:
    """One open file: which it is, and whether its name has yet to reach the disk (SQLite sees to it at the first sync)."""

    def __init__(self, place: int, *, name_waits: bool) -> None:
        self.place = place
        self.name_waits = name_waits


_kept: list[Any] = []
"""What C holds pointers to and Python must therefore not let go of."""


def entry(kind: bytes, place: int = 0, number: int = 0, data: bytes = b"") -> bytes:
    """One entry, ready to be written in one system call."""
    return ENTRY.pack(kind, place, number, len(data)) + data


def open_record(path: Path | str) -> Callable[[bytes], None]:
    """What adds an entry to the record at `path`, from any process and thread."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def add(line: bytes) -> None:
        if os.write(descriptor, line) != len(line):
            os._exit(74)

    return add


def begin() -> None:
    """Record from now on, where the environment asks for it. Connections opened before are not seen."""
    path = os.environ.get(RECORD)
    if not path:
        return
    from sqlcipher3 import _sqlite3 as driver

    library = ctypes.CDLL(driver.__file__)
    library.sqlite3_initialize()
    library.sqlite3_vfs_find.restype = POINTER(_System)
    system = library.sqlite3_vfs_find(None)
    add = open_record(path)
    opened: dict[int, _Opened] = {}
    replaced: dict[int, Any] = {}
    open_really, delete_really = _Open.from_buffer_copy(system[0].open), _Delete.from_buffer_copy(system[0].delete)
    syncs = 0

    def methods_of(real: Any) -> Any:
        """The table of one kind of file with our own three in it."""
        address = ctypes.addressof(real.contents)
        if address not in replaced:
            ours = _Methods.from_buffer_copy(real.contents)
            write_really, truncate_really, sync_really = (
                _Write.from_buffer_copy(real.contents.write),
                _Truncate.from_buffer_copy(real.contents.truncate),
                _Sync.from_buffer_copy(real.contents.sync),
            )

            def write(file: int, data: int, amount: int, offset: int) -> int:
                answer = write_really(file, data, amount, offset)
                if answer == 0:
                    add(entry(WRITTEN, opened[file].place, offset, ctypes.string_at(data, amount)))
                return int(answer)

            def truncate(file: int, size: int) -> int:
                answer = truncate_really(file, size)
                if answer == 0:
                    add(entry(CUT, opened[file].place, size))
                return int(answer)

            def sync(file: int, flags: int) -> int:
                nonlocal syncs
                syncs += 1
                one, number = opened[file], (os.getpid() << 32) + syncs
                add(entry(SYNC_BEGUN, one.place, number))
                answer = sync_really(file, flags)
                if answer == 0:
                    add(entry(SYNCED, one.place, number))
                    if one.name_waits:
                        one.name_waits = False
                        add(entry(FOLDER_SYNCED, one.place))
                return int(answer)

            ours.write, ours.truncate, ours.sync = _Write(write), _Truncate(truncate), _Sync(sync)
            _kept.extend((real, ours, ours.write, ours.truncate, ours.sync))
            replaced[address] = ctypes.pointer(ours)
        return replaced[address]

    def open_(itself: int, name: int | None, file: int, flags: int, out: int) -> int:
        path = Path(ctypes.string_at(name).decode()) if name else Path()
        place = FILES.index(path.name) if path.name in FILES else None
        there = place is None or path.exists()
        answer = open_really(itself, name, file, flags, out)
        if answer == 0 and place is not None:
            if not there:
                add(entry(MADE, place, path.stat().st_ino))
            opened[file] = _Opened(place, name_waits=bool(flags & _CREATE and flags & _LOG))
            one = ctypes.cast(file, POINTER(_File))
            one[0].methods = methods_of(one[0].methods)
        return int(answer)

    def delete(itself: int, name: int, sync_folder: int) -> int:
        base = Path(ctypes.string_at(name).decode()).name
        answer = delete_really(itself, name, sync_folder)
        if answer == 0 and base in FILES:
            add(entry(REMOVED, FILES.index(base)))
            if sync_folder:
                add(entry(FOLDER_SYNCED, FILES.index(base)))
        return int(answer)

    ours = _Open(open_), _Delete(delete)
    _kept.extend((library, open_really, delete_really, *ours))
    system[0].open, system[0].delete = ours
    sys.stderr.flush()
