"""The source pictures as files, made at their first use and kept in the work folder."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from bench.pictures import mosaic, photograph
from bench.whole import stamped

MIXED = 200
_SHAPES = ((4, 3), (3, 4), (3, 2), (16, 9), (1, 1))
_LONG_SIDES = (320, 480, 640, 800, 1024, 1280)  # px


@dataclass(frozen=True)
class Gallery:
    """Folder of source pictures. Delete it to have them made anew."""

    folder: Path

    def photo(self) -> Path:
        """2725×2225 px JPEG, quality 90."""
        return self._made("photo.jpg", lambda: _encoded(photograph(2725, 2225, seed=1), "JPEG", quality=90))

    def hundred_megapixels(self, number: int = 0) -> Path:
        """10000×10000 px baseline JPEG; each number another image to a store, with the same pixels."""
        plain = self._made(
            "100mp.jpg", lambda: _encoded(mosaic(photograph(2500, 2500, seed=2), 4, 4), "JPEG", quality=85)
        )
        if not number:
            return plain
        return self._made(f"100mp-{number}.jpg", lambda: stamped(plain.read_bytes(), number))

    def copies(self, count: int) -> list[Path]:
        """`photo` as that many different images to a store, with the same pixels."""
        return [self._copy(number) for number in range(count)]

    def _copy(self, number: int) -> Path:
        return self._made(f"copies/{number:03}.jpg", lambda: stamped(self.photo().read_bytes(), number))

    def mixed(self, count: int = MIXED) -> list[Path]:
        """Pictures of 0.1 … 1.6 megapixels: 60 % JPEG, 20 % PNG, half of them with alpha, 20 % WebP."""
        return [self._mixed(number) for number in range(count)]

    def _mixed(self, number: int) -> Path:
        suffix = ("jpg", "png", "jpg", "webp", "jpg")[number % 5]
        return self._made(f"mixed/{number:03}.{suffix}", lambda: _mixed(number, suffix))

    def _made(self, name: str, make: Callable[[], bytes]) -> Path:
        path = self.folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            half_written = path.with_suffix(".part")
            half_written.write_bytes(make())
            half_written.rename(path)
        return path


def _mixed(number: int, suffix: str) -> bytes:
    rng = np.random.default_rng(number)
    across, down = _SHAPES[rng.integers(len(_SHAPES))]
    scale = _LONG_SIDES[rng.integers(len(_LONG_SIDES))] / max(across, down)
    picture = photograph(round(across * scale), round(down * scale), seed=1000 + number)
    if suffix == "jpg":
        return _encoded(picture, "JPEG", quality=int(rng.integers(75, 96)))
    if suffix == "webp":
        return _encoded(picture, "WEBP", quality=85)
    if number % 2:
        picture.putalpha(Image.radial_gradient("L").resize(picture.size))
    return _encoded(picture, "PNG")


def _encoded(picture: Image.Image, format: str, **settings: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **settings)
    return buffer.getvalue()
