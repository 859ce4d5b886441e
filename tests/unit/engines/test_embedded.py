"""What the embedded engine adds to the contract: lanes, threads, timers, observers, upkeep."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from safelight.database import Database, load_queries
from safelight.errors import StorageFull, StoreUnavailable
from safelight.model import Execution, Lane
from safelight.workflow import asl
from safelight.workflow.asl import Run, StateMachine, Step
from safelight.workflow.engines import active, workers
from safelight.workflow.engines.embedded import EmbeddedEngine
from safelight.workflow.log_context import log_fields
from tests.engine_process import SystemClock
from tests.machines import arn, machine

PATIENCE_SECONDS = 20.0


def task(function: str, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": arn(function), **fields}


ONE_TASK = machine({"Work": task("work", End=True)})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "safelight.db")
    yield database
    database.close()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Lets blocked tasks go on, at the end of the test at the latest."""
    gate = threading.Event()
    yield gate
    gate.set()


Make = Callable[..., EmbeddedEngine]


@pytest.fixture
def make(database: Database, gate: threading.Event) -> Iterator[Make]:
    """Makes an engine, not yet working, that is stopped after the test."""
    engines: list[EmbeddedEngine] = []

    def make(machine: StateMachine, tasks: Mapping[str, Any], **settings: Any) -> EmbeddedEngine:
        settings = {"concurrency": 2, "random": lambda: 0.0, **settings}
        engines.append(EmbeddedEngine(database, machine, tasks, SystemClock(), **settings))
        return engines[-1]

    yield make
    gate.set()
    for engine in engines:
        engine.stop_workers()


def wait_until(true: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.002)


def test_executions_wait_until_there_are_workers(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: "done"})
    engine.start("x-1", {})
    assert engine.get("x-1").status == "RUNNING"
    assert engine.history("x-1") == []
    engine.start_workers()
    assert engine.wait("x-1", PATIENCE_SECONDS).output == "done"


def test_uploads_go_before_a_mass_re_run_and_each_lane_in_order(make: Make) -> None:
    order: list[str] = []
    engine = make(ONE_TASK, {"work": lambda call: order.append(call["name"])}, concurrency=1)
    for name in ("b1", "b2"):
        engine.start(name, {"name": name}, lane=Lane.BACKFILL)
    for name in ("i1", "i2"):
        engine.start(name, {"name": name})
    assert engine.queue_depth() == {Lane.INTERACTIVE: 2, Lane.BACKFILL: 2}
    engine.start_workers()
    for name in ("i1", "i2", "b1", "b2"):
        engine.wait(name, PATIENCE_SECONDS)
    assert order == ["i1", "i2", "b1", "b2"]
    assert engine.queue_depth() == {Lane.INTERACTIVE: 0, Lane.BACKFILL: 0}


def test_no_more_tasks_run_at_once_than_it_was_told(make: Make, gate: threading.Event) -> None:
    running: list[int] = []
    most: list[int] = []

    def work(call: dict[str, int]) -> None:
        running.append(call["n"])
        most.append(len(running))
        gate.wait(0.02)
        running.remove(call["n"])

    engine = make(ONE_TASK, {"work": work}, concurrency=3)
    for n in range(20):
        engine.start(f"x-{n}", {"n": n})
    engine.start_workers()
    for n in range(20):
        engine.wait(f"x-{n}", PATIENCE_SECONDS)
    assert max(most) == 3


def test_the_branches_of_one_execution_run_at_the_same_time(make: Make) -> None:
    together = threading.Barrier(3)
    block = {"StartAt": "Meet", "States": {"Meet": task("meet", End=True)}}
    states = {"Each": {"Type": "Map", "ItemProcessor": block, "End": True}}
    engine = make(machine(states), {"meet": lambda item: together.wait(PATIENCE_SECONDS) >= 0}, concurrency=3)
    engine.start_workers()
    engine.start("x-1", [1, 2, 3])  # type: ignore[arg-type]
    assert engine.wait("x-1", PATIENCE_SECONDS).output == [True, True, True]


