"""One table of format facts: what a format can hold, how it is named, how well it is encoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Format:
    name: str
    content_type: str
    extension: str
    loader: str  # name of the explicit libvips loader, without `_buffer`
    encodes: bool  # can be a variant's format
    alpha: bool
    animation: bool
    default_quality: int | None  # None: the encoder has no quality
    shrinks_on_load: bool = False  # the loader itself decodes to a fraction, for less work
    grey: bool = False  # a picture without colour is smaller or quicker in one band
    profile: bool = True  # can say which colour space its values are of; otherwise they are sRGB
    encoder_looks: bool = False  # its settings are chosen by a look at the pixels
    max_side: int | None = None  # px; None: more than any image we accept


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format(
            name="jpeg",
            content_type="image/jpeg",
            extension="jpg",
            loader="jpegload",
            encodes=True,
            alpha=False,
            animation=False,
            default_quality=80,
            shrinks_on_load=True,
            max_side=65_500,
            grey=True,
        ),
        Format(
            name="png",
            content_type="image/png",
            extension="png",
            loader="pngload",
            encodes=True,
            alpha=True,
            animation=False,
            default_quality=None,
            encoder_looks=True,
            grey=True,
        ),
        Format(
            name="webp",
            content_type="image/webp",
            extension="webp",
            loader="webpload",
            encodes=True,
            alpha=True,
            animation=True,
            default_quality=80,
            shrinks_on_load=True,
            max_side=16_383,
        ),
        Format(
            name="gif",
            content_type="image/gif",
            extension="gif",
            loader="gifload",
            encodes=True,
            alpha=True,
            animation=True,
            default_quality=None,
            max_side=65_535,
            profile=False,
        ),
        Format(
            name="avif",
            content_type="image/avif",
            extension="avif",
            loader="heifload",
            encodes=True,
            alpha=True,
            animation=False,
            default_quality=60,
            max_side=16_384,  # of libvips; the format itself goes further
        ),
        Format(
            name="heic",
            content_type="image/heic",
            extension="heic",
            loader="",  # decoded by libheif in pillow-heif, handed over as pixels
            encodes=False,
            alpha=True,
            animation=False,
            default_quality=None,
        ),
        Format(
            name="tiff",
            content_type="image/tiff",
            extension="tiff",
            loader="tiffload",
            encodes=True,
            alpha=True,
            animation=False,
            default_quality=90,
            grey=True,
        ),
    )
}
