"""Each type of state: how data flows through it, what it waits for, how it fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from safelight.model import iso
from tests.machines import START, TaskError, arn, error_of, in_turn, machine, output_of, play

DATA = {"a": {"b": 1}, "list": [1, 2], "text": "x", "n": 2}


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": arn("work"), "End": True, **fields}


def through(**fields: Any) -> Any:
    """The output of a Pass state with these fields."""
    return output_of({"Only": {"Type": "Pass", "End": True, **fields}}, DATA)


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, DATA),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"InputPath": "$$.Execution.Name"}, "execution-1"),
        ({"OutputPath": "$.a.b"}, 1),
        ({"OutputPath": None}, {}),
        ({"Result": {"c.$": "$.a"}}, {"c.$": "$.a"}),
        ({"Result": None}, None),
        ({"Result": 5, "ResultPath": "$.n"}, {**DATA, "n": 5}),
        ({"Result": 5, "ResultPath": "$.a.new.er"}, {**DATA, "a": {"b": 1, "new": {"er": 5}}}),
        ({"Result": 5, "ResultPath": None}, DATA),
        ({"Parameters": {"x": 1, "y.$": "$.text"}}, {"x": 1, "y": "x"}),
        ({"InputPath": "$.a", "Parameters": {"y.$": "$.b"}, "ResultPath": "$.r"}, {**DATA, "r": {"y": 1}}),
        ({"Result": 5, "ResultPath": "$.r", "OutputPath": "$.r"}, 5),
        ({"InputPath": "$.list[?(@ > 1)]"}, [2]),
    ],
)
def test_data_flows_through_the_fields_in_order(fields: dict[str, Any], output: Any) -> None:
    assert through(**fields) == output


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ({}, {}),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        ({"deep": {"er": {"x.$": "$.a.b"}}}, {"deep": {"er": {"x": 1}}}),
        ({"list": [{"x.$": "$.n"}, "$.n", 3]}, {"list": [{"x": 2}, "$.n", 3]}),
        ({"all.$": "$"}, {"all": DATA}),
        ({"many.$": "$.list[*]"}, {"many": [1, 2]}),
        ({"name.$": "$$.Execution.Name"}, {"name": "execution-1"}),
        ({"f.$": "States.Format('{}!', $.text)"}, {"f": "x!"}),
        ({"plain": "$.text"}, {"plain": "$.text"}),
        ({"z": 1, "a.$": "$.n", "m": 2}, {"z": 1, "a": 2, "m": 2}),
    ],
)
def test_templates_are_filled_at_any_depth(template: dict[str, Any], filled: dict[str, Any]) -> None:
    output = through(Parameters=template)
    assert output == filled
    assert list(output) == list(filled)


def test_a_task_selects_from_its_result_before_placing_it() -> None:
    states = {
        "Work": task(ResultSelector={"id.$": "$.found[0].id"}, ResultPath="$.result", OutputPath="$.result")
    }
    assert output_of(states, DATA, {"Work": lambda _: {"found": [{"id": 7}]}}) == {"id": 7}


def test_a_result_selector_sees_the_result_and_the_context_but_not_the_input() -> None:
    states = {"Work": task(ResultSelector={"all.$": "$", "state.$": "$$.State.Name"})}
    assert output_of(states, DATA, {"Work": lambda _: 5}) == {"all": 5, "state": "Work"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"InputPath": "$.none"}, "States.Runtime"),
        ({"OutputPath": "$.none"}, "States.Runtime"),
        ({"Parameters": {"x.$": "$.none"}}, "States.ParameterPathFailure"),
        ({"Parameters": {"x.$": "States.ArrayGetItem($.list, 9)"}}, "States.IntrinsicFailure"),
        ({"Parameters": {"x.$": "States.ArrayLength($.none)"}}, "States.ParameterPathFailure"),
        ({"ResultSelector": {"x.$": "$.none"}}, "States.ParameterPathFailure"),
        ({"ResultPath": "$.text.deeper"}, "States.ResultPathMatchFailure"),
        ({"TimeoutSecondsPath": "$.none"}, "States.Runtime"),
        ({"TimeoutSecondsPath": "$.text"}, "States.Runtime"),
    ],
)
def test_data_that_is_not_as_expected_fails_the_state_by_name(fields: dict[str, Any], error: str) -> None:
    assert error_of({"Work": task(**fields)}, DATA, {"Work": lambda _: {}}) == error


def test_a_missing_parameter_is_explained_in_step_functions_words() -> None:
    run = play(machine({"Work": task(Parameters={"x.$": "$.none"})}), {"a": 1}).run
    assert run.cause == (
        "An error occurred while executing the state 'Work' (entered at the event id #2). "
        "The JSONPath '$.none' specified for the field 'x.$' could not be found in the input '{\"a\":1}'"
    )


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, None),
        ({"TimeoutSeconds": 7}, 7),
        ({"TimeoutSecondsPath": "$.n"}, 2),
        ({"HeartbeatSeconds": 5}, None),
    ],
)
def test_the_engine_is_told_the_time_limit(fields: dict[str, Any], seconds: float | None) -> None:
    played = play(machine({"Work": task(**fields)}), DATA, {"Work": lambda _: {}})
    assert played.calls[0].timeout_seconds == seconds
    assert played.details("LambdaFunctionScheduled")[0].get("timeoutInSeconds") == seconds


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"Seconds": 10}, 10),
        ({"Seconds": 0}, 0),
        ({"SecondsPath": "$.n"}, 2),
        ({"Timestamp": iso(START + timedelta(seconds=90))}, 90),
        ({"TimestampPath": "$.then"}, 3600),
        ({"Timestamp": iso(START - timedelta(seconds=5))}, -5),
    ],
)
def test_a_wait_state_waits_until_its_time(fields: dict[str, Any], seconds: float) -> None:
    data = {"n": 2, "then": iso(START + timedelta(hours=1))}
    played = play(machine({"Rest": {"Type": "Wait", "End": True, **fields}}), data)
    assert played.waits == [seconds]
    assert played.run.output == data
    assert played.types[1:3] == ["WaitStateEntered", "WaitStateExited"]
    assert played.events[2].timestamp == START + timedelta(seconds=max(0, seconds))


@pytest.mark.parametrize(
    "fields",
    [{"SecondsPath": path} for path in ("$.none", "$.text", "$.minus", "$.float", "$.yes")]
    + [{"TimestampPath": path} for path in ("$.none", "$.text", "$.minus")],
)
def test_a_wait_for_no_time_is_a_runtime_error(fields: dict[str, Any]) -> None:
    data = {"text": "soon", "minus": -1, "float": 1.5, "yes": True}
    assert error_of({"Rest": {"Type": "Wait", "End": True, **fields}}, data) == "States.Runtime"


def test_a_wait_state_passes_its_data_through_both_paths() -> None:
    rest = {"Type": "Wait", "Seconds": 1, "InputPath": "$.a", "OutputPath": "$.b", "End": True}
    assert output_of({"Rest": rest}, DATA) == 1


def test_a_succeed_state_ends_the_execution_with_what_its_paths_leave() -> None:
    states = {"Done": {"Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b"}}
    played = play(machine(states), DATA)
    assert played.run.output == 1
    assert played.types[1:] == ["SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"]


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({}, None, None),
        ({"Error": "E", "Cause": "C"}, "E", "C"),
        ({"ErrorPath": "$.text", "CausePath": "$$.Execution.Name"}, "x", "execution-1"),
        ({"Error": "E", "CausePath": "States.Format('{} of {}', $.n, $.text)"}, "E", "2 of x"),
    ],
)
def test_a_fail_state_fails_the_execution_with_its_error_and_cause(
    fields: dict[str, Any], error: str | None, cause: str | None
) -> None:
    played = play(machine({"Bad": {"Type": "Fail", **fields}}), DATA)
    assert (played.run.status, played.run.error, played.run.cause) == ("FAILED", error, cause)
    assert played.types[1:] == ["FailStateEntered", "ExecutionFailed"]
    known = {"error": error, "cause": cause}
    assert played.details("ExecutionFailed") == [{k: v for k, v in known.items() if v is not None}]


def test_a_fail_state_whose_reason_is_no_string_fails_at_run_time() -> None:
    assert error_of({"Bad": {"Type": "Fail", "ErrorPath": "$.n"}}, DATA) == "States.Runtime"


def test_the_context_object_tells_where_the_execution_is() -> None:
    states = {
        "First": {"Type": "Wait", "Seconds": 5, "Next": "Look"},
        "Look": {"Type": "Pass", "Parameters": {"all.$": "$$"}, "End": True},
    }
    assert output_of(states, {"x": 1})["all"] == {
        "Execution": {
            "Id": "arn:aws:states:local:000000000000:execution:pipeline:execution-1",
            "Input": {"x": 1},
            "Name": "execution-1",
            "StartTime": "2026-01-02T03:04:05.000Z",
        },
        "StateMachine": {
            "Id": "arn:aws:states:local:000000000000:stateMachine:pipeline",
            "Name": "pipeline",
        },
        "State": {"EnteredTime": "2026-01-02T03:04:10.000Z", "Name": "Look", "RetryCount": 0},
    }


def test_parameters_are_filled_anew_for_each_try() -> None:
    states = {"Work": task(Parameters={"try.$": "$$.State.RetryCount"}, Retry=[{"ErrorEquals": ["Broken"]}])}
    outcomes = in_turn(TaskError("Broken"), TaskError("Broken"), "done")
    played = play(machine(states), {}, {"Work": outcomes})
    assert [call.input["try"] for call in played.calls] == [0, 1, 2]
