"""What an ICC profile is, read from its own header and tags without building a transform. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from safelight.errors import ImageRejected
from safelight.image.headers.reader import Reader

ProfileSpace = Literal["rgb", "grey", "cmyk"]

LARGEST: Final = 8_000_000  # bytes; printers' profiles with large tables reach about 3 MB
_SPACES: Final[dict[bytes, ProfileSpace]] = {b"RGB ": "rgb", b"GRAY": "grey", b"CMYK": "cmyk"}
_MOST_TAGS: Final = 200
_LOOKUP_TABLES: Final = frozenset({b"A2B0", b"A2B1", b"D2B0"})

# Columns of sRGB's matrix to the D50 connection space, and its curve at some points of 0 … 1.
_SRGB_COLUMNS: Final = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7139),
}
_SRGB_CURVE: Final = {0.1: 0.010023, 0.25: 0.050876, 0.5: 0.214041, 0.75: 0.522522}


@dataclass(frozen=True, kw_only=True)
class Profile:
    space: ProfileSpace
    is_srgb: bool  # so close to sRGB that no 8-bit value would differ by more than one


@lru_cache(maxsize=32)
def read_profile(data: bytes) -> Profile | None:
    """None for what is not a usable profile: it is then treated as absent."""
    try:
        return _read(data)
    except (ImageRejected, ZeroDivisionError, OverflowError):
        return None


def _read(data: bytes) -> Profile | None:
    reader = Reader(data, "profile")
    space = _SPACES.get(reader.take(16, 4))
    if space is None or reader.take(36, 4) != b"acsp" or reader.u32(0) > len(data) or len(data) > LARGEST:
        return None
    tags = _tags(reader)
    return Profile(space=space, is_srgb=space == "rgb" and _is_srgb(tags))


def _tags(reader: Reader) -> dict[bytes, Reader]:
    count = min(reader.u32(128), _MOST_TAGS)
    places = range(132, 132 + 12 * count, 12)
    return {reader.take(at, 4): reader.part(reader.u32(at + 4), reader.u32(at + 8)) for at in places}


def _is_srgb(tags: dict[bytes, Reader]) -> bool:
    if (
        _LOOKUP_TABLES & tags.keys()
        or not (_SRGB_COLUMNS.keys() | {b"rTRC", b"gTRC", b"bTRC"}) <= tags.keys()
    ):
        return False
    for name, expected in _SRGB_COLUMNS.items():
        column = struct.unpack(">3i", tags[name].take(8, 12))
        if any(abs(value / 65536 - wanted) > 0.001 for value, wanted in zip(column, expected, strict=True)):
            return False
    return all(
        abs(_curve(tags[name], x) - y) < 0.0025
        for name in (b"rTRC", b"gTRC", b"bTRC")
        for x, y in _SRGB_CURVE.items()
    )


def _curve(tag: Reader, x: float) -> float:
    """The tone curve at x; 0 for a kind that is not evaluated here."""
    kind = tag.take(0, 4)
    if kind == b"curv":
        return _sampled(tag, x)
    if kind != b"para" or tag.u16(8) != 3:
        return 0.0
    g, a, b, c, d = (value / 65536 for value in struct.unpack(">5i", tag.take(12, 20)))
    return float((a * x + b) ** g) if x >= d and a * x + b > 0 else c * x


def _sampled(tag: Reader, x: float) -> float:
    count = tag.u32(8)
    if count == 0:
        return x
    if count == 1:
        return float(x ** (tag.u16(12) / 256))
    place = x * (count - 1)
    below = int(place)
    low, high = tag.u16(12 + 2 * below), tag.u16(12 + 2 * min(below + 1, count - 1))
    return (low + (high - low) * (place - below)) / 65535
