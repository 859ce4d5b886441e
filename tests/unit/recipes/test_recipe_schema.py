"""The JSON Schema serves editors: complete, described, fresh, and of one mind with the loader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from safelight.image.formats import FORMATS
from safelight.image.options import ImageWatermark, TextWatermark, VariantOptions
from safelight.recipes.fields import OneOf
from safelight.recipes.load import parse_recipe
from safelight.recipes.schema import SECTIONS, RecipeFile, Section, WatermarkSection, json_schema

DOCS = Path(__file__).parents[3] / "docs"
FIELDS = [(section, name) for section in SECTIONS.values() for name in section.model_fields]
NEEDED: dict[str, dict[str, Any]] = {
    "RecipeFile": {"version": 1, "name": "a", "variants": [{"name": "a"}]},
    "VariantSection": {"name": "a"},
}


def test_the_committed_schema_is_fresh() -> None:
    committed = json.loads((DOCS / "recipe.schema.json").read_text(encoding="utf-8"))
    write = "safelight recipe schema | python -m json.tool --indent 2 --no-ensure-ascii"
    assert committed == json_schema(), f"run: {write} > docs/recipe.schema.json"


@pytest.mark.parametrize(("section", "name"), FIELDS, ids=lambda part: getattr(part, "__name__", part))
def test_every_field_is_described_and_its_examples_are_accepted(section: type[Section], name: str) -> None:
    field = section.model_fields[name]
    assert field.description
    assert field.description.endswith(".")
    assert field.examples
    for example in field.examples:
        if name != "image":  # needs its file
            section.model_validate(NEEDED.get(section.__name__, {}) | {name: example})


@pytest.mark.parametrize(("section", "name"), FIELDS, ids=lambda part: getattr(part, "__name__", part))
def test_every_field_is_in_the_reference_with_its_default(section: type[Section], name: str) -> None:
    heading = next(place for place, model in SECTIONS.items() if model is section)
    chapter = (
        DOCS.joinpath("recipes.md").read_text(encoding="utf-8").split(f" {(*heading, 'The file')[0]}\n")[1]
    )
    if heading == ("variants", "watermark"):
        chapter = chapter.split("### watermark\n")[1]
    row = next(line for line in chapter.splitlines() if line.startswith(f"| `{name}` |"))
    default = row.split("|")[3].strip()
    match section.model_fields[name].default:
        case bool() as flag:
            assert default == f"`{str(flag).lower()}`"
        case str() as text:
            assert default.strip('`"') == text
        case int() | float() as number if name != "max_bytes":
            assert default == f"`{number:g}`"
        case _ if section.model_fields[name].is_required():
            assert default == "needed"


def test_editors_see_no_null_and_no_generated_titles() -> None:
    def visit(node: Any) -> None:
        if isinstance(node, dict):
            assert node.get("type") != "null"
            assert "default" not in node or node["default"] is not None
            for value in node.values():
                visit(value)
        elif isinstance(node, list):
            for value in node:
                visit(value)

    visit(json_schema())
    assert json_schema()["title"] == "Safelight recipe"


def test_unknown_fields_are_errors_in_editors_too() -> None:
    schema = json_schema()
    sections = [schema, *schema["$defs"].values()]
    assert all(section["additionalProperties"] is False for section in sections)


def test_the_schema_says_which_fields_are_needed() -> None:
    schema = json_schema()
    assert sorted(schema["required"]) == ["name", "variants", "version"]
    assert schema["$defs"]["VariantSection"]["required"] == ["name"]
    assert schema["$defs"]["WatermarkSection"]["oneOf"] == [{"required": ["text"]}, {"required": ["image"]}]


def test_choices_are_those_of_the_image_core() -> None:
    variant = json_schema()["$defs"]["VariantSection"]["properties"]
    writable = [f.name for f in FORMATS.values() if f.encodes]
    assert sorted(variant["format"]["enum"]) == sorted([*writable, "original"])
    accepted = json_schema()["$defs"]["AcceptSection"]["properties"]["formats"]["items"]["enum"]
    assert accepted == list(FORMATS)


def test_fields_are_those_of_the_plain_data() -> None:
    plain = set(VariantOptions.__dataclass_fields__) - {"watermarks"} | {"watermark"}
    assert set(SECTIONS["variants",].model_fields) == plain
    marks = set(TextWatermark.__dataclass_fields__) | set(ImageWatermark.__dataclass_fields__)
    assert set(WatermarkSection.model_fields) == marks


def test_a_choice_is_drawn_as_an_enumeration() -> None:
    adapter = TypeAdapter(RecipeFile.model_fields["version"].annotation)
    assert adapter.json_schema() == {"const": 1, "type": "integer"}
    assert OneOf(("a", "b")).check("b") == "b"


def test_the_yaml_examples_of_the_reference_are_accepted() -> None:
    text = (DOCS / "recipes.md").read_text(encoding="utf-8")
    examples = [block.split("```")[0] for block in text.split("```yaml\n")[1:]]
    whole = [example for example in examples if example.startswith("version: 1")]
    assert len(whole) >= 5
    for example in whole:
        parse_recipe(example.replace("image: logo.png", "text: logo"), source="docs/recipes.md")
    assert all(yaml.safe_load(example) for example in examples)
