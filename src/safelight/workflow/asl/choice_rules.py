"""Rules of Choice states, compiled into functions that say whether they apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from safelight.workflow.asl.comparisons import COMPARISONS, TYPE_TESTS, Comparison, compile_pattern
from safelight.workflow.asl.failure import RUNTIME, StateFailure
from safelight.workflow.asl.fields import Fields
from safelight.workflow.asl.paths import Path, PathNotFound
from safelight.workflow.asl.scope import Scope

Rule = Callable[[Scope], bool]

_OPERATORS = (
    *COMPARISONS,
    *(f"{name}Path" for name in COMPARISONS),
    *TYPE_TESTS,
    "IsPresent",
    "StringMatches",
)
_COMBINERS = ("And", "Or", "Not")


def read_rule(fields: Fields) -> Rule:
    """Raises WorkflowError for a rule without exactly one known operator."""
    fields.ignore("Comment")
    fields.exactly_one(*_COMBINERS, "Variable")
    if "Variable" in fields:
        return _read_test(fields)
    if "Not" in fields:
        inner = _read_nested(fields.object("Not"))
        return lambda scope: not inner(scope)
    combiner = "And" if "And" in fields else "Or"
    rules = [_read_nested(nested) for nested in fields.objects(combiner)]
    if combiner == "And":
        return lambda scope: all(rule(scope) for rule in rules)
    return lambda scope: any(rule(scope) for rule in rules)


def _read_nested(fields: Fields) -> Rule:
    rule = read_rule(fields)
    fields.finish()
    return rule


def _read_test(fields: Fields) -> Rule:
    variable = fields.path("Variable")
    name = fields.exactly_one(*_OPERATORS)
    if name == "IsPresent":
        return _presence(variable, fields.boolean(name))
    if name == "StringMatches":
        return _pattern(variable, fields.text(name))
    if name in TYPE_TESTS:
        return _type_test(variable, TYPE_TESTS[name], fields.boolean(name))
    if name in COMPARISONS:
        return _comparison(variable, COMPARISONS[name], _read_operand(fields, name))
    return _comparison_with_path(variable, COMPARISONS[name.removesuffix("Path")], fields.path(name))


def _read_operand(fields: Fields, name: str) -> Any:
    comparison = COMPARISONS[name]
    operand = comparison.convert(fields.take(name))
    if operand is None:
        raise fields.refusal(name, f"this must be {comparison.operand}")
    return operand


def _presence(variable: Path, expected: bool) -> Rule:
    def rule(scope: Scope) -> bool:
        try:
            variable.read(scope)
        except PathNotFound:
            return not expected
        return expected

    return rule


def _type_test(variable: Path, test: Callable[[Any], bool], expected: bool) -> Rule:
    return lambda scope: test(_value(variable, scope)) is expected


def _pattern(variable: Path, pattern: str) -> Rule:
    matches = compile_pattern(pattern)

    def rule(scope: Scope) -> bool:
        value = _value(variable, scope)
        return isinstance(value, str) and matches(value)

    return rule


def _comparison(variable: Path, comparison: Comparison, operand: Any) -> Rule:
    def rule(scope: Scope) -> bool:
        value = comparison.convert(_value(variable, scope))
        return value is not None and comparison.compare(value, operand)

    return rule


def _comparison_with_path(variable: Path, comparison: Comparison, operand: Path) -> Rule:
    def rule(scope: Scope) -> bool:
        value = comparison.convert(_value(variable, scope))
        other = comparison.convert(_value(operand, scope))
        return value is not None and other is not None and comparison.compare(value, other)

    return rule


def _value(path: Path, scope: Scope) -> Any:
    try:
        return path.read(scope)
    except PathNotFound:
        raise StateFailure(
            RUNTIME,
            f"Invalid path '{path.text}': The choice state's condition path references an invalid value.",
        ) from None
