"""PNG written chunk by chunk, for kinds Pillow does not write and for files that lie."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def header(width: int, height: int, *, depth: int = 8, colour_type: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlace))


def png_file(
    width: int, height: int, *, depth: int = 8, colour_type: int = 2, rows: bytes, extra: bytes = b""
) -> bytes:
    """A PNG of unfiltered `rows` (big-endian samples); `extra` chunks stand before the pixels."""
    stride = (width * depth * _CHANNELS[colour_type] + 7) // 8
    filtered = b"".join(b"\0" + rows[at : at + stride] for at in range(0, stride * height, stride))
    body = chunk(b"IDAT", zlib.compress(filtered, 1)) + chunk(b"IEND")
    return SIGNATURE + header(width, height, depth=depth, colour_type=colour_type) + extra + body
