"""A packed file or a folder, as the files in it: nothing is written down, and nothing larger than it may be is unpacked.

A zip says what it holds and where that belongs, and may lie about both. Names only ever become keys of a mapping, so that
there is nowhere to climb to; a name that tries is refused all the same, because whoever wrote it meant no list.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from muster.exchange.formats import Files
from muster.pages.rules.kinds import MOST_BYTES, Kind, Unreadable, damaged, kind_of, opened, too_large
from muster.pages.rules.said import say

MOST_UNPACKED = 96 * 1024 * 1024
"""All files of a package together."""
MOST_TIMES = 150
"""How much larger than packed a file of more than `ALWAYS` may be; lists reach 20 or 30, a bomb 1,000."""
ALWAYS = 1024 * 1024
LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$|~\$)", re.IGNORECASE)
"""What computers leave in folders by themselves."""


def files_of(name: str, data: bytes) -> Files:
    """What was brought under `name`: the files of a zip, or the one file. Raises `Unreadable`, also for what holds no rows."""
    return files_in(data) if kind_of(data) is Kind.PACKAGE else {PurePosixPath(name.replace("\\", "/")).name: data}


def files_in(data: bytes) -> Files:
    """The files of a zip. Raises `Unreadable` for one that is damaged, locked, a bomb, or reaches out of itself."""
    if len(data) > MOST_BYTES:
        raise too_large(len(data))
    found: dict[str, bytes] = {}
    taken: set[str] = set()
    total = 0
    with opened(data) as packed:
        for entry in packed.infolist():
            if entry.is_dir() or LITTER.search(entry.filename):
                continue
            name = safe_name(entry)
            if name.casefold() in taken:
                raise Unreadable(
                    say("This packed file holds “{name}” twice. Pack it again, each file once.", name=shown(name))
                )
            total += entry.file_size
            if total > MOST_UNPACKED or entry.file_size > ALWAYS + MOST_TIMES * entry.compress_size:
                raise Unreadable(
                    say(
                        "This packed file unpacks to more than a list can be. Bring only the files that belong to the list."
                    )
                )
            taken.add(name.casefold())
            found[name] = unpacked(packed, entry)
    if not found:
        raise Unreadable(say("This packed file has nothing in it."))
    return without_shared_folders(found)


def safe_name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry that is a plain file inside the package. Raises `Unreadable`."""
    name = entry.filename.replace("\\", "/")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and kind != stat.S_IFREG:
        raise Unreadable(
            say("In this packed file “{name}” is a link, not a file. Pack the files themselves.", name=shown(name))
        )
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/") or not name.isprintable():
        raise Unreadable(
            say(
                "This packed file puts “{name}” outside of itself, which no list does. Nothing of it was read.",
                name=shown(name),
            )
        )
    if entry.flag_bits & 1:
        raise Unreadable(say("This packed file is locked with a password. Pack it without one."))
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unreadable(say("This file is packed in a way Muster does not open. Pack it again as an ordinary zip."))
    return "/".join(part for part in name.split("/") if part not in {"", "."})


def unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of one entry, never more than it says. Raises `Unreadable`."""
    try:
        with packed.open(entry) as file:
            # An entry may say that it is small and go on: the reader stops at what it said, and its check sum is wrong then.
            data = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise damaged() from None
    if len(data) != entry.file_size:
        raise damaged()
    if is_package(data):
        raise Unreadable(
            say(
                "This packed file holds another one, “{name}”. Unpack it, and bring what is inside.",
                name=shown(entry.filename),
            )
        )
    return data


def is_package(data: bytes) -> bool:
    """Whether `data` is a packed file itself, and not a workbook or the like."""
    try:
        return data.startswith(b"PK") and kind_of(data) is Kind.PACKAGE
    except Unreadable:
        return False


def files_under(folder: Path) -> Files:
    """The files of a folder and those below it, by name from there. Raises `Unreadable` for links and for too much."""
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise Unreadable(
                say("In this folder “{name}” is a link, not a file. Put the files themselves there.", name=shown(name))
            )
        if not path.is_file() or LITTER.search(name):
            continue
        total += path.stat().st_size
        if total > MOST_UNPACKED:
            raise Unreadable(
                say("This folder holds more than a list can be. Leave only the files that belong to the list.")
            )
        found[name] = path.read_bytes()
    if not found:
        raise Unreadable(say("This folder has no files in it."))
    return without_shared_folders(found)


def without_shared_folders(files: Files) -> Files:
    """The same files without the folders that all of them stand in."""
    parts = {name: name.split("/") for name in files}
    shared = 0
    while len({tuple(each[: shared + 1]) for each in parts.values()}) == 1 and all_deeper(parts.values(), shared + 1):
        shared += 1
    return {"/".join(parts[name][shared:]): data for name, data in files.items()}


def all_deeper(parts: Iterable[list[str]], depth: int) -> bool:
    """Whether every path goes on below `depth`."""
    return all(len(each) > depth for each in parts)


def shown(name: str) -> str:
    """A name as a sentence may hold it."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= 60 else f"{plain[:57]}…"
