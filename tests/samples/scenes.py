"""The pixels behind the test images, as arrays of uint8, read-only and cached.

`scene` has smooth gradients, film grain and sharp shapes, and no symmetry whatsoever: its top left
is red, top right green, bottom left blue, bottom right white.
"""

from __future__ import annotations

from functools import cache

import numpy as np

ORIENTATIONS = range(1, 9)
CORNERS = {"north-west": (220, 30, 30), "north-east": (30, 180, 40), "south-west": (40, 60, 220)}

# What a viewer does to the stored pixels for each EXIF orientation.
UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a.swapaxes(0, 1), 2),
    8: np.rot90,
}
_INVERSE = {6: 8, 8: 6}


@cache
def scene(width: int = 320, height: int = 240, *, seed: int = 7, grain: float = 6.0) -> np.ndarray:
    """height x width x 3, uint8, read-only."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / np.array([[[height]], [[width]]], np.float32)
    base = np.stack([180 - 120 * y, 90 + 100 * x * y, 60 + 150 * x], axis=-1)
    base[(x - 0.6) ** 2 + (y - 0.4) ** 2 < 0.03] = (250, 220, 60)
    base[(np.abs(x - 0.3) < 0.08) & (np.abs(y - 0.6) < 0.2)] = (20, 20, 30)
    base += np.random.default_rng(seed).normal(0, grain, (height, width, 1))
    for (vertical, horizontal), colour in (
        ((y < 0.25, x < 0.25), CORNERS["north-west"]),
        ((y < 0.25, x >= 0.75), CORNERS["north-east"]),
        ((y >= 0.75, x < 0.25), CORNERS["south-west"]),
        ((y >= 0.75, x >= 0.75), (245, 245, 245)),
    ):
        base[vertical & horizontal] = colour
    pixels = np.clip(base, 0, 255).astype(np.uint8)
    pixels.flags.writeable = False
    return pixels


@cache
def cutout(width: int = 320, height: int = 240) -> np.ndarray:
    """`scene` with an alpha band that fades from left to right: height x width x 4."""
    fade = np.broadcast_to(np.linspace(0, 255, width, dtype=np.uint8), (height, width))
    return np.dstack([scene(width, height), fade])


def stored_pixels(upright: np.ndarray, orientation: int) -> np.ndarray:
    """The pixels a camera would store so that a viewer honouring `orientation` shows `upright`."""
    return UPRIGHT[_INVERSE.get(orientation, orientation)](upright)


@cache
def cmyk_pixels(width: int = 320, height: int = 240) -> np.ndarray:
    """`scene` in inks, 0 no ink … 255 full: height x width x 4."""
    rgb = 255 - scene(width, height, grain=2).astype(np.int16)
    black = rgb.min(axis=2, keepdims=True) // 2
    return np.concatenate([rgb - black, black], axis=2).astype(np.uint8)


def animation_frames(frames: int, width: int = 60, height: int = 40) -> list[np.ndarray]:
    """`scene` rolled a little further to the right in each frame."""
    return [np.roll(scene(width, height, grain=0), 7 * i, axis=1) for i in range(frames)]


def delays(frames: int) -> list[int]:
    """Milliseconds each frame is shown; no two alike, multiples of 10 as GIF needs."""
    return [40 + 30 * i for i in range(frames)]
