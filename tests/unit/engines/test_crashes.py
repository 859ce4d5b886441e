"""Processes that are killed while they work, and engines that lose their executions."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from safelight.database import Database
from safelight.workflow.engines.conductor import MAX_RECOVERIES
from safelight.workflow.engines.embedded import EmbeddedEngine
from safelight.workflow.engines.owner import new_owner, surely_dead
from tests.engine_process import TASKS, SystemClock, build, three_tasks
from tests.machines import arn, machine

PATIENCE_SECONDS = 30.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "safelight.db")
    yield database
    database.close()


def spawn(tmp_path: Path, seconds: float = 0.004) -> subprocess.Popen[str]:
    """A working process of tests.engine_process."""
    command = [sys.executable, "-m", "tests.engine_process", tmp_path / "safelight.db", tmp_path / "log"]
    process = subprocess.Popen([*map(str, command), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.005)


def running(engine: EmbeddedEngine) -> int:
    return sum(execution.status == "RUNNING" for execution in engine.list(limit=1000))


def assert_whole(engine: EmbeddedEngine, name: str, n: int) -> None:
    """The execution succeeded, and its history tells one course of events without gap or repetition."""
    execution = engine.get(name)
    assert execution.status == "SUCCEEDED", execution
    assert execution.output == {"n": n, **dict.fromkeys(TASKS, n * 10)}
    history = engine.history(name)
    assert [event.id for event in history] == list(range(1, len(history) + 1))
    types = Counter(event.type for event in history)
    assert types["TaskStateEntered"] == types["LambdaFunctionSucceeded"] == types["TaskStateExited"] == 3
    assert types["ExecutionStarted"] == types["ExecutionSucceeded"] == 1


def test_processes_killed_at_any_moment_lose_and_repeat_no_transition(
    tmp_path: Path, database: Database
) -> None:
    engine = build(database, tmp_path / "log")
    for n in range(60):
        engine.start(f"x-{n}", {"n": n})
    for moment in (0.03, 0.11, 0.06, 0.15):
        process = spawn(tmp_path)
        time.sleep(moment)
        kill(process)
    engine.start_workers()
    wait_until(lambda: running(engine) == 0)
    engine.stop_workers()
    for n in range(60):
        assert_whole(engine, f"x-{n}", n)


def test_what_a_killed_process_had_claimed_goes_on_at_once_from_its_last_transition(
    tmp_path: Path, database: Database
) -> None:
    engine = build(database, tmp_path / "log", lease_seconds=3600)
    engine.start("x-1", {"n": 1})
    process = spawn(tmp_path, seconds=0.3)
    log = tmp_path / "log"
    wait_until(lambda: log.exists() and "1 second" in log.read_text())
    kill(process)
    engine.start_workers()
    wait_until(lambda: running(engine) == 0)
    engine.stop_workers()
    assert_whole(engine, "x-1", 1)
    tasks = [line.split()[1] for line in log.read_text().splitlines()]
    assert tasks == ["first", "second", "second", "third"]


def test_a_process_that_works_beside_a_killed_one_takes_over(tmp_path: Path, database: Database) -> None:
    engine = build(database, tmp_path / "log", lease_seconds=0.4)
    engine.start_workers()
    process = spawn(tmp_path, seconds=0.5)
    for n in range(4):
        engine.start(f"x-{n}", {"n": n})
    wait_until(
        lambda: str(process.pid) in (tmp_path / "log").read_text() if (tmp_path / "log").exists() else False
    )
    kill(process)
    wait_until(lambda: running(engine) == 0)
    engine.stop_workers()
    for n in range(4):
        assert_whole(engine, f"x-{n}", n)


def test_two_processes_share_the_work_and_do_nothing_twice(tmp_path: Path, database: Database) -> None:
    engine = build(database, tmp_path / "log", seconds=0.02)
    process = spawn(tmp_path, seconds=0.02)
    engine.start_workers()
    for n in range(40):
        engine.start(f"x-{n}", {"n": n})
    wait_until(lambda: running(engine) == 0)
    kill(process)
    engine.stop_workers()
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert len(lines) == 120
    assert len({(n, task) for n, task, _ in lines}) == 120
    assert len({pid for _, _, pid in lines}) == 2


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Lets blocked tasks go on, at the end of the test at the latest."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_an_engine_that_lost_its_lease_cannot_write_any_more(
    database: Database, gate: threading.Event
) -> None:
    begun: list[Any] = []

    def first(call: Any) -> None:
        begun.append(call)
        gate.wait(PATIENCE_SECONDS)

    tasks = {name: first if name == "first" else (lambda _: None) for name in TASKS}
    slow, other = (EmbeddedEngine(database, three_tasks(), tasks, SystemClock(), concurrency=1) for _ in "12")
    slow.start("x-1", {})
    slow.start_workers()
    wait_until(lambda: len(begun) == 1)
    with database.transaction() as db:  # as if the machine had slept past the lease
        db.execute("UPDATE leases SET expires_at = 0")
    other.start_workers()
    wait_until(lambda: len(begun) == 2)
    gate.set()
    wait_until(lambda: running(other) == 0)
    slow.stop_workers()
    other.stop_workers()
    history = other.history("x-1")
    assert [event.id for event in history] == list(range(1, len(history) + 1))
    assert sum(event.type == "LambdaFunctionSucceeded" for event in history) == 3


def test_a_task_that_killed_its_process_each_time_fails_as_a_crashed_worker(
    database: Database, gate: threading.Event
) -> None:
    states = {
        "Work": {
            "Type": "Task",
            "Resource": arn("work"),
            "Catch": [{"ErrorEquals": ["WorkerCrashed"], "Next": "Note"}],
            "End": True,
        },
        "Note": {"Type": "Task", "Resource": arn("note"), "End": True},
    }
    begun: list[Any] = []

    def work(call: Any) -> None:
        begun.append(call)
        gate.wait(PATIENCE_SECONDS)

    tasks = {"work": work, "note": lambda call: json.loads(call["Cause"])["code"]}
    engines = [EmbeddedEngine(database, machine(states), tasks, SystemClock(), concurrency=1) for _ in "12"]
    engines[0].start("x-1", {})
    engines[0].start_workers()
    wait_until(lambda: len(begun) == 1)
    with database.transaction() as db:  # as if as many owners had died over it
        db.execute("UPDATE executions SET owner = NULL, recoveries = ?", [MAX_RECOVERIES])
    engines[1].start_workers()
    assert engines[1].wait("x-1", PATIENCE_SECONDS).output == "worker_crashed"
    assert len(begun) == 1
    gate.set()
    for engine in engines:
        engine.stop_workers()


def test_a_process_is_told_from_a_later_one_of_the_same_number() -> None:
    owner = new_owner()
    host, pid, started, number = owner.rsplit("/", 3)
    assert surely_dead(owner) is False
    assert surely_dead(f"{host}/{pid}/{int(started) + 1}/{number}") is True
    assert surely_dead(f"{host}/{2**22 - 1}/{started}/{number}") is True


def test_nothing_is_known_of_processes_on_other_machines() -> None:
    _, pid, started, number = new_owner().rsplit("/", 3)
    assert surely_dead(f"elsewhere/1/{pid}/{started}/{number}") is False


def test_a_killed_process_that_nobody_waited_for_is_dead(tmp_path: Path, database: Database) -> None:
    process = spawn(tmp_path)
    wait_until(lambda: bool(owners(database)))
    (owner,) = owners(database)
    assert surely_dead(owner) is False
    process.send_signal(signal.SIGKILL)
    wait_until(lambda: surely_dead(owner))
    process.communicate()


def owners(database: Database) -> list[str]:
    with database.read() as db:
        return [row["owner"] for row in db.execute("SELECT owner FROM leases")]
