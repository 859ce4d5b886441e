"""Every setting with its meaning and default, as a file to edit."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from safelight.config import ENV_PREFIX, Settings


def commented_settings(*, recipe: str) -> str:
    """YAML in which only `recipe` is set; every other setting is a comment that says its default."""
    return "\n".join(_lines(recipe))


def default_text(field: FieldInfo) -> str:
    """The default as one writes it in the file; empty where it depends on the machine."""
    if field.default is PydanticUndefined:
        return ""
    return _yaml(field.default)


def _lines(recipe: str) -> Iterator[str]:
    yield "# Settings of Safelight. Remove the # before a line to change it. Relative paths start at"
    yield f"# this file's folder. A variable such as {ENV_PREFIX}PORT, or an option, wins over the file."
    for name, field in Settings.model_fields.items():
        if name == "home":  # this file lies in it
            continue
        yield ""
        yield from textwrap.wrap(field.description or "", 100, initial_indent="# ", subsequent_indent="# ")
        yield f"recipe: {recipe}" if name == "recipe" else f"#{name}: {default_text(field)}".rstrip()
    yield ""


def _yaml(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, default=str)
