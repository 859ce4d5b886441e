"""Who has claimed an execution: a process that can be told apart from one that took over its number."""

from __future__ import annotations

import itertools
import os
import socket
from pathlib import Path
from typing import Final

import psutil

_PROC: Final = Path("/proc")
_DEAD_STATES: Final = "ZX"
_numbers = itertools.count(1)


def new_owner() -> str:
    """`host/process namespace/process id/start time/number`, a new one at each call."""
    pid = os.getpid()
    return f"{_machine()}/{pid}/{_started(pid)}/{next(_numbers)}"


def surely_dead(owner: str) -> bool:
    """True when the owner was a process of this machine and is gone; False whenever that is not certain."""
    machine, pid, started, _ = owner.rsplit("/", 3)
    if machine != _machine():
        return False
    try:
        return _started(int(pid)) != started
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return True
    except (psutil.Error, OSError):
        return False


def _machine() -> str:
    """The host; and the namespace, because containers can share a host's name but not its process ids."""
    namespace = _PROC / "self" / "ns" / "pid"
    return f"{socket.gethostname()}/{namespace.stat().st_ino if namespace.exists() else 0}"


def _started(pid: int) -> str:
    """Raises FileNotFoundError or psutil.NoSuchProcess when there is no such process."""
    if not (_PROC / "self" / "stat").exists():
        return f"{psutil.Process(pid).create_time():.0f}"
    # Ticks since boot: unlike a date computed from them, they stay the same when the clock is set.
    _, _, rest = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
    state, *numbers = rest.split()
    if state in _DEAD_STATES:
        raise FileNotFoundError(pid)
    return numbers[18]
