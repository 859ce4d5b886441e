"""Calls of intrinsic functions, e.g. `States.Format('{}-{}', $.name, States.UUID())`, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from safelight.errors import WorkflowError
from safelight.workflow.asl.failure import INTRINSIC_FAILURE, StateFailure
from safelight.workflow.asl.format_strings import BadArgument, fill, unescape
from safelight.workflow.asl.intrinsic_functions import FUNCTIONS, Apply, Function
from safelight.workflow.asl.paths import compile_path
from safelight.workflow.asl.scope import Scope

Expression = Callable[[Scope], Any]

MAX_DEPTH = 10  # of calls within calls, Step Functions' own limit

_CALL = re.compile(r"\s*(States\.\w+)\s*\(")
_LITERALS = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"true|false|null")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
# A path ends at the comma or parenthesis that is in no bracket, parenthesis or quotes of its own.
_PATH = re.compile(r"\$(?:\[(?:'(?:[^'\\]|\\.)*'|\"[^\"]*\"|[^\]'\"])*\]|[^,()\[\]\s])*")
_SPACE = re.compile(r"\s*")
_NEXT = re.compile(r"\s*([,)])\s*")


def is_call(text: str) -> bool:
    return _CALL.match(text) is not None


def compile_call(text: str, where: str) -> Expression:
    """Raises WorkflowError for a function that does not exist, or a call that is not well-formed."""
    reader = _Reader(text, where)
    expression = reader.call(depth=1)
    if _SPACE.match(text, reader.at).end() != len(text):  # type: ignore[union-attr]
        raise reader.refusal(f"unexpected {text[reader.at :]!r} after the call")
    return expression


class _Reader:
    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.at = 0

    def refusal(self, problem: str) -> WorkflowError:
        return WorkflowError(f"{self.where}: {self.text!r}: {problem}.")

    def call(self, depth: int) -> Expression:
        opening = _CALL.match(self.text, self.at)
        if opening is None:
            raise self.refusal("this is not a call of an intrinsic function")
        if depth > MAX_DEPTH:
            raise self.refusal(f"more than {MAX_DEPTH} calls within calls")
        function = FUNCTIONS.get(opening.group(1))
        if function is None:
            raise self.refusal(f"{opening.group(1)} does not exist; known are {', '.join(sorted(FUNCTIONS))}")
        self.at = opening.end()
        template = _STRING.match(self.text, self.at) if function.raw_first else None
        arguments = self.arguments(depth, function)
        self.check_number(opening.group(1), function, arguments)
        if template is not None:
            self.check_template(template.group(1), len(arguments) - 1)
        return _applying(opening.group(1), function.apply, arguments)

    def arguments(self, depth: int, function: Function) -> list[Expression]:
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
        if self.text.startswith(")", self.at):
            self.at += 1
            return []
        arguments: list[Expression] = []
        while True:
            raw = function.raw_first and not arguments
            arguments.append(self.argument(depth, raw=raw))
            separator = _NEXT.match(self.text, self.at)
            if separator is None:
                raise self.refusal(f"expected , or ) at position {self.at}")
            self.at = separator.end()
            if separator.group(1) == ")":
                return arguments

    def argument(self, depth: int, *, raw: bool) -> Expression:
        """One argument; a `raw` string keeps its escapes, for States.Format."""
        if _CALL.match(self.text, self.at):
            return self.call(depth + 1)
        if path := _PATH.match(self.text, self.at):
            self.at = path.end()
            return _reading(path.group(), self.where)
        if string := _STRING.match(self.text, self.at):
            self.at = string.end()
            return _constant(string.group(1) if raw else self.unescaped(string.group(1)))
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            digits = number.group()
            return _constant(int(digits) if digits.lstrip("-").isdigit() else float(digits))
        if word := _WORD.match(self.text, self.at):
            self.at = word.end()
            return _constant(_LITERALS[word.group()])
        raise self.refusal(f"no argument at position {self.at}")

    def unescaped(self, raw: str) -> str:
        try:
            return unescape(raw)
        except BadArgument as error:
            raise self.refusal(str(error)) from None

    def check_number(self, name: str, function: Function, arguments: list[Expression]) -> None:
        least, most = function.arity
        if len(arguments) < least or (most is not None and len(arguments) > most):
            expected = str(least) if least == most else f"{least} to {most}" if most else f"at least {least}"
            raise self.refusal(f"{name} takes {expected} arguments, not {len(arguments)}")

    def check_template(self, template: str, values: int) -> None:
        """A template that is written out can be tried here, with anything for its values."""
        try:
            fill(template, [""] * values)
        except BadArgument as error:
            raise self.refusal(str(error)) from None


def _applying(name: str, apply: Apply, arguments: list[Expression]) -> Expression:
    def evaluate(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        try:
            return apply(values, scope.random)
        except BadArgument as error:
            raise StateFailure(INTRINSIC_FAILURE, f"{name}: {error}") from None

    return evaluate


def _constant(value: Any) -> Expression:
    return lambda _scope: value


def _reading(text: str, where: str) -> Expression:
    return compile_path(text, where).read
