"""HEIC through the libheif inside pillow-heif: libvips' wheel has no HEVC decoder."""

from __future__ import annotations

import logging
import os
from typing import Final

import pillow_heif

from safelight.errors import MemoryLimitExceeded
from safelight.image.libvips import pyvips
from safelight.image.rejections import undecodable

# Only the picture itself is wanted; the threads are those that libvips would get.
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False
pillow_heif.options.DECODE_THREADS = int(os.environ.get("VIPS_CONCURRENCY", "1"))

_log: Final = logging.getLogger(__name__)

_BANDS: Final = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


def decode_heic(data: bytes) -> pyvips.Image:
    """Decode the primary picture to 8 bits a band in memory, turned as its `irot` and `imir` say.

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
    width, height = picture.size
    bands = _BANDS[picture.mode]
    image = pyvips.Image.new_from_memory(pixels, width, height, bands, "uchar")
    image = image.copy(interpretation="b-w" if bands < 3 else "srgb")
    for field, name in (("icc-profile-data", "icc_profile"), ("exif-data", "exif"), ("xmp-data", "xmp")):
        if content := picture.info.get(name):
            image.set_type(pyvips.GValue.blob_type, field, content)
    return image
