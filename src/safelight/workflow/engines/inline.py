"""Runs each execution to its end in the caller's thread: for one Lambda function, and for tests."""

from __future__ import annotations

import random as dice
import time
from collections.abc import Callable, Mapping

from safelight.errors import NotFound
from safelight.model import Execution, HistoryEvent, Lane
from safelight.ports import Clock, Json
from safelight.workflow.asl import RUNNING, Run, StateMachine, Step, TaskCall
from safelight.workflow.engines.conductor import Conductor, calls_of, execution_of, new_run, next_due
from safelight.workflow.engines.invoke import Observer, Task, function_name, invoke, tasks_of
from safelight.workflow.log_context import log_context


class InlineEngine:
    """Implements ports.Engine in memory. `start` returns when the execution has ended.

    `tasks` are by the name of the function in the workflow file's Resource. Branches run one after
    another. `sleep` takes the seconds until the next timer.
    """

    def __init__(
        self,
        machine: StateMachine,
        tasks: Mapping[str, Task],
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = dice.random,
        on_task: Observer = lambda _name, _outcome, _seconds: None,
    ) -> None:
        self._conductor = Conductor(machine=machine, clock=clock, random=random)
        self._tasks = tasks_of(machine, tasks)
        self._clock = clock
        self._sleep = sleep
        self._on_task = on_task
        self._executions: dict[str, Execution] = {}
        self._histories: dict[str, list[HistoryEvent]] = {}

    def start(self, name: str, input: Json, *, lane: Lane = Lane.INTERACTIVE) -> bool:
        if name in self._executions:
            return False
        started_at = self._clock.now()
        self._executions[name] = Execution(
            name=name, status=RUNNING, input=input, lane=lane, started_at=started_at
        )
        self._histories[name] = []
        image_id, _, _ = name.partition("-")  # identity.execution_name
        with log_context(execution=name, image_id=image_id):
            run = self._noted(name, self._conductor.begin(new_run(name, input, started_at)))
            while run.status == RUNNING:
                run = self._noted(name, self._next_step(run))
        return True

    def get(self, name: str) -> Execution:
        try:
            return self._executions[name]
        except KeyError:
            raise NotFound(f"There is no execution {name!r}.") from None

    def history(self, name: str) -> list[HistoryEvent]:
        self.get(name)
        return list(self._histories[name])

    def list(self, *, prefix: str = "", limit: int = 50) -> list[Execution]:
        found = [execution for name, execution in self._executions.items() if name.startswith(prefix)]
        found.sort(key=lambda execution: (execution.started_at, execution.name), reverse=True)
        return found[:limit]

    def _next_step(self, run: Run) -> Step:
        fired = self._conductor.fire_due(run)
        if fired.events:
            return fired
        calls = calls_of(run)
        if calls:
            return self._call(run, calls[0])
        due = next_due(run)
        if due is not None:
            self._sleep(max(0.0, (due - self._clock.now()).total_seconds()))
        return fired

    def _call(self, run: Run, call: TaskCall) -> Step:
        outcome, seconds = invoke(self._tasks[call.resource], call)
        self._on_task(function_name(call.resource), outcome.summary, seconds)
        return self._conductor.report(run, call, outcome)

    def _noted(self, name: str, step: Step) -> Run:
        run, history = step.run, self._histories[name]
        history += [
            HistoryEvent(id=number, type=event.type, timestamp=event.timestamp, details=event.details)
            for number, event in enumerate(step.events, start=len(history) + 1)
        ]
        self._executions[name] = execution_of(run, self._executions[name].lane)
        return run
