"""Makers of well-formed test images: each returns a file's bytes, cached by its arguments."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, TiffImagePlugin

from tests.samples import profiles
from tests.samples.raw_png import png_file
from tests.samples.scenes import animation_frames, cmyk_pixels, cutout, delays, scene, stored_pixels

_ORIENTATION, _COPYRIGHT, _ARTIST, _GPS = 0x0112, 0x8298, 0x013B, 0x8825


def encode(pixels: np.ndarray | Image.Image, format: str, **options: Any) -> bytes:
    """Pillow's encoding of the pixels; `options` are those of its `save`."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(np.ascontiguousarray(pixels))
    buffer = io.BytesIO()
    image.save(buffer, format, **{name: value for name, value in options.items() if value is not None})
    return buffer.getvalue()


def exif(*, orientation: int | None = None, copyright: str | None = None, gps: bool = False) -> bytes:
    """An EXIF block beginning with `Exif\\0\\0`. With `gps`, a place in London."""
    block = Image.Exif()
    if orientation is not None:
        block[_ORIENTATION] = orientation
    if copyright is not None:
        block[_COPYRIGHT], block[_ARTIST] = copyright, "A. Photographer"
    if gps:
        rational = TiffImagePlugin.IFDRational
        place = (rational(51), rational(30), rational(26))
        block.get_ifd(_GPS).update({1: "N", 2: place, 3: "W", 4: (rational(0), rational(7), rational(39))})
    return block.tobytes()


@cache
def jpeg(
    width: int = 320,
    height: int = 240,
    *,
    quality: int = 92,
    progressive: bool = False,
    orientation: int = 1,
    profile: str | None = None,
    copyright: str | None = None,
    gps: bool = False,
) -> bytes:
    """A photo-like JPEG that shows `scene(width, height)` upright, whatever its EXIF orientation.

    `profile` names one of `profiles.icc`; the pixel values are those of `scene` all the same.
    """
    tags = exif(orientation=orientation, copyright=copyright, gps=gps)
    stored = stored_pixels(scene(width, height), orientation)
    options = {"quality": quality, "progressive": progressive, "subsampling": 0}
    return encode(stored, "JPEG", exif=tags, icc_profile=_profile(profile), **options)


def _profile(name: str | None) -> bytes | None:
    return profiles.icc(name) if name else None


@cache
def oriented(format: str, orientation: int, width: int = 64, height: int = 48) -> bytes:
    """`scene` stored for an EXIF orientation in JPEG, PNG, WEBP or TIFF; grainless, near lossless."""
    stored = stored_pixels(scene(width, height, grain=0), orientation)
    options: dict[str, Any] = {"WEBP": {"lossless": True}, "JPEG": {"quality": 97, "subsampling": 0}}
    if format == "TIFF":
        return encode(stored, format, tiffinfo={_ORIENTATION: orientation})
    return encode(stored, format, exif=exif(orientation=orientation), **options.get(format, {}))


@cache
def grey_jpeg(width: int = 320, height: int = 240) -> bytes:
    return encode(Image.fromarray(scene(width, height)).convert("L"), "JPEG", quality=95)


@cache
def cmyk_jpeg(width: int = 320, height: int = 240) -> bytes:
    """Four inverted channels under an Adobe marker, as design programs write them; no profile."""
    return encode(Image.fromarray(cmyk_pixels(width, height), "CMYK"), "JPEG", quality=97, subsampling=0)


def _picture(width: int, height: int) -> Image.Image:
    return Image.fromarray(scene(width, height, grain=0))


def _deep(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.asarray(_picture(width, height).convert("L")).astype(np.uint16) * 257)


def _unit(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.asarray(_picture(width, height).convert("L")).astype(np.float32) / 255)


KINDS: dict[str, Callable[[int, int], Image.Image]] = {
    "rgb": _picture,
    "rgba": lambda w, h: Image.fromarray(cutout(w, h)),
    "grey": lambda w, h: _picture(w, h).convert("L"),
    "grey-alpha": lambda w, h: Image.fromarray(cutout(w, h)).convert("LA"),
    "palette": lambda w, h: _picture(w, h).quantize(32),
    "bilevel": lambda w, h: _picture(w, h).convert("1"),
    "grey16": _deep,
    "cmyk": lambda w, h: Image.fromarray(cmyk_pixels(w, h), "CMYK"),
    "lab": lambda w, h: ImageCms.applyTransform(_picture(w, h), _lab_transform()),
    "float": _unit,
}


