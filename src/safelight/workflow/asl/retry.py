"""Retry and Catch: which errors they take, and how long a retry waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safelight.errors import WorkflowError
from safelight.workflow.asl.failure import ALL, DATA_LIMIT_EXCEEDED, RESERVED, RUNTIME, TASK_FAILED, TIMEOUT
from safelight.workflow.asl.fields import Fields
from safelight.workflow.asl.reference_paths import ReferencePath
from safelight.workflow.asl.scope import Random

_MAX_DELAY_SECONDS = 31_622_399  # Step Functions wants it below 366 days


@dataclass(frozen=True, kw_only=True)
class Retrier:
    errors: tuple[str, ...]
    interval_seconds: int
    max_attempts: int
    backoff_rate: float
    max_delay_seconds: int | None
    full_jitter: bool

    def delay_seconds(self, retries: int, random: Random) -> float:
        """The wait before the next try, after `retries` earlier ones by this retrier."""
        try:
            delay = self.interval_seconds * self.backoff_rate**retries
        except OverflowError:
            delay = float(_MAX_DELAY_SECONDS)
        delay = min(delay, self.max_delay_seconds or _MAX_DELAY_SECONDS)
        return delay * random() if self.full_jitter else delay


@dataclass(frozen=True, kw_only=True)
class Catcher:
    errors: tuple[str, ...]
    next: str
    result_path: ReferencePath | None  # None: the error is discarded


def takes(errors: Sequence[str], error: str | None) -> bool:
    """Whether an `ErrorEquals` covers `error`.

    `States.Runtime` always ends the execution. The wildcards leave `States.DataLimitExceeded` alone,
    and `States.TaskFailed` leaves `States.Timeout` alone too.
    """
    if error == RUNTIME:
        return False
    if error in errors:
        return True
    if error == DATA_LIMIT_EXCEEDED:
        return False
    return ALL in errors or (TASK_FAILED in errors and error != TIMEOUT)


def read_retriers(states: Fields) -> tuple[Retrier, ...]:
    entries = states.optional_objects("Retry")
    retriers = tuple(_read_retrier(entry) for entry in entries)
    _check_wildcards([retrier.errors for retrier in retriers], entries)
    return retriers


def read_catchers(states: Fields) -> tuple[Catcher, ...]:
    entries = states.optional_objects("Catch")
    catchers = tuple(_read_catcher(entry) for entry in entries)
    _check_wildcards([catcher.errors for catcher in catchers], entries)
    return catchers


def _read_retrier(fields: Fields) -> Retrier:
    fields.ignore("Comment")
    interval = fields.optional_integer("IntervalSeconds", least=1) or 1
    attempts = fields.optional_integer("MaxAttempts", least=0)
    jitter = fields.optional_text("JitterStrategy") or "NONE"
    if jitter not in ("FULL", "NONE"):
        raise fields.refusal("JitterStrategy", f"this must be FULL or NONE, not {jitter!r}")
    retrier = Retrier(
        errors=_read_errors(fields),
        interval_seconds=interval,
        max_attempts=3 if attempts is None else attempts,
        backoff_rate=fields.number("BackoffRate", least=1.0) if "BackoffRate" in fields else 2.0,
        max_delay_seconds=fields.optional_integer(
            "MaxDelaySeconds", least=interval + 1, most=_MAX_DELAY_SECONDS
        ),
        full_jitter=jitter == "FULL",
    )
    fields.finish()
    return retrier


def _read_catcher(fields: Fields) -> Catcher:
    fields.ignore("Comment")
    catcher = Catcher(
        errors=_read_errors(fields),
        next=fields.text("Next"),
        result_path=fields.nullable_reference_path("ResultPath"),
    )
    fields.finish()
    return catcher


def _read_errors(fields: Fields) -> tuple[str, ...]:
    errors = fields.take("ErrorEquals")
    if not isinstance(errors, list) or not errors or not all(isinstance(name, str) for name in errors):
        raise fields.refusal("ErrorEquals", "this must be an array of error names")
    for name in errors:
        if name.startswith("States.") and name not in RESERVED:
            raise fields.refusal("ErrorEquals", f"{name!r} is not an error name of the language")
    if ALL in errors and len(errors) > 1:
        raise fields.refusal("ErrorEquals", f"{ALL} must stand alone")
    return tuple(errors)


def _check_wildcards(errors: list[tuple[str, ...]], entries: list[Fields]) -> None:
    for names, entry in list(zip(errors, entries, strict=True))[:-1]:
        if ALL in names:
            raise WorkflowError(f"{entry.where}: {ALL} must be in the last entry.")
