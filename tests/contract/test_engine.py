"""What every engine promises. Embedded and inline today; Step Functions passes the same suite."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from safelight.database import Database
from safelight.errors import ConfigurationError, ImageRejected, NotFound, StoreUnavailable
from safelight.model import Execution, Lane
from safelight.ports import Engine
from safelight.workflow.asl import StateMachine
from safelight.workflow.engines.embedded import EmbeddedEngine
from safelight.workflow.engines.inline import InlineEngine
from tests.machines import arn, in_turn, machine

Task = Callable[[dict[str, Any]], Any]
Make = Callable[[StateMachine, Mapping[str, Task]], Engine]

PATIENCE_SECONDS = 20.0
RETRY_AT_ONCE = {"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "JitterStrategy": "FULL"}


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture(params=["embedded", "inline"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes a running engine. Its dice always show 0, so that full jitter means no delay."""
    if request.param == "inline":
        yield lambda machine, tasks: InlineEngine(machine, tasks, SystemClock(), random=lambda: 0.0)
        return
    database = Database(tmp_path / "safelight.db")
    engines: list[EmbeddedEngine] = []

    def embedded(machine: StateMachine, tasks: Mapping[str, Task]) -> Engine:
        engine = EmbeddedEngine(database, machine, tasks, SystemClock(), concurrency=2, random=lambda: 0.0)
        engine.start_workers()
        engines.append(engine)
        return engine

    yield embedded
    for engine in engines:
        engine.stop_workers(grace_seconds=0.2)
    database.close()


def task(function: str, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": arn(function), **fields}


ONE_TASK = machine({"Work": task("work", End=True)})


def ended(engine: Engine, name: str) -> Execution:
    until = time.monotonic() + PATIENCE_SECONDS
    while (execution := engine.get(name)).status == "RUNNING":
        assert time.monotonic() < until, "the execution does not end"
        time.sleep(0.005)
    return execution


def run(make: Make, machine: StateMachine, tasks: Mapping[str, Task], input: Any = None) -> Execution:
    engine = make(machine, tasks)
    assert engine.start("one", input or {})
    return ended(engine, "one")


def test_an_execution_keeps_its_name_input_output_and_times(make: Make) -> None:
    execution = run(make, ONE_TASK, {"work": lambda call: {"doubled": call["n"] * 2}}, {"n": 2})
    assert (execution.name, execution.status) == ("one", "SUCCEEDED")
    assert (execution.input, execution.output) == ({"n": 2}, {"doubled": 4})
    assert execution.error is None
    assert execution.stopped_at is not None
    assert execution.started_at <= execution.stopped_at


def test_starting_twice_is_starting_once(make: Make) -> None:
    calls = []
    engine = make(ONE_TASK, {"work": calls.append})
    assert engine.start("one", {"n": 1}) is True
    assert engine.start("one", {"n": 2}) is False
    assert ended(engine, "one").input == {"n": 1}
    assert engine.start("one", {"n": 3}) is False
    assert calls == [{"n": 1}]


def test_starting_at_the_same_moment_from_many_threads_is_starting_once(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: {}})
    barrier = threading.Barrier(4)
    answers: list[bool] = []

    def start() -> None:
        barrier.wait()
        answers.append(engine.start("one", {}))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, False, True]


def test_a_name_that_was_never_started_is_not_found(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: {}})
    with pytest.raises(NotFound):
        engine.get("nobody")
    with pytest.raises(NotFound):
        engine.history("nobody")


def test_the_lane_is_kept(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: {}})
    engine.start("one", {}, lane=Lane.BACKFILL)
    assert ended(engine, "one").lane is Lane.BACKFILL


def test_the_history_tells_every_state_in_step_functions_words(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: {"done": True}})
    engine.start("one", {"n": 1})
    ended(engine, "one")
    history = engine.history("one")
    assert [(event.id, event.type, event.details) for event in history] == [
        (1, "ExecutionStarted", {"input": {"n": 1}}),
        (2, "TaskStateEntered", {"name": "Work", "input": {"n": 1}}),
        (3, "LambdaFunctionScheduled", {"resource": arn("work"), "input": {"n": 1}}),
        (4, "LambdaFunctionStarted", {}),
        (5, "LambdaFunctionSucceeded", {"output": {"done": True}}),
        (6, "TaskStateExited", {"name": "Work", "output": {"done": True}}),
        (7, "ExecutionSucceeded", {"output": {"done": True}}),
    ]
    times = [event.timestamp for event in history]
    assert times == sorted(times)
    assert all(time.tzinfo is not None for time in times)


