"""Child processes that hold libvips: a time limit per task, a memory ceiling watched from outside.

The parent never decodes a pixel. A child that hangs, dies or grows too large costs one task, which
is reported as an error; its place is taken by a new child.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Literal

import psutil
from pebble import ProcessExpired, ProcessPool

from safelight.errors import MemoryLimitExceeded, RenderTimeout, WorkerCrashed
from safelight.ports import Json, Pixels

# Read by libvips and glibc when a child starts: one thread each, because the children are one a core;
# few malloc arenas, because arenas are what looks like a leak in long-lived image servers.
CHILD_ENVIRONMENT = {"VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "2"}
MEMORY_CHECK_SECONDS = 0.05

_pixels: Pixels  # in the child, set once by _begin


def _begin(make_pixels: Callable[[], Pixels]) -> None:
    global _pixels  # noqa: PLW0603 - a pool's initializer has no other way to hand something to its tasks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _pixels = make_pixels()


def _call(method: Literal["validate", "render"], job: Json) -> Json:
    return _pixels.validate(job) if method == "validate" else _pixels.render(job)


class Sandbox:
    """Implements ports.Pixels by sending jobs to `workers` warm children.

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
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._tasks_per_child = tasks_per_child
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._busy = 0
        self._working = threading.Event()
        self._closed = threading.Event()
        self._too_large: set[int] = set()  # pids ended for their memory

    def validate(self, job: Json) -> Json:
        with self._occupied():
            return self._run("validate", job)

    def render(self, job: Json) -> Json:
        with self._occupied() as busy:
            threads = max(1, self._workers // busy)
            return self._run("render", {"threads": threads, **job})

    def close(self) -> None:
        """End the children; tasks in them are lost, which their executions survive."""
        self._closed.set()
        self._working.set()
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    @contextlib.contextmanager
    def _occupied(self) -> Iterator[int]:
        """Count the jobs in the children; the memory watch sleeps while there are none."""
        with self._lock:
            self._busy += 1
            busy = self._busy
            self._working.set()
        try:
            yield busy
        finally:
            with self._lock:
                self._busy -= 1
                if not self._busy:
                    self._working.clear()

    def _run(self, method: Literal["validate", "render"], job: Json) -> Json:
        future = self._started().schedule(_call, args=(method, job), timeout=self._seconds)
        try:
            result: Json = future.result()
        except TimeoutError:
            raise RenderTimeout(
                f"The image took longer than {self._seconds:g} s.",
                remedy="Raise render_seconds, or ask for less: smaller variants, lower effort.",
            ) from None
        except ProcessExpired as death:
            raise self._explain(death) from None
        return result

    def _explain(self, death: ProcessExpired) -> MemoryLimitExceeded | WorkerCrashed:
        if death.pid in self._too_large:
            self._too_large.discard(death.pid)
            return MemoryLimitExceeded(
                f"The image needed more than {self._memory_bytes // 1_000_000} MB of memory.",
                remedy="Raise memory_mb, or lower accept.max_megapixels in the recipe.",
            )
        return WorkerCrashed(
            "The process that held the image died.", remedy="Redrive it; if it dies again, report the image."
        )

    def _started(self) -> ProcessPool:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=self._tasks_per_child,
                    initializer=_begin,
                    initargs=(self._make_pixels,),
                    context=multiprocessing.get_context("spawn"),
                )
                threading.Thread(target=self._watch_memory, name="memory-watch", daemon=True).start()
            return self._pool

    def _watch_memory(self) -> None:
        while not self._closed.is_set():
            self._working.wait()
            for child in multiprocessing.active_children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    process = psutil.Process(child.pid)
                    if process.memory_info().rss > self._memory_bytes:
                        self._too_large.add(process.pid)
                        process.kill()
            self._closed.wait(MEMORY_CHECK_SECONDS)
