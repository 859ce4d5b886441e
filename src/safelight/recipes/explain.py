"""What pydantic found wrong, in the words of somebody who wants to correct the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from safelight.recipes.problem import Path, Problem
from safelight.recipes.scalars import Unacceptable
from safelight.recipes.schema import SECTIONS
from safelight.recipes.suggest import meant

_EXPECTED = {
    "bool_type": "true or false",
    "finite_number": "an ordinary number",
    "float_type": "a number",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "int_type": "a whole number without quotes",
    "less_than_equal": "at most {le}",
    "list_type": "a list",
    "model_type": "a section with fields of its own",
    "string_type": "text, in quotes if need be",
    "string_too_short": "text",
    "too_long": "at most {max_length} entries",
    "too_short": "at least one entry",
}


def explain(error: ValidationError) -> Iterator[Problem]:
    for details in error.errors(include_url=False):
        yield _problem(details)


def _problem(details: ErrorDetails) -> Problem:
    path = details["loc"]
    context = details.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, Unacceptable):
        return Problem(path=path, message=cause.message, remedy=cause.remedy or _example(path))
    match details["type"]:
        case "extra_forbidden":
            return Problem(path=path, message="is not a field here.", remedy=_known(path))
        case "missing":
            return Problem(path=path, message="is missing.", remedy=_example(path))
    expected = _EXPECTED.get(details["type"])
    wanted = f"should be {expected.format_map(context)}" if expected else f"is refused: {details['msg']}"
    message = f"{_shown(details['input'])} {wanted}."
    return Problem(path=path, message=message, remedy=_example(path))


def _shown(value: Any) -> str:
    """Scalars as they are; of lists and sections only that they are one."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a section"
        case []:
            return "an empty list"
        case list():
            return f"a list of {len(value)}"
    return repr(value)


def _fields(path: Path) -> Mapping[str, FieldInfo]:
    """Fields of the section that the last part of `path` stands in."""
    return SECTIONS[tuple(part for part in path[:-1] if isinstance(part, str))].model_fields


def _known(path: Path) -> str:
    name, fields = str(path[-1]), _fields(path)
    close = meant(name, fields)
    if close:
        return f"Write `{close}`."
    elsewhere = [section for section, model in SECTIONS.items() if name in model.model_fields]
    if elsewhere:
        return (
            f"It belongs under `{'.'.join(elsewhere[0])}`."
            if elsewhere[0]
            else "It belongs at the top of the file."
        )
    return f"Known here: {', '.join(fields)}."


def _example(path: Path) -> str:
    while isinstance(path[-1], int):  # an entry of a list
        path = path[:-1]
    name = str(path[-1])
    return f"Write, for instance, `{name}: {_yaml(_fields(path)[name].examples)}`."


def _yaml(examples: list[Any] | None) -> str:
    """The first example on one line."""
    return _flow((examples or [""])[0])


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {_flow(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(item) for item in value) + "]"
        case bool():
            return str(value).lower()
        case str() if set(value) & set("#{}:,©"):
            return f'"{value}"'
    return str(value)
