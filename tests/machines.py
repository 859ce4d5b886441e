"""Playing state machines in tests: time is simulated, and every position goes through JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from safelight.workflow import asl
from safelight.workflow.asl import RUNNING, Event, Run, StateMachine, Step, TaskCall, Timer

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FUNCTIONS = ("ValidateImage", "RenderVariants", "StoreImageMetadata", "RecordRejection", "RecordFailure")

Task = Callable[[Any], Any]


class TaskError(Exception):
    """A task fails with this error name and cause."""

    def __init__(self, error: str, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


def failing(error: str, cause: str | None = None) -> Task:
    def task(_input: Any) -> Any:
        raise TaskError(error, cause)

    return task


def in_turn(*outcomes: Any) -> Task:
    """Gives, or raises, one outcome after another."""
    left = list(outcomes)

    def task(_input: Any) -> Any:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return task


def arn(function: str) -> str:
    return f"arn:aws:lambda:eu-west-1:123456789012:function:{function}"


def machine(states: Mapping[str, Any], *, start: str | None = None, **fields: Any) -> StateMachine:
    """A machine that starts at its first state unless told otherwise."""
    document = {"StartAt": start or next(iter(states)), "States": dict(states), **fields}
    return asl.load(json.loads(json.dumps(document)), {})


def pipeline() -> StateMachine:
    """The machine of pipeline.asl.json."""
    text = resources.files("safelight.workflow").joinpath("pipeline.asl.json").read_text("utf-8")
    return asl.load(json.loads(text), {f"{name}FunctionArn": arn(name) for name in FUNCTIONS})


@dataclass
class Played:
    """What happened, and how it ended."""

    run: Run
    events: list[Event] = field(default_factory=list)
    calls: list[TaskCall] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  # seconds until each timer that fired

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]

    @property
    def states(self) -> list[str]:
        """Names of the states that were entered, in order."""
        return [event.details["name"] for event in self.events if event.type.endswith("StateEntered")]

    def details(self, type: str) -> list[dict[str, Any]]:
        return [event.details for event in self.events if event.type == type]


def play(
    machine: StateMachine, input: Any, tasks: Mapping[str, Task] | None = None, *, random: float = 0.5
) -> Played:
    """Run a machine to its end. `tasks` are by state; pending ones run in order, then timers fire."""
    clock = [START]

    def report(function: Callable[..., Step], *arguments: Any, **more: Any) -> Step:
        return function(machine, *arguments, **more, now=clock[0], random=lambda: random)

    step = report(asl.begin, Run(status=RUNNING, name="execution-1", input=input, started_at=START))
    played = Played(run=step.run, events=list(step.events))
    while played.run.status == RUNNING:
        run = asl.run_from_json(json.loads(json.dumps(asl.run_to_json(played.run))))
        assert run == played.run
        calls = [wait for wait in run.pending if isinstance(wait, TaskCall)]
        if calls:
            played.calls.append(calls[0])
            step = _call(report, run, calls[0], tasks or {})
        else:
            timer = min((wait for wait in run.pending if isinstance(wait, Timer)), key=lambda wait: wait.due)
            played.waits.append((timer.due - clock[0]).total_seconds())
            clock[0] = max(clock[0], timer.due)
            step = report(asl.fire_timer, run, timer.id)
        played.run = step.run
        played.events += step.events
    assert played.run.event_count == len(played.events)
    return played


def _call(report: Callable[..., Step], run: Run, call: TaskCall, tasks: Mapping[str, Task]) -> Step:
    try:
        output = tasks[call.state](call.input)
    except TaskError as failure:
        return report(asl.fail_task, run, call.id, error=failure.error, cause=failure.cause)
    return report(asl.succeed_task, run, call.id, output)


def output_of(states: Mapping[str, Any], input: Any, tasks: Mapping[str, Task] | None = None) -> Any:
    """The output of a machine that has to succeed."""
    played = play(machine(states), input, tasks)
    assert played.run.status == "SUCCEEDED", (played.run.error, played.run.cause)
    return played.run.output


def error_of(states: Mapping[str, Any], input: Any, tasks: Mapping[str, Task] | None = None) -> str | None:
    """The error of a machine that has to fail."""
    played = play(machine(states), input, tasks)
    assert played.run.status == "FAILED"
    return played.run.error
