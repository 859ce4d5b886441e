"""AVIF and HEIC: what the file says of its primary item (ISO/IEC 23008-12).

A picture is turned by its `irot` and `imir` properties, which the decoders apply; EXIF orientation
must then be ignored (6.5.10 there), so it is not even looked for.
"""

from __future__ import annotations

from typing import Final

from safelight.image.headers.boxes import child
from safelight.image.headers.header import UNSTATED, Header
from safelight.image.headers.heif_items import Items, read_items
from safelight.image.headers.reader import Reader
from safelight.image.rejections import corrupt, unsupported

_CODECS: Final = {b"av01": "avif", b"hvc1": "heic", b"hev1": "heic"}  # formats by kind of item
_GRID: Final = b"grid"
_ALPHA: Final = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0")
_PROFILES: Final = (b"prof", b"rICC")
# How many pixels may be decoded to show one; the constant leaves room for coding blocks at the edges.
_MOST_HIDDEN: Final = 4
_ALWAYS_ALLOWED: Final = 1_000_000


def read(data: bytes) -> Header:
    """Raises ImageRejected `truncated`, `corrupt_image` or `unsupported_format`."""
    meta = child(Reader(data, "file"), b"meta")
    if meta is None:
        raise unsupported("AVIF and HEIC sequences without a still picture")
    items = read_items(meta.rest(4))
    coded_item = _coded_item(items)
    codec = _CODECS.get(items.kinds.get(coded_item, b""))
    if codec is None:
        raise unsupported("HEIF files that hold anything but one AV1 or HEVC picture")
    alpha = _alpha_item(items)
    width, height = _size(items, alpha)
    bit_depth, bands = _pixel(items, coded_item)
    return Header(
        format=codec,
        width=width,
        height=height,
        bands=bands + (alpha is not None),
        bit_depth=bit_depth,
        has_alpha=alpha is not None,
        has_profile=any(colour.take(0, 4) in _PROFILES for colour in items.of(items.primary, b"colr")),
        primaries=_primaries(items),
        progressive=True,  # neither codec can be decoded row by row
    )


def _coded_item(items: Items) -> int:
    """The primary item itself, or the first tile of a grid."""
    if items.kinds.get(items.primary) != _GRID:
        return items.primary
    made_from = (r for r in items.references if r.kind == b"dimg" and r.source == items.primary and r.targets)
    return next((reference.targets[0] for reference in made_from), items.primary)


def _alpha_item(items: Items) -> int | None:
    for reference in items.references:
        if reference.kind == b"auxl" and items.primary in reference.targets:
            kinds = items.of(reference.source, b"auxC")
            if any(kind.rest(4).starts_with(mark) for kind in kinds for mark in _ALPHA):
                return reference.source
    return None


def _size(items: Items, alpha: int | None) -> tuple[int, int]:
    """Width and height after cropping and turning, in the order the file asks for."""
    coded = width, height = _coded_size(items, items.primary)
    for kind, content in items.properties[items.primary]:
        if kind == b"irot" and content.u8(0) & 1:
            width, height = height, width
        elif kind == b"clap":
            width, height = _cropped(content, width, height)
    for hidden in (coded, _coded_size(items, alpha) if alpha is not None else coded):
        if hidden[0] * hidden[1] > width * height * _MOST_HIDDEN + _ALWAYS_ALLOWED:
            raise unsupported("AVIF and HEIC files that show a small part of what they hold")
    return width, height


def _coded_size(items: Items, item: int) -> tuple[int, int]:
    spatial = items.of(item, b"ispe")
    if not spatial:
        raise corrupt("The file does not say the size of its picture")
    return spatial[0].u32(4), spatial[0].u32(8)


def _cropped(clap: Reader, width: int, height: int) -> tuple[int, int]:
    wide, wide_by, high, high_by = (clap.u32(4 * n) for n in range(4))
    if not wide_by or not high_by:
        raise corrupt("The file crops its picture to nothing")
    return min(width, _rounded(wide, wide_by)), min(height, _rounded(high, high_by))


def _rounded(number: int, by: int) -> int:
    """Halves go up, as in the decoders."""
    return (2 * number + by) // (2 * by)


def _pixel(items: Items, coded_item: int) -> tuple[int, int]:
    """Bits of a band, and bands without alpha, from the codec's configuration."""
    for av1 in items.of(coded_item, b"av1C"):
        flags = av1.u8(2)
        return (8 if not flags & 0x40 else 12 if flags & 0x20 else 10), 1 if flags & 0x10 else 3
    for hevc in items.of(coded_item, b"hvcC"):
        return 8 + (hevc.u8(17) & 7), 3 if hevc.u8(16) & 3 else 1
    raise corrupt("The file does not say how its picture is coded")


def _primaries(items: Items) -> int:
    stated = (c.u16(4) for c in items.of(items.primary, b"colr") if c.take(0, 4) == b"nclx")
    return next(stated, UNSTATED)
