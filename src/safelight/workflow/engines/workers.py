"""The threads that run tasks."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from safelight.errors import SafelightError
from safelight.model import Execution
from safelight.workflow.asl import Step, TaskCall
from safelight.workflow.engines.active import RETRY_SECONDS, Active, Busy
from safelight.workflow.engines.conductor import Conductor, execution_of, new_run, next_due
from safelight.workflow.engines.execution_store import ClaimLost, ExecutionStore, Waiting
from safelight.workflow.engines.invoke import TIMED_OUT, Observer, Outcome, Task, function_name, invoke
from safelight.workflow.log_context import log_context

Job = tuple[Active, TaskCall]

log = logging.getLogger(__name__)


class Workers:
    """`concurrency` threads, each of which runs one task at a time.

    A thread goes on with the execution it is at. Calls that can run beside that (Parallel, Map) go
    to the other threads, before these claim another execution. `ended` is told of each that ends,
    `timer_set` when one may have to be woken.
    """

    def __init__(
        self,
        store: ExecutionStore,
        conductor: Conductor,
        tasks: Mapping[str, Task],
        *,
        owner: str,
        concurrency: int,
        observe: Observer,
        ended: Callable[[Execution], None],
        timer_set: Callable[[], None],
    ) -> None:
        self._store = store
        self._conductor = conductor
        self._tasks = tasks
        self._owner = owner
        self._concurrency = concurrency
        self._observe = observe
        self._ended = ended
        self._timer_set = timer_set
        self._condition = threading.Condition()
        self._stopping = threading.Event()
        self._look = True  # something may wait to be claimed
        self._ready: deque[Job] = deque()
        self._threads: set[threading.Thread] = set()
        self._actives: set[Active] = set()
        self._trouble: SafelightError | None = None  # of the last attempt to claim

    def start(self) -> None:
        for _ in range(self._concurrency):
            self._add_thread()

    def stop(self, grace_seconds: float) -> None:
        """Begin no further task and give those that run some time to end."""
        self._stopping.set()
        with self._condition:
            self._condition.notify_all()
            threads = list(self._threads)
        until = time.monotonic() + grace_seconds
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def wake(self) -> None:
        """Something waits to be claimed."""
        with self._condition:
            self._look = True
            self._condition.notify()

    def actives(self) -> list[Active]:
        with self._condition:
            return list(self._actives)

    @property
    def trouble(self) -> SafelightError | None:
        """Why executions do not go on: the disk is full, the database locked. None when they do."""
        return self._trouble or next((a.trouble for a in self.actives() if a.trouble), None)

    def fire_due(self, active: Active) -> None:
        with self._contained(active):
            self._hand_out(active, active.fire_due())

    def time_out(self, active: Active, busy: Busy) -> None:
        """Report `States.Timeout`, and leave the thread to itself: it cannot be ended from outside."""
        with self._contained(active):
            calls = self._report(active, busy.call, TIMED_OUT, busy.call.timeout_seconds or 0.0)
            if calls is None:
                return
            log.error("task %s hangs; its thread is left to itself", busy.call.state)
            if busy.thread is not None:
                self._replace(busy.thread)
            self._hand_out(active, calls)

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._work, name="safelight-worker", daemon=True)
        with self._condition:
            self._threads.add(thread)
        thread.start()

    def _replace(self, thread: threading.Thread) -> None:
        with self._condition:
            self._threads.discard(thread)
        if not self._stopping.is_set():
            self._add_thread()

    def _work(self) -> None:
        thread = threading.current_thread()
        while thread in self._threads:
            job = self._next_job()
            if job is None:
                return
            active, call = job
            with self._contained(active):
                self._go_on(active, call)

    def _next_job(self) -> Job | None:
        """A call to run; None when the workers stop."""
        while True:
            with self._condition:
                while not (self._stopping.is_set() or self._ready or self._look):
                    self._condition.wait()
                if self._stopping.is_set():
                    return None
                if self._ready:
                    return self._ready.popleft()
                self._look = False
            self._claim()

    def _claim(self) -> None:
        """Claim an execution, if one waits, and offer its calls."""
        try:
            claimed = self._store.claim(self._owner, self._conductor.clock.now(), self._take_up)
        except Exception as error:
            self._trouble = error if isinstance(error, SafelightError) else None
            log.warning(
                "no execution can be claimed: %s", error, exc_info=not isinstance(error, SafelightError)
            )
            self._stopping.wait(RETRY_SECONDS)
            self.wake()
            return
        self._trouble = None
        if claimed is None:
            return
        self.wake()  # there may be more where this came from
        claim, run = claimed
        active = Active(
            claim=claim, run=run, store=self._store, conductor=self._conductor, stopping=self._stopping
        )
        with self._condition:
            self._actives.add(active)
        with self._contained(active):
            self._hand_out(active, active.take_up())

    def _take_up(self, waiting: Waiting) -> Step:
        run = new_run(waiting.name, waiting.input, waiting.started_at)
        if waiting.position is None:
            return self._conductor.begin(run)
        return self._conductor.resume(run, waiting.position, waiting.recoveries)

    def _go_on(self, active: Active, call: TaskCall | None) -> None:
        """Run a call, then one of those that it leads to, until there is none."""
        while call is not None and not self._stopping.is_set():
            if not active.begin_call(call):
                return
            outcome, seconds = invoke(self._tasks[call.resource], call)
            calls = self._report(active, call, outcome, seconds) or []
            self._hand_out(active, calls[1:])
            call = calls[0] if calls else None

    def _report(
        self, active: Active, call: TaskCall, outcome: Outcome, seconds: float
    ) -> list[TaskCall] | None:
        calls = active.report(call, outcome)
        if calls is not None:
            self._observe(function_name(call.resource), outcome.summary, seconds)
        return calls

    def _hand_out(self, active: Active, calls: Sequence[TaskCall]) -> None:
        """Offer calls to all threads, and take note of an execution that needs none any more."""
        with self._condition:
            self._ready.extend((active, call) for call in calls)
            self._condition.notify(len(calls))
            done = active in self._actives and (active.ended or active.parked_until is not None)
            if done:
                self._actives.discard(active)
        if done and active.ended:
            self._ended(execution_of(active.run, active.claim.lane))
        elif next_due(active.run) is not None:
            self._timer_set()

    @contextmanager
    def _contained(self, active: Active) -> Iterator[None]:
        """Work on one execution: log lines say which, and what goes wrong touches no other."""
        name = active.claim.name
        image_id, _, _ = name.partition("-")  # identity.execution_name
        with log_context(execution=name, image_id=image_id):
            try:
                yield
            except ClaimLost:
                if not self._stopping.is_set():
                    log.warning("the execution was taken over by another worker")
                self._forget(active)
            except Exception:
                if not self._stopping.is_set():
                    log.exception("the execution will be tried again from its last transition")
                    self._give_up(active)

    def _give_up(self, active: Active) -> None:
        self._forget(active)
        try:
            self._store.give_up(active.claim, self._conductor.clock.now() + timedelta(seconds=RETRY_SECONDS))
        except SafelightError as error:
            log.error("the execution stays claimed until this process ends: %s", error)  # noqa: TRY400
        self._timer_set()

    def _forget(self, active: Active) -> None:
        with self._condition:
            self._actives.discard(active)
