"""One call of the interpreter under way: the only place where a run's position is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from safelight.errors import WorkflowError
from safelight.model import iso
from safelight.workflow.asl.failure import StateFailure
from safelight.workflow.asl.machine import StateMachine
from safelight.workflow.asl.run import FAILED, SUCCEEDED, TIMED_OUT, Event, Fanout, Frame, Run, Step, TaskCall
from safelight.workflow.asl.scope import Random, Scope
from safelight.workflow.asl.states import MapState, State

S = TypeVar("S", bound=State)

_ARN = "arn:aws:states:local:000000000000"
_ENDINGS = {FAILED: "ExecutionFailed", TIMED_OUT: "ExecutionTimedOut"}


class Transition:
    """Takes a run apart, lets the interpreter work on the parts, and puts the next run together."""

    def __init__(self, machine: StateMachine, run: Run, *, now: datetime, random: Random) -> None:
        self.machine = machine
        self.now = now
        self.random = random
        self.frames = dict(run.frames)
        self._run = run
        self._serial = run.serial
        self._events: list[Event] = []
        self._ended: dict[str, Any] = {}

    @property
    def started_at(self) -> datetime:
        return self._run.started_at

    @property
    def running(self) -> bool:
        return not self._ended

    @property
    def event_count(self) -> int:
        return self._run.event_count + len(self._events)

    def step(self) -> Step:
        run = replace(
            self._run,
            frames=self.frames if self.running else {},
            serial=self._serial,
            event_count=self.event_count,
            **self._ended,
        )
        return Step(run=run, events=tuple(self._events))

    def emit(self, type: str, details: dict[str, Any] | None = None, *, at: datetime | None = None) -> None:
        self._events.append(Event(type=type, timestamp=at or self.now, details=details or {}))

    def new_id(self, frame: Frame) -> str:
        """For a call or a timer of `frame`; never the same twice in a run."""
        self._serial += 1
        return f"{frame.id}#{self._serial}"

    def state_of(self, frame: Frame) -> State:
        return self.state_as(frame, State)

    def state_as(self, frame: Frame, kind: type[S]) -> S:
        """Raises WorkflowError when the workflow file has changed under a stored run."""
        state = self.machine.states.get(frame.state)
        if not isinstance(state, kind):
            raise WorkflowError(
                f"The execution is at the state {frame.state!r}, which the workflow has no more."
            )
        return state

    def calling(self, id: str) -> tuple[Frame, TaskCall] | None:
        """The frame that waits for the call; None when it does no more."""
        frame = self.frames.get(id.partition("#")[0])
        return (frame, frame.call) if frame and frame.call and frame.call.id == id else None

    def sleeping(self, id: str) -> Frame | None:
        """The frame that waits for the timer; None when it does no more."""
        frame = self.frames.get(id.partition("#")[0])
        return frame if frame and frame.timer and frame.timer.id == id else None

    def spreading(self, id: str) -> tuple[Frame, Fanout]:
        """The frame of that id, which is at a Parallel or Map state."""
        frame = self.frames[id]
        if frame.fanout is None:
            raise LookupError(f"Frame {id} has no branches.")
        return frame, frame.fanout

    def keep(self, frame: Frame) -> None:
        self.frames[frame.id] = frame

    def scope(self, frame: Frame) -> Scope:
        """Over the state's input, with the context object as this frame sees it."""
        return Scope(data=frame.input, context=partial(self._context, frame), random=self.random)

    def item_context(self, frame: Frame, fanout: Fanout, index: int) -> Mapping[str, Any]:
        """The context object for one item of the Map state that `frame` is at."""
        item = {"Index": index, "Value": fanout.items[index]}
        return {**self._context(frame), "Map": {"Item": item}}

    def succeed(self, output: Any) -> None:
        self.emit("ExecutionSucceeded", {"output": output})
        self._ended = {"status": SUCCEEDED, "stopped_at": self.now, "output": output}

    def end(self, failure: StateFailure, status: str = FAILED) -> None:
        self.emit(_ENDINGS[status], failure_details(failure))
        self._ended = {
            "status": status,
            "stopped_at": self.now,
            "error": failure.error,
            "cause": failure.cause,
        }

    def _context(self, frame: Frame) -> Mapping[str, Any]:
        run, machine = self._run, self.machine.name
        context = {
            "Execution": {
                "Id": f"{_ARN}:execution:{machine}:{run.name}",
                "Input": run.input,
                "Name": run.name,
                "StartTime": iso(run.started_at),
            },
            "StateMachine": {"Id": f"{_ARN}:stateMachine:{machine}", "Name": machine},
            "State": {
                "EnteredTime": iso(frame.entered_at),
                "Name": frame.state,
                "RetryCount": sum(frame.retries),
            },
        }
        item = self._item(frame)
        return context if item is None else {**context, "Map": {"Item": item}}

    def _item(self, frame: Frame) -> dict[str, Any] | None:
        """Index and value of the innermost Map iteration that `frame` is in."""
        while frame.parent:
            index = frame.index
            frame = self.frames[frame.parent]
            if isinstance(self.state_of(frame), MapState) and frame.fanout is not None:
                return {"Index": index, "Value": frame.fanout.items[index]}
        return None


def failure_details(failure: StateFailure) -> dict[str, Any]:
    """As history events hold them: what is not known is not there."""
    details = {"error": failure.error, "cause": failure.cause}
    return {name: value for name, value in details.items() if value is not None}
