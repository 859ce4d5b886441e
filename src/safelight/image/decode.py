"""Bytes to pixels: one explicit loader for each sniffed format, and nothing guessed by libvips."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from safelight.errors import MemoryLimitExceeded
from safelight.image.exif_rights import rights_block
from safelight.image.formats import FORMATS
from safelight.image.headers import jpeg, png, tiff
from safelight.image.libvips import pyvips
from safelight.image.probe import Probe
from safelight.image.rejections import corrupt, undecodable

_log: Final = logging.getLogger(__name__)

# A picture whose end is missing is refused, not delivered half grey; lesser damage is shown as
# every viewer shows it.
_COMMON: Final = {"access": "sequential", "fail_on": "truncated"}
# Files that say more than they hold, and that their decoders would fill up with zeros.
_AMOUNTS: Final = {"jpeg": jpeg.check_amount, "png": png.check_amount, "tiff": tiff.check_amount}


def decode(data: bytes, facts: Probe, *, shrink: int = 1, frames: Literal[1, -1] = 1) -> pyvips.Image:
    """Open the image that `probe` found in `data`, not yet oriented.

    The image is lazy and can be read once, top to bottom (sequential access): take what needs
    random access, such as `orient`, from a copy in memory. HEIC alone is decoded here and now.

    `shrink` divides the size while decoding, rounding up; only formats with `shrinks_on_load` have
    more than 1: JPEG 2, 4 and 8, WebP any. `frames=-1` loads all frames of an animation below one
    another, with libvips' `page-height`, `delay` (ms) and `loop`; 1 the first.

    Raises ImageRejected when there is too little data for the size, or when the header and the
    loader disagree. Damage further down raises when pixels are asked for: ask inside `decoding`.
    """
    if shrink != 1 and not FORMATS[facts.format].shrinks_on_load:
        raise ValueError(f"{facts.format} cannot be shrunk while it is loaded")
    if facts.format in _AMOUNTS:
        _AMOUNTS[facts.format](data)
    with decoding(data, facts):
        image = _open(data, facts, shrink=shrink, frames=frames)
    _check_agreement(image, facts, shrink=shrink, frames=frames)
    return image


@contextmanager
def decoding(data: bytes, facts: Probe) -> Iterator[None]:
    """Inside it, damage that libvips finds in `data` becomes ImageRejected `truncated` or `corrupt_image`.

    Decoding, transforming and encoding are one stream to libvips, and its complaint does not say
    which of them failed. So the image is decoded once more on its own: if that goes well, the fault
    is ours and the complaint passes through. Raises MemoryLimitExceeded when libvips ran out of memory.
    """
    try:
        yield
    except pyvips.Error as error:
        _log.debug("libvips gave up on a %s: %s", facts.format, error)
        if "out of memory" in str(error):
            raise MemoryLimitExceeded("There was not enough memory to decode the image.") from None
        complaint = _complaint(data, facts)
        if complaint is None:
            raise
        raise undecodable(facts.format, complaint) from None


def _complaint(data: bytes, facts: Probe) -> str | None:
    """What libvips has to say of the image alone; None when it decodes."""
    try:
        _open(data, facts, shrink=1, frames=-1 if facts.frames > 1 else 1).avg()
    except pyvips.Error as error:
        return str(error)
    return None


def _open(data: bytes, facts: Probe, *, shrink: int, frames: int) -> pyvips.Image:
    match facts.format:
        case "heic":
            return _open_heic(data)
        case "tiff":
            return _open_tiff(data)
        case "png":
            data = png.without_compressed_text(data)
    load = getattr(pyvips.Image, f"{FORMATS[facts.format].loader}_buffer")
    return load(data, **_options(facts.format, shrink=shrink, frames=frames), **_COMMON)


def _options(format: str, *, shrink: int, frames: int) -> dict[str, Any]:
    match format:
        case "jpeg":
            return {"shrink": shrink}
        case "webp":
            return {"n": frames, "scale": 1 / shrink}
        case "gif":
            return {"n": frames}
    return {}


def _open_heic(data: bytes) -> pyvips.Image:
    # Imported when the first HEIC comes: it brings Pillow along, which nothing else here needs.
    from safelight.image.heic import decode_heic  # noqa: PLC0415

    return decode_heic(data)


def _open_tiff(data: bytes) -> pyvips.Image:
    image = _tiff_pixels(data)
    if rights := tiff.rights(data):  # libvips passes these tags over
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "exif-data", rights_block(rights))
    return image


def _tiff_pixels(data: bytes) -> pyvips.Image:
    lab = tiff.lab_as_rgb(data)
    if lab is None:
        return pyvips.Image.tiffload_buffer(data, unlimited=True, **_COMMON)
    samples = pyvips.Image.tiffload_buffer(lab, unlimited=True, **_COMMON)
    signed = samples[1:].copy(format="char")
    return (samples[0] * (100 / 255)).bandjoin(signed).copy(interpretation="lab")


def _check_agreement(image: pyvips.Image, facts: Probe, *, shrink: int, frames: int) -> None:
    """The limits were checked on the header as we read it; a loader that sees more must not go on."""
    width, height = facts.stored_size
    pages = facts.frames if frames == -1 else 1
    tolerance = 1 if shrink > 1 else 0
    page_height = image.height // pages
    if abs(image.width - width / shrink) > tolerance or abs(page_height - height / shrink) > tolerance:
        raise corrupt(f"The {facts.format.upper()} contradicts itself about its size")
