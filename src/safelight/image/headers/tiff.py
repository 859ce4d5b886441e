"""TIFF and BigTIFF: the tags of the first page. Further pages are not frames and are left unread."""

from __future__ import annotations

from typing import Final

from safelight.image.headers.exif import ORIENTATION
from safelight.image.headers.header import Header
from safelight.image.headers.tags import Directory, open_directory
from safelight.image.rejections import corrupt, unsupported

_REDUCED, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_SAMPLES, _TILE_WIDTH, _TILE_HEIGHT, _SUBDIRECTORIES, _EXTRA = 277, 322, 323, 330, 338
_SAMPLE_FORMAT, _PROFILE, _DNG = 339, 34675, 50706
_RAW_PHOTOMETRIC: Final = frozenset({32803, 34892})
_PALETTE: Final = 3
_LARGEST_TILE: Final = 4096 * 4096  # px


def read(data: bytes) -> Header:
    """Raises ImageRejected `truncated`, `corrupt_image` or `unsupported_format`."""
    tags = open_directory(data, "TIFF")
    _refuse_raw(tags)
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise corrupt("The TIFF does not say its size")
    bits = tags.integers(_BITS, default=(1,))
    if len(set(bits)) > 1:
        raise unsupported("TIFF files whose channels differ in depth")
    _refuse_numbers(tags.integers(_SAMPLE_FORMAT, default=(1,))[0], bits[0])
    if tags.integer(_TILE_WIDTH, default=0) * tags.integer(_TILE_HEIGHT, default=0) > _LARGEST_TILE:
        raise unsupported("TIFF files with tiles above 4096 × 4096 pixels")
    orientation = tags.integer(ORIENTATION, default=1)
    palette = tags.integer(_PHOTOMETRIC, default=0) == _PALETTE
    samples = tags.integer(_SAMPLES, default=1)
    return Header(
        width=tags.integer(_WIDTH, default=0),
        height=tags.integer(_HEIGHT, default=0),
        bands=3 if palette else samples,
        bit_depth=8 if palette else bits[0],
        has_alpha=bool(tags.integers(_EXTRA)) and samples in (2, 4, 5),
        orientation=orientation if 1 <= orientation <= 8 else 1,
        has_profile=_PROFILE in tags,
    )


def _refuse_raw(tags: Directory) -> None:
    thumbnail_first = bool(tags.integer(_REDUCED, default=0) & 1) and _SUBDIRECTORIES in tags
    if _DNG in tags or thumbnail_first or tags.integer(_PHOTOMETRIC, default=0) in _RAW_PHOTOMETRIC:
        raise unsupported("Camera raw files", convert_to="JPEG or TIFF")


def _refuse_numbers(sample_format: int, bits: int) -> None:
    if sample_format not in (1, 4) or bits not in (1, 2, 4, 8, 16):
        raise unsupported(
            "TIFF files of floating-point, signed or 32-bit numbers", convert_to="8-bit or 16-bit TIFF or PNG"
        )
