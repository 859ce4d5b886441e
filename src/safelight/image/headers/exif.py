"""EXIF orientation: a TIFF structure of tags, wherever a format keeps it."""

from __future__ import annotations

from safelight.errors import ImageRejected
from safelight.image.headers.tags import open_directory

ORIENTATION = 0x0112


def orientation_of(block: bytes) -> int:
    """1 … 8; 1 for what is absent, out of range or unreadable: a bad tag must not cost the picture."""
    if block[:6] == b"Exif\0\0":
        block = block[6:]
    try:
        value = open_directory(block, "EXIF block").integer(ORIENTATION, default=1)
    except ImageRejected:
        return 1
    return value if 1 <= value <= 8 else 1
