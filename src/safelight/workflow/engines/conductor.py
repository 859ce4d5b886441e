"""The interpreter with its machine, clock and dice at hand: what every engine asks of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from safelight.errors import WorkerCrashed, WorkflowError
from safelight.model import Execution, Lane
from safelight.ports import Clock
from safelight.workflow import asl
from safelight.workflow.asl import Run, StateMachine, Step, TaskCall, Timer
from safelight.workflow.asl.failure import RUNTIME, TIMEOUT
from safelight.workflow.engines.invoke import Fault, Result

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Conductor:
    machine: StateMachine
    clock: Clock
    random: Callable[[], float]

    def begin(self, name: str, input: Any, started_at: datetime) -> Step:
        return asl.begin(
            self.machine,
            name=name,
            input=input,
            started_at=started_at,
            now=self.clock.now(),
            random=self.random,
        )

    def report(self, run: Run, call: TaskCall, outcome: Result | Fault) -> Step:
        if isinstance(outcome, Result):
            return self._guarded(run, lambda: self._succeed(run, call, outcome))
        return self._guarded(run, lambda: self._fail(run, call, outcome.error, outcome.cause))

    def time_out(self, run: Run, call: TaskCall) -> Step:
        return self._guarded(run, lambda: self._fail(run, call, TIMEOUT, None))

    def fire_due(self, run: Run) -> Step:
        """Every timer that is due now; a step without events when none is."""
        now = self.clock.now()
        due = [wait.id for wait in run.pending if isinstance(wait, Timer) and wait.due <= now]
        return self._guarded(run, lambda: self._each(run, due, self._fire))

    def crash(self, run: Run) -> Step:
        """Report every call as crashed: their worker has died over them again and again."""
        message = "The task ended its worker process each time it was tried."
        cause = {"errorMessage": message, "errorType": "WorkerCrashed", "code": WorkerCrashed.code}

        def fail(run: Run, call: TaskCall) -> Step:
            return self._fail(run, call, "WorkerCrashed", json.dumps(cause))

        return self._guarded(run, lambda: self._each(run, calls_of(run), fail))

    def _succeed(self, run: Run, call: TaskCall, result: Result) -> Step:
        return asl.succeed_task(
            self.machine, run, call.id, result.output, now=self.clock.now(), random=self.random
        )

    def _fail(self, run: Run, call: TaskCall, error: str, cause: str | None) -> Step:
        return asl.fail_task(
            self.machine, run, call.id, error=error, cause=cause, now=self.clock.now(), random=self.random
        )

    def _fire(self, run: Run, timer_id: str) -> Step:
        return asl.fire_timer(self.machine, run, timer_id, now=self.clock.now(), random=self.random)

    def _each(self, run: Run, reports: list[T], step: Callable[[Run, T], Step]) -> Step:
        events: list[asl.Event] = []
        for report in reports:
            taken = step(run, report)
            run = taken.run
            events += taken.events
        return Step(run=run, events=tuple(events))

    def _guarded(self, run: Run, step: Callable[[], Step]) -> Step:
        """End an execution that cannot go on, for instance because the workflow file has changed."""
        try:
            return step()
        except WorkflowError as error:
            log.exception("the execution cannot go on")
            return asl.end_run(
                self.machine,
                run,
                error=RUNTIME,
                cause=str(error),
                now=self.clock.now(),
                random=self.random,
            )


def calls_of(run: Run) -> list[TaskCall]:
    return [wait for wait in run.pending if isinstance(wait, TaskCall)]


def next_due(run: Run) -> datetime | None:
    """When the run's next timer is due."""
    return min((wait.due for wait in run.pending if isinstance(wait, Timer)), default=None)


def execution_of(run: Run, lane: Lane) -> Execution:
    """The execution as `get` returns it."""
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
