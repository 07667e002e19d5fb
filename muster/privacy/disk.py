"""Seeing to it that a file or folder has reached the disk.

A file that was synced can still be gone after a power cut: its name stands in the folder, which is synced for itself.
SQLite does that for its logs, and so for the folder of a database; what holds that folder, and keys, are ours to see to.
"""

import contextlib
import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until what the file holds, or which names the folder holds, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Have the folder there, for its owner alone, and its name on the disk."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    # A folder above that this user may enter and not read is somebody else's to keep.
    with contextlib.suppress(PermissionError):
        sync(path.parent)
