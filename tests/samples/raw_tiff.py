"""TIFF written tag by tag, for pixels Pillow does not write and for files that lie."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

RGB, SEPARATED, YCBCR, LAB = 2, 5, 6, 8
ASSOCIATED_ALPHA, ALPHA = 1, 2
_ASCII, _SHORT, _LONG = 2, 3, 4
_FORMS = {_ASCII: "B", _SHORT: "H", _LONG: "I"}

Tag = tuple[int, int, Sequence[int]]  # number, type, values


def tiff_file(
    pixels: np.ndarray, photometric: int, *, extra: Sequence[int] = (), more: Sequence[Tag] = ()
) -> bytes:
    """One uncompressed strip of `pixels` (height x width x bands, unsigned integers), little-endian."""
    height, width, bands = pixels.shape
    data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    tags: list[Tag] = [
        (256, _LONG, [width]),
        (257, _LONG, [height]),
        (258, _SHORT, [pixels.dtype.itemsize * 8] * bands),
        (259, _SHORT, [1]),
        (262, _SHORT, [photometric]),
        (277, _SHORT, [bands]),
        (273, _LONG, [8]),
        (278, _LONG, [height]),
        (279, _LONG, [len(data)]),
        *more,
    ]
    if extra:
        tags.append((338, _SHORT, extra))
    return assemble(data, tags)


def assemble(data: bytes, tags: Sequence[Tag]) -> bytes:
    """The header, then `data` from offset 8, then long values, then the directory."""
    body, entries = data + bytes(len(data) % 2), b""
    for number, kind, values in sorted(tags, key=lambda tag: tag[0]):
        raw = struct.pack(f"<{len(values)}{_FORMS[kind]}", *values)
        place = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack("<I", 8 + len(body))
        body += raw + bytes(len(raw) % 2) if len(raw) > 4 else b""
        entries += struct.pack("<HHI", number, kind, len(values)) + place
    return (
        b"II*\0" + struct.pack("<I", 8 + len(body)) + body + struct.pack("<H", len(tags)) + entries + bytes(4)
    )
