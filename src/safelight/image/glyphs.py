"""Which characters the bundled font can draw, read from its character map. Touches no pixel."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

import fontpkg_noto_sans

FONT_FILE: Final = Path(fontpkg_noto_sans.ROOT) / "files" / "NotoSans[wdth,wght].ttf"

_SEGMENTED_COVERAGE = 12  # the one map format that reaches all of Unicode


def missing_glyphs(text: str) -> str:
    """The characters of `text` that the bundled font lacks, each once, in order of appearance.

    On a machine without another font for them they appear as boxes. Control and format characters
    draw nothing and are never missing.
    """
    ranges = _coverage(FONT_FILE)
    visible = (c for c in dict.fromkeys(text) if unicodedata.category(c) not in ("Cc", "Cf"))
    return "".join(c for c in visible if not any(first <= ord(c) <= last for first, last in ranges))


@cache
def _coverage(font: Path) -> tuple[tuple[int, int], ...]:
    """Ranges of code points, inclusive, that have a glyph."""
    data = font.read_bytes()
    start = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, start + 2)
    for entry in range(count):
        (offset,) = struct.unpack_from(">I", data, start + 4 + entry * 8 + 4)
        (map_format,) = struct.unpack_from(">H", data, start + offset)
        if map_format == _SEGMENTED_COVERAGE:
            (groups,) = struct.unpack_from(">I", data, start + offset + 12)
            packed = data[start + offset + 16 : start + offset + 16 + groups * 12]
            return tuple((first, last) for first, last, _glyph in struct.iter_unpack(">III", packed))
    raise ValueError(f"{font.name} has no full Unicode character map.")


def _table(data: bytes, tag: bytes) -> int:
    """Offset of a table in the file."""
    (count,) = struct.unpack_from(">H", data, 4)
    for entry in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sIII", data, 12 + entry * 16)
        if name == tag:
            return int(offset)
    raise ValueError(f"The font has no {tag.decode()} table.")
