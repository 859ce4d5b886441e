"""Strings of intrinsic functions: their escapes, and the templates of States.Format."""

from __future__ import annotations

import json
import re
from typing import Any

_ESCAPABLE = "'{}\\"
_PIECE = re.compile(r"\\(.?)|(\{\})|([{}])|([^\\{}]+)", re.DOTALL)


class BadArgument(ValueError):
    """An intrinsic function cannot work on what it was given."""


def unescape(raw: str) -> str:
    """Resolve `\\'`, `\\{`, `\\}` and `\\\\`. Raises BadArgument for any other use of a backslash."""
    return re.sub(r"\\(.?)", lambda escape: _escaped(escape.group(1)), raw, flags=re.DOTALL)


def fill(template: str, values: list[Any]) -> str:
    """Put `values` in place of each `{}`. Raises BadArgument when their numbers differ."""
    parts: list[str] = []
    used = 0
    for escape, placeholder, brace, plain in _pieces(template):
        if brace:
            raise BadArgument(f"a {brace} that is not part of {{}} must be written \\{brace}")
        if placeholder:
            if used == len(values):
                raise BadArgument("there are more {} than arguments")
            parts.append(as_string(values[used]))
            used += 1
        else:
            parts.append(plain or _escaped(escape))
    if used != len(values):
        raise BadArgument("there are fewer {} than arguments")
    return "".join(parts)


def as_string(value: Any) -> str:
    """How States.Format writes a value; arrays and objects as Step Functions does, `[1, 2]` and `{a=1}`."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(as_string, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={as_string(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def _pieces(template: str) -> list[tuple[str, str, str, str]]:
    return [match.group(1, 2, 3, 4) for match in _PIECE.finditer(template)]  # type: ignore[misc]


def _escaped(character: str) -> str:
    if not character or character not in _ESCAPABLE:
        raise BadArgument("a backslash may only stand before ', {, } or another backslash")
    return character
