"""The scores must say what they are known to say on cases that can be worked out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from bench.pictures import photograph
from bench.quality import Judge, linear_lanczos, references, ssim


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return photograph(320, 240, seed=11)


def _plane(value: float) -> np.ndarray:
    return np.full((64, 64), value)


def test_ssim_of_a_picture_with_itself_is_one(photo: Image.Image) -> None:
    luma = np.asarray(photo.convert("L"), dtype=np.float64)

    assert ssim(luma, luma) == pytest.approx(1.0)


def test_ssim_of_two_flat_planes_is_the_luminance_term_alone() -> None:
    stabiliser = (0.01 * 255) ** 2
    expected = (2 * 100 * 150 + stabiliser) / (100**2 + 150**2 + stabiliser)

    assert ssim(_plane(100), _plane(150)) == pytest.approx(expected)


def test_ssim_of_a_pattern_with_its_negative_is_below_zero() -> None:
    pattern = np.random.default_rng(1).normal(128, 40, (96, 96))

    assert ssim(pattern, 256 - pattern) < -0.5


def test_the_more_a_picture_is_blurred_the_lower_both_scores_are(photo: Image.Image, tmp_path: Path) -> None:
    original = tmp_path / "original.png"
    photo.save(original)
    judge = Judge(original)
    scores = []
    for radius in (0, 1, 3):
        blurred = tmp_path / f"{radius}.png"
        photo.filter(ImageFilter.GaussianBlur(radius)).save(blurred)
        scores.append(judge.score(blurred))

    assert scores[0].ssim == pytest.approx(1.0)
    assert scores[0].ssimulacra2 == pytest.approx(100.0)
    assert scores[0].ssim > scores[1].ssim > scores[2].ssim
    assert scores[0].ssimulacra2 > scores[1].ssimulacra2 > scores[2].ssimulacra2


def test_the_reference_averages_light_and_not_code_values() -> None:
    """Black and white lines give as much light as code value 188 does, not as 128."""
    lines = np.zeros((128, 128, 3), dtype=np.uint8)
    lines[::2] = 255

    shrunk = np.asarray(linear_lanczos(Image.fromarray(lines), (16, 16)))

    assert np.median(shrunk) == pytest.approx(188, abs=2)


def test_a_picture_of_the_originals_size_is_compared_with_the_original_itself(photo: Image.Image) -> None:
    assert references(photo, photo.size) == [photo]


def test_a_rounded_size_is_compared_with_the_whole_picture(photo: Image.Image) -> None:
    assert [reference.size for reference in references(photo, (101, 76))] == [(101, 76)]


def test_a_cropped_output_is_compared_with_the_middle_on_both_sides_of_half_a_pixel() -> None:
    """107 px of width for 80: the middle begins 13.5 px in."""
    ramp = np.zeros((240, 320, 3), dtype=np.uint8)
    ramp[:, 160:] = 255

    middles = references(Image.fromarray(ramp), (80, 80))

    assert [middle.size for middle in middles] == [(80, 80), (80, 80)]
    first_white = [int(np.argmax(np.asarray(middle)[40, :, 0] > 200)) for middle in middles]
    assert first_white == [41, 40]