@cache
def _lab_transform() -> ImageCms.ImageCmsTransform:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(srgb, lab, "RGB", "LAB")


PNG_KINDS = ("rgb", "rgba", "grey", "grey-alpha", "palette", "palette-alpha", "bilevel", "grey16", "rgb16")
TIFF_KINDS = ("rgb", "rgba", "grey", "grey-alpha", "palette", "bilevel", "grey16", "cmyk", "lab")


@cache
def png(width: int = 64, height: int = 48, *, kind: str = "rgb", profile: str | None = None) -> bytes:
    """One of `PNG_KINDS`, without grain."""
    if kind == "rgb16":
        samples = scene(width, height, grain=0).astype(">u2") * np.array(257, ">u2")
        return png_file(width, height, depth=16, rows=samples.astype(">u2").tobytes())
    options: dict[str, Any] = {}
    if kind == "palette-alpha":
        kind, options = "palette", {"transparency": bytes(range(0, 256, 8))}
    return encode(KINDS[kind](width, height), "PNG", icc_profile=_profile(profile), **options)


@cache
def tiff(width: int = 64, height: int = 48, *, kind: str = "rgb", compression: str | None = None) -> bytes:
    """One of `TIFF_KINDS`, without grain, or `float`, which Safelight refuses."""
    return encode(KINDS[kind](width, height), "TIFF", compression=compression)


@cache
def tiff_pages(pages: int = 3, width: int = 64, height: int = 48) -> bytes:
    """Every page but the first is upside down."""
    first = _picture(width, height)
    rest = [first.transpose(Image.Transpose.ROTATE_180)] * (pages - 1)
    return encode(first, "TIFF", save_all=True, append_images=rest)


@cache
def webp(width: int = 320, height: int = 240, *, alpha: bool = False, lossless: bool = False) -> bytes:
    pixels = cutout(width, height) if alpha else scene(width, height)
    return encode(pixels, "WEBP", quality=90, lossless=lossless, method=0)


@cache
def animated_gif(frames: int = 4, width: int = 60, height: int = 40, *, loop: int = 0) -> bytes:
    return _animated("GIF", frames, width, height, loop)


@cache
def animated_webp(frames: int = 4, width: int = 60, height: int = 40, *, loop: int = 0) -> bytes:
    return _animated("WEBP", frames, width, height, loop, lossless=True, method=0)


def _animated(format: str, frames: int, width: int, height: int, loop: int, **options: Any) -> bytes:
    first, *rest = [Image.fromarray(pixels) for pixels in animation_frames(frames, width, height)]
    timing = {"duration": delays(frames), "loop": loop}
    return encode(first, format, save_all=True, append_images=rest, **timing, **options)


@cache
def transparent_gif(width: int = 60, height: int = 40) -> bytes:
    """One frame whose right half is transparent."""
    pixels = cutout(width, height).copy()
    pixels[:, : width // 2, 3] = 255
    pixels[:, width // 2 :, 3] = 0
    return encode(pixels, "GIF")


@cache
def avif(
    width: int = 64, height: int = 48, *, alpha: bool = False, rotation: int = 1, primaries: int = 1
) -> bytes:
    """`rotation` is the EXIF orientation that Pillow turns into the file's `irot` and `imir` boxes.

    `primaries` is the H.273 code that the file states, 12 for Display P3; pixels stay as they are.
    """
    pixels = cutout(width, height) if alpha else scene(width, height, grain=0)
    stored = stored_pixels(pixels, rotation)
    tags = exif(orientation=rotation)
    data = encode(stored, "AVIF", quality=95, speed=9, subsampling="4:4:4", exif=tags)
    return data.replace(b"nclx\0\1", b"nclx" + primaries.to_bytes(2))


@cache
def heic(
    width: int = 64,
    height: int = 48,
    *,
    alpha: bool = False,
    rotation: int = 1,
    profile: str | None = None,
    tile_size: int | None = None,
) -> bytes:
    """As phones write it: HEVC, `rotation` said both by `irot`/`imir` and by EXIF, in tiles if asked."""
    pixels = cutout(width, height) if alpha else scene(width, height, grain=0)
    stored = Image.fromarray(np.ascontiguousarray(stored_pixels(pixels, rotation)))
    heif = pillow_heif.from_pillow(stored)
    heif.info["icc_profile"] = _profile(profile)
    buffer = io.BytesIO()
    heif.save(buffer, quality=95, chroma=444, tile_size=tile_size, exif=exif(orientation=rotation))
    return buffer.getvalue()
