"""A claimed execution while threads are at it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from safelight.errors import SafelightError, StorageFull, StoreUnavailable
from safelight.workflow.asl import RUNNING, Run, Step, TaskCall
from safelight.workflow.engines.conductor import Conductor, calls_of, next_due
from safelight.workflow.engines.execution_store import Claim, ExecutionStore
from safelight.workflow.engines.invoke import Outcome

RETRY_SECONDS: Final = 1.0  # until a database that is locked or full is tried again

log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class Busy:
    """A call that is being run; or waits for a thread, while `thread` is None."""

    call: TaskCall
    thread: threading.Thread | None = None
    deadline: float | None = None  # by time.monotonic()

    @property
    def late(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline


@dataclass(kw_only=True, eq=False)
class Active:
    """Moves one execution on, a stored transition at a time; its methods may be called by any thread.

    Each returns the calls that have become possible. They raise ClaimLost when somebody else has
    the execution now. While the database is locked or full they wait, until `stopping`.
    """

    claim: Claim
    run: Run
    store: ExecutionStore
    conductor: Conductor
    stopping: threading.Event
    busy: dict[str, Busy] = field(default_factory=dict)
    parked_until: datetime | None = None
    trouble: SafelightError | None = None  # why the last transition cannot be stored yet
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ended(self) -> bool:
        return self.run.status != RUNNING

    def take_up(self) -> list[TaskCall]:
        """Go on from where the claim found the run, which is stored."""
        with self._lock:
            if self.ended or not calls_of(self.run):
                return self._store(Step(run=self.run, events=()))
            return self._expect(calls_of(self.run))

    def begin_call(self, call: TaskCall) -> bool:
        """False when the call has lost its purpose, because another branch failed."""
        with self._lock:
            busy = self.busy.get(call.id)
            if busy is None:
                return False
            busy.thread = threading.current_thread()
            if call.timeout_seconds is not None:
                busy.deadline = time.monotonic() + call.timeout_seconds
            return True

    def report(self, call: TaskCall, outcome: Outcome) -> list[TaskCall] | None:
        """None when the call has timed out or lost its purpose meanwhile."""
        with self._lock:
            if self.busy.pop(call.id, None) is None:
                return None
            return self._store(self.conductor.report(self.run, call, outcome))

    def fire_due(self) -> list[TaskCall]:
        """Report timers that are due while other branches keep the execution claimed."""
        with self._lock:
            if self.ended or self.parked_until is not None:
                return []
            step = self.conductor.fire_due(self.run)
            return self._store(step) if step.events else []

    def _store(self, step: Step) -> list[TaskCall]:
        pending = calls_of(step.run)
        self.busy = {call.id: self.busy[call.id] for call in pending if call.id in self.busy}
        if step.run.status == RUNNING and not pending:
            self.parked_until = next_due(step.run)
        self._patiently(lambda: self.store.advance(self.claim, step, wake_at=self.parked_until))
        self.run = step.run
        return self._expect([call for call in pending if call.id not in self.busy])

    def _expect(self, calls: list[TaskCall]) -> list[TaskCall]:
        self.busy |= {call.id: Busy(call=call) for call in calls}
        return calls

    def _patiently(self, store: Callable[[], None]) -> None:
        """A task's result is not given up because the disk is full for a while."""
        while True:
            try:
                store()
            except (StoreUnavailable, StorageFull) as error:
                self.trouble = error
                log.warning("a transition cannot be stored yet: %s", error)
                if self.stopping.wait(RETRY_SECONDS):
                    raise
            else:
                self.trouble = None
                return
