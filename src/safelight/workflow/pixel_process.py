"""One child process that holds libvips, at the end of a pipe of its own.

Children share nothing, no lock and no queue: whenever and however one dies, it takes nothing else along.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Final, Literal

import psutil

from safelight.errors import MemoryLimitExceeded, RenderTimeout, SafelightError, WorkerCrashed
from safelight.ports import Json, Pixels

Method = Literal["validate", "render"]

CHECK_SECONDS: Final = 0.05  # between two looks at a busy child's memory and time
_START_SECONDS: Final = 60.0  # to import libvips, on a machine with other things to do
_SPAWN: Final = multiprocessing.get_context("spawn")  # a fork of a threaded process may hold a lock for ever


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of one call: its seconds, and the resident memory of the child meanwhile."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True, kw_only=True)
class _Answer:
    result: Json | None = None
    error: Exception | None = None


class PixelProcess:
    """Starts when made. `make_pixels` is called once in the child, so it must be picklable.

    Raises WorkerCrashed when no process can be started. One thread may `call` at a time.
    """

    def __init__(self, make_pixels: Callable[[], Pixels]) -> None:
        self.calls = 0
        self._ready = False
        self._pipe, childs_end = _SPAWN.Pipe()
        with childs_end:  # closed here once the child has it: its death then is the pipe's end
            self._process = _SPAWN.Process(
                target=_serve, args=(make_pixels, childs_end), name="safelight-pixels", daemon=True
            )
            try:
                self._process.start()
            except OSError as error:
                self._pipe.close()
                raise _not_started(error) from error

    @property
    def alive(self) -> bool:
        return not wait([self._process.sentinel], timeout=0)

    def call(self, method: Method, job: Json, limits: Limits) -> Json:
        """What `method` of the child's pixels returns or raises.

        Raises RenderTimeout, MemoryLimitExceeded and WorkerCrashed too, after which the child is gone.
        """
        answered = False
        try:
            self._await_start(limits)
            self.calls += 1
            self._pipe.send((method, job))
            answer = self._receive(limits)
            answered = True
        except (EOFError, OSError):
            raise WorkerCrashed(
                "The process that held the image died.",
                remedy="Redrive it; if it dies again, report the image.",
            ) from None
        finally:
            if not answered:  # a late answer would pass for that to the next call
                self.end()
        if answer.error is not None:
            raise answer.error
        return answer.result or {}

    def end(self) -> None:
        """At once, whatever it is at; any thread may do so, any number of times."""
        self._process.kill()
        self._process.join()

    def _await_start(self, limits: Limits) -> None:
        if self._ready:
            return
        begun = self._receive(Limits(seconds=_START_SECONDS, memory_bytes=limits.memory_bytes))
        if begun.error is not None:
            raise begun.error
        self._ready = True

    def _receive(self, limits: Limits) -> _Answer:
        deadline = time.monotonic() + limits.seconds
        while not self._pipe.poll(CHECK_SECONDS):
            if time.monotonic() > deadline:
                raise RenderTimeout(
                    f"The image took longer than {limits.seconds:g} s.",
                    remedy="Raise render_seconds, or ask for less: smaller variants, lower effort.",
                )
            if self._resident_bytes() > limits.memory_bytes:
                raise MemoryLimitExceeded(
                    f"The image needed more than {limits.memory_bytes // 1_000_000} MB of memory.",
                    remedy="Raise memory_mb, or lower accept.max_megapixels in the recipe.",
                )
        answer: _Answer = self._pipe.recv()
        return answer

    def _resident_bytes(self) -> int:
        try:
            resident: int = psutil.Process(self._process.pid).memory_info().rss
        except psutil.NoSuchProcess:
            return 0
        return resident


def _not_started(error: OSError) -> WorkerCrashed:
    gone = isinstance(error, FileNotFoundError)  # the working directory, which children begin in
    return WorkerCrashed(
        f"No process could be started for the image: {error.strerror}.",
        remedy="Start Safelight again, in a folder that stays."
        if gone
        else "Raise the limits of open files and processes, or set fewer workers.",
    )


def _serve(make_pixels: Callable[[], Pixels], pipe: Connection) -> None:
    """In the child: answer call after call until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    try:
        pixels = make_pixels()
        pipe.send(_Answer())
        while True:
            method, job = pipe.recv()
            pipe.send(_answer(pixels, method, job))
    except (EOFError, OSError):  # hung up
        return
    except Exception as error:  # noqa: BLE001 - the parent raises it
        pipe.send(_Answer(error=_portable(error)))


def _end_with_parent() -> None:
    """A child at work would notice the death of its parent only when it answers, and if it hangs, never."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answer(pixels: Pixels, method: Method, job: Json) -> _Answer:
    try:
        return _Answer(result=pixels.validate(job) if method == "validate" else pixels.render(job))
    except Exception as error:  # noqa: BLE001 - the parent raises it
        return _Answer(error=_portable(error))


def _portable(error: Exception) -> Exception:
    """The error as it can be sent; of an unforeseen one the stack goes along, for the log."""
    if isinstance(error, SafelightError):
        return error
    error.add_note(f"In the pixel process:\n{''.join(traceback.format_exception(error))}")
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - classes of others may raise anything when they are made again
        stranger = RuntimeError(f"{type(error).__name__}: {error}")
        stranger.add_note("\n".join(error.__notes__))
        return stranger
    return error
