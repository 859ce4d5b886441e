"""JSONPath that can match several nodes: wildcards, slices, filters, descents. Needs jsonpath-ng."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext.parser import parse

from safelight.errors import WorkflowError
from safelight.workflow.asl.paths import NAME

# The library knows more than the language does: backquoted functions, arithmetic, `parent`, unions
# of paths. What it may be given is therefore spelled out.
_QUOTED = r"'(?:[^'\\]|\\.)*'"
_NUMBER = r"-?\d+"
_FILTER = r"\?\((?:[^'\"`\[\]]|'[^']*'|\"[^\"]*\")+\)"
_INSIDE = "|".join(
    (
        r"\*",
        rf"{_QUOTED}(?:\s*,\s*{_QUOTED})*",
        rf"{_NUMBER}(?:\s*,\s*{_NUMBER})*",
        rf"(?:{_NUMBER})?:(?:{_NUMBER})?",
        _FILTER,
    )
)
_PATH = re.compile(rf"\$(?:\.\.?(?:{NAME}|\*)|\.{{0,2}}\[\s*(?:{_INSIDE})\s*\])*")


def compile_search(text: str, where: str) -> Callable[[Any], list[Any]]:
    """Raises WorkflowError when `text` is not JSONPath, or uses what we do not know."""
    if not _PATH.fullmatch(text):
        raise WorkflowError(
            f"{where}: {text!r} is not a JSONPath.",
            remedy="Known are .name, ['name'], [0], [0,1], [0:2], .*, ..name and [?(@.field == value)].",
        )
    try:
        expression = parse(text)
    except (JSONPathError, ValueError, TypeError) as error:
        raise WorkflowError(f"{where}: {text!r} is not a JSONPath: {error}") from error

    def search(data: Any) -> list[Any]:
        return [match.value for match in expression.find(data)]

    return search
