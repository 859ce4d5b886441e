"""What a history says, state by state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from safelight.cli.visits import visits
from safelight.model import HistoryEvent

START = datetime(2026, 1, 2, tzinfo=UTC)


def history(*events: tuple[str, dict[str, Any]]) -> list[HistoryEvent]:
    """One event a second."""
    return [
        HistoryEvent(id=number, type=kind, timestamp=START + timedelta(seconds=number), details=details)
        for number, (kind, details) in enumerate(events)
    ]


def test_a_visit_has_its_times_tries_and_errors() -> None:
    (visit,) = visits(
        history(
            ("ExecutionStarted", {"input": {}}),
            ("TaskStateEntered", {"name": "Render", "input": {"key": "a"}}),
            ("LambdaFunctionScheduled", {}),
            ("LambdaFunctionFailed", {"error": "WorkerCrashed", "cause": "it died"}),
            ("LambdaFunctionScheduled", {}),
            ("LambdaFunctionSucceeded", {"output": 1}),
            ("TaskStateExited", {"name": "Render", "output": {"key": "a", "made": 1}}),
        )
    )
    assert (visit.state, visit.tries, visit.errors) == ("Render", 2, ("WorkerCrashed: it died",))
    assert visit.left_at is not None
    assert (visit.left_at - visit.entered_at).seconds == 5


def test_what_a_state_added_is_what_its_input_had_not() -> None:
    first, second = visits(
        history(
            ("TaskStateEntered", {"name": "A", "input": {"key": "a", "n": 1}}),
            ("TaskStateExited", {"name": "A", "output": {"key": "a", "n": 2, "made": [3]}}),
            ("PassStateEntered", {"name": "B", "input": {"n": 2}}),
            ("PassStateExited", {"name": "B", "output": [1]}),
        )
    )
    assert (first.added, second.added) == ({"n": 2, "made": [3]}, [1])


def test_a_state_that_failed_was_not_left() -> None:
    (visit,) = visits(history(("FailStateEntered", {"name": "Stop", "input": {}}), ("ExecutionFailed", {})))
    assert visit.left_at is None
