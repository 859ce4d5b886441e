"""The tag directory that TIFF files and EXIF blocks have in common (TIFF 6.0, BigTIFF)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from safelight.image.headers.reader import Reader
from safelight.image.rejections import corrupt

_SIZES: Final = {1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8}  # bytes by type, of the types of whole numbers
_TEXT: Final = 2
_MOST_ENTRIES: Final = 4096


class Directory:
    """One image file directory; values are looked up when asked for."""

    def __init__(self, reader: Reader, *, start: int, big: bool) -> None:
        self._reader = reader
        self._big = big
        counter, self._entry_size = (8, 20) if big else (2, 12)
        count = reader.integer(start, counter)
        if count > _MOST_ENTRIES:
            raise corrupt("The directory of tags is impossibly long")
        first = start + counter
        places = range(first, first + count * self._entry_size, self._entry_size)
        self._places = {reader.u16(at): at for at in reversed(places)}  # of doubles the first one counts

    def __contains__(self, tag: int) -> bool:
        return tag in self._places

    def integers(self, tag: int, *, default: Sequence[int] = ()) -> Sequence[int]:
        """The tag's values; `default` when it is absent or not of whole numbers."""
        if tag not in self._places:
            return default
        at = self._places[tag]
        width = 8 if self._big else 4
        size = _SIZES.get(self._reader.u16(at + 2), 0)
        count = self._reader.integer(at + 4, width)
        if not size or not count:
            return default
        inline = at + 4 + width
        start = inline if size * count <= width else self._reader.integer(inline, width)
        return self._reader.integers(start, count, size)

    def text(self, tag: int) -> str:
        """The tag's text, its parts separated by commas; empty when absent, not text, or not all there."""
        if tag not in self._places or self._reader.u16(self._places[tag] + 2) != _TEXT:
            return ""
        at = self._places[tag] + 4
        width = 8 if self._big else 4
        count = self._reader.integer(at, width)
        start = at + width if count <= width else self._reader.integer(at + width, width)
        if start + count > len(self._reader):
            return ""
        parts = (part.strip() for part in self._reader.take(start, count).split(b"\0"))
        return ", ".join(_decoded(part) for part in parts if part)

    def value_offset(self, tag: int) -> int:
        """Where in the data the entry's value stands; KeyError when the tag is absent."""
        return self._places[tag] + (12 if self._big else 8)

    def integer(self, tag: int, *, default: int) -> int:
        return self.integers(tag, default=(default,))[0]


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def open_directory(data: bytes, name: str) -> Directory:
    """The first directory of a TIFF structure. Raises ImageRejected `truncated` or `corrupt_image`."""
    byteorder: Literal["big", "little"] = "little" if data[:2] == b"II" else "big"
    reader = Reader(data, name, byteorder=byteorder)
    if reader.take(0, 2) not in (b"II", b"MM"):
        raise corrupt(f"The {name} does not begin as it must")
    match reader.u16(2):
        case 42:
            return Directory(reader, start=reader.u32(4), big=False)
        case 43:
            return Directory(reader, start=reader.integer(8, 8), big=True)
    raise corrupt(f"The {name} does not begin as it must")
