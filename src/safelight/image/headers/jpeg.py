"""JPEG: the marker segments before the first scan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from safelight.image.headers.exif import orientation_of
from safelight.image.headers.header import Header
from safelight.image.headers.reader import Reader, bounded
from safelight.image.rejections import corrupt, truncated, unsupported

_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_MARKER: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)  # those that have a length
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DECODABLE: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})  # the others: lossless or hierarchical
_PROGRESSIVE: Final = frozenset({0xC2, 0xCA})
_LEAST_BITS: Final = {0xC0: 2, 0xC1: 2, 0xC2: 1}  # of a block, by Huffman codes; a run may end all its rest
_EXIF: Final = b"Exif\0\0"
_PROFILE: Final = b"ICC_PROFILE\0"


def read(data: bytes) -> Header:
    """Raises ImageRejected `truncated`, `corrupt_image` or `unsupported_format`."""
    orientation, has_profile = 1, False
    frame: tuple[int, Reader] | None = None
    for marker, segment in _segments(data):
        if marker in _FRAMES and frame is None:
            frame = marker, segment
        elif marker == 0xE1 and segment.starts_with(_EXIF):
            orientation = orientation_of(segment.all())
        elif marker == 0xE2 and segment.starts_with(_PROFILE):
            has_profile = True
        elif marker == _START_OF_SCAN:
            if frame is None:
                raise corrupt("The JPEG's pixels come before their size")
            return _header(*frame, scan=segment, orientation=orientation, has_profile=has_profile)
    raise truncated("The JPEG ends before its pixels")


def check_amount(data: bytes) -> None:
    """Raises ImageRejected when no coding could fit the pixels into so few bytes.

    Decoders fill what is missing with grey. `data` is a JPEG that `read` accepts.
    """
    marker, frame = next((marker, segment) for marker, segment in _segments(data) if marker in _FRAMES)
    height, width, bands = frame.u16(1), frame.u16(3), frame.u8(5)
    sampling = [frame.u8(7 + 3 * band) for band in range(bands)]
    area = max(s >> 4 for s in sampling) * max(s & 15 for s in sampling)
    if not area:
        raise corrupt("The JPEG has a colour component without pixels")
    blocks = sum((s >> 4) * (s & 15) for s in sampling) * width * height // (64 * area)
    if len(data) * 8 < blocks * _LEAST_BITS.get(marker, 0):
        raise truncated(f"The JPEG has too little data for {width} × {height} pixels")


def _segments(data: bytes) -> Iterator[tuple[int, Reader]]:
    """Marker and content of each segment, up to the first scan. Stray bytes between them are skipped."""
    return bounded(_all_segments(data), "JPEG")


def _all_segments(data: bytes) -> Iterator[tuple[int, Reader]]:
    reader = Reader(data, "JPEG")
    at = 2
    while found := _MARKER.search(data, at):
        at = found.end()
        marker = data[at - 1]
        if marker == _END_OF_IMAGE:
            raise corrupt("The JPEG ends without a picture in it")
        length = reader.u16(at)
        if length < 2:
            raise corrupt("The JPEG has a segment of impossible length")
        yield marker, reader.part(at + 2, length - 2)
        if marker == _START_OF_SCAN:
            return
        at += length


def _header(marker: int, frame: Reader, *, scan: Reader, orientation: int, has_profile: bool) -> Header:
    bit_depth, height, width, bands = frame.u8(0), frame.u16(1), frame.u16(3), frame.u8(5)
    if marker not in _DECODABLE:
        raise unsupported("Lossless and hierarchical JPEG files", convert_to="baseline JPEG or PNG")
    if bit_depth != 8:
        raise unsupported(f"JPEG files of {bit_depth} bits", convert_to="8-bit JPEG or 16-bit PNG")
    if bands not in (1, 3, 4):
        raise corrupt(f"The JPEG has {bands} colour components; 1, 3 or 4 were expected")
    return Header(
        format="jpeg",
        width=width,
        height=height,
        bands=bands,
        orientation=orientation,
        # Scans that hold only some of the components are buffered whole, as progressive ones are.
        progressive=marker in _PROGRESSIVE or scan.u8(0) < bands,
        has_profile=has_profile,
    )