def test_a_branch_that_waits_goes_on_while_another_one_works(make: Make, gate: threading.Event) -> None:
    branches = [
        {"StartAt": "Slow", "States": {"Slow": task("slow", End=True)}},
        {
            "StartAt": "Rest",
            "States": {
                "Rest": {"Type": "Wait", "Seconds": 0, "Next": "Open"},
                "Open": task("open", End=True),
            },
        },
    ]
    states = {"Both": {"Type": "Parallel", "Branches": branches, "End": True}}
    tasks = {"slow": lambda _: gate.wait(PATIENCE_SECONDS), "open": lambda _: gate.set()}
    engine = make(machine(states), tasks)
    engine.start_workers()
    engine.start("x-1", {})
    assert engine.wait("x-1", PATIENCE_SECONDS).output == [True, None]


def test_a_failed_branch_ends_the_execution_without_waiting_for_the_others(
    make: Make, gate: threading.Event
) -> None:
    slow_begun = threading.Event()

    def slow(_call: Any) -> None:
        slow_begun.set()
        gate.wait(PATIENCE_SECONDS)

    def quick(_call: Any) -> None:
        slow_begun.wait(PATIENCE_SECONDS)
        raise StoreUnavailable("down")

    branches = [
        {"StartAt": name, "States": {name: task(name, End=True)}} for name in ("slow", "quick", "later")
    ]
    states = {"Both": {"Type": "Parallel", "Branches": branches, "End": True}}
    later: list[Any] = []
    ended: list[Execution] = []
    tasks = {"slow": slow, "quick": quick, "later": later.append}
    engine = make(machine(states), tasks, on_finished=ended.append)
    engine.start_workers()
    engine.start("x-1", {})
    assert engine.wait("x-1", PATIENCE_SECONDS).error == "StoreUnavailable"
    gate.set()
    engine.stop_workers()
    assert len(ended) == 1
    assert later == []


def test_an_execution_that_waits_occupies_no_worker(make: Make) -> None:
    states = {"Rest": {"Type": "Wait", "Seconds": 3600, "Next": "Work"}, "Work": task("work", End=True)}
    engine = make(machine(states), {"work": lambda _: "done"}, concurrency=1)
    engine.start_workers()
    for n in range(3):
        engine.start(f"x-{n}", {})
    wait_until(lambda: all(len(engine.history(f"x-{n}")) == 2 for n in range(3)))
    wait_until(lambda: engine.queue_depth()[Lane.INTERACTIVE] == 3)


def test_a_machine_that_takes_too_long_is_timed_out(make: Make, gate: threading.Event) -> None:
    slow = machine({"Work": task("work", End=True)}, TimeoutSeconds=1)
    engine = make(slow, {"work": lambda _: gate.wait(PATIENCE_SECONDS)})
    engine.start_workers()
    engine.start("x-1", {})
    execution = engine.wait("x-1", PATIENCE_SECONDS)
    assert (execution.status, execution.error) == ("TIMED_OUT", "States.Timeout")
    assert engine.history("x-1")[-1].type == "ExecutionTimedOut"


def test_hung_tasks_cost_no_worker(make: Make, gate: threading.Event) -> None:
    def work(call: dict[str, bool]) -> str:
        if call["hang"]:
            gate.wait(PATIENCE_SECONDS)
        return "done"

    states = {"Work": task("work", TimeoutSeconds=1, End=True)}
    engine = make(machine(states), {"work": work}, concurrency=1)
    engine.start_workers()
    engine.start("x-1", {"hang": True})
    engine.start("x-2", {"hang": False})
    assert engine.wait("x-2", PATIENCE_SECONDS).output == "done"
    assert engine.get("x-1").error == "States.Timeout"
    gate.set()
    engine.start("x-3", {"hang": False})
    assert engine.wait("x-3", PATIENCE_SECONDS).status == "SUCCEEDED"
    assert engine.get("x-1").status == "FAILED"


