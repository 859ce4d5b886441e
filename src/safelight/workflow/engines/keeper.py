"""The thread that keeps the workers' lease, watches their clocks and looks for work of other processes."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta
from typing import Final

from safelight.errors import SafelightError
from safelight.ports import Clock
from safelight.workflow.engines.active import Active
from safelight.workflow.engines.conductor import next_due
from safelight.workflow.engines.execution_store import ExecutionStore
from safelight.workflow.engines.owner import surely_dead
from safelight.workflow.engines.workers import Workers

POLL_SECONDS: Final = 0.5  # how late an execution started by another process may be found
_RENEWALS: Final = 4  # of a lease before it would run out

log = logging.getLogger(__name__)


class Keeper:
    def __init__(
        self, store: ExecutionStore, workers: Workers, clock: Clock, *, owner: str, lease_seconds: float
    ) -> None:
        self._store = store
        self._workers = workers
        self._clock = clock
        self._owner = owner
        self._lease = timedelta(seconds=lease_seconds)
        self._renew_at = 0.0  # by time.monotonic()
        self._stirred = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._keep, name="safelight-keeper", daemon=True)

    def start(self) -> None:
        """Take out the lease and free what dead workers hold, before anything is claimed."""
        self._renew()
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._stirred.set()
        self._thread.join()

    def stir(self) -> None:
        """A timer was set: look again when to wake up."""
        self._stirred.set()

    def _keep(self) -> None:
        while not self._stopped:
            try:
                seconds = self._look_around()
            except SafelightError as error:
                log.warning("the database cannot be watched: %s", error)
                seconds = POLL_SECONDS
            except Exception:
                log.exception("the keeper stumbled")
                seconds = POLL_SECONDS
            self._stirred.wait(seconds)
            self._stirred.clear()

    def _look_around(self) -> float:
        """Do what is due; the seconds until something may be due again."""
        if time.monotonic() >= self._renew_at:
            self._renew()
        for active in self._workers.actives():
            self._watch(active)
        now = self._clock.now()
        wakes = [next_due(active.run) for active in self._workers.actives()]
        waiting = self._store.next_wake()
        if waiting is not None and waiting <= now:
            self._workers.wake()
        else:
            wakes.append(waiting)
        return max(0.0, min([POLL_SECONDS, *(_seconds(wake, now) for wake in wakes if wake is not None)]))

    def _renew(self) -> None:
        now = self._clock.now()
        self._store.renew(self._owner, now + self._lease)
        self._renew_at = time.monotonic() + self._lease.total_seconds() / _RENEWALS
        recovered = self._store.recover(self._owner, now, surely_dead)
        if recovered:
            log.warning("took over the executions of %d workers that are gone", recovered)
            self._workers.wake()

    def _watch(self, active: Active) -> None:
        self._workers.fire_due(active)
        for busy in list(active.busy.values()):
            if busy.late:
                self._workers.time_out(active, busy)


def _seconds(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds()
