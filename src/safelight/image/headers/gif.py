"""GIF: its blocks, stepped over by their lengths; nothing is decompressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from safelight.image.headers.header import Header
from safelight.image.headers.reader import Reader, bounded
from safelight.image.rejections import corrupt, truncated

_EXTENSION: Final = 0x21
_IMAGE: Final = 0x2C
_PADDING: Final = 0x00  # left between blocks by some encoders
_GRAPHIC_CONTROL: Final = 0xF9
_MONITORS: Final = frozenset({(640, 480), (640, 512), (800, 600), (1024, 768), (1280, 1024), (1600, 1200)})


def read(data: bytes) -> Header:
    """Raises ImageRejected `truncated` or `corrupt_image`. A missing trailer is forgiven, as browsers do."""
    reader = Reader(data, "GIF", byteorder="little")
    frames, has_alpha = 0, False
    width, height = _screen(reader.u16(6), reader.u16(8))
    for kind, at in bounded(_blocks(reader, data), "GIF"):
        if kind == _EXTENSION:
            has_alpha |= reader.u8(at + 1) == _GRAPHIC_CONTROL and bool(reader.u8(at + 3) & 1)
        elif kind == _IMAGE:
            if not frames:  # the picture grows to hold its first frame; later ones are cut to it
                width = max(width, reader.u16(at + 1) + reader.u16(at + 5))
                height = max(height, reader.u16(at + 3) + reader.u16(at + 7))
            frames += 1
    if not frames:
        raise corrupt("The GIF has no picture in it")
    return Header(
        format="gif", width=width, height=height, bands=3 + has_alpha, has_alpha=has_alpha, frames=frames
    )


def _screen(width: int, height: int) -> tuple[int, int]:
    """The canvas as libnsgif sees it: old encoders wrote the size of their user's monitor there.

    Sizes of monitors, and sizes no monitor had, are not believed; the first frame then decides.
    """
    believed = 0 < width <= 2048 and 0 < height <= 2048 and (width, height) not in _MONITORS
    return (width, height) if believed else (0, 0)


def _blocks(reader: Reader, data: bytes) -> Iterator[tuple[int, int]]:
    """Kind and offset of each block, up to the trailer or to what is no block."""
    at = 13 + _table_size(reader.u8(10))
    while at < len(data):
        kind = data[at]
        if kind == _IMAGE:
            yield kind, at
            at = _after_chain(data, at + 11 + _table_size(reader.u8(at + 9)))
        elif kind == _EXTENSION:
            yield kind, at
            at = _after_chain(data, at + 2)
        elif kind == _PADDING:
            yield kind, at
            at += 1
        else:
            return


def _table_size(flags: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_chain(data: bytes, at: int) -> int:
    """Offset after a chain of length-prefixed pieces."""
    try:
        while data[at]:
            at += data[at] + 1
    except IndexError:
        raise truncated("The GIF ends inside a frame") from None
    return at + 1
