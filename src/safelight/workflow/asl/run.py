"""The values that pass between the interpreter and an engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class TaskCall:
    """A task to run. Report with `succeed_task` or `fail_task`, naming `id`.

    `resource` is the state's Resource after substitutions; `input` its effective input.
    The engine enforces `timeout_seconds` and reports it as error `States.Timeout`.
    """

    id: str  # unique within the run; stays the same when the run is reloaded
    state: str
    resource: str
    input: Any
    timeout_seconds: float | None
    attempt: int  # 0 for the first try


@dataclass(frozen=True, kw_only=True)
class Timer:
    """A Wait state or a retry's back-off. Report with `fire_timer` once `due` has come."""

    id: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """One history event: Step Functions' type and detail names, e.g. `TaskStateEntered`."""

    type: str
    timestamp: datetime
    details: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Run:
    """An execution's position. Immutable; `to_json` and `from_json` are inverse."""

    status: str  # RUNNING, SUCCEEDED, FAILED
    pending: tuple[TaskCall | Timer, ...]  # empty unless RUNNING
    output: Any = None
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """The result of one call of the interpreter."""

    run: Run
    events: tuple[Event, ...]