def test_executions_are_listed_latest_first_by_prefix_and_up_to_a_limit(make: Make) -> None:
    engine = make(ONE_TASK, {"work": lambda _: {}})
    names = ["a-1", "b-1", "a-2", "a_3", "b-2"]
    for name in names:
        engine.start(name, {})
        ended(engine, name)
    assert [execution.name for execution in engine.list()] == names[::-1]
    assert [execution.name for execution in engine.list(prefix="a-")] == ["a-2", "a-1"]
    assert [execution.name for execution in engine.list(limit=2)] == ["b-2", "a_3"]
    assert engine.list(prefix="c") == []


def test_an_error_of_ours_reaches_the_workflow_by_name_with_code_and_remedy(make: Make) -> None:
    def work(_call: Any) -> Any:
        raise ImageRejected("too_many_pixels", "It has 200 MP.", remedy="Raise max_megapixels.")

    execution = run(make, ONE_TASK, {"work": work})
    assert (execution.status, execution.error) == ("FAILED", "ImageRejected")
    assert json.loads(execution.cause or "") == {
        "errorMessage": "It has 200 MP. Raise max_megapixels.",
        "errorType": "ImageRejected",
        "code": "too_many_pixels",
        "remedy": "Raise max_megapixels.",
    }


def test_any_other_error_reaches_the_workflow_as_lambda_would_report_it(make: Make) -> None:
    execution = run(make, ONE_TASK, {"work": lambda call: call["missing"]})
    assert execution.error == "KeyError"
    assert json.loads(execution.cause or "") == {
        "errorMessage": "The task failed unexpectedly; the log says more.",
        "errorType": "KeyError",
    }


def test_a_result_that_is_not_json_is_an_error_of_the_task(make: Make) -> None:
    assert run(make, ONE_TASK, {"work": lambda _: {"at": object()}}).error == "Runtime.MarshalError"


def test_a_task_cannot_change_the_state_through_its_input(make: Make) -> None:
    states = {"Work": task("work", ResultPath="$.result", End=True)}
    execution = run(make, machine(states), {"work": lambda call: call["list"].append(1)}, {"list": []})
    assert execution.output == {"list": [], "result": None}


def test_a_failed_task_is_tried_again(make: Make) -> None:
    states = {"Work": task("work", Retry=[RETRY_AT_ONCE], End=True)}
    outcomes = in_turn(StoreUnavailable("down"), StoreUnavailable("down"), {"well": True})
    assert run(make, machine(states), {"work": outcomes}).output == {"well": True}


def test_a_task_that_keeps_failing_ends_in_its_catcher(make: Make) -> None:
    def work(_call: Any) -> Any:
        raise StoreUnavailable("down")

    states = {
        "Work": task(
            "work",
            Retry=[RETRY_AT_ONCE],
            Catch=[{"ErrorEquals": ["StoreUnavailable"], "ResultPath": "$.failure", "Next": "Clean"}],
            End=True,
        ),
        "Clean": task("clean", End=True),
    }
    engine = make(machine(states), {"work": work, "clean": lambda call: call["failure"]["Error"]})
    engine.start("one", {})
    assert ended(engine, "one").output == "StoreUnavailable"
    failures = [event for event in engine.history("one") if event.type == "LambdaFunctionFailed"]
    assert len(failures) == 3


def test_a_task_that_outlives_its_time_limit_fails_with_states_timeout(make: Make) -> None:
    states = {"Work": task("work", TimeoutSeconds=1, End=True)}
    engine = make(machine(states), {"work": lambda _: time.sleep(1.3)})
    engine.start("one", {})
    execution = ended(engine, "one")
    assert (execution.status, execution.error) == ("FAILED", "States.Timeout")
    assert engine.history("one")[-2].type == "LambdaFunctionTimedOut"


def test_a_wait_state_waits(make: Make) -> None:
    states = {"Rest": {"Type": "Wait", "Seconds": 1, "Next": "Work"}, "Work": task("work", End=True)}
    execution = run(make, machine(states), {"work": lambda call: call})
    assert execution.stopped_at is not None
    assert (execution.stopped_at - execution.started_at).total_seconds() >= 1


def test_branches_and_items_come_together(make: Make) -> None:
    block = {"StartAt": "Double", "States": {"Double": task("double", End=True)}}
    states = {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                block,
                {
                    "StartAt": "Each",
                    "States": {
                        "Each": {
                            "Type": "Map",
                            "ItemsPath": "$.items",
                            "ItemProcessor": {
                                "StartAt": "Triple",
                                "States": {"Triple": task("triple", End=True)},
                            },
                            "End": True,
                        }
                    },
                },
            ],
            "End": True,
        }
    }
    tasks = {"double": lambda call: call["n"] * 2, "triple": lambda item: item * 3}
    assert run(make, machine(states), tasks, {"n": 5, "items": [1, 2, 3, 4]}).output == [10, [3, 6, 9, 12]]


def test_an_engine_without_a_task_of_the_workflow_is_refused(make: Make) -> None:
    with pytest.raises(ConfigurationError, match="work"):
        make(ONE_TASK, {"play": lambda _: {}})
