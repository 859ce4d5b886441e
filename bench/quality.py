"""How near an output is to the best possible resize of its original: SSIM and SSIMULACRA2.

The reference is made apart from every side: 32-bit floats, linear light, Lanczos over the full-size
original, no shrink-on-load and no intermediate. Outputs of the original's size are compared with it.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from ssimulacra2 import compute_ssimulacra2

Plane = NDArray[np.float64]

_WINDOW_SIGMA = 1.5  # px
_SCORED_SIDE = 512  # px: SSIMULACRA2 looks at a square of this size in the middle


@dataclass(frozen=True, kw_only=True)
class Score:
    """SSIM of luma, at most 1; SSIMULACRA2, up to 100, where 90 cannot be told from the original."""

    ssim: float
    ssimulacra2: float


class Judge:
    """Scores outputs made from one original; the same bytes are scored once."""

    def __init__(self, original: Path) -> None:
        self._original = _opened(original)
        self._references: dict[tuple[int, int], list[Image.Image]] = {}
        self._scores: dict[str, Score] = {}

    def score(self, output: Path) -> Score:
        """Score of an encoded picture, decoded by Pillow."""
        digest = hashlib.sha256(output.read_bytes()).hexdigest()
        if digest not in self._scores:
            self._scores[digest] = self._compare(_opened(output))
        return self._scores[digest]

    def _compare(self, picture: Image.Image) -> Score:
        if picture.size not in self._references:
            self._references[picture.size] = references(self._original, picture.size)
        scores = [_compared(reference, picture) for reference in self._references[picture.size]]
        return max(scores, key=lambda score: score.ssimulacra2)


def references(original: Image.Image, size: tuple[int, int]) -> list[Image.Image]:
    """What an output of `size` should look like: the whole picture, or its middle if the shape differs.

    Two when the middle lies between pixels: libraries cut on either side of it, and both are right.
    """
    width, height = size
    scale = max(width / original.width, height / original.height)
    covering = round(original.width * scale), round(original.height * scale)
    over_x, over_y = covering[0] - width, covering[1] - height
    if max(over_x, over_y) <= 1:  # rounding, not cropping
        return [linear_lanczos(original, size)]
    whole = linear_lanczos(original, covering)
    corners = {((over_x + up) // 2, (over_y + up) // 2) for up in (0, 1)}
    return [whole.crop((left, top, left + width, top + height)) for left, top in sorted(corners)]


def linear_lanczos(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at `size` (width, height) px, resized in linear light with a Lanczos filter."""
    if picture.size == size:
        return picture
    bands = [Image.fromarray(_linear(np.asarray(band))) for band in picture.split()]
    resized = [np.asarray(band.resize(size, Image.Resampling.LANCZOS)) for band in bands]
    return Image.fromarray(_gamma(np.stack(resized, axis=-1)))


def ssim(reference: Plane, picture: Plane) -> float:
    """Mean structural similarity of two 8-bit planes; the Gaussian window is that of its authors."""
    stabiliser, contrast_stabiliser = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    means = gaussian_filter(reference, _WINDOW_SIGMA), gaussian_filter(picture, _WINDOW_SIGMA)
    product = means[0] * means[1]
    squares = means[0] ** 2 + means[1] ** 2
    covariance = gaussian_filter(reference * picture, _WINDOW_SIGMA) - product
    variances = gaussian_filter(reference**2 + picture**2, _WINDOW_SIGMA) - squares
    similarity = (2 * product + stabiliser) * (2 * covariance + contrast_stabiliser)
    similarity /= (squares + stabiliser) * (variances + contrast_stabiliser)
    return float(similarity.mean())


def _compared(reference: Image.Image, picture: Image.Image) -> Score:
    return Score(ssim=ssim(_luma(reference), _luma(picture)), ssimulacra2=_ssimulacra2(reference, picture))


def _ssimulacra2(reference: Image.Image, picture: Image.Image) -> float:
    files = []
    for image in (reference, picture):
        file = io.BytesIO()
        _middle(image).save(file, "PPM")
        file.seek(0)
        files.append(file)
    return float(compute_ssimulacra2(*files))


def _middle(image: Image.Image) -> Image.Image:
    width, height = min(image.width, _SCORED_SIDE), min(image.height, _SCORED_SIDE)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _luma(image: Image.Image) -> Plane:
    return np.asarray(image.convert("L"), dtype=np.float64)


def _linear(encoded: NDArray[np.uint8]) -> NDArray[np.float32]:
    levels = np.arange(256) / 255
    table = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    looked_up: NDArray[np.float32] = table.astype(np.float32)[encoded]
    return looked_up


def _gamma(linear: NDArray[np.float32]) -> NDArray[np.uint8]:
    clipped = np.clip(linear, 0, 1)
    encoded = np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * clipped ** (1 / 2.4) - 0.055)
    rounded: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return rounded


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        return opened.convert("RGB")
