"""Watermark images are read when the recipe is loaded and travel inside it."""

from __future__ import annotations

from pathlib import Path

from safelight.recipes.scalars import Unacceptable

LARGEST = 2_000_000  # bytes; a compiled recipe holds them all


def read_watermark(path: Path) -> bytes:
    """The encoded image. Raises Unacceptable."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a possible file name"
        raise Unacceptable(
            f"'{path}' cannot be read: {reason}.",
            "Write the path of an image file relative to the recipe file.",
        ) from None
    if len(data) > LARGEST:
        raise Unacceptable(
            f"'{path}' is larger than {LARGEST / 1e6:g} MB.", "Save it smaller: a watermark needs few pixels."
        )
    if not _is_known_image(data):
        raise Unacceptable(f"'{path}' is not a PNG, JPEG or WebP image.", "Save it as PNG.")
    return data


def _is_known_image(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
