"""The kinds of value a recipe's fields hold: how each is read from YAML and described to editors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from safelight.image.formats import FORMATS
from safelight.image.options import (
    ColourPolicy,
    Fit,
    Gravity,
    Length,
    MetadataPolicy,
    OutputFormat,
    Point,
    Position,
)
from safelight.recipes.keys import template_faults
from safelight.recipes.scalars import (
    COLOUR_PATTERN,
    COLOURS,
    LENGTH_PATTERN,
    SIZE_PATTERN,
    Unacceptable,
    parse_bytes,
    parse_colour,
    parse_length,
)
from safelight.recipes.suggest import meant
from safelight.recipes.watermark_file import read_watermark

LARGEST_SIDE = 65_535  # px; some formats hold less, which rules.py knows
LARGEST_FILE = 2**31 - 1  # bytes
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
HEADER_PATTERN = r"^[\x20-\x7e]{1,256}$"
DISPOSITION_PATTERN = r"^(inline|attachment)(;[\x20-\x7e]*)?$"


@dataclass(frozen=True)
class OneOf:
    """A field that holds one of a few words; another word is answered with the one that was meant."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: Any) -> dict[str, Any]:
        return {"enum": list(self.words)}

    def check(self, value: Any) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        word = meant(value, self.words)
        raise Unacceptable(
            f"{value!r} is not one of {', '.join(self.words)}.", f"Write `{word}`." if word else None
        )


def _language_version(value: Any) -> Literal[1]:
    if value != 1 or isinstance(value, bool):
        raise Unacceptable(f"{value!r} is not a version of the recipe language.", "Write `version: 1`.")
    return 1


def _name(value: str) -> str:
    if not re.fullmatch(NAME_PATTERN, value):
        raise Unacceptable(
            f"{value!r} cannot be a name.",
            "Write up to 64 unaccented letters, digits, `-`, `_` and `.`, beginning with a letter or digit.",
        )
    return value


def _header(value: str) -> str:
    if not re.fullmatch(HEADER_PATTERN, value):
        raise Unacceptable(
            f"{value!r} cannot be an HTTP header.", "Write up to 256 plain ASCII characters in one line."
        )
    return value


def _disposition(value: str) -> str:
    if not re.fullmatch(DISPOSITION_PATTERN, value):
        raise Unacceptable(f"{value!r} is not a content disposition.", "Write `inline` or `attachment`.")
    return value


def _printable(value: str) -> str:
    if not value.strip() or len(value) > 500:
        raise Unacceptable(
            f"a text of {len(value)} characters cannot be drawn.", "Write 1 to 500 characters."
        )
    if not value.replace("\n", "").isprintable():
        raise Unacceptable("the text holds control characters.", "Write plain text; line breaks are fine.")
    return value


def _max_bytes(value: Any) -> int:
    size = parse_bytes(value)
    if size > LARGEST_FILE:
        raise Unacceptable(f"{value!r} is more than can be processed.", f"Write at most `{LARGEST_FILE}`.")
    return size


def _positive(length: Length) -> Length:
    if length.value == 0:
        raise Unacceptable("0 would make it invisible.", "Write a length above 0, such as `4%`.")
    return length


def _place(value: Any) -> Gravity | Point:
    gravities: dict[Any, Gravity] = {gravity: gravity for gravity in get_args(Gravity)}
    match value:
        case str() if value in gravities:
            return gravities[value]
        case {"x": int(x), "y": int(y), **rest} if not rest and _offset(x) and _offset(y):
            return Point(x=x, y=y)
    word = meant(value, gravities)
    written = f"`position: {word}`" if word else f"one of {', '.join(gravities)}"
    point = f"whole px from the top left up to {LARGEST_SIDE}, such as `position: {{x: 10, y: 10}}`"
    raise Unacceptable(f"{value!r} is not a position.", f"Write {written}, or {point}.")


def _template(value: str) -> str:
    faults = list(template_faults(value))
    if faults:
        message = "; ".join(fault.message.removesuffix(".") for fault in faults)
        raise Unacceptable(f"{message}.", " ".join(fault.remedy for fault in faults))
    return value


def _image(value: Any, info: ValidationInfo) -> bytes:
    """The file's bytes; the validation context is the folder its path begins in."""
    if not isinstance(value, str) or not value:
        raise Unacceptable(
            f"{value!r} is not the path of an image.", "Write, for instance, `image: logo.png`."
        )
    folder: Path = info.context or Path()
    return read_watermark(folder / value)


def _offset(number: int) -> bool:
    return not isinstance(number, bool) and 0 <= number <= LARGEST_SIDE


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


_OFFSET_SCHEMA = {"type": "integer", "minimum": 0, "maximum": LARGEST_SIDE}
_POINT_SCHEMA = {
    "type": "object",
    "properties": {"x": _OFFSET_SCHEMA, "y": _OFFSET_SCHEMA},
    "required": ["x", "y"],
    "additionalProperties": False,
}


def _any_of(*schemas: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": list(schemas)})


Version = Annotated[Literal[1], PlainValidator(_language_version), WithJsonSchema({"const": 1})]
Name = Annotated[str, AfterValidator(_name), WithJsonSchema(_text(NAME_PATTERN))]
Header = Annotated[str, AfterValidator(_header), WithJsonSchema(_text(HEADER_PATTERN))]
Disposition = Annotated[str, AfterValidator(_disposition), WithJsonSchema(_text(DISPOSITION_PATTERN))]
Template = Annotated[str, AfterValidator(_template)]
Text = Annotated[str, AfterValidator(_printable)]
ImageFile = Annotated[bytes, PlainValidator(_image), WithJsonSchema({"type": "string", "minLength": 1})]
Pixels = Annotated[int, Field(ge=1, le=LARGEST_SIDE)]
Bytes = Annotated[
    int, PlainValidator(_max_bytes), _any_of(_text(SIZE_PATTERN), {"type": "integer", "minimum": 1})
]
Distance = Annotated[
    Length, PlainValidator(parse_length), _any_of(_text(LENGTH_PATTERN), {"type": "number", "minimum": 0})
]
Extent = Annotated[Distance, AfterValidator(_positive)]
Colour = Annotated[str, PlainValidator(parse_colour), _any_of({"enum": list(COLOURS)}, _text(COLOUR_PATTERN))]
Place = Annotated[
    Gravity | Point, PlainValidator(_place), _any_of({"enum": list(get_args(Gravity))}, _POINT_SCHEMA)
]

AnyFit = Annotated[Fit, OneOf(get_args(Fit))]
AnyPosition = Annotated[Position, OneOf((*get_args(Gravity), "attention", "entropy"))]
AnyFormat = Annotated[OutputFormat, OneOf(get_args(OutputFormat))]
SourceFormat = Annotated[str, OneOf(tuple(FORMATS))]
AnyMetadata = Annotated[MetadataPolicy, OneOf(get_args(MetadataPolicy))]
AnyColour = Annotated[ColourPolicy, OneOf(get_args(ColourPolicy))]
