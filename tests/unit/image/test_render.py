"""A rendering as a whole: order, sameness, true facts, lossless and lossy encodings, memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safelight.errors import ImageRejected
from safelight.image import render as rendering
from safelight.image.formats import FORMATS
from safelight.image.libvips import pyvips
from safelight.image.options import Limits, VariantOptions
from safelight.image.probe import probe
from safelight.image.render import encoder_version, render
from tests.samples import photos
from tests.samples.scenes import cutout, scene
from tests.unit.image.decoding import mean_difference
from tests.unit.image.planning import ENCODABLE
from tests.unit.image.rendering import opened, rendered, rendered_all, resized, shown

PILLOWS_NAMES = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF", "tiff": "TIFF"}
# Shares levels and pictures, streams from one level and not, and looks before it cuts.
RECIPE: list[dict[str, Any]] = [
    {"format": "webp", "width": 90},
    {"format": "jpeg", "width": 200},
    {"format": "avif", "width": 90, "effort": 1},
    {"format": "png", "width": 180, "height": 60, "fit": "cover", "position": "attention"},
    {"format": "tiff", "width": 60, "height": 60, "fit": "contain"},
    {"format": "gif", "width": 50, "sharpen": True},
    {"format": "webp", "width": 90, "lossless": True},
    {"format": "jpeg", "width": 120, "linear": True},
    {"format": "original", "width": 30, "colour": "p3"},
]
SOURCES: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: photos.jpeg(orientation=6),
    "png": lambda: photos.png(320, 240, kind="rgba"),
    "animation": lambda: photos.animated_gif(3, 320, 240),
}


def test_variants_come_in_the_order_of_the_recipe_under_their_names() -> None:
    names = [f"v{at}" for at in range(len(RECIPE))]
    assert [variant.name for variant in rendered_all(SOURCES["jpeg"](), *RECIPE)] == names


@pytest.mark.parametrize("source", SOURCES)
def test_the_bytes_depend_neither_on_threads_nor_on_the_time(source: str) -> None:
    data = SOURCES[source]()
    first = rendered_all(data, *RECIPE)
    for threads in (1, 2, 4):
        assert rendered_all(data, *RECIPE, threads=threads) == first


def test_a_variant_has_the_same_bytes_alone_as_in_company_that_shares_nothing_with_it() -> None:
    data = SOURCES["png"]()
    company = rendered_all(data, {"format": "webp", "width": 300}, {"format": "jpeg", "width": 299})
    alone = rendered(data, format="webp", width=300)
    assert company[0].data == alone.data


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_said_of_a_variant_is_what_a_decoder_finds(source: str) -> None:
    for variant in rendered_all(SOURCES[source](), *RECIPE):
        image, facts = opened(variant.data), probe(variant.data)
        assert image.format == PILLOWS_NAMES[variant.format]
        assert variant.content_type == FORMATS[variant.format].content_type == facts.content_type
        assert (variant.width, variant.height) == image.size == (facts.width, facts.height)
        assert variant.frames == getattr(image, "n_frames", 1) == facts.frames


@pytest.mark.parametrize("output", ENCODABLE)
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 2)], ids=str)
@pytest.mark.parametrize("transparent", [False, True], ids=["", "transparent"])
def test_the_tiniest_pictures_can_be_written_in_every_format(
    output: str, size: tuple[int, int], transparent: bool
) -> None:
    colour = (200, 100, 50, 255) if transparent else (200, 100, 50)
    data = photos.encode(np.full((size[1], size[0], len(colour)), colour, np.uint8), "PNG")
    variant = rendered(data, format=output)
    assert (variant.width, variant.height) == opened(variant.data).size == size
    assert np.abs(shown(variant.data)[..., :3].astype(int) - (200, 100, 50)).max() <= 4


@pytest.mark.parametrize("size", [(16_383, 1), (1, 16_383), (5000, 2)], ids=str)
@pytest.mark.parametrize("output", ["jpeg", "png", "webp"])
def test_the_longest_pictures_can_be_resized_and_written(output: str, size: tuple[int, int]) -> None:
    data = photos.encode(np.full((size[1], size[0], 3), (200, 100, 50), np.uint8), "PNG")
    whole, half = rendered_all(data, {"format": output}, {"format": output, "width": 100, "height": 100})
    assert opened(whole.data).size == size
    assert max(half.width, half.height) == 100
    assert np.abs(shown(half.data).astype(int) - (200, 100, 50)).max() <= 4


@pytest.mark.parametrize("output", ["webp", "avif", "png", "tiff"])
@pytest.mark.parametrize("pixels", [scene(64, 48), cutout(64, 48)], ids=["opaque", "transparent"])
def test_lossless_means_every_pixel(output: str, pixels: np.ndarray) -> None:
    """What is wholly transparent has no colour, and WebP does not keep one."""
    seen = shown(rendered(photos.encode(pixels, "PNG"), format=output, lossless=True).data)
    visible = pixels[..., 3] > 0 if pixels.shape[2] == 4 else np.full(pixels.shape[:2], fill_value=True)
    assert np.array_equal(seen[visible], pixels[visible])
    assert seen.shape == pixels.shape


@pytest.mark.parametrize("output", ["jpeg", "webp", "avif"])
def test_more_quality_takes_more_bytes_and_shows_less_difference(output: str) -> None:
    photo = scene(320, 240)
    data = photos.encode(photo, "PNG", compress_level=1)
    ladder = rendered_all(data, *({"format": output, "quality": quality} for quality in (20, 50, 80, 95)))
    sizes = [len(variant.data) for variant in ladder]
    differences = [mean_difference(shown(variant.data), photo) for variant in ladder]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4
    assert differences == sorted(differences, reverse=True)


def test_the_version_of_the_encoder_changes_with_our_number(monkeypatch: pytest.MonkeyPatch) -> None:
    before = encoder_version()
    monkeypatch.setattr(rendering, "ENCODER", rendering.ENCODER + 1)
    assert encoder_version() != before


def test_the_version_of_the_encoder_names_libvips() -> None:
    assert encoder_version().endswith(f"libvips-{'.'.join(str(pyvips.version(part)) for part in range(3))}")


def test_what_is_not_accepted_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(rendering, "decode", refuse)
    with pytest.raises(ImageRejected, match="accepted are webp"):
        render(photos.png(), Limits(formats=("webp",)), [VariantOptions(name="v")])
    huge = VariantOptions(name="v", width=60_000, enlarge=True, format="png")
    with pytest.raises(ImageRejected, match="at most 100 are allowed"):
        render(photos.png(), Limits(), [huge])


def test_a_recipe_without_variants_is_rendered_to_nothing() -> None:
    assert render(photos.png(), Limits(), []) == []


def test_many_variants_show_what_each_would_show_alone() -> None:
    data = photos.encode(scene(640, 480), "JPEG", quality=95)
    recipe = [{"width": width, "format": "png"} for width in range(40, 640, 60)]
    for variant in rendered_all(data, *recipe, threads=2):
        expected = resized(scene(640, 480), (variant.width, variant.height))
        assert mean_difference(shown(variant.data), expected) < 1.6


MEASURE = """
import pathlib, re, sys, safelight
variants = safelight.render(pathlib.Path(sys.argv[1]).read_bytes(), safelight.load_recipe("web"))
assert [variant.width for variant in variants][:3] == [2048, 1024, 512]
print(re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory peak is Linux's to tell")
@pytest.mark.parametrize("format", ["jpeg", "png"])
def test_a_hundred_megapixels_take_less_than_300_mb(format: str, tmp_path: Path) -> None:
    """The decoded picture alone would take 300."""
    tile = pyvips.Image.new_from_array(scene(500, 500, grain=0), interpretation="srgb")
    whole = tile.copy_memory().replicate(20, 20)
    save = {"jpeg": lambda: whole.jpegsave_buffer(Q=70), "png": lambda: whole.pngsave_buffer(compression=1)}
    file = tmp_path / "large"
    file.write_bytes(save[format]())
    program = [sys.executable, "-c", MEASURE, str(file)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300_000
