"""TIFF and BigTIFF: the tags of the first page. Further pages are not frames and are left unread."""

from __future__ import annotations

from typing import Final

from safelight.image.exif_rights import ARTIST, COPYRIGHT
from safelight.image.headers.exif import ORIENTATION
from safelight.image.headers.header import Header
from safelight.image.headers.tags import Directory, open_directory
from safelight.image.rejections import corrupt, truncated, unsupported

_REDUCED, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES = 254, 256, 257, 258, 262, 277
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_TILE_WIDTH, _TILE_HEIGHT, _SUBDIRECTORIES, _SAMPLE_FORMAT, _PROFILE, _DNG = 322, 323, 330, 339, 34675, 50706
_COMPRESSION, _ROWS_PER_STRIP = 259, 278
_RGB: Final = 2
_PALETTE: Final = 3
_YCBCR: Final = 6
_LAB: Final = 8
_BANDS: Final = {0: 1, 1: 1, _RGB: 3, _PALETTE: 3, 5: 4, _YCBCR: 3, _LAB: 3}  # by photometric interpretation
_RAW: Final = frozenset({32803, 34892})  # the photometric interpretations of camera sensors
_LARGEST_TILE: Final = 4096 * 4096  # px
_MOST_EXTRA: Final = 4  # bands beyond the colours: alpha, masks, spot inks


def read(data: bytes) -> Header:
    """Raises ImageRejected `truncated`, `corrupt_image` or `unsupported_format`."""
    tags = open_directory(data, "TIFF")
    photometric = tags.integer(_PHOTOMETRIC, default=0)
    _refuse_raw(tags, photometric)
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise corrupt("The TIFF does not say its size")
    if photometric not in _BANDS or (photometric == _YCBCR and not _is_jpeg(tags)):
        raise unsupported("TIFF files of unusual colour spaces")
    depth = _depth(tags, signed_too=photometric == _LAB)
    _check_layout(tags, len(data))
    orientation = tags.integer(ORIENTATION, default=1)
    palette = photometric == _PALETTE
    extra = tags.integer(_SAMPLES, default=1) - (1 if palette else _BANDS[photometric])
    if extra < 0:
        raise corrupt("The TIFF has fewer channels than its colours need")
    if extra > _MOST_EXTRA:
        raise unsupported("TIFF files of more than 8 channels")
    return Header(
        format="tiff",
        width=tags.integer(_WIDTH, default=0),
        height=tags.integer(_HEIGHT, default=0),
        bands=_BANDS[photometric] + extra,
        bit_depth=8 if palette else depth,
        has_alpha=extra > 0,
        orientation=orientation if 1 <= orientation <= 8 else 1,
        has_profile=_PROFILE in tags,
    )


def _refuse_raw(tags: Directory, photometric: int) -> None:
    thumbnail_first = bool(tags.integer(_REDUCED, default=0) & 1) and _SUBDIRECTORIES in tags
    if _DNG in tags or thumbnail_first or photometric in _RAW:
        raise unsupported("Camera raw files", convert_to="JPEG or TIFF")


def _is_jpeg(tags: Directory) -> bool:
    return tags.integer(_COMPRESSION, default=1) in (6, 7)


def _depth(tags: Directory, *, signed_too: bool) -> int:
    bits = tags.integers(_BITS, default=(1,))
    if len(set(bits)) > 1:
        raise unsupported("TIFF files whose channels differ in depth")
    formats = (1, 2, 4) if signed_too else (1, 4)
    if tags.integers(_SAMPLE_FORMAT, default=(1,))[0] not in formats or bits[0] not in (1, 2, 4, 8, 16):
        raise unsupported(
            "TIFF files of floating-point, signed or 32-bit numbers", convert_to="8-bit or 16-bit TIFF or PNG"
        )
    return bits[0]


def _check_layout(tags: Directory, size: int) -> None:
    """Decoders fill in zeros for pixels that are missing, and allocate tiles whole."""
    if tags.integer(_TILE_WIDTH, default=0) * tags.integer(_TILE_HEIGHT, default=0) > _LARGEST_TILE:
        raise unsupported("TIFF files with tiles above 4096 × 4096 pixels")
    tiled = _TILES in tags
    offsets = tags.integers(_TILES if tiled else _STRIPS)
    lengths = tags.integers(_TILE_SIZES if tiled else _STRIP_SIZES)
    if any(offset + length > size for offset, length in zip(offsets, lengths, strict=False)):
        raise truncated("The TIFF ends before its last pixel")


def check_amount(data: bytes) -> None:
    """Raises ImageRejected when strips or tiles are missing. `data` is a TIFF that `read` accepts."""
    tags = open_directory(data, "TIFF")
    tiled = _TILES in tags
    if len(tags.integers(_TILES if tiled else _STRIPS)) < _parts(tags, tiled=tiled):
        raise truncated("The TIFF has fewer pixels than it says")


def _parts(tags: Directory, *, tiled: bool) -> int:
    """How many tiles or strips the picture's size calls for."""
    width, height = (tags.integer(tag, default=0) for tag in (_WIDTH, _HEIGHT))
    across = tags.integer(_TILE_WIDTH, default=width) if tiled else width
    down = tags.integer(_TILE_HEIGHT if tiled else _ROWS_PER_STRIP, default=height)
    if not across or not down:
        raise corrupt("The TIFF is made of parts without pixels")
    return -(-width // across) * -(-height // down)


def rights(data: bytes) -> dict[int, str]:
    """Who made the picture and who holds the rights, by tag. `data` is a TIFF that `read` accepts."""
    tags = open_directory(data, "TIFF")
    return {tag: text for tag in (ARTIST, COPYRIGHT) if (text := tags.text(tag))}


def lab_as_rgb(data: bytes) -> bytes | None:
    """The file with its 8-bit CIELAB samples called RGB, or None when it has no such samples.

    libvips 8.18 cannot open them from memory under their own name. L is 0 … 255 for 0 … 100; a and
    b are signed bytes.
    """
    tags = open_directory(data, "TIFF")
    if tags.integer(_PHOTOMETRIC, default=0) != _LAB or tags.integers(_BITS) != (8, 8, 8):
        return None
    at = tags.value_offset(_PHOTOMETRIC)
    word = _RGB.to_bytes(2, "little" if data[:2] == b"II" else "big")
    return data[:at] + word + data[at + 2 :]
