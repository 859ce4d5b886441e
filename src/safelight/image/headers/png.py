"""PNG: its chunks, stepped over by their lengths; compressed ones are not inflated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from safelight.image.headers.exif import orientation_of
from safelight.image.headers.header import UNSTATED, Header
from safelight.image.headers.reader import Reader, bounded
from safelight.image.rejections import corrupt, truncated

_BANDS: Final = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}  # by colour type, as decoded
_SAMPLES: Final = _BANDS | {3: 1}  # by colour type, as stored
_PALETTE: Final = 3
_WITH_ALPHA: Final = frozenset({4, 6})
_MOST_INFLATION: Final = 1032  # times; deflate can do no more
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def read(data: bytes) -> Header:
    """Raises ImageRejected `truncated` or `corrupt_image`. An animated PNG is its first frame."""
    seen: dict[bytes, Reader] = {}
    for name, content in _chunks(data):
        seen.setdefault(name, content)
    header = seen[b"IHDR"]
    depth, colour_type, interlace = header.u8(8), header.u8(9), header.u8(12)
    if depth not in _DEPTHS.get(colour_type, ()):
        raise corrupt(f"The PNG has an impossible kind of pixel (type {colour_type}, {depth} bits)")
    if b"IDAT" not in seen:
        raise corrupt("The PNG has no pixels")
    keyed = b"tRNS" in seen and colour_type not in _WITH_ALPHA
    return Header(
        format="png",
        width=header.u32(0),
        height=header.u32(4),
        bands=_BANDS[colour_type] + keyed,
        bit_depth=8 if colour_type == _PALETTE else depth,
        has_alpha=keyed or colour_type in _WITH_ALPHA,
        orientation=orientation_of(seen[b"eXIf"].all()) if b"eXIf" in seen else 1,
        progressive=interlace != 0,
        has_profile=b"iCCP" in seen,
        primaries=seen[b"cICP"].u8(0) if b"cICP" in seen else UNSTATED,
    )


def check_amount(data: bytes) -> None:
    """Raises ImageRejected when the pixels cannot inflate from so few bytes. `read` accepts `data`."""
    deflated = sum(len(content) for name, content in _chunks(data) if name == b"IDAT")
    header = next(content for _, content in _chunks(data))
    width, height, bits = header.u32(0), header.u32(4), header.u8(8) * _SAMPLES[header.u8(9)]
    if deflated * _MOST_INFLATION * 8 < width * height * bits:
        raise truncated(f"The PNG has too little data for {width} × {height} pixels")


def _chunks(data: bytes) -> Iterator[tuple[bytes, Reader]]:
    return bounded(_all_chunks(data), "PNG")


def _all_chunks(data: bytes) -> Iterator[tuple[bytes, Reader]]:
    reader = Reader(data, "PNG")
    if reader.take(12, 4) != b"IHDR" or reader.u32(8) != 13:
        raise corrupt("The PNG does not begin with its size")
    at = 8
    while at + 12 <= len(data):
        length, name = reader.u32(at), reader.take(at + 4, 4)
        if at + 12 + length > len(data):
            break
        yield name, reader.part(at + 8, length)
        if name == b"IEND":
            return
        at += 12 + length
    raise truncated("The PNG ends before its last chunk")


def without_compressed_text(data: bytes) -> bytes:
    """The PNG less its zTXt and compressed iTXt chunks.

    Nothing in them is used, and decoders inflate each up to tens of megabytes on opening the file.
    """
    parts, kept_up_to, at = [], 0, 8
    for name, content in _chunks(data):
        end = at + 12 + len(content)
        if name == b"zTXt" or (name == b"iTXt" and _is_compressed(content)):
            parts.append(data[kept_up_to:at])
            kept_up_to = end
        at = end
    return b"".join((*parts, data[kept_up_to:])) if parts else data


def _is_compressed(text: Reader) -> bool:
    keyword = text.all()[:80].find(b"\0")
    return keyword < 0 or len(text) < keyword + 2 or text.u8(keyword + 1) != 0
