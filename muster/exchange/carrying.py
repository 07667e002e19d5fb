"""Carrying a file from the page that shows its effect to the one that brings it in, without keeping it anywhere.

The file travels in the page itself, packed; nothing of it rests on the server before somebody has said yes.
"""

import base64
import binascii
import zlib

from muster.exchange.rules.table import MOST_BYTES, Unreadable
from muster.pages.rules.said import say

MOST_CARRIED = 1_000_000
"""Letters of the hidden field: a form may be 1 MB in all, and a workbook cannot be packed tighter than it is."""


def packed(data: bytes) -> str:
    """`data` as text for a hidden field."""
    return base64.urlsafe_b64encode(zlib.compress(data, 6)).decode("ascii")


def unpacked(text: str) -> bytes:
    """What `packed` was given. Raises `Unreadable` for anything else, and for more than a file may hold."""
    worker = zlib.decompressobj()
    try:
        data = worker.decompress(base64.urlsafe_b64decode(text), MOST_BYTES + 1)
    except (ValueError, zlib.error, binascii.Error) as problem:
        raise Unreadable(say("The file was lost on the way. Bring it again.")) from problem
    if len(data) > MOST_BYTES or worker.unconsumed_tail:
        raise Unreadable(say("This file is larger than 1 MB. Take out what is not needed, or split it."))
    return data
