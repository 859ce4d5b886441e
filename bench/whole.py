"""The whole pipeline: `safelight add` as a user starts it, watched from outside as a tree of processes."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.processes import SideFailed, peak_memory

_LOOK_EVERY_S = 0.05
_SAFELIGHT = Path(sys.executable).with_name("safelight")
_ADOPT_ORPHANS = 36  # Linux: PR_SET_CHILD_SUBREAPER


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What one `safelight add` took, start-up and all: the CPU of the whole tree, the peaks of its parts."""

    images: int
    cpu_s: float
    wall_s: float
    variant_bytes: int
    parent_peak: int | None
    child_peak: int | None  # the largest child


def add(paths: Sequence[Path], *, recipe: str, scratch: Path, one_core: bool = False) -> Addition:
    """Add the files and folders to a new, empty home. Raises SideFailed unless every image is READY.

    `one_core` keeps the whole tree on one core, as the sides are that it is compared with: processes
    side by side slow one another down where cores share caches or arithmetic.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=scratch))
    command = [str(_SAFELIGHT), "--home", str(home), "--recipe", recipe, "--json", "add", *map(str, paths)]
    try:
        with confined() if one_core else contextlib.nullcontext():
            return _watched(command)
    finally:
        shutil.rmtree(home)


def from_event_to_ready(paths: Sequence[Path], *, recipe: str, scratch: Path) -> dict[str, float]:
    """What bench.settle prints, on one core and in a new, empty home. Raises SideFailed."""
    scratch.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=scratch))
    command = [sys.executable, "-m", "bench.settle", str(home), recipe, *map(str, paths)]
    try:
        with confined():
            ended = subprocess.run(command, capture_output=True, check=False, env=_environment())
    finally:
        shutil.rmtree(home)
    if ended.returncode != 0:
        raise SideFailed(f"bench.settle ended with {ended.returncode}: {ended.stderr[-300:]!r}")
    figures: dict[str, float] = json.loads(ended.stdout)
    return figures


def stamped(jpeg: bytes, number: int) -> bytes:
    """The same pixels under another SHA-256: a JPEG with a comment, so that it counts as another image."""
    comment = f"copy {number}".encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


@contextlib.contextmanager
def confined() -> Iterator[None]:
    """What is started inside stays on one core, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _watched(command: list[str]) -> Addition:
    _adopt_orphans()
    before, started = _children_cpu_s(), time.perf_counter()
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, env=_environment())
        peaks: dict[int, int] = {}
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
        watch.start()
        output, _ = process.communicate()
        wall_s = time.perf_counter() - started
        ended.set()
        watch.join()
        _reap_orphans()
        if process.returncode != 0:
            complaints.seek(0)
            raise SideFailed(f"safelight add ended with {process.returncode}: {complaints.read()[-300:]!r}")
    records = [json.loads(line) for line in output.splitlines()]
    parent = peaks.pop(process.pid, None)
    return Addition(
        images=len(records),
        cpu_s=_children_cpu_s() - before,
        wall_s=wall_s,
        variant_bytes=sum(variant["bytes"] for record in records for variant in record["variants"]),
        parent_peak=parent,
        child_peak=max(peaks.values(), default=None),
    )


def _watch(pid: int, peaks: dict[int, int], ended: threading.Event) -> None:
    """Keep each process's high-water mark until it goes; a peak in the last moment of a child is missed."""
    while not ended.wait(_LOOK_EVERY_S):
        try:
            family = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
        except psutil.NoSuchProcess:
            return
        for member in family:
            peak = peak_memory(member)
            if peak is not None:
                peaks[member] = peak


def _environment() -> dict[str, str]:
    """As a user has it: modules are compiled at the first start only."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _adopt_orphans() -> None:
    """Let a grandchild that outlives its parent become ours, so that its CPU time is counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)


def _reap_orphans() -> None:
    """Wait for adopted processes that have ended."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return
