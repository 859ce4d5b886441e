"""The recipe file as pydantic models: what editors complete and what the loader accepts.

A field is judged on its own here; rules.py judges fields together. Every field has a description
and an example, because the JSON Schema and the error messages are made of them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from safelight.image.options import Limits, VariantOptions
from safelight.recipes.fields import (
    AnyColour,
    AnyFit,
    AnyFormat,
    AnyMetadata,
    AnyPosition,
    Bytes,
    Colour,
    Disposition,
    Distance,
    Extent,
    Header,
    ImageFile,
    Name,
    Pixels,
    Place,
    SourceFormat,
    Template,
    Text,
    Version,
)
from safelight.recipes.recipe import Output

LIMITS = Limits()
VARIANT = VariantOptions(name="default")
OUTPUT = Output()


class Section(BaseModel):
    # Strict: a quoted number or `yes` for a number is a slip, and says so.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class WatermarkSection(Section):
    """A text or an image set on the variant. Exactly one of `text` and `image`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["text"]}, {"required": ["image"]}]})

    text: Text | None = Field(
        default=None, description="The text to draw; a line break begins a new line.", examples=["© Studio"]
    )
    image: ImageFile | None = Field(
        default=None,
        description="PNG, JPEG or WebP file to draw, at most 2 MB; its path is relative to the recipe file.",
        examples=["logo.png"],
    )
    position: Place = Field(
        default="south-east",
        description="Where it lies: a direction, or px from the top left as `{x: 10, y: 10}`.",
        examples=["south-east", {"x": 10, "y": 10}],
    )
    size: Extent | None = Field(
        default=None,
        description="Height of the text (default 4%) or width of the image (default 20%): "
        "px, or % of the variant's width.",
        examples=["4%", "24px"],
    )
    colour: Colour | None = Field(
        default=None, description='Colour of a text; default "#ffffff".', examples=["#ffffff"]
    )
    shadow: bool | None = Field(
        default=None,
        description="A soft shadow, so that it stands out on any background; default: true for a text, "
        "false for an image.",
        examples=[True],
    )
    opacity: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="From just above 0 (invisible) to 1 (opaque); default: 0.7 for a text, 1 for an image.",
        examples=[0.7],
    )
    margin: Distance | None = Field(
        default=None,
        description="Distance from the edges: px, or % of the variant's width; default 2%. "
        "Only with a direction as position.",
        examples=["2%", "16px"],
    )


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Watermarks = Annotated[
    list[WatermarkSection],
    BeforeValidator(_one_or_more, json_schema_input_type=WatermarkSection | list[WatermarkSection]),
]


class VariantSection(Section):
    """One image to make of every original."""

    name: Name = Field(
        description="Name of the variant, unique in the recipe; part of keys and URLs.", examples=["large"]
    )
    width: Pixels | None = Field(
        default=VARIANT.width,
        description="Width, px. With only one of width and height the other follows; with neither "
        "the original's size stays.",
        examples=[1024],
    )
    height: Pixels | None = Field(
        default=VARIANT.height, description="Height, px; see width.", examples=[768]
    )
    fit: AnyFit = Field(
        default=VARIANT.fit,
        description="How the picture fills width × height. inside: whole, at most that size; "
        "outside: whole, at least that size; cover: fills it, cropped; contain: whole, on a background; "
        "fill: stretched.",
        examples=["inside"],
    )
    enlarge: bool = Field(
        default=VARIANT.enlarge, description="Allow a variant larger than its original.", examples=[False]
    )
    position: AnyPosition = Field(
        default=VARIANT.position,
        description="For cover, the part to keep; for contain, where the picture lies. attention: the most "
        "eye-catching part; entropy: the busiest.",
        examples=["attention"],
    )
    format: AnyFormat = Field(
        default=VARIANT.format,
        description="Format of the file. original: that of the original; JPEG for one that cannot "
        "be written (HEIC).",
        examples=["webp"],
    )
    quality: int | None = Field(
        default=VARIANT.quality,
        ge=1,
        le=100,
        description="1 (smallest) to 100 (best), for jpeg, webp, avif and tiff. Default: 80 for jpeg and "
        "webp, 60 for avif; a tiff without quality is lossless.",
        examples=[80],
    )
    effort: int | None = Field(
        default=VARIANT.effort,
        ge=0,
        le=9,
        description="0 (fastest) to 9 (smallest file), where the encoder has a choice. Default: the "
        "format's own.",
        examples=[4],
    )
    lossless: bool = Field(
        default=VARIANT.lossless,
        description="Keep every pixel exactly: webp, avif and tiff; png always does.",
        examples=[False],
    )
    background: Colour = Field(
        default=VARIANT.background,
        description="Colour behind transparent parts where the format has no transparency, and around "
        "the picture with contain.",
        examples=["#ffffff"],
    )
    watermark: Watermarks = Field(
        default=[],
        max_length=16,
        description="One watermark or a list of them.",
        examples=[{"text": "© Studio"}],
    )
    metadata: AnyMetadata = Field(
        default=VARIANT.metadata,
        description="none: no EXIF, XMP or IPTC; copyright: only author and rights; all: everything, "
        "GPS position included.",
        examples=["none"],
    )
    colour: AnyColour = Field(
        default=VARIANT.colour,
        description="srgb: right on every screen; p3: wide gamut, with profile; keep: the original's own "
        "profile.",
        examples=["srgb"],
    )
    sharpen: bool = Field(
        default=VARIANT.sharpen, description="Sharpen gently after resizing.", examples=[False]
    )
    linear: bool = Field(
        default=VARIANT.linear, description="Resize in linear light: more exact, slower.", examples=[False]
    )


