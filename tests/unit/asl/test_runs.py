"""Runs as values: reports that come late or twice, positions, endless machines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from safelight.workflow import asl
from safelight.workflow.asl import Run, StateMachine, Step
from tests.machines import START, TaskError, arn, in_turn, machine, play

NOW: dict[str, Any] = {"now": START, "random": lambda: 0.5}


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": arn("work"), "End": True, **fields}


def begun(machine: StateMachine, input: Any = None) -> Step:
    return asl.begin(machine, Run(status="RUNNING", name="x", input=input, started_at=START), **NOW)


def test_a_report_changes_the_new_run_and_not_the_old_one() -> None:
    one = machine({"Work": task()})
    first = begun(one).run
    before = asl.run_to_json(first)
    last = asl.succeed_task(one, first, first.pending[0].id, "done", **NOW).run
    assert (first.status, last.status) == ("RUNNING", "SUCCEEDED")
    assert asl.run_to_json(first) == before
    assert last.pending == ()
    assert last.stopped_at == START


def test_reports_that_nobody_waits_for_any_more_change_nothing() -> None:
    two = machine({"Work": {"Type": "Task", "Resource": arn("work"), "Next": "More"}, "More": task()})
    first = begun(two).run
    old = first.pending[0].id
    second = asl.succeed_task(two, first, old, {}, **NOW).run
    for again in (
        asl.succeed_task(two, second, old, "late", **NOW),
        asl.fail_task(two, second, old, error="Late", cause=None, **NOW),
        asl.fire_timer(two, second, old, **NOW),
        asl.fire_timer(two, second, "nonsense", **NOW),
    ):
        assert again.events == ()
        assert again.run == second


def test_each_try_has_an_id_of_its_own() -> None:
    retrying = task(Retry=[{"ErrorEquals": ["Broken"], "MaxAttempts": 3}])
    played = play(machine({"Work": retrying}), {}, {"Work": in_turn(*[TaskError("Broken")] * 3, "done")})
    assert len({call.id for call in played.calls}) == len(played.calls) == 4


def test_a_machine_that_never_stops_is_stopped_at_the_limit_of_its_history() -> None:
    states = {
        "Loop": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Out"}],
            "Default": "Go",
        },
        "Go": {"Type": "Pass", "Next": "Loop"},
        "Out": {"Type": "Succeed"},
    }
    run = begun(machine(states), {}).run
    assert (run.status, run.error) == ("FAILED", "States.Runtime")
    assert 25_000 <= run.event_count < 25_010


def test_the_time_limit_of_the_machine_ends_the_execution_whatever_it_waits_for() -> None:
    limited = machine({"Rest": {"Type": "Wait", "Seconds": 100, "End": True}}, TimeoutSeconds=60)
    played = play(limited, {})
    assert (played.run.status, played.run.error) == ("TIMED_OUT", "States.Timeout")
    assert played.types[-1] == "ExecutionTimedOut"
    assert played.waits == [60]
    assert begun(limited).run.pending[-1].due == START + timedelta(seconds=60)  # type: ignore[union-attr]


def test_an_execution_can_be_ended_from_outside_once() -> None:
    one = machine({"Work": task()})
    step = asl.end_run(one, begun(one).run, error="Outside", cause="why", **NOW)
    assert (step.run.status, step.run.error, step.run.cause) == ("FAILED", "Outside", "why")
    assert [event.type for event in step.events] == ["ExecutionFailed"]
    assert asl.end_run(one, step.run, error="Again", cause="", **NOW) == Step(run=step.run, events=())


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
def test_a_finished_run_survives_json_too(status: str) -> None:
    one = machine({"Work": task()})
    run = begun(one).run
    report = {"SUCCEEDED": asl.succeed_task, "FAILED": asl.fail_task}[status]
    more: dict[str, Any] = {"output": 1} if status == "SUCCEEDED" else {"error": "E", "cause": "C"}
    ended = report(one, run, run.pending[0].id, **more, **NOW).run
    assert asl.run_from_json(asl.run_to_json(ended)) == ended
