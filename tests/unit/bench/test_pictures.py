"""The bench's pictures must behave like photographs, and be the same on every machine that makes them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bench.pictures import mosaic, photograph, power_law


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return photograph(1200, 900, seed=7)


def test_the_same_seed_gives_the_same_picture(photo: Image.Image) -> None:
    assert photograph(1200, 900, seed=7).tobytes() == photo.tobytes()


def test_another_seed_gives_another_picture() -> None:
    assert photograph(120, 90, seed=1).tobytes() != photograph(120, 90, seed=2).tobytes()


@pytest.mark.parametrize("size", [(480, 270), (270, 480), (361, 361)])
def test_the_picture_has_the_size_asked_for(size: tuple[int, int]) -> None:
    assert photograph(*size, seed=3).size == size


def test_the_power_spectrum_falls_about_as_steeply_as_that_of_natural_scenes(photo: Image.Image) -> None:
    """Published measurements of natural scenes scatter between 1/f^1.5 and 1/f^3."""
    luma = np.asarray(photo.convert("L"), dtype=np.float64)[:900, :900]

    assert -3.0 < _spectral_slope(luma) < -1.5


def test_a_power_law_field_falls_as_it_is_told_to() -> None:
    field = power_law(512, 512, np.random.default_rng(5), exponent=2.0)

    assert _spectral_slope(field) == pytest.approx(-2.0, abs=0.3)
    assert field.mean() == pytest.approx(0.0, abs=1e-3)
    assert field.std() == pytest.approx(1.0, abs=1e-3)


def test_a_good_jpeg_of_it_takes_as_many_bits_a_pixel_as_one_of_a_photograph(photo: Image.Image) -> None:
    """Between 1 and 3.5 bits at quality 90: noise would take 8 or more, a gradient 0.3."""
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=90)

    assert 1.0 < file.tell() * 8 / (1200 * 900) < 3.5


def test_a_mosaic_repeats_its_tile_without_a_seam() -> None:
    tile = photograph(64, 48, seed=4)

    whole = np.asarray(mosaic(tile, 3, 2))

    assert whole.shape == (96, 192, 3)
    np.testing.assert_array_equal(whole[:48, :64], np.asarray(tile))
    np.testing.assert_array_equal(whole[:, 63], whole[:, 64])
    np.testing.assert_array_equal(whole[47], whole[48])


def _spectral_slope(plane: np.ndarray) -> float:
    """Exponent of the power law that fits the spectrum, over the frequencies in between the extremes."""
    window = np.outer(np.hanning(plane.shape[0]), np.hanning(plane.shape[1]))
    power = np.abs(np.fft.fft2((plane - plane.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(plane.shape[0])[:, None], np.fft.fftfreq(plane.shape[1])[None])
    edges = np.geomspace(0.01, 0.25, 16)
    ring = np.digitize(frequency, edges)
    means = [power[ring == number].mean() for number in range(1, 16)]
    return float(np.polyfit(np.log(edges[:-1]), np.log(means), 1)[0])
