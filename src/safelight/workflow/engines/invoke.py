"""Calling a task as Lambda would: JSON in, JSON out, errors by name with a JSON cause."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from safelight.errors import ConfigurationError, SafelightError
from safelight.workflow.asl import StateMachine, TaskCall
from safelight.workflow.asl.failure import TIMEOUT

Task = Callable[[dict[str, Any]], dict[str, Any]]
Observer = Callable[[str, str, float], None]  # task name, Outcome.summary, seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a call went: without `error` it succeeded."""

    output: Any = None
    error: str | None = None
    cause: str | None = None

    @property
    def summary(self) -> Literal["succeeded", "failed", "timed_out"]:
        if self.error is None:
            return "succeeded"
        return "timed_out" if self.error == TIMEOUT else "failed"


TIMED_OUT = Outcome(error=TIMEOUT)


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


def invoke(task: Task, call: TaskCall) -> tuple[Outcome, float]:
    """Run the task to its end; the seconds it took. A result that comes too late is a time-out.

    The task gets a copy of its input and gives a copy of its output.
    """
    began = time.monotonic()
    outcome = _run(task, call)
    seconds = time.monotonic() - began
    if call.timeout_seconds is not None and seconds > call.timeout_seconds:
        return TIMED_OUT, seconds
    return outcome, seconds


def _run(task: Task, call: TaskCall) -> Outcome:
    try:
        output = task(json.loads(json.dumps(call.input)))
    except Exception as error:  # noqa: BLE001 - whatever a task raises becomes an error of the workflow
        return _failure(error, call)
    try:
        return Outcome(output=json.loads(json.dumps(output)))
    except (TypeError, ValueError):
        log.exception("the result of task %s is not JSON", call.state)
        return Outcome(
            error="Runtime.MarshalError", cause=_cause("Runtime.MarshalError", "The result is not JSON.")
        )


def _failure(error: Exception, call: TaskCall) -> Outcome:
    name = type(error).__name__
    if not isinstance(error, SafelightError):
        # Words that were not written for clients: history and record are public, the log is not.
        log.error("task %s failed", call.state, exc_info=error)
        return Outcome(error=name, cause=_cause(name, "The task failed unexpectedly; the log says more."))
    log.info("task %s failed: %s: %s", call.state, name, error)
    return Outcome(error=name, cause=_cause(name, str(error), code=error.code, remedy=error.remedy))


def _cause(name: str, message: str, **details: str | None) -> str:
    present = {key: value for key, value in details.items() if value is not None}
    return json.dumps({"errorMessage": message, "errorType": name, **present})
