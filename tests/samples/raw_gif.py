"""GIF written block by block, for canvases and frames that no encoder would write."""

from __future__ import annotations

import struct
from collections.abc import Iterable

TRAILER = b";"
_CODE_BITS = 7  # codes then are of 8 bits, so a pixel is a byte, as long as the table is cleared in time
_CLEAR = 1 << _CODE_BITS
_RUN = _CLEAR - 2


def gif_file(
    width: int,
    height: int,
    frames: Iterable[tuple[int, int, int, int]],
    *,
    pixels: int | None = None,
    delay: int = 0,
) -> bytes:
    """A canvas of the size, and red frames (left, top, width, height), each shown for `delay` ms.

    Of each frame `pixels` are really there; all, unless stated.
    """
    table = bytes(3) + b"\xff\0\0" + bytes(3 * (_CLEAR - 2))
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80 | _CODE_BITS - 1, 0, 0) + table
    timing = b"!\xf9\4\4" + struct.pack("<H", delay // 10) + b"\0\0" if delay else b""
    shown = (timing + _frame(place, pixels or place[2] * place[3]) for place in frames)
    return screen + b"".join(shown) + TRAILER


def _frame(place: tuple[int, int, int, int], pixels: int) -> bytes:
    runs = [min(_RUN, pixels - at) for at in range(0, pixels, _RUN)]
    codes = b"".join(bytes([_CLEAR]) + b"\1" * run for run in runs) + bytes([_CLEAR + 1])
    blocks = [codes[at : at + 255] for at in range(0, len(codes), 255)]
    data = b"".join(bytes([len(block)]) + block for block in blocks)
    return b"," + struct.pack("<HHHHB", *place, 0) + bytes([_CODE_BITS]) + data + b"\0"
