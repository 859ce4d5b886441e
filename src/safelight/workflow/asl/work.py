"""What each type of state does when it is entered, as a value that the interpreter carries out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from safelight.workflow.asl.data_flow import (
    effective_input,
    output_of,
    read_or_fail,
    selected_input,
    selected_output,
)
from safelight.workflow.asl.failure import NO_CHOICE_MATCHED, RUNTIME, StateFailure
from safelight.workflow.asl.paths import Path
from safelight.workflow.asl.scope import Scope
from safelight.workflow.asl.states import (
    ChoiceState,
    FailState,
    MapState,
    ParallelState,
    PassState,
    State,
    SucceedState,
    TaskState,
    WaitState,
)
from safelight.workflow.asl.timestamps import parse_timestamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    """The state is done; without `next` so is its branch."""

    output: Any
    next: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A function is to be called."""

    input: Any
    timeout_seconds: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sleep:
    due: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Branches, all with `input`, or iterations over `items`, are to be run; `limit` at once."""

    total: int
    limit: int
    input: Any = None
    items: tuple[Any, ...] = ()


Work = Leave | Call | Sleep | Spread


def work_of(state: State, scope: Scope, now: datetime) -> Work:
    """`scope` is over the state's input. Raises StateFailure."""
    return _WORK[type(state)](state, scope, now)


def leave_waiting(state: WaitState, scope: Scope) -> Leave:
    """How a Wait state ends when its time has come."""
    return Leave(output=selected_output(state, selected_input(state, scope), scope), next=state.next)


def _task(state: TaskState, scope: Scope, _now: datetime) -> Work:
    data = effective_input(state, scope)
    timeout = state.timeout_seconds
    if state.timeout_path is not None:
        timeout = _positive_integer(state.timeout_path, scope.over(selected_input(state, scope)))
    return Call(input=data, timeout_seconds=timeout)


def _pass(state: PassState, scope: Scope, _now: datetime) -> Work:
    data = effective_input(state, scope)
    result = state.result if state.has_result else data
    return Leave(output=output_of(state, result, scope), next=state.next)


def _wait(state: WaitState, scope: Scope, now: datetime) -> Work:
    data = scope.over(selected_input(state, scope))
    if state.seconds is not None:
        return Sleep(due=now + timedelta(seconds=state.seconds))
    if state.seconds_path is not None:
        return Sleep(due=now + timedelta(seconds=_seconds(state.seconds_path, data)))
    timestamp = state.timestamp
    if state.timestamp_path is not None:
        timestamp = read_or_fail(state.timestamp_path, data)
    due = parse_timestamp(timestamp)
    if due is None:
        raise StateFailure(
            RUNTIME, f"The TimestampPath parameter does not reference a timestamp: {timestamp!r}"
        )
    return Sleep(due=due)


def _choice(state: ChoiceState, scope: Scope, _now: datetime) -> Work:
    data = selected_input(state, scope)
    choosing = scope.over(data)
    chosen = next((target for rule, target in state.rules if rule(choosing)), state.default)
    if chosen is None:
        raise StateFailure(
            NO_CHOICE_MATCHED, f"No Choice rule of '{state.name}' matched and it has no Default"
        )
    return Leave(output=selected_output(state, data, scope), next=chosen)


def _succeed(state: SucceedState, scope: Scope, _now: datetime) -> Work:
    return Leave(output=selected_output(state, selected_input(state, scope), scope), next=None)


def _fail(state: FailState, scope: Scope, _now: datetime) -> Work:
    error = None if state.error is None else _reason(state.error(scope), "ErrorPath")
    cause = None if state.cause is None else _reason(state.cause(scope), "CausePath")
    raise StateFailure(error, cause)


def _parallel(state: ParallelState, scope: Scope, _now: datetime) -> Work:
    branches = len(state.branches)
    return Spread(total=branches, limit=branches, input=effective_input(state, scope))


def _map(state: MapState, scope: Scope, _now: datetime) -> Work:
    data = scope.over(selected_input(state, scope))
    items = read_or_fail(state.items_path, data)
    if not isinstance(items, list):
        raise StateFailure(RUNTIME, f"Reference path '{state.items_path.text}' must point to array.")
    limit = state.max_concurrency
    if state.max_concurrency_path is not None:
        limit = _whole_number(state.max_concurrency_path, data)
    return Spread(total=len(items), limit=limit or len(items), items=tuple(items))


def _seconds(path: Path, scope: Scope) -> int:
    return _whole_number(path, scope)


def _positive_integer(path: Path, scope: Scope) -> int:
    value = _whole_number(path, scope)
    if value == 0:
        raise StateFailure(RUNTIME, f"The value at '{path.text}' must be a positive integer")
    return value


def _whole_number(path: Path, scope: Scope) -> int:
    value = read_or_fail(path, scope)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 99_999_999:
        raise StateFailure(RUNTIME, f"The value at '{path.text}' must be a non-negative integer")
    return value


def _reason(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise StateFailure(RUNTIME, f"The {field} field must reference a string")
    return value


_WORK: dict[type[State], Callable[[Any, Scope, datetime], Work]] = {
    TaskState: _task,
    PassState: _pass,
    WaitState: _wait,
    ChoiceState: _choice,
    SucceedState: _succeed,
    FailState: _fail,
    ParallelState: _parallel,
    MapState: _map,
}
