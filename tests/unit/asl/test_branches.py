"""Parallel and Map states: branches, iterations, and what becomes of them when one fails."""

from __future__ import annotations

from typing import Any

import pytest

from safelight.workflow import asl
from tests.machines import START, TaskError, arn, error_of, failing, in_turn, machine, output_of, play


def task(function: str = "work", **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": arn(function), "End": True, **fields}


def block(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Parallel", "Branches": list(branches), "End": True, **fields}


def each(processor: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}


DOUBLE = block(Double=task())
TASKS = {"Double": lambda n: n * 2, "Left": lambda _: "left", "Right": lambda _: "right"}


def test_branches_get_the_same_input_and_their_outputs_come_in_their_order() -> None:
    states = {"Both": parallel(block(Left=task()), block(Right=task()))}
    played = play(machine(states), {"n": 1}, TASKS)
    assert played.run.output == ["left", "right"]
    assert [call.input for call in played.calls] == [{"n": 1}, {"n": 1}]


def test_branches_are_all_pending_at_once() -> None:
    states = {"Both": parallel(block(Left=task()), block(Right=task()))}
    run = asl.Run(status="RUNNING", name="x", input={}, started_at=START)
    step = asl.begin(machine(states), run, now=START, random=lambda: 0.0)
    assert [call.state for call in step.run.pending] == ["Left", "Right"]  # type: ignore[union-attr]


def test_a_parallel_state_has_parameters_and_a_selected_result_of_its_own() -> None:
    fields = {
        "InputPath": "$.in",
        "Parameters": {"x.$": "$.n", "id.$": "States.UUID()"},
        "ResultSelector": {"first.$": "$[0]"},
        "ResultPath": "$.out",
    }
    states = {"Both": parallel(block(Left=task()), block(Right=task()), **fields)}
    played = play(machine(states), {"in": {"n": 4}}, TASKS)
    assert played.run.output == {"in": {"n": 4}, "out": {"first": "left"}}
    assert played.calls[0].input["x"] == 4
    assert played.calls[0].input == played.calls[1].input


def test_a_map_works_on_every_item_and_keeps_their_order() -> None:
    assert output_of({"Each": each(DOUBLE)}, [1, 2, 3], TASKS) == [2, 4, 6]
    assert output_of({"Each": each(DOUBLE, ItemsPath="$.list")}, {"list": [5]}, TASKS) == [10]
    assert output_of({"Each": each(DOUBLE)}, [], TASKS) == []


def test_the_older_names_of_processor_and_selector_mean_the_same() -> None:
    old = {"Type": "Map", "Iterator": DOUBLE, "Parameters": {"v.$": "$$.Map.Item.Value"}, "End": True}
    new = each(DOUBLE, ItemSelector={"v.$": "$$.Map.Item.Value"})
    tasks = {"Double": lambda call: call["v"] * 2}
    assert output_of({"Each": old}, [1, 2], tasks) == output_of({"Each": new}, [1, 2], tasks) == [2, 4]


def test_an_item_selector_sees_the_input_the_item_and_its_index() -> None:
    selector = {"base.$": "$.base", "item.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index"}
    states = {"Each": each(block(Echo=task()), InputPath="$.in", ItemsPath="$.items", ItemSelector=selector)}
    output = output_of(states, {"in": {"base": 9, "items": ["a", "b"]}}, {"Echo": lambda call: call})
    assert output == [{"base": 9, "item": "a", "at": 0}, {"base": 9, "item": "b", "at": 1}]


def test_states_inside_a_map_see_the_innermost_item() -> None:
    look = {
        "Type": "Pass",
        "Parameters": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value"},
        "End": True,
    }
    inner = block(Inner=each(block(Look=look)))
    beside = block(Both=parallel(block(Seen=look)))
    assert output_of({"Outer": each(inner)}, [["a"], ["b", "c"]]) == [
        [{"i": 0, "v": "a"}],
        [{"i": 0, "v": "b"}, {"i": 1, "v": "c"}],
    ]
    assert output_of({"Outer": each(beside)}, ["a", "b"]) == [[{"i": 0, "v": "a"}], [{"i": 1, "v": "b"}]]


@pytest.mark.parametrize(
    ("fields", "at_once"), [({}, 4), ({"MaxConcurrency": 0}, 4), ({"MaxConcurrency": 2}, 2)]
)
def test_no_more_iterations_run_at_once_than_allowed(fields: dict[str, Any], at_once: int) -> None:
    machine_ = machine({"Each": each(DOUBLE, **fields)})
    run = asl.Run(status="RUNNING", name="x", input=[1, 2, 3, 4], started_at=START)
    step = asl.begin(machine_, run, now=START, random=lambda: 0.0)
    most = []
    while step.run.status == "RUNNING":
        most.append(len(step.run.pending))
        last = step.run.pending[-1]
        step = asl.succeed_task(machine_, step.run, last.id, "x", now=START, random=lambda: 0.0)
    assert max(most) == at_once
    assert step.run.output == ["x"] * 4


def test_the_concurrency_can_come_from_the_input() -> None:
    states = {"Each": each(DOUBLE, ItemsPath="$.items", MaxConcurrencyPath="$.most")}
    assert output_of(states, {"items": [1, 2, 3], "most": 1}, TASKS) == [2, 4, 6]
    assert error_of(states, {"items": [1], "most": "two"}, TASKS) == "States.Runtime"


def test_a_map_over_no_array_is_a_runtime_error() -> None:
    assert error_of({"Each": each(DOUBLE)}, {"no": "array"}) == "States.Runtime"
    assert error_of({"Each": each(DOUBLE, ItemsPath="$.none")}, {}) == "States.Runtime"


def test_the_history_of_a_parallel_state() -> None:
    states = {"Both": parallel(block(L={"Type": "Pass", "End": True}), block(R={"Type": "Succeed"}))}
    assert play(machine(states), {}).types == [
        "ExecutionStarted",
        "ParallelStateEntered",
        "ParallelStateStarted",
        "PassStateEntered",
        "PassStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ParallelStateSucceeded",
        "ParallelStateExited",
        "ExecutionSucceeded",
    ]


def test_the_history_of_a_map_state() -> None:
    played = play(machine({"Each": each(block(P={"Type": "Pass", "End": True}))}), [1, 2])
    assert played.types == [
        "ExecutionStarted",
        "MapStateEntered",
        "MapStateStarted",
        "MapIterationStarted",
        "MapIterationStarted",
        "PassStateEntered",
        "PassStateExited",
        "MapIterationSucceeded",
        "PassStateEntered",
        "PassStateExited",
        "MapIterationSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]
    assert played.details("MapStateStarted") == [{"length": 2}]
    assert played.details("MapIterationStarted") == [{"name": "Each", "index": index} for index in (0, 1)]


def test_a_failed_branch_fails_the_state_with_its_own_error_and_aborts_the_others() -> None:
    rest = {"Type": "Wait", "Seconds": 60, "End": True}
    branches = [block(Bad=task()), block(Left=task()), block(Rest=rest), block(Deep=each(block(In=task())))]
    played = play(machine({"All": parallel(*branches)}), [1, 2], {"Bad": failing("Broken", "why"), **TASKS})
    assert (played.run.status, played.run.error, played.run.cause) == ("FAILED", "Broken", "why")
    failed = played.types.index("LambdaFunctionFailed")
    assert played.types[failed + 1 :] == [
        "TaskStateAborted",
        "WaitStateAborted",
        "TaskStateAborted",
        "TaskStateAborted",
        "MapStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]


def test_a_failed_iteration_fails_the_map_as_recorded_from_step_functions() -> None:
    played = play(machine({"Each": each(block(Work=task()))}), [1, 2, 3], {"Work": failing("Broken")})
    assert played.types[-7:] == [
        "MapIterationFailed",
        "TaskStateAborted",
        "MapIterationAborted",
        "TaskStateAborted",
        "MapIterationAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]
    assert played.run.error == "Broken"


@pytest.mark.parametrize("state", ["Parallel", "Map"])
def test_a_failed_state_is_retried_as_a_whole_and_then_caught(state: str) -> None:
    fields = {
        "Retry": [{"ErrorEquals": ["Broken"], "MaxAttempts": 1}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Caught"}],
    }
    whole = (
        parallel(block(Work=task()), **fields)
        if state == "Parallel"
        else each(block(Work=task()), ItemsPath="$.items", **fields)
    )
    states = {"All": whole, "Caught": {"Type": "Succeed"}}
    outcomes = [TaskError("Broken"), TaskError("Worse", "why")]
    played = play(machine(states), {"items": [1]}, {"Work": in_turn(*outcomes)})
    assert played.run.output == {"items": [1], "failure": {"Error": "Worse", "Cause": "why"}}
    assert played.types.count(f"{state}StateStarted") == 2
    assert played.types.count(f"{state}StateFailed") == 2
    assert played.waits == [1]


def test_an_error_caught_inside_a_branch_does_not_reach_the_state_around_it() -> None:
    work = task(Catch=[{"ErrorEquals": ["Broken"], "Next": "Mend"}])
    branch = block(Work=work, Mend={"Type": "Pass", "Result": "mended", "End": True})
    assert output_of({"All": parallel(branch)}, {}, {"Work": failing("Broken")}) == ["mended"]


def test_a_fail_state_inside_a_branch_fails_the_state_around_it() -> None:
    bad = block(Bad={"Type": "Fail", "Error": "Broken", "Cause": "why"})
    catch = [{"ErrorEquals": ["Broken"], "Next": "Caught"}]
    states = {"All": parallel(bad, block(Left=task()), Catch=catch), "Caught": {"Type": "Succeed"}}
    assert output_of(states, {}, TASKS) == {"Error": "Broken", "Cause": "why"}


def test_a_runtime_error_inside_a_branch_ends_the_execution_at_once() -> None:
    bad = block(Bad={"Type": "Pass", "InputPath": "$.none", "End": True})
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    states = {"All": parallel(bad, block(Left=task()), Catch=catch), "Caught": {"Type": "Succeed"}}
    played = play(machine(states), {}, TASKS)
    assert played.run.error == "States.Runtime"
    assert played.types[-2:] == ["PassStateEntered", "ExecutionFailed"]


def test_an_item_selector_that_fails_fails_the_map() -> None:
    selector = {"x.$": "$$.Map.Item.Value.x"}
    states = {"Each": each(DOUBLE, ItemSelector=selector)}
    played = play(machine(states), [{"x": 1}, {}, {"x": 3}], TASKS)
    assert played.run.error == "States.ParameterPathFailure"
    assert played.types[-6:] == [
        "MapIterationStarted",
        "MapIterationFailed",
        "MapIterationAborted",
        "MapIterationAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]


def test_the_joined_results_must_stay_within_the_payload_limit() -> None:
    half = "x" * (150 * 1024)
    states = {"Both": parallel(block(Left=task()), block(Right=task()))}
    assert (
        error_of(states, {}, {"Left": lambda _: half, "Right": lambda _: half}) == "States.DataLimitExceeded"
    )


def test_deeply_nested_branches_come_together() -> None:
    inner: dict[str, Any] = block(Leaf=task())
    for depth in range(8):
        inner = block(**{f"Level{depth}": parallel(inner)})
    output = output_of({"Top": parallel(inner)}, 1, {"Leaf": lambda n: n})
    for _ in range(9):
        (output,) = output
    assert output == 1