class AcceptSection(Section):
    """Which originals are accepted; checked from the header, before a pixel is decoded."""

    formats: list[SourceFormat] = Field(
        default=list(LIMITS.formats),
        min_length=1,
        description="Formats, judged by content; names and extensions do not matter.",
        examples=[["jpeg", "png"]],
    )
    max_bytes: Bytes = Field(
        default=LIMITS.max_bytes,
        description="Largest file: bytes, or with kB, MB, GB (1000s) or KiB, MiB, GiB (1024s).",
        examples=["50MB"],
    )
    max_megapixels: float = Field(
        default=LIMITS.max_megapixels,
        gt=0,
        le=10_000,
        description="Largest picture: width × height × frames, in millions. Also the limit of each variant.",
        examples=[100],
    )
    max_frames: int = Field(
        default=LIMITS.max_frames,
        ge=1,
        le=100_000,
        description="Most frames of an animation.",
        examples=[200],
    )


class OutputSection(Section):
    """Where variants are stored and how they are served."""

    key: Template = Field(
        default=OUTPUT.key,
        description="Key of a variant. Placeholders: {image_id} {version} {variant} {ext}, and of the "
        "original's key {key} {dir} {stem} {name}.",
        examples=[OUTPUT.key, "resized/{key}"],
    )
    cache_control: Header | None = Field(
        default=OUTPUT.cache_control,
        description="Cache-Control header. Default: immutable for a year where the key holds {version}, "
        "else no-cache.",
        examples=["public, max-age=3600"],
    )
    content_disposition: Disposition = Field(
        default=OUTPUT.content_disposition,
        description="Content-Disposition header: inline shows, attachment downloads.",
        examples=["inline"],
    )


class RecipeFile(Section):
    """A recipe: which images are accepted, which variants are made of each, where they go."""

    version: Version = Field(description="Version of the recipe language.", examples=[1])
    name: Name = Field(description="Name of the recipe, shown in records.", examples=["web"])
    accept: AcceptSection = Field(
        default=AcceptSection(), description="Limits on originals.", examples=[{"max_bytes": "50MB"}]
    )
    variants: list[VariantSection] = Field(
        min_length=1,
        max_length=64,
        description="The images to make of every original.",
        examples=[[{"name": "large", "width": 2048}]],
    )
    output: OutputSection = Field(
        default=OutputSection(),
        description="Keys and headers of the variants.",
        examples=[{"key": OUTPUT.key}],
    )


# The models by where they stand in the file; list indices left out.
SECTIONS: dict[tuple[str, ...], type[Section]] = {
    (): RecipeFile,
    ("accept",): AcceptSection,
    ("variants",): VariantSection,
    ("variants", "watermark"): WatermarkSection,
    ("output",): OutputSection,
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of recipe files, for editors; docs/recipe.schema.json holds it."""
    schema: dict[str, Any] = _plain(RecipeFile.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Safelight recipe"}


def _plain(schema: Any) -> Any:
    """Without what YAML authors never write (null) and what names already say (titles)."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema if item != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {
        word: _plain(value)
        for word, value in schema.items()
        if not (word == "title" and isinstance(value, str)) and not (word == "default" and value is None)
    }
    options = kept.get("anyOf", [])
    return {**options[0], **{w: v for w, v in kept.items() if w != "anyOf"}} if len(options) == 1 else kept
