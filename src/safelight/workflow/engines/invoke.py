"""Calling a task as Lambda would: JSON in, JSON out, errors by name with a JSON cause."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from safelight.errors import ConfigurationError, SafelightError
from safelight.workflow.asl import StateMachine, TaskCall

Task = Callable[[dict[str, Any]], dict[str, Any]]
Observer = Callable[[str, str, float], None]  # task name, outcome, seconds

SUCCEEDED = "succeeded"
FAILED = "failed"
TIMED_OUT = "timed_out"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Result:
    output: Any


@dataclass(frozen=True, kw_only=True)
class Fault:
    error: str
    cause: str


def function_name(resource: str) -> str:
    """`ValidateImage` of `arn:aws:lambda:eu-west-1:123456789012:function:ValidateImage:live`."""
    parts = resource.split(":")
    return parts[6] if len(parts) > 6 else parts[0]


def tasks_of(machine: StateMachine, tasks: Mapping[str, Task]) -> dict[str, Task]:
    """Tasks by resource. Raises ConfigurationError when the workflow calls one that is not in `tasks`."""
    missing = sorted({function_name(resource) for resource in machine.resources} - set(tasks))
    if missing:
        raise ConfigurationError(f"The workflow calls {', '.join(missing)}, which this engine does not have.")
    return {resource: tasks[function_name(resource)] for resource in machine.resources}


def invoke(task: Task, call: TaskCall) -> Result | Fault:
    """Run the task to its end. It gets a copy of its input and gives a copy of its output."""
    try:
        output = task(json.loads(json.dumps(call.input)))
    except Exception as error:  # noqa: BLE001 - whatever a task raises becomes an error of the workflow
        return _fault(error, call)
    try:
        return Result(output=json.loads(json.dumps(output)))
    except (TypeError, ValueError) as error:
        log.exception("the result of %s is not JSON", call.state)
        return Fault(error="Runtime.MarshalError", cause=_cause("Runtime.MarshalError", str(error)))


def observed(observe: Observer, call: TaskCall, work: Callable[[], Result | Fault]) -> Result | Fault:
    """Report how the work on a call went, and how long it took."""
    began = time.monotonic()
    outcome = work()
    seconds = time.monotonic() - began
    observe(function_name(call.resource), SUCCEEDED if isinstance(outcome, Result) else FAILED, seconds)
    return outcome


def _fault(error: Exception, call: TaskCall) -> Fault:
    name = type(error).__name__
    if not isinstance(error, SafelightError):
        log.error("task %s failed", call.state, exc_info=error)
        return Fault(error=name, cause=_cause(name, str(error)))
    log.info("task %s failed: %s: %s", call.state, name, error)
    details = {"code": error.code, "remedy": error.remedy}
    return Fault(error=name, cause=_cause(name, str(error), **details))


def _cause(name: str, message: str, **details: str | None) -> str:
    present = {key: value for key, value in details.items() if value is not None}
    return json.dumps({"errorMessage": message, "errorType": name, **present})
