"""The recipes we ship do what the guides they replace did, and tell how they differ."""

from __future__ import annotations

from pathlib import Path

import pytest

import safelight
from safelight.image.formats import FORMATS
from safelight.image.options import Length, Point, TextWatermark
from safelight.recipes.describe import advice, describe
from safelight.recipes.keys import variant_key
from safelight.recipes.load import load_recipe
from safelight.recipes.recipe import IMMUTABLE, REVALIDATE
from safelight.recipes.shipped import builtin_names, recipe_source
from tests.samples import photos

FOLDER = Path(safelight.__file__).parent / "recipes" / "builtin"


def key_of(recipe: str, key: str, *, format: str = "jpeg") -> str:
    loaded = load_recipe(recipe)
    return variant_key(
        loaded.output.key,
        image_id="id",
        version="0123",
        variant=loaded.variants[0].name,
        ext=FORMATS[format].extension,
        key=key,
    )


def test_every_shipped_file_is_listed_and_the_default_comes_first() -> None:
    assert sorted(builtin_names()) == sorted(file.stem for file in FOLDER.glob("*.yaml"))
    assert builtin_names()[0] == "web"


@pytest.mark.parametrize("name", builtin_names())
def test_a_shipped_recipe_begins_by_saying_what_it_is_for(name: str) -> None:
    header = recipe_source(name).split("version: 1")[0]
    assert header.count("\n# ") >= 2
    assert name == "web" or "Replaces the" in header


@pytest.mark.parametrize("name", builtin_names())
def test_a_shipped_recipe_never_distorts_enlarges_or_publishes_places(name: str) -> None:
    for variant in load_recipe(name).variants:
        assert variant.fit != "fill"
        assert not variant.enlarge
        assert variant.metadata == "none"
        assert variant.colour == "srgb"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "web",
            [
                ("large", "webp", 2048, 2048, "inside", 80),
                ("medium", "webp", 1024, 1024, "inside", 80),
                ("small", "webp", 512, 512, "inside", 80),
                ("fallback", "jpeg", 1600, 1600, "inside", 80),
                ("thumbnail", "webp", 300, 300, "cover", 75),
            ],
        ),
        (
            "five-variants",
            [
                ("jpeg-85", "jpeg", 4096, 4096, "inside", 85),
                ("jpeg-60", "jpeg", 4096, 4096, "inside", 60),
                ("webp", "webp", 4096, 4096, "inside", 85),
                ("png", "png", 4096, 4096, "inside", None),
                ("thumbnail", "jpeg", 300, 300, "cover", 80),
            ],
        ),
        ("resize-800x600", [("resized", "original", 800, 600, "inside", None)]),
        ("thumbnail-300", [("thumbnail", "original", 300, 300, "cover", None)]),
        ("watermark-800x600", [("watermarked", "original", 800, 600, "inside", None)]),
        ("convert-webp", [("webp", "webp", None, None, "inside", 80)]),
    ],
)
def test_a_shipped_recipe_makes_these_variants(name: str, expected: list[tuple[object, ...]]) -> None:
    made = [(v.name, v.format, v.width, v.height, v.fit, v.quality) for v in load_recipe(name).variants]
    assert made == expected


def test_the_watermark_recipe_writes_at_ten_ten_in_a_size_that_grows_with_the_picture() -> None:
    (mark,) = load_recipe("watermark-800x600").variants[0].watermarks
    assert isinstance(mark, TextWatermark)
    assert mark.position == Point(x=10, y=10)
    assert mark.size == Length(value=4, unit="%")
    assert mark.shadow


@pytest.mark.parametrize(
    ("recipe", "original", "format", "expected"),
    [
        ("resize-800x600", "photos/my cat.jpg", "jpeg", "resized/photos/my cat.jpg"),
        ("thumbnail-300", "cat.jpg", "jpeg", "processed-cat.jpg"),
        ("thumbnail-300", "cat.JPEG", "jpeg", "processed-cat.JPEG"),
        ("thumbnail-300", "photos/cat.png", "png", "processed-photos/cat.png"),
        ("thumbnail-300", "cat.heic", "jpeg", "processed-cat.jpg"),
        ("thumbnail-300", "lies.jpg", "png", "processed-lies.png"),
        ("watermark-800x600", "photos/cat.jpg", "jpeg", "processed-cat.jpg"),
        ("five-variants", "photos/cat.jpg", "jpeg", "id/0123/jpeg-85.jpg"),
        ("convert-webp", "photos/cat.jpg", "webp", "id/0123/webp.webp"),
    ],
)
def test_keys_are_those_of_the_guides(recipe: str, original: str, format: str, expected: str) -> None:
    assert key_of(recipe, original, format=format) == expected


@pytest.mark.parametrize("name", builtin_names())
def test_only_keys_that_change_with_the_content_are_cached_for_ever(name: str) -> None:
    output = load_recipe(name).output
    assert output.effective_cache_control == (IMMUTABLE if "{version}" in output.key else REVALIDATE)


@pytest.mark.parametrize("name", builtin_names())
def test_a_description_names_every_variant_with_its_size(name: str) -> None:
    recipe = load_recipe(name)
    lines = describe(recipe).splitlines()
    assert lines[0] == f"recipe {name}, digest {recipe.digest[:12]}"
    rows = [line for line in lines if line.startswith("  ")]
    assert [row.split()[:2] for row in rows] == [[v.name, v.format] for v in recipe.variants]
    assert f"key {recipe.output.key}" in lines


def test_a_description_tells_whatever_is_out_of_the_ordinary(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(photos.encode(photos.scene(8, 8), "PNG"))
    file = tmp_path / "mine.yaml"
    file.write_text(
        "version: 1\nname: mine\naccept: {max_bytes: 1500}\nvariants:\n"
        "  - {name: a, width: 5, enlarge: true, metadata: all, colour: p3, sharpen: true, linear: true}\n"
        "  - {name: b, height: 6, format: png, lossless: true, background: red}\n"
        "  - {name: c, effort: 2, watermark: [{text: hi}, {image: logo.png}]}\n"
    )
    recipe = load_recipe(file)
    text = describe(recipe)
    assert "at most 1.5 kB, 100 megapixels, 200 frames" in text
    assert "  a  original  5 px wide      enlarge, sharpen, linear, metadata all, colour p3" in text
    assert "  b  png       6 px high      lossless, background #ff0000" in text
    assert "  c  original  original size  effort 2, text 'hi', image of " in text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ('output: {key: "{name}"}', ["in different folders"]),
        ('output: {key: "{dir}/{stem}.{ext}"}', ["differ only in their extension"]),
        ('output: {key: "{stem}.{ext}"}', ["in different folders", "differ only in their extension"]),
        ('output: {key: "{dir}/{name}"}', []),
        ('output: {key: "{key}", cache_control: "public, immutable"}', ["caches will show the old one"]),
        ("output: {content_disposition: attachment}", []),
    ],
)
def test_advice_names_what_may_surprise(tmp_path: Path, fields: str, expected: list[str]) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"version: 1\nname: mine\nvariants: [{{name: a}}]\n{fields}\n")
    given = advice(load_recipe(file))
    assert len(given) == len(expected)
    assert all(words in sentence for words, sentence in zip(expected, given, strict=True))


def test_advice_warns_of_places_that_are_published(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("version: 1\nname: mine\nvariants: [{name: a, metadata: all}]\n")
    assert advice(load_recipe(file)) == ("variant a: `metadata: all` publishes the GPS position of photos.",)
