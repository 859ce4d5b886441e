"""HEIC through the libheif inside pillow-heif: libvips' wheel has no HEVC decoder."""

from __future__ import annotations

import logging
from typing import Final

import pillow_heif

from safelight.errors import MemoryLimitExceeded
from safelight.image.libvips import pyvips
from safelight.image.rejections import undecodable

# Only the picture itself is wanted, and no more threads than libvips takes.
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False
pillow_heif.options.DECODE_THREADS = pyvips.concurrency_get()

_log: Final = logging.getLogger(__name__)

# Bands and format by pillow-heif's mode. Colour is brought to 8 bits on decoding, grey is not; a
# small a stands for colours multiplied by alpha.
_MODES: Final = {
    "L": (1, "uchar"),
    "LA": (2, "uchar"),
    "La": (2, "uchar"),
    "I;16": (1, "ushort"),
    "LA;16": (2, "ushort"),
    "La;16": (2, "ushort"),
    "RGB": (3, "uchar"),
    "RGBA": (4, "uchar"),
    "RGBa": (4, "uchar"),
}


def decode_heic(data: bytes) -> pyvips.Image:
    """Decode the primary picture in memory, turned as its `irot` and `imir` say; colour to 8 bits a band.

    The profile travels as `icc-profile-data`, EXIF and XMP as `exif-data` and `xmp-data`.
    Raises ImageRejected `truncated` or `corrupt_image`.
    """
    try:
        picture = pillow_heif.open_heif(data)
        pixels = picture.data
    except (MemoryError, OSError):  # the latter is how the binding says it
        raise MemoryLimitExceeded("There was not enough memory to decode the image.") from None
    except Exception as error:  # noqa: BLE001 - damage makes the binding raise more than it documents
        _log.debug("libheif refused a HEIC: %s", error)
        raise undecodable("heic", str(error)) from None
    image = _wrapped(pixels, picture.size, picture.mode)
    for field, name in (("icc-profile-data", "icc_profile"), ("exif-data", "exif"), ("xmp-data", "xmp")):
        if content := picture.info.get(name):
            image.set_type(pyvips.GValue.blob_type, field, content)
    return image


def _wrapped(pixels: bytes, size: tuple[int, int], mode: str) -> pyvips.Image:
    bands, sample = _MODES[mode]
    grey = "b-w" if sample == "uchar" else "grey16"
    image = pyvips.Image.new_from_memory(pixels, *size, bands, sample)
    image = image.copy(interpretation=grey if bands < 3 else "srgb")
    return image.unpremultiply().cast(sample) if "a" in mode else image
