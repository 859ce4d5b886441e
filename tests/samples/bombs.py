"""Small files that promise too much or lie: what a hostile uploader sends. All are made in milliseconds."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache

from tests.samples import photos
from tests.samples.raw_gif import gif_file
from tests.samples.raw_png import SIGNATURE, chunk, header, png_file
from tests.samples.raw_tiff import assemble


def png_of(width: int, height: int) -> bytes:
    """Claims the size; holds a few kB of deflated zeros."""
    pixels = chunk(b"IDAT", zlib.compress(bytes(4_000_000)))
    return SIGNATURE + header(width, height) + pixels + chunk(b"IEND")


@cache
def png_with_profile_bomb(inflated: int = 60_000_000) -> bytes:
    """A tiny good picture whose iCCP chunk inflates to `inflated` bytes."""
    return _small_png(chunk(b"iCCP", b"bomb\0\0" + _zeros(inflated)))


@cache
def png_with_text_bombs(inflated: int = 50_000_000, count: int = 20) -> bytes:
    """A tiny good picture with `count` zTXt chunks that inflate to `inflated` bytes each."""
    return _small_png(b"".join(chunk(b"zTXt", b"key%d\0\0" % n + _zeros(inflated)) for n in range(count)))


def png_with_chunks(piece: bytes, count: int) -> bytes:
    """A tiny good picture with `count` times the chunk before its pixels."""
    return _small_png(piece * count)


def _small_png(extra: bytes) -> bytes:
    return png_file(8, 8, rows=bytes(range(192)), extra=extra)


@cache
def _zeros(count: int) -> bytes:
    squeezer = zlib.compressobj(9)
    block = bytes(1_000_000)
    parts = [squeezer.compress(block) for _ in range(count // len(block))]
    return b"".join((*parts, squeezer.flush()))


def jpeg_of(width: int, height: int) -> bytes:
    """A good small JPEG whose frame header is made to claim the size."""
    data = bytearray(photos.jpeg(64, 48))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def jpeg_with_segments(marker: int, content: bytes, count: int) -> bytes:
    """A good small JPEG after `count` segments, e.g. 255 of a profile of 16 MB."""
    good = photos.jpeg(64, 48)
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content
    return good[:2] + segment * count + good[2:]


def gif_of(width: int, height: int, *, frames: int = 1) -> bytes:
    """Canvas and frames claim the size; one pixel of each is there."""
    return gif_file(width, height, [(0, 0, width, height)] * frames, pixels=1)


def webp_of(width: int, height: int, *, frames: int = 1) -> bytes:
    """The canvas claims the size; each frame is a small picture."""
    still = photos.webp(16, 16)
    picture = still[12:]
    timing = struct.pack("<I", 100)[:3] + b"\0"
    place = bytes(6) + struct.pack("<I", 15)[:3] + struct.pack("<I", 15)[:3]
    frame = _riff(b"ANMF", place + timing + picture)
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = _riff(b"VP8X", b"\x02\0\0\0" + canvas) + _riff(b"ANIM", bytes(6)) + frame * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def tiff_of(width: int, height: int, *, tile: tuple[int, int] | None = None, bands: int = 1) -> bytes:
    """One deflated strip or tile of a few kB under the claimed size and number of bands."""
    pixels = zlib.compress(bytes(1_000_000))
    facts = {256: width, 257: height, 258: 8, 259: 8, 262: 1, 277: bands}
    strip = {273: 8, 278: height, 279: len(pixels)}
    layout = {322: tile[0], 323: tile[1], 324: 8, 325: len(pixels)} if tile else strip
    return assemble(pixels, [(number, 4, [value]) for number, value in (facts | layout).items()])


def heif_of(data: bytes, width: int, height: int) -> bytes:
    """An AVIF or HEIC whose every `ispe` is made to claim the size."""
    changed, at = bytearray(data), data.find(b"ispe")
    while at >= 0:
        struct.pack_into(">II", changed, at + 8, width, height)
        at = data.find(b"ispe", at + 4)
    return bytes(changed)


def truncations(data: bytes, parts: int = 10) -> Iterator[bytes]:
    """`data` cut at every `parts`-th of its length, the empty file first."""
    return (data[: len(data) * part // parts] for part in range(parts))


def mutations(data: bytes, count: int, *, seed: int = 1) -> Iterator[bytes]:
    """`data` with bytes changed, blocks zeroed, repeated or dropped; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - reproducible damage, not secrets
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            # Headers are where it hurts: half of the damage is done to the first kilobyte.
            reach = min(len(changed), 1024) if chance.random() < 0.5 else len(changed)
            at, length = chance.randrange(reach), chance.choice((1, 2, 4, 16))
            match chance.randrange(4):
                case 0 | 1:
                    changed[at : at + length] = chance.choice((b"\0", b"\xff", chance.randbytes(1))) * length
                case 2:
                    changed[at:at] = changed[at : at + length]
                case 3:
                    del changed[at : at + length]
        yield bytes(changed)
