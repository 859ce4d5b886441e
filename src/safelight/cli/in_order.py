"""Many images at once: submitting and processing overlap, results come in order, memory is bounded."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safelight.app import App
from safelight.cli.outcome import Outcome
from safelight.model import ImageRecord

if TYPE_CHECKING:
    from safelight.workflow.settling import Settling

WINDOW = 256  # images submitted but not yet reported
POLL_SECONDS = 0.02
STALL_SECONDS = 5.0  # the workers wait for a full disk to be mended; whoever waits for them is told


@dataclass(eq=False)
class _Ticket:
    """A place in the queue. It may leave once it is settled and all before it have left."""

    outcome: Outcome
    settled: bool


@dataclass
class _Queue:
    settling: Settling
    tickets: deque[_Ticket] = field(default_factory=deque)
    by_image: defaultdict[str, list[_Ticket]] = field(default_factory=lambda: defaultdict(list))

    def join(self, outcome: Outcome, *, wait: bool) -> None:
        waits = wait and isinstance(outcome.result, ImageRecord)
        ticket = _Ticket(outcome, settled=not waits)
        self.tickets.append(ticket)
        if wait and isinstance(outcome.result, ImageRecord):
            self.by_image[outcome.result.image_id].append(ticket)
            self.settling.join(outcome.result.image_id)

    def leave(self) -> Iterator[Outcome]:
        for record in self.settling.poll():
            for ticket in self.by_image.pop(record.image_id, ()):
                ticket.outcome = Outcome(path=ticket.outcome.path, result=record)
                ticket.settled = True
        while self.tickets and self.tickets[0].settled:
            yield self.tickets.popleft().outcome


def in_order(app: App, submitted: Iterable[Outcome], *, wait: bool) -> Iterator[Outcome]:
    """Each outcome, in the order they were submitted, as soon as its image is settled.

    `submitted` is consumed no faster than results leave. Without `wait`, nothing is waited for. Raises
    StorageFull or StoreUnavailable when no work can be done.
    """
    queue = _Queue(app.settling())
    remaining = iter(submitted)
    exhausted = False
    moved = time.monotonic()
    while queue.tickets or not exhausted:
        submits = not exhausted and len(queue.tickets) < WINDOW
        outcome = next(remaining, None) if submits else None
        if outcome is not None:
            queue.join(outcome, wait=wait)
        elif submits:
            exhausted = True
        else:
            time.sleep(POLL_SECONDS)
        for left in queue.leave():
            moved = time.monotonic()
            yield left
        if time.monotonic() - moved > STALL_SECONDS:
            if app.engine.trouble is not None:
                raise app.engine.trouble
            moved = time.monotonic()
