"""Encrypting a stream of any length in pieces, so that a piece lost, repeated, moved or cut off at the end is noticed.

Form: eight bytes naming it, a salt of 16 bytes, then pieces of AES-256-GCM ciphertext, each behind its length in four
bytes. The key is derived from the given one and the salt; the nonce counts the pieces, and its last byte marks the last.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORM = b"MUSTER-1"
PIECE = 1 << 20


class StreamDamaged(Exception):
    """The stream was cut off or changed, or the key is another."""


def encrypt(source: BinaryIO, target: BinaryIO, key: bytes) -> None:
    """Read `source` to its end and write it to `target`, encrypted under `key` (32 bytes)."""
    salt = os.urandom(16)
    cipher = _cipher(key, salt)
    target.write(FORM + salt)
    piece = _whole_piece(source)
    number = 0
    while True:
        following = _whole_piece(source)
        sealed = cipher.encrypt(_nonce(number, last=not following), piece, FORM)
        target.write(len(sealed).to_bytes(4, "big") + sealed)
        if not following:
            return
        piece, number = following, number + 1


def decrypt(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The plain pieces of `source`, one after the other. Raises `StreamDamaged`, perhaps only after some were given."""
    start = source.read(len(FORM) + 16)
    if len(start) < len(FORM) + 16 or not start.startswith(FORM):
        raise StreamDamaged("This is no encrypted stream of Muster's, or its beginning is gone.")
    cipher = _cipher(key, start[len(FORM) :])
    number = 0
    length = source.read(4)
    while True:
        size = int.from_bytes(length, "big")
        sealed = source.read(size) if len(length) == 4 and size <= PIECE + 16 else b""
        if not sealed or len(sealed) != size:
            raise StreamDamaged("The encrypted stream ends too early.")
        length = source.read(4)
        try:
            yield cipher.decrypt(_nonce(number, last=not length), sealed, FORM)
        except InvalidTag:
            raise StreamDamaged("The encrypted stream was changed or cut off, or the key is another.") from None
        if not length:
            return
        number += 1


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"muster stream").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _whole_piece(source: BinaryIO) -> bytes:
    """A full piece, or what is left: a pipe gives less than asked for."""
    parts, wanted = [], PIECE
    while wanted and (part := source.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)
