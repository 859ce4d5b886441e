"""Pixel tasks in child processes: a time limit per task, a memory ceiling watched from outside.

The parent never decodes a pixel. A child that hangs, dies or grows too large costs one task, which
is reported as an error; its place is taken by a new child.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator

from safelight.errors import WorkerCrashed
from safelight.ports import Json, Pixels
from safelight.workflow.pixel_process import Limits, PixelProcess

# Read by libvips and glibc when a child starts: one thread each, because the children are one a core;
# few malloc arenas, because arenas are what looks like a leak in long-lived image servers.
CHILD_ENVIRONMENT = {"VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "2"}


class Sandbox:
    """Implements ports.Pixels by sending jobs to at most `workers` children, which are kept warm.

    `make_pixels` is called once in each child, so it must be picklable. `seconds` limits one task,
    `memory_bytes` one child's resident memory; a child is replaced after `tasks_per_child` tasks.
    """

    def __init__(
        self,
        make_pixels: Callable[[], Pixels],
        *,
        workers: int,
        seconds: float,
        memory_bytes: int,
        tasks_per_child: int,
    ) -> None:
        for name, value in CHILD_ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        self._make_pixels = make_pixels
        self._workers = workers
        self._limits = Limits(seconds=seconds, memory_bytes=memory_bytes)
        self._tasks_per_child = tasks_per_child
        self._lock = threading.Lock()
        self._places = threading.Semaphore(workers)
        self._children: set[PixelProcess] = set()
        self._idle: list[PixelProcess] = []  # the last one used is the warmest
        self._closed = False

    def warm(self) -> None:
        """Start every child now, so that the first images need not wait for them to import libvips."""
        with contextlib.ExitStack() as taken:
            for _ in range(self._workers):
                taken.enter_context(self._child())

    def validate(self, job: Json) -> Json:
        with self._child() as (child, _):
            return child.call("validate", job, self._limits)

    def render(self, job: Json) -> Json:
        with self._child() as (child, busy):
            return child.call("render", {"threads": max(1, self._workers // busy), **job}, self._limits)

    def close(self) -> None:
        """End the children; tasks in them are lost, which their executions survive."""
        with self._lock:
            self._closed = True
            children = list(self._children)
        for child in children:
            child.end()

    @contextlib.contextmanager
    def _child(self) -> Iterator[tuple[PixelProcess, int]]:
        """A child for one task, and how many are busy then."""
        with self._places:
            with self._lock:
                child = self._take()
                busy = len(self._children) - len(self._idle)
            try:
                yield child, busy
            finally:
                self._give_back(child)

    def _take(self) -> PixelProcess:
        if self._closed:
            raise WorkerCrashed("The pixel processes have been ended.", remedy="Start Safelight again.")
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
            self._children.discard(child)  # died while nobody needed it, by the system's hand for instance
        child = PixelProcess(self._make_pixels)
        self._children.add(child)
        return child

    def _give_back(self, child: PixelProcess) -> None:
        with self._lock:
            if child.alive and child.calls < self._tasks_per_child:
                self._idle.append(child)
                return
            self._children.discard(child)
        child.end()
