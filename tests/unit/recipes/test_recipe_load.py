"""A recipe that is right becomes the plain data the pipeline works on, nothing lost and nothing added."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from safelight.errors import RecipeError
from safelight.image.options import ImageWatermark, Length, Limits, Point, TextWatermark, VariantOptions
from safelight.recipes.load import load_recipe, parse_recipe
from safelight.recipes.recipe import IMMUTABLE, REVALIDATE, Output, Recipe
from safelight.recipes.shipped import builtin_names, recipe_source
from tests.samples import photos

# The documented example of the recipe language, with every field.
EVERY_FIELD = """\
version: 1
name: web
accept:
  formats: [jpeg, png, webp, gif, avif, heic, tiff]
  max_bytes: 50MB
  max_megapixels: 100
  max_frames: 200
variants:
  - name: large
    width: 2048
    height: 2048
    fit: inside
    position: centre
    format: webp
    quality: 80
    effort: 4
    lossless: false
    enlarge: false
    background: "#ffffff"
    watermark:
      text: "© Studio"
      position: south-east
      size: 4%
      colour: "#ffffff"
      shadow: true
      opacity: 0.7
      margin: 2%
    metadata: none
    colour: srgb
    sharpen: false
    linear: false
output:
  key: "{image_id}/{version}/{variant}.{ext}"
  cache_control: "public, max-age=31536000, immutable"
  content_disposition: inline
