"""What a recipe can ask of the image core, as plain frozen data. Imports nothing of ours.

Recipes are parsed into these by `safelight.recipes`; nothing here reads files or validates text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fit = Literal["inside", "cover", "contain", "fill", "outside"]
Gravity = Literal[
    "centre", "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"
]
Position = Gravity | Literal["attention", "entropy"]
OutputFormat = Literal["jpeg", "png", "webp", "avif", "gif", "tiff", "original"]
MetadataPolicy = Literal["none", "copyright", "all"]
ColourPolicy = Literal["srgb", "p3", "keep"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The recipe's `accept`: checked from the header, before a pixel is decoded."""

    formats: tuple[str, ...] = ("jpeg", "png", "webp", "gif", "avif", "heic", "tiff")
    max_bytes: int = 50_000_000
    max_megapixels: float = 100.0  # width × height × frames / 1e6
    max_frames: int = 200


@dataclass(frozen=True, kw_only=True)
class Length:
    """Pixels, or a percentage of a reference that the field's comment names."""

    value: float
    unit: Literal["px", "%"] = "px"


@dataclass(frozen=True, kw_only=True)
class Point:
    """Offset of the top left corner from the picture's top left corner, px."""

    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class TextWatermark:
    text: str
    position: Gravity | Point = "south-east"
    size: Length = Length(value=4, unit="%")  # text height; % of the variant's width
    colour: str = "#ffffff"  # #rrggbb or #rrggbbaa
    shadow: bool = True
    opacity: float = 0.7  # 0 … 1
    margin: Length = Length(value=2, unit="%")  # % of the variant's width


@dataclass(frozen=True, kw_only=True)
class ImageWatermark:
    image: bytes  # an encoded image, PNG by preference; embedded so that a compiled recipe is complete
    position: Gravity | Point = "south-east"
    size: Length = Length(value=20, unit="%")  # width; % of the variant's width
    shadow: bool = False
    opacity: float = 1.0
    margin: Length = Length(value=2, unit="%")


Watermark = TextWatermark | ImageWatermark


@dataclass(frozen=True, kw_only=True)
class VariantOptions:
    """One entry of a recipe's `variants`. Neither width nor height: the original's size."""

    name: str
    width: int | None = None
    height: int | None = None
    fit: Fit = "inside"
    enlarge: bool = False
    position: Position = "centre"
    format: OutputFormat = "original"
    quality: int | None = None  # 1 … 100; None: the format's default in image/formats.py
    effort: int | None = None  # 0 … 9, scaled to the encoder's own range
    lossless: bool = False
    background: str = "#ffffff"
    watermarks: tuple[Watermark, ...] = ()
    metadata: MetadataPolicy = "none"
    colour: ColourPolicy = "srgb"
    sharpen: bool = False
    linear: bool = False
