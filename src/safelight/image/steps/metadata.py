"""Which metadata a variant keeps. A place (GPS) never survives unless everything is asked for."""

from __future__ import annotations

from safelight.image.libvips import pyvips
from safelight.image.options import ColourPolicy, MetadataPolicy

# libvips' VipsForeignKeep flags.
KEEP_NOTHING, KEEP_EXIF, KEEP_ICC, KEEP_ALL = 0, 1, 8, 31

_COPYRIGHT_FIELDS = ("exif-ifd0-Copyright", "exif-ifd0-Artist")
_STALE_FIELDS = ("jpeg-thumbnail-data", "thumbnail-data", "orientation", "exif-ifd0-Orientation")


def prepare_metadata(image: pyvips.Image, policy: MetadataPolicy) -> pyvips.Image:
    """The image with metadata as the policy allows, and nothing in it that no longer holds true."""
    if policy == "none":
        return image  # the encoder is told to write nothing
    kept = image.copy()
    rights = {name: kept.get(name) for name in _COPYRIGHT_FIELDS if kept.get_typeof(name)}
    for name in kept.get_fields():
        if name in _STALE_FIELDS or (policy == "copyright" and name.startswith("exif-")):
            kept.remove(name)
    if policy == "copyright":
        for name, text in rights.items():
            kept.set_type(pyvips.GValue.gstr_type, name, text)
    return kept


def keep_flags(policy: MetadataPolicy, colour: ColourPolicy) -> int:
    """What the encoder may write; an ICC profile where the colours need one to be right."""
    if policy == "all":
        return KEEP_ALL
    profile = KEEP_NOTHING if colour == "srgb" else KEEP_ICC
    return profile | (KEEP_EXIF if policy == "copyright" else KEEP_NOTHING)