def test_executions_started_by_another_process_are_found(make: Make) -> None:
    worker = make(ONE_TASK, {"work": lambda _: "done"})
    starter = make(ONE_TASK, {"work": lambda _: "never"})
    worker.start_workers()
    wait_until(lambda: worker.queue_depth()[Lane.INTERACTIVE] == 0)
    starter.start("x-1", {})
    assert starter.wait("x-1", PATIENCE_SECONDS).output == "done"


def test_what_workers_had_begun_is_given_back_when_they_stop(make: Make, gate: threading.Event) -> None:
    begun = threading.Event()

    def work(_call: Any) -> str:
        begun.set()
        gate.wait(PATIENCE_SECONDS)
        return "late"

    engine = make(ONE_TASK, {"work": work}, lease_seconds=3600)
    engine.start_workers()
    engine.start("x-1", {})
    assert begun.wait(PATIENCE_SECONDS)
    engine.stop_workers(grace_seconds=0.01)
    other = make(ONE_TASK, {"work": lambda _: "again"})
    other.start_workers()
    assert other.wait("x-1", PATIENCE_SECONDS).output == "again"
    gate.set()


def test_a_task_that_ends_within_the_grace_is_stored(make: Make, gate: threading.Event) -> None:
    begun = threading.Event()

    def work(_call: Any) -> str:
        begun.set()
        gate.wait(PATIENCE_SECONDS)
        return "done"

    engine = make(ONE_TASK, {"work": work})
    engine.start_workers()
    engine.start("x-1", {})
    assert begun.wait(PATIENCE_SECONDS)
    threading.Timer(0.05, gate.set).start()
    engine.stop_workers(grace_seconds=PATIENCE_SECONDS)
    assert engine.get("x-1").output == "done"


def test_workers_can_be_stopped_and_started_again_and_twice_is_once(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: "done"})
    for name in ("x-1", "x-2"):
        engine.start_workers()
        engine.start_workers()
        engine.start(name, {})
        engine.wait(name, PATIENCE_SECONDS)
        engine.stop_workers()
        engine.stop_workers()
    assert {execution.status for execution in engine.list()} == {"SUCCEEDED"}


def test_run_workers_runs_until_it_is_told_to_stop(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: "done"})
    stop = threading.Event()
    thread = threading.Thread(target=engine.run_workers, args=[stop])
    thread.start()
    engine.start("x-1", {})
    assert engine.wait("x-1", PATIENCE_SECONDS).output == "done"
    stop.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def test_observers_hear_of_every_task_and_every_end(make: Make) -> None:
    heard: list[tuple[str, str]] = []
    ended: list[Execution] = []
    states = {
        "Good": task("good", Next="Bad"),
        "Bad": task("bad", End=True),
    }

    def bad(_call: Any) -> None:
        raise StoreUnavailable("down")

    engine = make(
        machine(states),
        {"good": lambda _: {}, "bad": bad},
        on_task=lambda name, outcome, seconds: heard.append((name, outcome)) if seconds >= 0 else None,
        on_finished=ended.append,
    )
    engine.start_workers()
    engine.start("x-1", {})
    engine.wait("x-1", PATIENCE_SECONDS)
    wait_until(lambda: ended)
    assert heard == [("good", "succeeded"), ("bad", "failed")]
    assert ended == [engine.get("x-1")]


def test_wait_returns_what_it_finds_when_its_time_is_over(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: "done"})
    engine.start("x-1", {})
    assert engine.wait("x-1", 0.01).status == "RUNNING"


def test_log_lines_of_a_task_say_which_execution_and_image_it_is_about(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: dict(log_fields())})
    engine.start_workers()
    engine.start("abc-123-2", {})
    assert engine.wait("abc-123-2", PATIENCE_SECONDS).output == {"execution": "abc-123-2", "image_id": "abc"}
    assert log_fields() == {}


