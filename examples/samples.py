"""Sample pictures, drawn by libvips on the spot: the same bytes at every run, and nobody's photographs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pillow_heif
import pyvips

Image = pyvips.Image


def make_samples(folder: Path) -> None:
    """Six pictures and three files that are not what they seem, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in SAMPLES.items():
        (folder / name).write_bytes(draw())


def mountains() -> bytes:
    """A large landscape as from a camera."""
    return _jpeg(_mountains(2400, 1600))


def portrait() -> bytes:
    """A phone held upright: the sensor's rows lie on their side, and EXIF says how to turn them."""
    sideways = _dunes(1500, 2000).rot270()
    sideways = sideways.copy()
    sideways.set_type(pyvips.GValue.gint_type, "orientation", 6)
    return _jpeg(sideways)


def phone() -> bytes:
    """What phones upload nowadays."""
    picture = _mountains(1200, 900, seed=40)
    heic = pillow_heif.from_bytes("RGB", (picture.width, picture.height), picture.write_to_memory())
    file = io.BytesIO()
    heic.save(file, quality=70, enc_params={"preset": "ultrafast"})
    return file.getvalue()


def logo() -> bytes:
    """Transparent around and between its blades."""
    blade = "M0-92 A92 92 0 0 1 80-46 L20-12 Z"
    blades = "".join(
        f'<path d="{blade}" transform="rotate({angle})" fill="hsl({angle}, 70%, 50%)"/>'
        for angle in range(0, 360, 60)
    )
    return bytes(_svg(blades, 1200).pngsave_buffer())


def animation() -> bytes:
    """Twenty-four frames of two balls."""
    frames = [_balls(step / 24) for step in range(24)]
    film = Image.arrayjoin(frames, across=1).copy()
    film.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    film.set_type(pyvips.GValue.array_int_type, "delay", [40] * len(frames))
    film.set_type(pyvips.GValue.gint_type, "loop", 0)
    return bytes(film.gifsave_buffer())


def disguised() -> bytes:
    """A PNG by content; its name will say something else."""
    return bytes(_dunes(800, 600).pngsave_buffer())


def truncated() -> bytes:
    """An upload that broke off."""
    whole = _jpeg(_mountains(1200, 800, seed=7))
    return whole[: len(whole) // 3]


def text() -> bytes:
    return b"Milk, bread, a new lens cap.\n"


SAMPLES: dict[str, Callable[[], bytes]] = {
    "1-mountains.jpg": mountains,
    "2-portrait-turned-by-exif.jpg": portrait,
    "3-from-a-phone.heic": phone,
    "4-transparent-logo.png": logo,
    "5-animation.gif": animation,
    "6-png-named-jpg.jpg": disguised,
    "7-broken-off.jpg": truncated,
    "8-text-named-jpg.jpg": text,
}


def _mountains(width: int, height: int, *, seed: int = 1) -> pyvips.Image:
    """Ridges behind ridges under an evening sky, with the grain of a camera."""
    down = Image.xyz(width, height)[1] / height
    picture = _mix([38, 60, 120], [255, 190, 130], (down * 2.1) ** 1.5)
    sun = ((Image.xyz(width, height) - [width * 0.68, height * 0.36]) / height) ** 2
    glow = ((sun[0] + sun[1]) * -60).exp()
    picture = picture + glow.bandjoin([glow * 0.8, glow * 0.4]) * 160
    for layer in range(5):
        near = layer / 4
        ridge = (
            0.46 + near * 0.36 - _skyline(width, height, seed + layer, roughness=near) * (0.3 - near * 0.16)
        )
        haze = _mix([176, 140, 150], [26, 34, 42], near)
        picture = (down > ridge).ifthenelse(haze - (down - ridge) * 40, picture)
    return _photo(picture, seed)


def _dunes(width: int, height: int) -> pyvips.Image:
    """Sand in low light below a pale sky."""
    down = Image.xyz(width, height)[1] / height
    waves = Image.perlin(width, height, cell_size=width // 3, seed=11) * 0.15
    ripples = ((down + waves) * 7200).sin() * (down * down) * 18
    light = Image.perlin(width, height, cell_size=width // 2, seed=12) * 55
    relief = (light + ripples).bandjoin([light + ripples * 0.9, light * 0.7 + ripples * 0.6])
    horizon = 0.42 - _skyline(width, height, 13, roughness=0.1) * 0.14
    return _photo(
        (down > horizon).ifthenelse(
            relief.linear(1, [205, 150, 96]), _mix([120, 166, 214], [238, 226, 206], down * 2.2)
        ),
        14,
    )


def _skyline(width: int, height: int, seed: int, *, roughness: float) -> pyvips.Image:
    """Heights of 0 … 1 by column, repeated over all rows."""
    octaves = [
        Image.perlin(width, 16, cell_size=max(16, width // divisor), seed=seed * 31 + divisor).crop(
            0, 8, width, 1
        )
        * weight
        for divisor, weight in (
            (2, 0.5),
            (5, 0.3),
            (13, 0.14 + 0.05 * roughness),
            (40, 0.05 * roughness + 0.01),
        )
    ]
    return (sum(octaves[1:], octaves[0]) + 0.5).replicate(1, height)


def _mix(start: list[float], end: list[float], amount: pyvips.Image | float) -> pyvips.Image | list[float]:
    if not isinstance(amount, pyvips.Image):
        return [a + (b - a) * amount for a, b in zip(start, end, strict=True)]
    amount = (amount > 1).ifthenelse(1, amount)
    return amount.bandjoin([amount, amount]) * [b - a for a, b in zip(start, end, strict=True)] + start


def _photo(picture: pyvips.Image, seed: int) -> pyvips.Image:
    grain = Image.gaussnoise(picture.width, picture.height, sigma=3.5, mean=0, seed=seed)
    return (picture + grain).cast("uchar").copy(interpretation="srgb").copy_memory()


def _balls(turn: float) -> pyvips.Image:
    """One frame; `turn` runs from 0 to 1."""
    balls = "".join(
        f'<g transform="rotate({360 * turn + shift})"><circle cx="52" r="26" fill="{colour}"/></g>'
        for shift, colour in ((0, "#e4572e"), (180, "#17bebb"))
    )
    return _svg(f'<rect x="-100" y="-100" width="200" height="200" fill="#fdf6e3"/>{balls}', 320)


def _svg(content: str, side: int) -> pyvips.Image:
    document = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200">{content}</svg>'
    return Image.svgload_buffer(document.encode(), scale=side / 200)


def _jpeg(picture: pyvips.Image) -> bytes:
    return bytes(picture.jpegsave_buffer(Q=92))
