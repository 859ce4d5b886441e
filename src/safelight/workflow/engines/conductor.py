"""The interpreter with its machine, clock and dice at hand: what every engine asks of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar

from safelight.errors import WorkerCrashed, WorkflowError
from safelight.model import Execution, Lane
from safelight.ports import Clock
from safelight.workflow import asl
from safelight.workflow.asl import Run, StateMachine, Step, TaskCall, Timer
from safelight.workflow.asl.failure import RUNTIME
from safelight.workflow.engines.invoke import Outcome

# A task that ends its whole process again and again is a fault of the task, not of the process.
MAX_RECOVERIES: Final = 5

_CRASHED: Final = Outcome(
    error=WorkerCrashed.__name__,
    cause=json.dumps(
        {
            "errorMessage": "The task ended its worker process each time it was tried.",
            "errorType": WorkerCrashed.__name__,
            "code": WorkerCrashed.code,
        }
    ),
)

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Conductor:
    """Every method returns the next step, whatever happens: an execution that cannot go on fails."""

    machine: StateMachine
    clock: Clock
    random: Callable[[], float]

    def begin(self, run: Run) -> Step:
        return self._step(run, lambda now: asl.begin(self.machine, run, now=now, random=self.random))

    def report(self, run: Run, call: TaskCall, outcome: Outcome) -> Step:
        return self._step(run, lambda now: self._report(run, call, outcome, now))

    def resume(self, new: Run, position: dict[str, Any], recoveries: int) -> Step:
        """Go on after a wait, or after `recoveries` crashes since the last transition.

        `new` is the run as it was before it began.
        """
        try:
            run = asl.run_from_json(position)
        except (KeyError, TypeError, ValueError):
            log.exception("the execution's position cannot be read")
            cause = (
                "The execution was begun by another version of Safelight, whose notes this one cannot read."
            )
            return self._end(replace(new, event_count=position["event_count"]), cause)
        if recoveries < MAX_RECOVERIES:
            return self.fire_due(run)
        return self._step(run, lambda now: self._crash(run, now))

    def fire_due(self, run: Run) -> Step:
        """Report every timer that is due; a step without events when none is."""
        return self._step(run, lambda now: self._fire_due(run, now))

    def _report(self, run: Run, call: TaskCall, outcome: Outcome, now: datetime) -> Step:
        if outcome.error is None:
            return asl.succeed_task(self.machine, run, call.id, outcome.output, now=now, random=self.random)
        return asl.fail_task(
            self.machine, run, call.id, error=outcome.error, cause=outcome.cause, now=now, random=self.random
        )

    def _crash(self, run: Run, now: datetime) -> Step:
        return _each(run, calls_of(run), lambda run, call: self._report(run, call, _CRASHED, now))

    def _fire_due(self, run: Run, now: datetime) -> Step:
        def fire(run: Run, timer: Timer) -> Step:
            return asl.fire_timer(self.machine, run, timer.id, now=now, random=self.random)

        due = [wait for wait in run.pending if isinstance(wait, Timer) and wait.due <= now]
        return _each(run, due, fire)

    def _step(self, run: Run, take: Callable[[datetime], Step]) -> Step:
        try:
            return take(self.clock.now())
        except WorkflowError as error:
            log.error("the execution cannot go on: %s", error)  # noqa: TRY400 - the message is the whole story
            cause = str(error)
        except Exception:
            # One execution that the interpreter stumbles over must not stand in the way of all others.
            log.exception("the execution cannot go on")
            cause = "The workflow engine failed; its log has the details."
        return self._end(run, cause)

    def _end(self, run: Run, cause: str) -> Step:
        now = self.clock.now()
        return asl.end_run(self.machine, run, error=RUNTIME, cause=cause, now=now, random=self.random)


def new_run(name: str, input: Any, started_at: datetime) -> Run:
    return Run(status=asl.RUNNING, name=name, input=input, started_at=started_at)


def calls_of(run: Run) -> list[TaskCall]:
    return [wait for wait in run.pending if isinstance(wait, TaskCall)]


def next_due(run: Run) -> datetime | None:
    """When the run's next timer is due."""
    return min((wait.due for wait in run.pending if isinstance(wait, Timer)), default=None)


def execution_of(run: Run, lane: Lane) -> Execution:
    return Execution(
        name=run.name,
        status=run.status,
        input=run.input,
        output=run.output,
        error=run.error,
        cause=run.cause,
        lane=lane,
        started_at=run.started_at,
        stopped_at=run.stopped_at,
    )


def _each(run: Run, waits: list[T], report: Callable[[Run, T], Step]) -> Step:
    """Report on one after another, as one step."""
    events: list[asl.Event] = []
    for wait in waits:
        step = report(run, wait)
        run = step.run
        events += step.events
    return Step(run=run, events=tuple(events))