def test_an_unexpected_error_is_logged_with_its_traceback_and_ours_is_not(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    def work(call: dict[str, bool]) -> None:
        if call["ours"]:
            raise StoreUnavailable("down")
        raise RuntimeError("a bug")

    engine = make(ONE_TASK, {"work": work}, concurrency=1)
    caplog.set_level(logging.INFO)
    engine.start_workers()
    for name, ours in (("x-1", True), ("x-2", False)):
        engine.start(name, {"ours": ours})
        engine.wait(name, PATIENCE_SECONDS)
    lines = [
        (record.levelname, bool(record.exc_info)) for record in caplog.records if "failed" in record.message
    ]
    assert lines == [("INFO", False), ("ERROR", True)]


def test_only_executions_that_ended_before_the_given_time_are_pruned(make: Make, database: Database) -> None:
    engine = make(ONE_TASK, {"work": lambda _: {}})
    engine.start("old-1", {})
    engine.start_workers()
    middle = engine.wait("old-1", PATIENCE_SECONDS).stopped_at
    assert middle is not None
    engine.start("new-1", {})
    engine.wait("new-1", PATIENCE_SECONDS)
    engine.stop_workers()
    engine.start("waiting-1", {})
    assert engine.prune(middle + timedelta(microseconds=1)) == 1
    assert {execution.name for execution in engine.list()} == {"new-1", "waiting-1"}
    assert engine.prune(datetime.now(UTC) + timedelta(days=1)) == 1
    assert {execution.name for execution in engine.list()} == {"waiting-1"}
    with database.read() as db:
        assert db.execute("SELECT count(*) FROM history").fetchone()[0] == 0


@pytest.mark.parametrize("fault", [StorageFull("full"), StoreUnavailable("locked")])
def test_a_result_is_stored_once_the_disk_allows_it(
    make: Make, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(active, "RETRY_SECONDS", 0.01)
    calls: list[Any] = []
    engine = make(ONE_TASK, {"work": calls.append})
    advance = engine._store.advance
    faults = [fault, fault]

    def failing_twice(*arguments: Any, **settings: Any) -> None:
        if faults:
            raise faults.pop()
        advance(*arguments, **settings)

    monkeypatch.setattr(engine._store, "advance", failing_twice)
    engine.start_workers()
    engine.start("x-1", {})
    assert engine.wait("x-1", PATIENCE_SECONDS).status == "SUCCEEDED"
    assert calls == [{}]


def test_a_fault_of_the_engine_itself_leaves_the_execution_for_another_try(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = make(ONE_TASK, {"work": lambda _: "done"})
    advance = engine._store.advance
    bugs = [ZeroDivisionError("a bug")]

    def failing_once(*arguments: Any, **settings: Any) -> None:
        if bugs:
            raise bugs.pop()
        advance(*arguments, **settings)

    monkeypatch.setattr(engine._store, "advance", failing_once)
    engine.start_workers()
    engine.start("x-1", {})
    assert engine.wait("x-1", PATIENCE_SECONDS).output == "done"
    assert "tried again from its last transition" in caplog.text


def test_an_execution_whose_state_the_workflow_has_no_more_fails_with_the_reason(
    make: Make, gate: threading.Event
) -> None:
    begun = threading.Event()

    def work(_call: Any) -> None:
        begun.set()
        gate.wait(PATIENCE_SECONDS)

    states = {
        "Work": task("work", Retry=[{"ErrorEquals": ["States.ALL"]}], Next="Rest"),
        "Rest": task("work", End=True),
    }
    old = make(machine(states), {"work": work})
    old.start("x-1", {})
    old.start_workers()
    assert begun.wait(PATIENCE_SECONDS)
    old.stop_workers(grace_seconds=0.01)
    new = make(machine({"Other": task("work", End=True)}), {"work": lambda _: {}})
    new.start_workers()
    execution = new.wait("x-1", PATIENCE_SECONDS)
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert "'Work'" in (execution.cause or "")


def test_an_execution_of_a_version_whose_notes_cannot_be_read_fails_with_the_reason(
    make: Make, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    states = {"Rest": {"Type": "Wait", "Seconds": 1, "End": True}}
    engine = make(machine(states), {})
    engine.start_workers()
    engine.start("x-1", {})
    wait_until(lambda: len(engine.history("x-1")) == 2)
    with database.transaction() as db:
        db.execute("UPDATE executions SET run = json_remove(run, '$.frames')")
    execution = engine.wait("x-1", PATIENCE_SECONDS)
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert "another version" in (execution.cause or "")
    assert [event.id for event in engine.history("x-1")] == [1, 2, 3]


def test_an_execution_that_the_interpreter_stumbles_over_fails_and_holds_up_no_other(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begin = asl.begin

    def stumbling(machine: StateMachine, run: Run, **settings: Any) -> Step:
        return begin(machine, run, **settings) if run.name != "bad-1" else 1 / 0  # type: ignore[return-value]

    monkeypatch.setattr(asl, "begin", stumbling)
    engine = make(ONE_TASK, {"work": lambda _: "done"}, concurrency=1)
    for name in ("bad-1", "good-1"):
        engine.start(name, {})
    engine.start_workers()
    assert engine.wait("good-1", PATIENCE_SECONDS).output == "done"
    assert engine.get("bad-1").error == "States.Runtime"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("fault", [StoreUnavailable("locked"), ZeroDivisionError("a bug")])
def test_workers_survive_a_claim_that_fails(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    monkeypatch.setattr(workers, "RETRY_SECONDS", 0.01)
    engine = make(ONE_TASK, {"work": lambda _: "done"}, concurrency=1)
    claim = engine._store.claim
    faults = [fault, fault]

    def failing_twice(*arguments: Any) -> Any:
        if faults:
            raise faults.pop()
        return claim(*arguments)

    monkeypatch.setattr(engine._store, "claim", failing_twice)
    engine.start("x-1", {})
    engine.start_workers()
    assert engine.wait("x-1", PATIENCE_SECONDS).output == "done"
    assert "no execution can be claimed" in caplog.text


def test_the_time_an_execution_waited_for_a_worker_can_be_read_from_its_history(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: "done"})
    engine.start("x-1", {})
    time.sleep(0.02)
    engine.start_workers()
    execution = engine.wait("x-1", PATIENCE_SECONDS)
    started, entered, *_ = engine.history("x-1")
    assert started.timestamp == execution.started_at
    assert entered.timestamp - started.timestamp >= timedelta(milliseconds=20)


def test_a_clock_that_is_set_back_holds_up_nothing(database: Database) -> None:
    class SettableClock:
        time = datetime(2040, 1, 1, tzinfo=UTC)

        def now(self) -> datetime:
            return self.time

    clock = SettableClock()
    engine = EmbeddedEngine(database, ONE_TASK, {"work": lambda _: "done"}, clock, concurrency=1)
    engine.start("x-1", {})
    clock.time -= timedelta(days=1)
    engine.start("x-2", {})
    engine.start_workers()
    try:
        outputs = [engine.wait(name, PATIENCE_SECONDS).output for name in ("x-1", "x-2")]
    finally:
        engine.stop_workers()
    assert outputs == ["done", "done"]


def test_no_query_reads_executions_that_it_does_not_need(database: Database) -> None:
    # Leases are as many as workers; the others read an index from its end, or count all that wait.
    may_scan = {"select_leases", "select_latest", "count_waiting"}
    with database.read() as db:
        for name, sql in load_queries("safelight.workflow.engines", "embedded.sql").items():
            statement = re.sub(r"--.*", "", sql)
            parameters = dict.fromkeys(re.findall(r":(\w+)", statement), 1)
            plan = " ".join(
                row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            )
            assert ("SCAN" in plan) is (name in may_scan), (name, plan)
