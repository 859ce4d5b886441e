"""How the tests render a variant and look at it: through Pillow, which shares no code with libvips."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from safelight.image.options import Limits, VariantOptions
from safelight.image.render import RenderedVariant, render

Size = tuple[int, int]


def rendered(data: bytes, **options: Any) -> RenderedVariant:
    """One variant: a TIFF, which is lossless and quick, of the original's size unless told otherwise."""
    (variant,) = rendered_all(data, options)
    return variant


def rendered_all(data: bytes, *recipe: dict[str, Any], threads: int = 1) -> list[RenderedVariant]:
    """One variant for each dictionary of options."""
    variants = [
        VariantOptions(**{"name": f"v{at}", "format": "tiff"} | asked) for at, asked in enumerate(recipe)
    ]
    return render(data, Limits(), variants, threads=threads)


def opened(data: bytes) -> Image.Image:
    """The file as Pillow sees it; an animation at its first frame."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def shown(data: bytes) -> np.ndarray:
    """What a viewer shows: height x width x 3, or 4 where the file has transparency."""
    image = opened(data)
    transparent = image.mode.endswith("A") or "transparency" in image.info
    return np.asarray(image.convert("RGBA" if transparent else "RGB"))


def made(data: bytes, **options: Any) -> np.ndarray:
    """The pixels of one variant."""
    return shown(rendered(data, **options).data)


def resized(pixels: np.ndarray, size: Size) -> np.ndarray:
    """By Pillow's Lanczos filter from all of the pixels at once, colours weighted by alpha."""
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
