"""WebP: the RIFF chunks, stepped over by their lengths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from safelight.image.headers.exif import orientation_of
from safelight.image.headers.header import Header
from safelight.image.headers.reader import Reader, bounded
from safelight.image.rejections import corrupt, truncated

_ALPHA: Final = 0x10  # flags of the VP8X chunk
_LOSSY_START: Final = b"\x9d\x01\x2a"
_LOSSLESS_START: Final = 0x2F


def read(data: bytes) -> Header:
    """Raises ImageRejected `truncated` or `corrupt_image`. A still picture has one frame."""
    header: Header | None = None
    frames, orientation, has_profile = 0, 1, False
    for name, content in bounded(_chunks(data), "WebP"):
        if header is None:
            header = _first(name, content)
        frames += name == b"ANMF"
        has_profile |= name == b"ICCP"
        if name == b"EXIF":
            orientation = orientation_of(content.all())
    if header is None:
        raise corrupt("The WebP has no picture in it")
    return replace(header, frames=max(1, frames), orientation=orientation, has_profile=has_profile)


def _chunks(data: bytes) -> Iterator[tuple[bytes, Reader]]:
    reader = Reader(data, "WebP", byteorder="little")
    end = reader.u32(4) + 8
    if end > len(data):
        raise truncated(f"The WebP announces {end} bytes and has {len(data)}")
    at = 12
    while at + 8 <= end:
        name, length = reader.take(at, 4), reader.u32(at + 4)
        yield name, reader.part(at + 8, length)
        at += 8 + length + length % 2


def _first(name: bytes, content: Reader) -> Header:
    match name:
        case b"VP8X":
            alpha = bool(content.u8(0) & _ALPHA)
            return _header(content.integer(4, 3) + 1, content.integer(7, 3) + 1, alpha=alpha)
        case b"VP8L" if content.u8(0) == _LOSSLESS_START:
            bits = content.u32(1)
            return _header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, alpha=bool(bits >> 28 & 1))
        case b"VP8 " if content.take(3, 3) == _LOSSY_START:
            return _header(content.u16(6) & 0x3FFF, content.u16(8) & 0x3FFF, alpha=False)
    raise corrupt("The WebP does not begin with a picture")


def _header(width: int, height: int, *, alpha: bool) -> Header:
    return Header(format="webp", width=width, height=height, bands=3 + alpha, has_alpha=alpha)
