"""AVIF and HEIC: the primary item's properties in the `meta` box (ISO/IEC 23008-12, AV1-ISOBMFF).

A picture is turned by its `irot` and `imir` properties, which the decoders apply; EXIF orientation
must then be ignored (ISO/IEC 23008-12, 6.5.10), so it is not even looked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from safelight.image.headers.boxes import child, children
from safelight.image.headers.header import UNSTATED, Header
from safelight.image.headers.reader import Reader
from safelight.image.rejections import corrupt, unsupported

_ALPHA_AUXILIARIES: Final = (
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
    b"urn:mpeg:hevc:2015:auxid:1\0",
)
_PROFILES: Final = (b"prof", b"rICC")

Properties = list[tuple[bytes, Reader]]


@dataclass(frozen=True, kw_only=True)
class _Items:
    """What the `meta` box says: which item is the picture, and the properties of each item."""

    primary: int
    properties: dict[int, Properties]
    all_properties: Properties
    references: list[tuple[bytes, int, list[int]]] = field(default_factory=list)


def read_avif(data: bytes) -> Header:
    """Raises ImageRejected `truncated`, `corrupt_image` or `unsupported_format`."""
    return _read(data, "AVIF")


def read_heic(data: bytes) -> Header:
    """Raises ImageRejected `truncated`, `corrupt_image` or `unsupported_format`."""
    return _read(data, "HEIC")


def _read(data: bytes, name: str) -> Header:
    meta = child(Reader(data, name), b"meta")
    if meta is None:
        raise unsupported(f"{name} files without a still picture")
    items = _items(meta.part(4, len(meta) - 4), name)
    own = items.properties.get(items.primary, [])
    width, height = _size(own, name)
    bit_depth, bands = _pixel(own, items.all_properties)
    alpha = _has_alpha(items)
    return Header(
        width=width,
        height=height,
        bands=bands + alpha,
        bit_depth=bit_depth,
        has_alpha=alpha,
        has_profile=any(kind == b"colr" and content.take(0, 4) in _PROFILES for kind, content in own),
        primaries=_primaries(own),
        progressive=True,  # neither codec can be decoded row by row
    )


def _items(meta: Reader, name: str) -> _Items:
    pitm, iprp, iref = child(meta, b"pitm"), child(meta, b"iprp"), child(meta, b"iref")
    ipco = child(iprp, b"ipco") if iprp else None
    if pitm is None or iprp is None or ipco is None:
        raise corrupt(f"The {name} does not say which of its items is the picture")
    everything = list(children(ipco))
    properties: dict[int, Properties] = {}
    for kind, content in children(iprp):
        if kind == b"ipma":
            properties |= _associations(content, everything)
    return _Items(
        primary=pitm.integer(4, 2 if pitm.u8(0) == 0 else 4),
        properties=properties,
        all_properties=everything,
        references=_references(iref) if iref else [],
    )


def _associations(ipma: Reader, everything: Properties) -> dict[int, Properties]:
    """Properties by item, in the order in which they apply."""
    id_size = 2 if ipma.u8(0) == 0 else 4
    index_size = 2 if ipma.u8(3) & 1 else 1
    unmarked = (1 << (8 * index_size - 1)) - 1  # the top bit says "essential"
    found: dict[int, Properties] = {}
    at = 8
    for _ in range(ipma.u32(4)):
        item, count = ipma.integer(at, id_size), ipma.u8(at + id_size)
        at += id_size + 1
        indices = [ipma.integer(at + index_size * n, index_size) & unmarked for n in range(count)]
        found[item] = [everything[index - 1] for index in indices if 0 < index <= len(everything)]
        at += index_size * count
    return found


def _references(iref: Reader) -> list[tuple[bytes, int, list[int]]]:
    """Kind, from which item, to which items."""
    id_size = 2 if iref.u8(0) == 0 else 4
    found = []
    for kind, content in children(iref.part(4, len(iref) - 4)):
        count = content.integer(id_size, 2)
        targets = [content.integer(id_size + 2 + id_size * n, id_size) for n in range(count)]
        found.append((kind, content.integer(0, id_size), targets))
    return found


def _size(own: Properties, name: str) -> tuple[int, int]:
    """Width and height after cropping and turning, in the order the file asks for."""
    spatial = [content for kind, content in own if kind == b"ispe"]
    if not spatial:
        raise corrupt(f"The {name} does not say its size")
    width, height = spatial[0].u32(4), spatial[0].u32(8)
    for kind, content in own:
        if kind == b"irot" and content.u8(0) & 1:
            width, height = height, width
        elif kind == b"clap":
            width, height = _cropped(content, width, height)
    return width, height


def _cropped(clap: Reader, width: int, height: int) -> tuple[int, int]:
    wide, wide_by, high, high_by = (clap.u32(4 * n) for n in range(4))
    if not wide_by or not high_by:
        return width, height
    return min(width, round(wide / wide_by)), min(height, round(high / high_by))


def _pixel(own: Properties, everything: Properties) -> tuple[int, int]:
    """Bits of a band, and bands without alpha. A grid leaves both to its tiles."""
    for kind, content in (*own, *everything):
        if kind == b"pixi" and content.u8(4) and content.u8(4) != 2:
            return content.u8(5), 1 if content.u8(4) == 1 else 3
        if kind == b"av1C":
            flags = content.u8(2)
            return (8 if not flags & 0x40 else 12 if flags & 0x20 else 10), 1 if flags & 0x10 else 3
        if kind == b"hvcC":
            return 8 + (content.u8(17) & 7), 1 if content.u8(16) & 3 == 0 else 3
    return 8, 3


def _primaries(own: Properties) -> int:
    stated = (c.u16(4) for kind, c in own if kind == b"colr" and c.take(0, 4) == b"nclx")
    return next(stated, UNSTATED)


def _has_alpha(items: _Items) -> bool:
    return any(
        kind == b"auxl" and items.primary in targets and _is_alpha(items.properties.get(source, []))
        for kind, source, targets in items.references
    )


def _is_alpha(properties: Properties) -> bool:
    return any(
        kind == b"auxC" and content.take(4, len(content) - 4).startswith(_ALPHA_AUXILIARIES)
        for kind, content in properties
    )
