"""Whatever comes in, in whatever format it goes out: other software opens it and sees the same picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest

from tests.samples import photos
from tests.unit.image.decoding import mean_difference, pixels
from tests.unit.image.planning import ENCODABLE
from tests.unit.image.rendering import Size, opened, rendered, resized, shown

SIZE: Size = (64, 48)
SOURCES: dict[str, Callable[[], bytes]] = {
    "jpeg": partial(photos.jpeg, *SIZE, quality=97),
    "progressive jpeg": partial(photos.jpeg, *SIZE, progressive=True, quality=97),
    "grey jpeg": partial(photos.grey_jpeg, *SIZE),
    "cmyk jpeg": partial(photos.cmyk_jpeg, *SIZE),
    "webp": partial(photos.webp, *SIZE),
    "webp with alpha": partial(photos.webp, *SIZE, alpha=True),
    "animated webp": partial(photos.animated_webp, 2, *SIZE),
    "animated gif": partial(photos.animated_gif, 2, *SIZE),
    "gif with alpha": partial(photos.transparent_gif, *SIZE),
    "avif": photos.avif,
    "avif with alpha": partial(photos.avif, alpha=True),
    "heic": photos.heic,
    "heic with alpha": partial(photos.heic, alpha=True),
    **{f"{kind} png": partial(photos.png, kind=kind) for kind in photos.PNG_KINDS},
    **{f"{kind} tiff": partial(photos.tiff, kind=kind) for kind in photos.TIFF_KINDS},
}
# Mean differences that the encoding itself makes of pictures with edges this close together.
COARSENESS = {"jpeg": 5.0, "png": 0.6, "webp": 8.0, "avif": 5.0, "gif": 8.0, "tiff": 0.6}
DITHERED = 6.0  # where black dots beside white ones make every filter overshoot in its own way


@cache
def seen(source: str) -> np.ndarray:
    """What the input side, which has tests of its own, sees in the file."""
    return pixels(SOURCES[source]())


def is_clear(image: np.ndarray) -> bool:
    return image.shape[2] == 4 and bool(image[..., 3].min() < 255)


def on_white(image: np.ndarray) -> np.ndarray:
    if image.shape[2] == 3:
        return image
    alpha = image[..., 3:] / 255
    return np.rint(image[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


@pytest.mark.parametrize("output", ENCODABLE)
@pytest.mark.parametrize("source", SOURCES)
def test_the_picture_is_the_same_and_only_a_transparent_one_is_transparent(source: str, output: str) -> None:
    whole = seen(source)
    quality = None if output == "tiff" else 95
    variant = rendered(SOURCES[source](), format=output, quality=quality, width=48)
    result = shown(variant.data)
    assert (variant.width, variant.height) == opened(variant.data).size == (48, 36)
    expected = resized(whole, (48, 36))
    assert is_clear(result) == (is_clear(whole) and output != "jpeg")
    if output == "gif" and whole.shape[2] == 4:  # what is half clear is dithered to clear or not
        assert abs(on_white(result).mean() - on_white(expected).mean()) < 12
    else:
        bound = max(COARSENESS[output], DITHERED if "bilevel" in source else 0)
        assert mean_difference(on_white(result), on_white(expected)) < bound


@pytest.mark.parametrize("source", SOURCES)
def test_original_means_its_own_format_or_jpeg(source: str) -> None:
    variant = rendered(SOURCES[source](), format="original")
    own = next(name for name in (*ENCODABLE, "heic") if name in source)
    assert variant.format == ("jpeg" if own == "heic" else own)
    assert opened(variant.data).format == variant.format.upper()
