"""Which metadata a variant keeps. A place (GPS) never survives unless everything is asked for."""

from __future__ import annotations

import re
from typing import Final

from safelight.image.exif_rights import ARTIST, COPYRIGHT, rights_block
from safelight.image.libvips import pyvips
from safelight.image.options import ColourPolicy, MetadataPolicy

# libvips' VipsForeignKeep flags.
KEEP_NOTHING, KEEP_EXIF, KEEP_ICC, KEEP_ALL = 0, 1, 8, 31

_RIGHTS: Final = {"exif-ifd0-Artist": ARTIST, "exif-ifd0-Copyright": COPYRIGHT}
_THUMBNAILS: Final = ("jpeg-thumbnail-data", "thumbnail-data")  # of the original, before any change
_ORIENTATIONS: Final = ("orientation", "exif-ifd0-Orientation")

_SUFFIX = re.compile(r", ASCII, \d+ components, \d+ bytes\)$")
_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation(?:=[\"']|>))[2-8]")


def prepare_metadata(image: pyvips.Image, policy: MetadataPolicy) -> pyvips.Image:
    """The image with metadata as the policy allows, and nothing in it that no longer holds true.

    Copyright means EXIF's Copyright and Artist; formats without EXIF (GIF, TIFF by libvips) keep none.
    """
    if policy == "none":
        return image  # the encoder is told to write nothing
    kept = image.copy()
    if policy == "copyright":
        _keep_rights_only(kept)
    else:
        _remove(kept, *_THUMBNAILS, *_ORIENTATIONS)
        _reset_xmp_orientation(kept)
    return kept


def keep_flags(policy: MetadataPolicy, colour: ColourPolicy) -> int:
    """What the encoder may write; an ICC profile where the colours need one to be right."""
    if policy == "all":
        return KEEP_ALL
    profile = KEEP_NOTHING if colour == "srgb" else KEEP_ICC
    return profile | (KEEP_EXIF if policy == "copyright" else KEEP_NOTHING)


def _keep_rights_only(image: pyvips.Image) -> None:
    rights = {tag: _text(image.get(name)) for name, tag in _RIGHTS.items() if image.get_typeof(name)}
    exif = [name for name in image.get_fields() if name.startswith("exif-")]
    _remove(image, *exif, *_THUMBNAILS, *_ORIENTATIONS)
    if rights:
        image.set_type(pyvips.GValue.blob_type, "exif-data", rights_block(rights))


def _text(value: str) -> str:
    """The text of an EXIF field, which libvips states twice: `text (text, ASCII, 5 components, 5 bytes)`."""
    twice = _SUFFIX.sub("", value)
    return twice[: (len(twice) - len(" (")) // 2].strip()


def _reset_xmp_orientation(image: pyvips.Image) -> None:
    if image.get_typeof("xmp-data"):
        upright = _XMP_ORIENTATION.sub(rb"\g<1>1", bytes(image.get("xmp-data")))
        image.set_type(pyvips.GValue.blob_type, "xmp-data", upright)


def _remove(image: pyvips.Image, *names: str) -> None:
    for name in names:
        if image.get_typeof(name):
            image.remove(name)
