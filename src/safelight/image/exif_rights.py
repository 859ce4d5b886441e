"""An EXIF block that says who made a picture and who holds the rights, and nothing else. Pure.

Written here because libvips turns what is not ASCII, such as ©, into look-alikes.
"""

from __future__ import annotations

import struct
from typing import Final

ARTIST: Final = 0x013B
COPYRIGHT: Final = 0x8298

_ASCII: Final = 2  # the type of text; written as UTF-8, as cameras and editors do
_HEADER: Final = b"II*\0" + struct.pack("<I", 8)  # little-endian, the directory at offset 8
_ENTRY_BYTES: Final = 12


def rights_block(texts: dict[int, str]) -> bytes:
    """The block, beginning with `Exif\\0\\0`, for texts by tag (ARTIST, COPYRIGHT)."""
    values = {tag: text.encode("utf-8", "replace") + b"\0" for tag, text in sorted(texts.items())}
    offset = len(_HEADER) + 2 + len(values) * _ENTRY_BYTES + 4
    directory, data = struct.pack("<H", len(values)), b""
    for tag, value in values.items():
        inline = len(value) <= 4
        where = value.ljust(4, b"\0") if inline else struct.pack("<I", offset + len(data))
        directory += struct.pack("<HHI", tag, _ASCII, len(value)) + where
        data += b"" if inline else value
    return b"Exif\0\0" + _HEADER + directory + struct.pack("<I", 0) + data
