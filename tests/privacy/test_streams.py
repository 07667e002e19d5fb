"""Encrypted streams: of any length, and whole or not at all."""

from __future__ import annotations

import io
import os

import pytest

from muster.privacy import streams

pytestmark = pytest.mark.pure

KEY = bytes(range(32))


def sealed(plain: bytes) -> bytes:
    target = io.BytesIO()
    streams.encrypt(io.BytesIO(plain), target, KEY)
    return target.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    return b"".join(streams.decrypt(io.BytesIO(content), key))


@pytest.mark.parametrize("size", [0, 1, streams.PIECE - 1, streams.PIECE, streams.PIECE + 1, 3 * streams.PIECE])
def test_a_stream_of_any_length_comes_back(size: int) -> None:
    plain = os.urandom(size)
    assert opened(sealed(plain)) == plain


def test_a_stream_cut_off_changed_or_in_another_order_is_noticed() -> None:
    plain = os.urandom(2 * streams.PIECE + 5)
    whole = sealed(plain)
    piece = streams.PIECE + 16 + 4
    start = 24
    wrong = {
        "nothing": b"",
        "no beginning": whole[10:],
        "last byte gone": whole[:-1],
        "last piece gone": whole[: start + 2 * piece],
        "only the beginning": whole[:start],
        "first piece gone": whole[:start] + whole[start + piece :],
        "two pieces swapped": whole[:start] + whole[start + piece : start + 2 * piece] + whole[start : start + piece]
        + whole[start + 2 * piece :],
        "a piece twice": whole[: start + piece] + whole[start:],
        "one bit": whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        "more at the end": whole + b"\x00\x00\x00\x01x",
        "a length beyond reason": whole[:start] + b"\xff\xff\xff\xff" + whole[start + 4 :],
    }  # fmt: skip
    for name, content in wrong.items():
        with pytest.raises(streams.StreamDamaged):
            opened(content)
            pytest.fail(name)
    with pytest.raises(streams.StreamDamaged):
        opened(whole, bytes(32))


def test_a_pipe_that_gives_little_at_a_time_is_read_whole() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 1000))

    target = io.BytesIO()
    streams.encrypt(Trickle(b"x" * 5000), target, KEY)
    assert opened(target.getvalue()) == b"x" * 5000
    assert len(target.getvalue()) == 24 + 4 + 5000 + 16
