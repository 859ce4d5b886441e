"""Payload templates: `Parameters`, `ItemSelector`, `ResultSelector`. Compiled once, filled per state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from safelight.errors import WorkflowError
from safelight.workflow.asl.failure import PARAMETER_PATH_FAILURE, StateFailure
from safelight.workflow.asl.intrinsics import compile_call, is_call
from safelight.workflow.asl.paths import PathNotFound, compile_path
from safelight.workflow.asl.payload import to_text
from safelight.workflow.asl.scope import Scope

Template = Callable[[Scope], Any]

_DYNAMIC = ".$"


def compile_template(document: object, where: str) -> Template:
    """Raises WorkflowError when `document` is no object, or a `.$` field is neither path nor call."""
    if not isinstance(document, dict):
        raise WorkflowError(f"{where}: this must be an object.")
    return _compile(document, where) or (lambda _scope: document)


def compile_expression(text: object, where: str, field: str) -> Template:
    """A path or a call of an intrinsic function; `field` names it in failures."""
    if not isinstance(text, str) or not (text.startswith("$") or is_call(text)):
        raise WorkflowError(
            f"{where}: {text!r} is neither a path nor an intrinsic function.",
            remedy="Begin it with $, $$ or States., or drop the .$ from the field's name.",
        )
    read = compile_call(text, where) if is_call(text) else compile_path(text, where).read

    def evaluate(scope: Scope) -> Any:
        try:
            return read(scope)
        except PathNotFound:
            raise StateFailure(
                PARAMETER_PATH_FAILURE,
                f"The JSONPath '{text}' specified for the field '{field}' could not be found in the input "
                f"'{to_text(scope.data)}'",
            ) from None

    return evaluate


def _compile(document: Any, where: str) -> Template | None:
    """None when the document holds nothing to fill in."""
    if isinstance(document, dict):
        return _compile_object(document, where)
    if isinstance(document, list):
        return _compile_array(document, where)
    return None


def _compile_object(document: dict[str, Any], where: str) -> Template | None:
    dynamic: list[tuple[str, Template]] = []
    for name, value in document.items():
        place = f"{where}.{name}"
        if not name.endswith(_DYNAMIC):
            template = _compile(value, place)
        elif (name := name.removesuffix(_DYNAMIC)) in document:
            raise WorkflowError(f"{place}: the field {name!r} is there twice, with and without .$.")
        else:
            template = compile_expression(value, place, f"{name}{_DYNAMIC}")
        if template is not None:
            dynamic.append((name, template))
    if not dynamic:
        return None
    # Every field gets its place first, so that the filled object keeps the template's order.
    static = {name.removesuffix(_DYNAMIC): value for name, value in document.items()}

    def fill(scope: Scope) -> dict[str, Any]:
        return static | {name: template(scope) for name, template in dynamic}

    return fill


def _compile_array(document: list[Any], where: str) -> Template | None:
    templates = [_compile(item, f"{where}[{index}]") for index, item in enumerate(document)]
    if not any(templates):
        return None

    def fill(scope: Scope) -> list[Any]:
        return [
            template(scope) if template else item for item, template in zip(document, templates, strict=True)
        ]

    return fill
