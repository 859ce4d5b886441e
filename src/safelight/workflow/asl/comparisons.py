"""The comparison operators of Choice rules."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from safelight.workflow.asl.timestamps import parse_timestamp

Compare = Callable[[Any, Any], bool]
Convert = Callable[[Any], Any]  # None for a value of another type


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Compares `convert(value)` with `convert(operand)`; values of another type never match."""

    operand: str  # its type, for messages
    convert: Convert
    compare: Compare


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_ORDER: dict[str, Compare] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
_ORDERED: dict[str, tuple[str, Convert]] = {
    "String": ("a string", _string),
    "Numeric": ("a number", _number),
    "Timestamp": ("a timestamp such as 2026-01-02T03:04:05Z", parse_timestamp),
}

COMPARISONS: dict[str, Comparison] = {
    f"{kind}{order}": Comparison(operand=operand, convert=convert, compare=compare)
    for kind, (operand, convert) in _ORDERED.items()
    for order, compare in _ORDER.items()
} | {"BooleanEquals": Comparison(operand="a boolean", convert=_boolean, compare=operator.eq)}

# Each says whether a value is of a type; the rule compares that with its operand.
TYPE_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsString": lambda value: isinstance(value, str),
    "IsNumeric": lambda value: _number(value) is not None,
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: parse_timestamp(value) is not None,
}

_PATTERN_PIECE = re.compile(r"\\(?P<escaped>.)|(?P<star>\*)|(?P<plain>[^\\*]+|\\)", re.DOTALL)


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """StringMatches: `*` stands for any characters, `\\*` and `\\\\` for themselves."""
    parts = [
        ".*" if piece["star"] else re.escape(piece["escaped"] or piece["plain"])
        for piece in _PATTERN_PIECE.finditer(pattern)
    ]
    expression = re.compile("".join(parts), re.DOTALL)
    return lambda text: expression.fullmatch(text) is not None
