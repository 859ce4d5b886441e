"""A compiled recipe is complete, loads without pydantic, and its digest changes exactly when results can."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.errors import RecipeError
from safelight.image.options import (
    ImageWatermark,
    Length,
    Limits,
    Point,
    TextWatermark,
    VariantOptions,
    Watermark,
)
from safelight.recipes.compiled import compile_recipe, from_json, to_json
from safelight.recipes.load import parse_recipe
from safelight.recipes.recipe import IMMUTABLE, Output, Recipe

lengths = st.builds(Length, value=st.floats(0, 100), unit=st.sampled_from(["px", "%"]))
places = st.one_of(st.just("north"), st.builds(Point, x=st.integers(0, 99), y=st.integers(0, 99)))
watermarks: st.SearchStrategy[Watermark] = st.one_of(
    st.builds(TextWatermark, text=st.text(), position=places, size=lengths, margin=lengths),
    st.builds(ImageWatermark, image=st.binary(max_size=50), position=places, size=lengths),
)
variants = st.builds(
    VariantOptions,
    name=st.text(min_size=1, max_size=5),
    width=st.none() | st.integers(1, 9999),
    format=st.sampled_from(["jpeg", "png", "webp", "tiff", "original"]),
    quality=st.none() | st.integers(1, 100),
    lossless=st.booleans(),
    watermarks=st.lists(watermarks, max_size=2).map(tuple),
)
recipes = st.builds(
    compile_recipe,
    name=st.text(),
    accept=st.builds(Limits, max_megapixels=st.floats(0.1, 1000)),
    variants=st.lists(variants, min_size=1, max_size=3, unique_by=lambda v: v.name).map(tuple),
    output=st.builds(Output, cache_control=st.none() | st.text()),
)


DEFAULT_LIMITS, DEFAULT_OUTPUT = Limits(), Output()


def recipe(*, accept: Limits = DEFAULT_LIMITS, output: Output = DEFAULT_OUTPUT, **fields: Any) -> Recipe:
    """A recipe with one variant, named `v` unless `fields` say otherwise."""
    variant = VariantOptions(**({"name": "v"} | fields))
    return compile_recipe(name="a", accept=accept, variants=(variant,), output=output)


def digest_of(text: str) -> str:
    return parse_recipe(f"version: 1\n{text}", source="mine.yaml").digest


@given(recipes)
def test_a_recipe_survives_json(made: Recipe) -> None:
    assert from_json(json.loads(json.dumps(to_json(made)))) == made


@given(recipes, st.text())
def test_the_digest_is_64_hex_digits_and_ignores_name_and_order(made: Recipe, name: str) -> None:
    other = compile_recipe(
        name=name, accept=made.accept, variants=tuple(reversed(made.variants)), output=made.output
    )
    assert other.digest == made.digest
    assert len(made.digest) == 64
    assert set(made.digest) <= set("0123456789abcdef")


PLAIN = recipe(format="webp", width=100, height=100)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "w"},
        {"width": 101},
        {"height": None},
        {"fit": "cover"},
        {"enlarge": True},
        {"format": "jpeg"},
        {"format": "original"},
        {"quality": 81},
        {"effort": 5},
        {"lossless": True},
        {"metadata": "all"},
        {"colour": "keep"},
        {"sharpen": True},
        {"linear": True},
        {"watermarks": (TextWatermark(text="a"),)},
    ],
    ids=str,
)
def test_whatever_changes_pixels_or_files_changes_the_digest(changed: dict[str, Any]) -> None:
    assert recipe(**{"format": "webp", "width": 100, "height": 100} | changed).digest != PLAIN.digest


@pytest.mark.parametrize(
    "changed",
    [
        {"accept": Limits(max_bytes=1)},
        {"accept": Limits(max_megapixels=99)},
        {"accept": Limits(max_frames=1)},
        {"accept": Limits(formats=("jpeg",))},
        {"output": Output(key="{image_id}/{variant}")},
        {"output": Output(cache_control="no-store")},
        {"output": Output(content_disposition="attachment")},
    ],
    ids=str,
)
def test_limits_keys_and_headers_change_the_digest(changed: dict[str, Any]) -> None:
    assert recipe(format="webp", width=100, height=100, **changed).digest != PLAIN.digest


@pytest.mark.parametrize(
    "mark",
    [
        TextWatermark(text="b"),
        TextWatermark(text="a", position="north"),
        TextWatermark(text="a", position=Point(x=1, y=1)),
        TextWatermark(text="a", size=Length(value=4, unit="px")),
        TextWatermark(text="a", size=Length(value=5, unit="%")),
        TextWatermark(text="a", colour="#000000"),
        TextWatermark(text="a", shadow=False),
        TextWatermark(text="a", opacity=0.5),
        TextWatermark(text="a", margin=Length(value=3, unit="%")),
        ImageWatermark(image=b"a"),
    ],
    ids=str,
)
def test_whatever_changes_a_watermark_changes_the_digest(mark: Watermark) -> None:
    digests = {recipe(watermarks=(other,)).digest for other in (TextWatermark(text="a"), mark)}
    assert len(digests) == 2


def test_the_bytes_of_a_watermark_image_take_part_in_the_digest() -> None:
    digests = {recipe(watermarks=(ImageWatermark(image=data),)).digest for data in (b"a", b"b")}
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("name: v, format: webp", "name: v, format: webp, quality: 80, fit: inside, position: centre"),
        ("name: v, format: jpeg", 'name: v, format: jpeg, quality: 80, background: "#FFF"'),
        ("name: v, format: avif", "name: v, format: avif, quality: 60, lossless: false, enlarge: false"),
        ("name: v, format: png", "name: v, format: png, lossless: true"),
        ("name: v, format: webp", "name: v, format: webp, background: red"),  # nothing to lie behind
        ("name: v, format: webp", "name: v, format: webp, watermark: []"),
        ("name: v, width: 9", "name: v, width: 9, fit: outside"),
        ("name: v, metadata: none", "name: v, colour: srgb, sharpen: false, linear: false"),
        (
            "name: v, watermark: {text: a}",
            "name: v, watermark: [{text: a, size: 4%, margin: 2.0%, colour: white, opacity: 0.7}]",
        ),
    ],
)
def test_a_default_written_out_leaves_the_digest_alone(shorter: str, longer: str) -> None:
    one = digest_of(f"name: a\nvariants: [{{{shorter}}}]\n")
    other = digest_of(f"name: b\nvariants: [{{{longer}}}]\n")
    assert one == other


def test_default_limits_and_headers_written_out_leave_the_digest_alone() -> None:
    written = (
        "accept: {formats: [tiff, png, jpeg, webp, gif, avif, heic], max_bytes: 50000kB, max_frames: 200}\n"
        f'output: {{cache_control: "{IMMUTABLE}", content_disposition: inline}}\n'
    )
    assert digest_of("name: a\nvariants: [{name: v}]\n" + written) == digest_of(
        "name: a\nvariants: [{name: v}]\n"
    )


def test_a_tiff_without_quality_is_another_than_one_with() -> None:
    assert recipe(format="tiff").digest != recipe(format="tiff", quality=90).digest


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"compiled": 2},
        {"compiled": 1, "name": "a"},
        to_json(PLAIN) | {"compiled": 99},
        to_json(PLAIN) | {"accept": {"formats": []} | {"what": 1}},
        to_json(PLAIN) | {"variants": [{"name": "v", "watermarks": [], "unheard-of": 1}]},
        to_json(PLAIN) | {"variants": [{"name": "v", "watermarks": [{"image": "not base64!"}]}]},
    ],
    ids=lambda document: str(sorted(document)),
)
def test_what_another_version_compiled_is_refused_with_a_remedy(document: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match="not a compiled recipe of this version") as refused:
        from_json(document)
    assert "Compile the recipe file again" in (refused.value.remedy or "")


def test_loading_a_compiled_recipe_imports_neither_pydantic_nor_yaml_nor_libvips(tmp_path: Path) -> None:
    file = tmp_path / "compiled.json"
    file.write_text(json.dumps(to_json(PLAIN)))
    script = f"""
import json, sys
import safelight.identity, safelight.recipes.keys
from safelight.recipes.compiled import from_json
print(from_json(json.load(open({str(file)!r}))).digest)
print(sorted({{"pydantic", "pydantic_core", "yaml", "pyvips", "fastapi", "typer"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [PLAIN.digest, "[]"]
