"""The values that pass between the interpreter and an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

RUNNING = "RUNNING"
SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
TIMED_OUT = "TIMED_OUT"


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
    """A Wait state, a retry's back-off or the machine's time limit. Report with `fire_timer` once `due`."""

    id: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """One history event: Step Functions' type and detail names, e.g. `TaskStateEntered`.

    Unlike Step Functions, `input` and `output` in the details are JSON, not JSON in a string.
    """

    type: str
    timestamp: datetime
    details: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Fanout:
    """How far a Parallel or Map state has come with its branches or iterations."""

    total: int
    limit: int  # how many may run at once
    started: int = 0
    items: tuple[Any, ...] = ()  # of a Map
    outputs: Mapping[int, Any] = field(default_factory=dict)  # by index, of those that are done


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One line of control at one state: the execution itself, a branch or an iteration.

    At most one of `call`, `timer` and `fanout` is set: what the state waits for.
    """

    id: str  # "0" for the execution; a branch or iteration adds its index: "0.2"
    state: str
    input: Any  # before InputPath
    entered_at: datetime
    entered_event: int
    retries: tuple[int, ...]  # so far, by retrier
    call: TaskCall | None = None
    timer: Timer | None = None
    fanout: Fanout | None = None

    @property
    def parent(self) -> str:
        """The id of the frame whose state started this one; empty for the execution's own."""
        return self.id.rpartition(".")[0]

    @property
    def index(self) -> int:
        return int(self.id.rpartition(".")[2])


@dataclass(frozen=True, kw_only=True)
class Run:
    """An execution's position. Immutable; `run_to_json` and `run_from_json` are inverse."""

    status: str  # RUNNING, SUCCEEDED, FAILED or TIMED_OUT
    name: str
    input: Any
    started_at: datetime
    frames: Mapping[str, Frame] = field(default_factory=dict)  # empty unless RUNNING
    deadline: Timer | None = None  # the machine's own time limit
    serial: int = 0  # of the latest call or timer
    event_count: int = 0  # history events so far
    stopped_at: datetime | None = None
    output: Any = None
    error: str | None = None
    cause: str | None = None

    @property
    def pending(self) -> tuple[TaskCall | Timer, ...]:
        """What the engine has to do next; empty unless RUNNING."""
        waits = [frame.call or frame.timer for frame in self.frames.values()]
        if self.status == RUNNING:
            waits.append(self.deadline)
        return tuple(wait for wait in waits if wait is not None)


@dataclass(frozen=True, kw_only=True)
class Step:
    """The result of one call of the interpreter."""

    run: Run
    events: tuple[Event, ...]
