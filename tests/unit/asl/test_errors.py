"""Retry and Catch, and which errors they see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machines import TaskError, arn, failing, in_turn, machine, play

BIG = "x" * (256 * 1024)


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": arn("work"), "End": True, **fields}


def retry(*errors: str, **fields: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(errors), **fields}


def catch(*errors: str, **fields: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(errors), "Next": "Caught", **fields}


def waits(*retriers: dict[str, Any], errors: list[str]) -> tuple[list[float], str | None]:
    """Seconds before each retry of a task that fails with these errors in turn, then succeeds."""
    outcomes = in_turn(*map(TaskError, errors), "done")
    played = play(machine({"Work": task(Retry=list(retriers))}), {}, {"Work": outcomes}, random=0.25)
    return played.waits, played.run.error


def test_an_error_that_no_retrier_names_is_not_tried_again() -> None:
    assert waits(retry("A"), errors=["B"]) == ([], "B")


def test_a_retrier_tries_three_times_one_second_doubling_unless_told_otherwise() -> None:
    assert waits(retry("A"), errors=["A"] * 3) == ([1, 2, 4], None)
    assert waits(retry("A"), errors=["A"] * 4) == ([1, 2, 4], "A")


def test_interval_rate_and_attempts_can_be_set() -> None:
    retrier = retry("A", IntervalSeconds=3, BackoffRate=1.5, MaxAttempts=4)
    assert waits(retrier, errors=["A"] * 4) == ([3, 4.5, 6.75, 10.125], None)


def test_a_delay_is_never_longer_than_the_longest() -> None:
    retrier = retry("A", IntervalSeconds=2, MaxDelaySeconds=5, MaxAttempts=5)
    assert waits(retrier, errors=["A"] * 5) == ([2, 4, 5, 5, 5], None)


def test_even_a_delay_beyond_all_numbers_has_an_end() -> None:
    retrier = retry("A", BackoffRate=1e300, MaxAttempts=3, MaxDelaySeconds=60)
    assert waits(retrier, errors=["A"] * 3) == ([1, 60, 60], None)


def test_full_jitter_draws_from_the_whole_delay() -> None:
    assert waits(retry("A", JitterStrategy="FULL"), errors=["A"] * 3) == ([0.25, 0.5, 1], None)
    assert waits(retry("A", JitterStrategy="NONE"), errors=["A"]) == ([1], None)


def test_no_attempts_means_never() -> None:
    assert waits(retry("A", MaxAttempts=0), retry("States.ALL"), errors=["A"]) == ([], "A")


def test_each_retrier_counts_for_itself() -> None:
    retriers = [retry("A", "B", MaxAttempts=2), retry("C", IntervalSeconds=5)]
    assert waits(*retriers, errors=["A", "B", "C", "B"]) == ([1, 2, 5], "B")


def test_the_first_retrier_that_takes_the_error_decides() -> None:
    retriers = [retry("A", IntervalSeconds=7, MaxAttempts=1), retry("States.ALL")]
    assert waits(*retriers, errors=["A", "A"]) == ([7], "A")


@pytest.mark.parametrize(
    ("wildcard", "error", "taken"),
    [
        ("States.ALL", "Anything", True),
        ("States.ALL", "States.Timeout", True),
        ("States.ALL", "States.DataLimitExceeded", False),
        ("States.ALL", "States.Runtime", False),
        ("States.TaskFailed", "Anything", True),
        ("States.TaskFailed", "States.Timeout", False),
        ("States.TaskFailed", "States.DataLimitExceeded", False),
        ("States.TaskFailed", "States.Runtime", False),
        ("States.Timeout", "States.Timeout", True),
        ("States.DataLimitExceeded", "States.DataLimitExceeded", True),
        ("States.Runtime", "States.Runtime", False),
    ],
)
@pytest.mark.parametrize("field", ["Retry", "Catch"])
def test_wildcards_take_what_the_documentation_says(
    field: str, wildcard: str, error: str, taken: bool
) -> None:
    states = {"Work": task(Retry=[retry(wildcard)])}
    if field == "Catch":
        states = {"Work": task(Catch=[catch(wildcard)]), "Caught": {"Type": "Succeed"}}
    played = play(machine(states), {}, {"Work": in_turn(TaskError(error), {})})
    assert (played.run.status == "SUCCEEDED") is taken


def test_retries_come_before_catchers() -> None:
    states = {
        "Work": task(Retry=[retry("A", MaxAttempts=2)], Catch=[catch("A")]),
        "Caught": {"Type": "Succeed"},
    }
    played = play(machine(states), {}, {"Work": failing("A", "why")})
    assert len(played.calls) == 3
    assert [call.attempt for call in played.calls] == [0, 1, 2]
    assert played.run.output == {"Error": "A", "Cause": "why"}


def test_retries_count_anew_when_the_state_is_entered_again() -> None:
    states = {
        "Work": task(Retry=[retry("A", MaxAttempts=1)], Catch=[catch("A")], End=True),
        "Caught": {"Type": "Pass", "Next": "Again"},
        "Again": {"Type": "Choice", "Choices": [{"Variable": "$.Error", "IsPresent": True, "Next": "Work"}]},
    }
    played = play(machine(states), {}, {"Work": in_turn(*[TaskError("A")] * 3, "done")})
    assert played.run.output == "done"
    assert played.waits == [1, 1]


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"Error": "A", "Cause": "why"}),
        ({"ResultPath": "$"}, {"Error": "A", "Cause": "why"}),
        ({"ResultPath": "$.deep.failure"}, {"kept": 1, "deep": {"failure": {"Error": "A", "Cause": "why"}}}),
        ({"ResultPath": None}, {"kept": 1}),
    ],
)
def test_a_caught_error_goes_into_the_state_input(fields: dict[str, Any], output: Any) -> None:
    states = {
        "Work": task(InputPath="$.none", Parameters={}, OutputPath="$.x", Catch=[catch("A", **fields)]),
        "Caught": {"Type": "Succeed"},
    }
    states["Work"]["InputPath"] = None
    assert play(machine(states), {"kept": 1}, {"Work": failing("A", "why")}).run.output == output


def test_a_time_out_has_an_empty_cause() -> None:
    states = {"Work": task(Catch=[catch("States.Timeout")]), "Caught": {"Type": "Succeed"}}
    played = play(machine(states), {}, {"Work": failing("States.Timeout")})
    assert played.run.output == {"Error": "States.Timeout", "Cause": ""}
    assert played.details("LambdaFunctionTimedOut") == [{"error": "States.Timeout"}]


def test_a_caught_error_without_room_in_the_input_fails_the_state() -> None:
    states = {"Work": task(Catch=[catch("A", ResultPath="$.a.b")]), "Caught": {"Type": "Succeed"}}
    run = play(machine(states), {"a": 1}, {"Work": failing("A")}).run
    assert (run.status, run.error) == ("FAILED", "States.ResultPathMatchFailure")


def test_the_first_catcher_that_takes_the_error_decides() -> None:
    catchers = [catch("B"), {**catch("A"), "Next": "Other"}, catch("States.ALL")]
    states = {"Work": task(Catch=catchers), "Caught": {"Type": "Succeed"}, "Other": {"Type": "Succeed"}}
    assert play(machine(states), {}, {"Work": failing("A")}).states == ["Work", "Other"]


def test_the_history_of_a_retry_repeats_the_call_and_that_of_a_catch_leaves_the_state() -> None:
    states = {
        "Work": task(Retry=[retry("A", MaxAttempts=1)], Catch=[catch("A")]),
        "Caught": {"Type": "Succeed"},
    }
    played = play(machine(states), {}, {"Work": failing("A", "why")})
    tried = ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed"]
    assert played.types == [
        "ExecutionStarted",
        "TaskStateEntered",
        *tried,
        *tried,
        "TaskStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    assert played.details("LambdaFunctionFailed")[0] == {"error": "A", "cause": "why"}


def test_an_uncaught_error_fails_the_execution_with_its_name_and_cause() -> None:
    played = play(machine({"Work": task()}), {}, {"Work": failing("A", "why")})
    assert (played.run.error, played.run.cause) == ("A", "why")
    assert played.types[-2:] == ["LambdaFunctionFailed", "ExecutionFailed"]
    assert played.details("ExecutionFailed") == [{"error": "A", "cause": "why"}]


def test_a_result_over_256_kib_fails_the_task() -> None:
    states = {"Work": task(Catch=[catch("States.DataLimitExceeded")]), "Caught": {"Type": "Succeed"}}
    played = play(machine(states), {}, {"Work": lambda _: BIG})
    assert played.run.output["Error"] == "States.DataLimitExceeded"
    assert played.run.output["Cause"] == (
        f"The state/task '{arn('work')}' returned a result with a size exceeding the maximum number of bytes "
        "service limit."
    )


def test_the_limit_is_of_bytes_and_is_itself_allowed() -> None:
    full = {"Work": lambda _: "ü" * (128 * 1024 - 1)}
    assert play(machine({"Work": task()}), {}, full).run.status == "SUCCEEDED"
    over = {"Work": lambda _: "ü" * (128 * 1024)}
    assert play(machine({"Work": task()}), {}, over).run.error == "States.DataLimitExceeded"


@pytest.mark.parametrize(
    "states",
    [
        {"Work": task(Parameters={"a.$": "$.big", "b.$": "$.big"})},
        {"Work": task(ResultPath="$.result")},
        {"Work": {"Type": "Pass", "Parameters": {"a.$": "$.big", "b.$": "$.big"}, "End": True}},
    ],
)
def test_what_a_state_makes_of_its_data_must_stay_within_the_limit_too(states: dict[str, Any]) -> None:
    half = "x" * (150 * 1024)
    run = play(machine(states), {"big": half}, {"Work": lambda _: half}).run
    assert (run.status, run.error) == ("FAILED", "States.DataLimitExceeded")


def test_an_input_over_the_limit_starts_nothing() -> None:
    played = play(machine({"Work": task()}), {"big": BIG})
    assert (played.run.status, played.run.error) == ("FAILED", "States.DataLimitExceeded")
    assert played.types == ["ExecutionStarted", "ExecutionFailed"]