"""
LEAST = "version: 1\nname: least\nvariants: [{name: a}]\n"


def parse(text: str, folder: Path | None = None) -> Recipe:
    return parse_recipe(textwrap.dedent(text), source="mine.yaml", folder=folder)


def variant(fields: str, folder: Path | None = None) -> VariantOptions:
    text = (
        f"version: 1\nname: a\nvariants:\n  - name: a\n{textwrap.indent(textwrap.dedent(fields), '    ')}\n"
    )
    return parse(text, folder).variants[0]


def test_the_documented_example_says_what_it_says() -> None:
    recipe = parse(EVERY_FIELD)
    assert recipe.name == "web"
    assert recipe.accept == Limits()
    assert recipe.variants == (
        VariantOptions(
            name="large",
            width=2048,
            height=2048,
            format="webp",
            quality=80,
            effort=4,
            watermarks=(TextWatermark(text="© Studio"),),
        ),
    )
    assert recipe.output == Output(cache_control=IMMUTABLE)


def test_the_least_recipe_takes_every_default() -> None:
    recipe = parse(LEAST)
    assert recipe.accept == Limits()
    assert recipe.variants == (VariantOptions(name="a"),)
    assert recipe.output == Output()


def test_every_field_reaches_the_plain_data() -> None:
    made = variant(
        """\
        width: 640
        height: 480
        fit: contain
        enlarge: true
        position: north-west
        format: avif
        quality: 55
        effort: 7
        background: "#00000088"
        metadata: copyright
        colour: p3
        sharpen: true
        linear: true
        """
    )
    assert made == VariantOptions(
        name="a",
        width=640,
        height=480,
        fit="contain",
        enlarge=True,
        position="north-west",
        format="avif",
        quality=55,
        effort=7,
        background="#00000088",
        metadata="copyright",
        colour="p3",
        sharpen=True,
        linear=True,
    )


def test_limits_reach_the_plain_data_without_repetitions() -> None:
    text = (
        LEAST + "accept: {formats: [png, jpeg, png], max_bytes: 2MiB, max_megapixels: 0.5, max_frames: 1}\n"
    )
    expected = Limits(formats=("png", "jpeg"), max_bytes=2 * 1024**2, max_megapixels=0.5, max_frames=1)
    assert parse(text).accept == expected


def test_watermarks_are_one_or_a_list_of_texts_and_images(tmp_path: Path) -> None:
    logo = photos.encode(photos.scene(8, 8), "PNG")
    (tmp_path / "logo.png").write_bytes(logo)
    made = variant(
        """\
        watermark:
          - text: "two\\nlines"
            position: {x: 10, y: 20}
            size: 24px
            colour: "#00ff0088"
            shadow: false
            opacity: 1
          - image: logo.png
            position: centre
            size: 50%
            shadow: true
            opacity: 0.25
            margin: 8
        """,
        tmp_path,
    )
    assert made.watermarks == (
        TextWatermark(
            text="two\nlines",
            position=Point(x=10, y=20),
            size=Length(value=24),
            colour="#00ff0088",
            shadow=False,
            opacity=1,
        ),
        ImageWatermark(
            image=logo,
            position="centre",
            size=Length(value=50, unit="%"),
            shadow=True,
            opacity=0.25,
            margin=Length(value=8),
        ),
    )


def test_defaults_of_a_watermark_are_those_of_its_kind(tmp_path: Path) -> None:
    logo = photos.encode(photos.scene(8, 8), "WEBP")
    (tmp_path / "logo").write_bytes(logo)
    assert variant("watermark: {text: a}").watermarks == (TextWatermark(text="a"),)
    assert variant("watermark: {image: logo}", tmp_path).watermarks == (ImageWatermark(image=logo),)
    assert variant("watermark: []").watermarks == ()


def test_watermark_images_are_relative_to_the_recipe_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logo = photos.jpeg(8, 8)
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks" / "logo.jpg").write_bytes(logo)
    file = tmp_path / "mine.yaml"
    file.write_text(LEAST.replace("{name: a}", "{name: a, watermark: {image: marks/logo.jpg}}"))
    monkeypatch.chdir("/")
    assert load_recipe(file).variants[0].watermarks == (ImageWatermark(image=logo),)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", "is not a PNG, JPEG or WebP image"),
        (b"<svg/>", "is not a PNG, JPEG or WebP image"),
        (b"RIFF\x00\x00\x00\x00WAVE", "is not a PNG, JPEG or WebP image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2_000_000), "is larger than 2 MB"),
    ],
)
def test_a_watermark_that_is_no_small_image_is_refused(tmp_path: Path, data: bytes, wrong: str) -> None:
    (tmp_path / "logo.png").write_bytes(data)
    with pytest.raises(RecipeError) as refused:
        variant("watermark: {image: logo.png}", tmp_path)
    assert refused.value.where == "mine.yaml:5"
    assert refused.value.field == "variants.0.watermark.image"
    assert wrong in refused.value.message
    assert "Save it" in (refused.value.remedy or "")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("", IMMUTABLE),
        ('key: "{key}/{version}/{variant}"', IMMUTABLE),
        ('key: "{key}/{variant}"', REVALIDATE),
        ('key: "{key}/{variant}"\n  cache_control: "max-age=60"', "max-age=60"),
    ],
)
def test_variants_are_cached_for_ever_only_where_the_key_holds_the_version(
    fields: str, expected: str
) -> None:
    text = LEAST + (f"output:\n  {fields}\n" if fields else "")
    assert parse(text).output.effective_cache_control == expected


def test_anchors_and_merges_save_repetition() -> None:
    recipe = parse(
        """\
        version: 1
        name: merged
        variants:
          - &web {name: large, width: 2048, format: webp, quality: 75}
          - {<<: *web, name: small, width: 512}
        """
    )
    assert recipe.variants[1] == VariantOptions(name="small", width=512, format="webp", quality=75)


@pytest.mark.parametrize("position", ["attention", "entropy", "centre", "south-west"])
@pytest.mark.parametrize("fit", ["cover", "contain"])
def test_every_position_goes_with_cover_and_contain(fit: str, position: str) -> None:
    made = variant(f"width: 9\nheight: 9\nfit: {fit}\nposition: {position}")
    assert (made.fit, made.position) == (fit, position)


@pytest.mark.parametrize("name", builtin_names())
def test_a_recipe_is_found_by_name_and_by_path(name: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.yaml"
    file.write_text(recipe_source(name), encoding="utf-8")
    assert load_recipe(name) == load_recipe(file) == load_recipe(str(file))
    assert load_recipe(name).name == name


def test_a_file_in_the_present_folder_needs_no_extension(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").write_text(LEAST)
    monkeypatch.chdir(tmp_path)
    assert load_recipe("mine").name == "least"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(LEAST, encoding="utf-8-sig")
    assert load_recipe(file).name == "least"
