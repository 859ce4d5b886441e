"""Pictures like photographs, made by arithmetic: the same seed gives the same picture.

A codec's speed and size depend on the statistics of what it is given, so noise or a gradient would not
do. A photograph has overlapping things of every size (the "dead leaves" model), surfaces whose spectrum
falls as 1/f², light that changes slowly, some fine print, and a little sensor noise. All five are here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import fft

Pixels = NDArray[np.uint8]
Field = NDArray[np.float32]

_LEAVES = 2600  # enough to cover the picture several times over
_SURFACE_CONTRAST = 16.0  # standard deviation of the texture, in 8-bit steps
_CHROMA_SHARE = 0.3  # of the texture that is colour rather than light
_NOISE = 0.9  # standard deviation of the sensor noise, in 8-bit steps


def photograph(width: int, height: int, *, seed: int) -> Image.Image:
    """An RGB picture of width × height px with the statistics of a photograph."""
    rng = np.random.default_rng(seed)
    scene = _dead_leaves(width, height, rng)
    _print_lines(scene, rng)
    pixels = np.asarray(scene.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)
    pixels = pixels * _light(width, height, rng)[..., None]
    pixels += _surface(width, height, rng)
    pixels += rng.standard_normal(pixels.shape, dtype=np.float32) * _NOISE
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def mosaic(tile: Image.Image, columns: int, rows: int) -> Image.Image:
    """The tile repeated columns × rows times, mirrored so that no seam shows: a very large photograph."""
    pixels = np.asarray(tile)
    pair = np.concatenate([pixels, pixels[:, ::-1]], axis=1)
    block = np.concatenate([pair, pair[::-1]], axis=0)
    repeated = np.tile(block, ((rows + 1) // 2, (columns + 1) // 2, 1))
    return Image.fromarray(repeated[: rows * tile.height, : columns * tile.width])


def power_law(width: int, height: int, rng: np.random.Generator, *, exponent: float = 2.0) -> Field:
    """A random field whose power spectrum falls as 1/f^exponent; mean 0, standard deviation 1."""
    rows, columns = fft.next_fast_len(height, real=True), fft.next_fast_len(width, real=True)
    spectrum = fft.rfft2(rng.standard_normal((rows, columns), dtype=np.float32))
    distance = np.hypot(fft.fftfreq(rows)[:, None], fft.rfftfreq(columns)[None, :]).astype(np.float32)
    distance[0, 0] = np.inf
    field = fft.irfft2(spectrum / distance ** (exponent / 2), s=(rows, columns))[:height, :width]
    scaled: Field = (field - field.mean()) / field.std()
    return scaled


def _dead_leaves(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    """Opaque shapes that cover one another, sizes by a power law: the edges and occlusions of a scene."""
    canvas = Image.new("RGB", (width, height), _colour(rng))
    draw = ImageDraw.Draw(canvas)
    smallest, largest = max(width, height) / 450, max(width, height) / 5
    for _ in range(_LEAVES):
        radius = 1 / rng.uniform(1 / largest, 1 / smallest)
        x, y = rng.random() * width, rng.random() * height
        corners = int(rng.integers(3, 8))
        if rng.random() < 0.5:
            stretch = 0.4 + rng.random()
            draw.ellipse((x - radius, y - radius * stretch, x + radius, y + radius * stretch), _colour(rng))
        else:
            draw.regular_polygon((x, y, radius), corners, rotation=rng.random() * 360, fill=_colour(rng))
    return canvas


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    """Mostly muted, as in nature: one lightness, small departures a channel, warm more often than cold."""
    lightness = rng.normal(118, 46)
    red, green, blue = lightness + rng.normal((6, 0, -8), 20)
    return _byte(red), _byte(green), _byte(blue)


def _byte(value: float) -> int:
    return int(min(255, max(0, value)))


def _print_lines(scene: Image.Image, rng: np.random.Generator) -> None:
    """Lines of small print on a pale plate, a twelfth of the picture: the hardest detail for a resize."""
    width, height = scene.width // 3, scene.height // 4
    left, top = int(rng.integers(0, scene.width - width)), int(rng.integers(0, scene.height - height))
    size = max(8, height // 26)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((left, top, left + width, top + height), (226, 222, 211))
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz     ABCDEFGHIJ0123456789,.;"))
    font = ImageFont.load_default(size)
    for line in range(size, height - size, size * 3 // 2):
        text = "".join(rng.choice(letters, (width - size * 2) * 16 // (size * 10)))
        draw.text((left + size, top + line), text, (34, 34, 40), font=font)


def _light(width: int, height: int, rng: np.random.Generator) -> Field:
    """Slow change of light over the scene with a vignette, as factors around 1."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    slope_x, slope_y = rng.uniform(-0.35, 0.35, 2)
    vignette = (x - 0.5) ** 2 + (y - 0.5) ** 2
    light: Field = (1 + slope_x * (x - 0.5) + slope_y * (y - 0.5) - 0.3 * vignette).astype(np.float32)
    return light


def _surface(width: int, height: int, rng: np.random.Generator) -> Field:
    """The 1/f² texture of surfaces, height × width × 3: mostly light, a little colour.

    Parts are in focus and parts are not, as in any photograph: its strength changes slowly.
    """
    focus = 1 / (1 + np.exp(-2.5 * power_law(width, height, rng, exponent=4.0)))
    shared = power_law(width, height, rng) * (_SURFACE_CONTRAST * (1 - _CHROMA_SHARE))
    coloured = [power_law(width, height, rng) * (_SURFACE_CONTRAST * _CHROMA_SHARE) for _ in range(3)]
    surface: Field = np.stack([(shared + own) * focus for own in coloured], axis=-1)
    return surface
