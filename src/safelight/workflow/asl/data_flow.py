"""How data enters and leaves a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safelight.workflow.asl.failure import RUNTIME, StateFailure
from safelight.workflow.asl.paths import Path, PathNotFound
from safelight.workflow.asl.payload import check_size, to_text
from safelight.workflow.asl.scope import Scope
from safelight.workflow.asl.states import Failing, MapState, State, Working


def selected_input(state: State, scope: Scope) -> Any:
    """The state's input after InputPath."""
    return _selected(state.input_path, scope)


def effective_input(state: Working, scope: Scope) -> Any:
    """The state's input after InputPath and Parameters, within the payload limit."""
    data = selected_input(state, scope)
    if state.parameters is None:
        return data
    data = state.parameters(scope.over(data))
    check_size(data, f"The state/task '{state.name}' has an input")
    return data


def item_input(state: MapState, scope: Scope, item_context: Mapping[str, Any]) -> Any:
    """What one iteration starts with; `scope` is over the Map state's input."""
    if state.parameters is None:
        return item_context["Map"]["Item"]["Value"]
    data = selected_input(state, scope)
    data = state.parameters(Scope(data=data, context=lambda: item_context, random=scope.random))
    check_size(data, f"The state/task '{state.name}' has an input")
    return data


def output_of(state: Working, result: Any, scope: Scope) -> Any:
    """The state's output from its result; `scope` is over the state's input."""
    if isinstance(state, Failing) and state.result_selector is not None:
        result = state.result_selector(scope.over(result))
    data = scope.data if state.result_path is None else state.result_path.place(result, scope.data)
    return selected_output(state, data, scope)


def selected_output(state: State, data: Any, scope: Scope) -> Any:
    """`data` after OutputPath, within the payload limit."""
    output = _selected(state.output_path, scope.over(data))
    if output is not scope.data:  # the input has been checked before
        check_size(output, f"The state/task '{state.name}' returned a result")
    return output


def read_or_fail(path: Path, scope: Scope) -> Any:
    """Raises StateFailure `States.Runtime` when there is nothing at the path."""
    try:
        return path.read(scope)
    except PathNotFound:
        cause = f"Invalid path '{path.text}' for the input '{to_text(scope.data)}'"
        raise StateFailure(RUNTIME, cause) from None


def _selected(path: Path | None, scope: Scope) -> Any:
    return {} if path is None else read_or_fail(path, scope)
