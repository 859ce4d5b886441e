"""A process of its own that works on executions until it is killed; run as `python -m tests.engine_process`.

Arguments: the database, and a file that gets a line for every task that begins.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from safelight.database import Database
from safelight.workflow.asl import StateMachine
from safelight.workflow.engines.embedded import EmbeddedEngine
from tests.machines import arn, machine

TASKS = ("first", "second", "third")


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def three_tasks() -> StateMachine:
    states: dict[str, Any] = {
        name: {"Type": "Task", "Resource": arn(name), "ResultPath": f"$.{name}"} for name in TASKS
    }
    states["first"]["Next"], states["second"]["Next"], states["third"]["End"] = "second", "third", True
    return machine(states)


def noting(log: Path, name: str, seconds: float) -> Any:
    """A task that notes its beginning and takes a while."""

    def task(call: dict[str, Any]) -> int:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{call['n']} {name} {os.getpid()}\n")
        time.sleep(seconds)
        return int(call["n"]) * 10

    return task


def build(database: Database, log: Path, *, seconds: float = 0.004, **settings: Any) -> EmbeddedEngine:
    tasks = {name: noting(log, name, seconds) for name in TASKS}
    return EmbeddedEngine(database, three_tasks(), tasks, SystemClock(), concurrency=2, **settings)


if __name__ == "__main__":
    database_path, log_path = map(Path, sys.argv[1:3])
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.004
    engine = build(Database(database_path), log_path, seconds=seconds)
    print("working", flush=True)  # noqa: T201 - tells the test that it may begin to kill
    engine.run_workers(threading.Event())
