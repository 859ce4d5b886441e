"""The golden paths of pipeline.asl.json, as every engine and Step Functions must take them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machines import FUNCTIONS, Played, TaskError, arn, failing, in_turn, pipeline, play

INPUT = {"bucket": "originals", "key": "a b.jpg", "etag": "e1", "sequencer": "01", "size": 10}
VALID = {"isValid": True, "recipe": "d1", "original": {"sha256": "s1"}}
INVALID = {"isValid": False, "error": {"code": "not_an_image", "message": "This is no image."}}
RENDERED = {"version": "v1", "variants": []}
RECORDED = {"status": "READY"}

WELL = {
    "ValidateImage": lambda _: VALID,
    "RenderVariants": lambda _: RENDERED,
    "StoreImageMetadata": lambda _: RECORDED,
    "RecordRejection": lambda _: {"status": "REJECTED"},
    "RecordFailure": lambda _: {"status": "FAILED"},
}


def run(**tasks: Any) -> Played:
    return play(pipeline(), INPUT, {**WELL, **tasks})


def attempts(played: Played, state: str) -> int:
    return sum(call.state == state for call in played.calls)


def test_it_calls_exactly_our_five_functions() -> None:
    assert pipeline().resources == {arn(name) for name in FUNCTIONS}


def test_a_valid_image_is_validated_rendered_and_stored() -> None:
    played = run()
    assert played.states == ["ValidateImage", "CheckValidation", "RenderVariants", "StoreImageMetadata"]
    assert played.run.status == "SUCCEEDED"
    assert played.run.output == {**INPUT, "validation": VALID, "rendering": RENDERED, "record": RECORDED}


def test_every_task_gets_the_name_of_the_execution_and_the_state_so_far() -> None:
    by_state = {call.state: call.input for call in run().calls}
    assert by_state["ValidateImage"] == {"execution": "execution-1", "state": INPUT}
    assert by_state["RenderVariants"] == {"execution": "execution-1", "state": {**INPUT, "validation": VALID}}


def test_the_history_of_a_valid_image_is_that_of_step_functions() -> None:
    task = ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited"]
    assert run().types == [
        "ExecutionStarted",
        "TaskStateEntered",
        *task,
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "TaskStateEntered",
        *task,
        "TaskStateEntered",
        *task,
        "ExecutionSucceeded",
    ]


def test_an_invalid_image_is_recorded_as_rejected_and_the_execution_fails() -> None:
    played = run(ValidateImage=lambda _: INVALID)
    assert played.states == ["ValidateImage", "CheckValidation", "RecordRejection", "FailInvalid"]
    assert (played.run.status, played.run.error) == ("FAILED", "InvalidFile")
    assert played.calls[-1].input["state"]["validation"] == INVALID


@pytest.mark.parametrize("state", ["ValidateImage", "RenderVariants", "StoreImageMetadata"])
@pytest.mark.parametrize("error", ["StoreUnavailable", "StorageFull", "Lambda.TooManyRequestsException"])
def test_a_passing_fault_is_tried_again_and_forgotten(state: str, error: str) -> None:
    played = run(**{state: in_turn(TaskError(error), TaskError(error), WELL[state](None))})
    assert played.run.status == "SUCCEEDED"
    assert attempts(played, state) == 3
    assert played.waits == [0.5, 1.0]  # 1 s and 2 s, halved by the dice


def test_the_wait_between_tries_doubles_up_to_thirty_seconds_and_is_drawn_from_its_whole_length() -> None:
    played = run(StoreImageMetadata=failing("StoreUnavailable"))
    assert played.waits == [delay / 2 for delay in (1, 2, 4, 8, 16, 30)]


def test_a_fault_that_does_not_pass_is_recorded_as_a_failure() -> None:
    played = run(RenderVariants=failing("WorkerCrashed", "it crashed"))
    assert attempts(played, "RenderVariants") == 5
    assert played.states == [
        "ValidateImage",
        "CheckValidation",
        "RenderVariants",
        "RecordFailure",
        "FailProcessing",
    ]
    assert (played.run.status, played.run.error) == ("FAILED", "ProcessingFailed")
    assert played.calls[-1].input["state"]["failure"] == {"Error": "WorkerCrashed", "Cause": "it crashed"}


@pytest.mark.parametrize("state", ["ValidateImage", "RenderVariants", "StoreImageMetadata"])
@pytest.mark.parametrize("error", ["KeyError", "States.Timeout", "Superseded"])
def test_any_other_error_of_a_task_is_recorded_without_another_try(state: str, error: str) -> None:
    played = run(**{state: failing(error)})
    assert attempts(played, state) == 1
    assert played.states[-3:] == [state, "RecordFailure", "FailProcessing"]


def test_an_image_at_fault_while_rendering_is_rejected_at_once() -> None:
    cause = '{"errorMessage": "truncated", "errorType": "ImageRejected", "code": "truncated"}'
    played = run(RenderVariants=failing("ImageRejected", cause))
    assert attempts(played, "RenderVariants") == 1
    assert played.states[-3:] == ["RenderVariants", "RecordRejection", "FailInvalid"]
    assert played.calls[-1].input["state"]["failure"] == {"Error": "ImageRejected", "Cause": cause}


@pytest.mark.parametrize(
    ("cause", "recorder", "end"),
    [
        ({"ValidateImage": lambda _: INVALID}, "RecordRejection", "FailInvalid"),
        ({"ValidateImage": failing("KeyError")}, "RecordFailure", "FailProcessing"),
    ],
)
def test_a_recorder_that_fails_is_tried_again_whatever_the_error(
    cause: dict[str, Any], recorder: str, end: str
) -> None:
    played = run(**cause, **{recorder: in_turn(TaskError("KeyError"), TaskError("OSError"), {})})
    assert attempts(played, recorder) == 3
    assert played.states[-1] == end


@pytest.mark.parametrize("recorder", ["RecordRejection", "RecordFailure"])
def test_a_recorder_that_keeps_failing_fails_the_execution_with_its_own_error(recorder: str) -> None:
    cause = {
        "RecordRejection": {"ValidateImage": lambda _: INVALID},
        "RecordFailure": {"ValidateImage": failing("KeyError")},
    }
    played = run(**cause[recorder], **{recorder: failing("StoreUnavailable", "down")})
    assert attempts(played, recorder) == 7
    assert (played.run.error, played.run.cause) == ("StoreUnavailable", "down")
    assert played.states[-1] == recorder
