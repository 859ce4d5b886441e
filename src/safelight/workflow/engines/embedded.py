"""The durable engine of the embedded runtime: SQLite holds every position, threads run the tasks.

A transition is one transaction, so a process may be killed anywhere: the execution goes on from its
last transition, in the next process or in another one that shares the database. Tasks may thus run
twice, and have to be idempotent.
"""

from __future__ import annotations

import logging
import random as dice
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from safelight.database import Database
from safelight.errors import SafelightError
from safelight.model import Execution, HistoryEvent, Lane
from safelight.ports import Clock, Json
from safelight.workflow.asl import RUNNING, StateMachine
from safelight.workflow.engines.conductor import Conductor
from safelight.workflow.engines.execution_store import ExecutionStore
from safelight.workflow.engines.invoke import Observer, Task, tasks_of
from safelight.workflow.engines.keeper import POLL_SECONDS, Keeper
from safelight.workflow.engines.owner import new_owner
from safelight.workflow.engines.workers import Workers

LEASE_SECONDS: Final = 20.0
GRACE_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


class EmbeddedEngine:
    """Implements ports.Engine. Executions run only between `start_workers` and `stop_workers`.

    `tasks` are by the name of the function in the workflow file's Resource. `on_finished` is told of
    every execution that ends in this process, `on_task` of every task: its name, `succeeded`,
    `failed` or `timed_out`, and its seconds. Both are called by worker threads.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of its own
        self,
        database: Database,
        machine: StateMachine,
        tasks: Mapping[str, Task],
        clock: Clock,
        *,
        concurrency: int,
        lease_seconds: float = LEASE_SECONDS,
        random: Callable[[], float] = dice.random,
        on_finished: Callable[[Execution], None] = lambda _execution: None,
        on_task: Observer = lambda _name, _outcome, _seconds: None,
    ) -> None:
        self._store = ExecutionStore(database)
        self._conductor = Conductor(machine=machine, clock=clock, random=random)
        self._tasks = tasks_of(machine, tasks)
        self._clock = clock
        self._concurrency = concurrency
        self._lease_seconds = lease_seconds
        self._on_finished = on_finished
        self._on_task = on_task
        self._endings = threading.Condition()
        self._staff: tuple[Workers, Keeper, str] | None = None

    def start(self, name: str, input: Json, *, lane: Lane = Lane.INTERACTIVE) -> bool:
        added = self._store.add(name, input, lane=lane, now=self._clock.now())
        if added and self._staff is not None:
            workers, _, _ = self._staff
            workers.wake()
        return added

    def get(self, name: str) -> Execution:
        return self._store.get(name)

    def history(self, name: str) -> list[HistoryEvent]:
        """Empty until a worker has taken the execution up."""
        return self._store.history(name)

    def list(self, *, prefix: str = "", limit: int = 50) -> list[Execution]:
        return self._store.find(prefix=prefix, limit=limit)

    def wait(self, name: str, timeout: float | None = None) -> Execution:
        """Wait until the execution has ended, at most `timeout` seconds; returns it as it then is."""
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._endings:
                execution = self._store.get(name)
                left = POLL_SECONDS if until is None else until - time.monotonic()
                if execution.status != RUNNING or left <= 0:
                    return execution
                self._endings.wait(min(POLL_SECONDS, left))

    def queue_depth(self) -> dict[Lane, int]:
        """Executions by lane that no worker is at: new ones, and those that wait for a timer."""
        return self._store.waiting()

    def prune(self, older_than: datetime) -> int:
        """Forget executions that ended before `older_than`, with their history; how many."""
        return self._store.prune(older_than)

    @property
    def running(self) -> bool:
        """Whether this process runs executions."""
        return self._staff is not None

    @property
    def trouble(self) -> SafelightError | None:
        """Why executions do not go on here although workers run; None when they do."""
        return self._staff[0].trouble if self._staff is not None else None

    def start_workers(self) -> None:
        """Begin to run executions, those that earlier processes left behind too."""
        if self._staff is not None:
            return
        owner = new_owner()
        workers = Workers(
            self._store,
            self._conductor,
            self._tasks,
            owner=owner,
            concurrency=self._concurrency,
            observe=self._on_task,
            ended=self._note_end,
            timer_set=self._stir,
        )
        keeper = Keeper(self._store, workers, self._clock, owner=owner, lease_seconds=self._lease_seconds)
        keeper.start()
        self._staff = (workers, keeper, owner)
        workers.start()

    def stop_workers(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Stop after the tasks that run, or after `grace_seconds`; what is cut short is run again later."""
        if self._staff is None:
            return
        (workers, keeper, owner), self._staff = self._staff, None
        workers.stop(grace_seconds)
        keeper.stop()
        try:
            self._store.leave(owner)
        except SafelightError as error:
            log.warning("executions stay claimed until this process has ended: %s", error)

    def run_workers(self, stop: threading.Event) -> None:
        """Run executions until `stop` is set."""
        self.start_workers()
        try:
            stop.wait()
        finally:
            self.stop_workers()

    def _stir(self) -> None:
        if self._staff is not None:
            _, keeper, _ = self._staff
            keeper.stir()

    def _note_end(self, execution: Execution) -> None:
        with self._endings:
            self._endings.notify_all()
        self._on_finished(execution)
