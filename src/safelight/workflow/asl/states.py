"""The states of a machine after reading: frozen, with paths and templates compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safelight.workflow.asl.choice_rules import Rule
from safelight.workflow.asl.paths import Path
from safelight.workflow.asl.reference_paths import ReferencePath
from safelight.workflow.asl.retry import Catcher, Retrier
from safelight.workflow.asl.templates import Template


@dataclass(frozen=True, kw_only=True)
class State:
    """What all types share. A path of None stands for an explicit null: the empty object."""

    name: str
    input_path: Path | None
    output_path: Path | None

    @property
    def type(self) -> str:
        return type(self).__name__.removesuffix("State")


@dataclass(frozen=True, kw_only=True)
class Continuing(State):
    """A state that leads to another one; `next` is None at the end of its branch."""

    next: str | None


@dataclass(frozen=True, kw_only=True)
class Working(Continuing):
    """A state with a result of its own; a `result_path` of None discards it."""

    parameters: Template | None
    result_path: ReferencePath | None


@dataclass(frozen=True, kw_only=True)
class Failing(Working):
    """A state whose errors can be retried and caught."""

    result_selector: Template | None
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]


@dataclass(frozen=True, kw_only=True)
class TaskState(Failing):
    resource: str
    timeout_seconds: int | None
    timeout_path: Path | None


@dataclass(frozen=True, kw_only=True)
class PassState(Working):
    result: Any
    has_result: bool


@dataclass(frozen=True, kw_only=True)
class WaitState(Continuing):
    """Exactly one of `seconds`, `timestamp` and their paths is set."""

    seconds: int | None
    seconds_path: Path | None
    timestamp: str | None
    timestamp_path: Path | None


@dataclass(frozen=True, kw_only=True)
class ChoiceState(State):
    rules: tuple[tuple[Rule, str], ...]  # each with the state it leads to
    default: str | None


@dataclass(frozen=True, kw_only=True)
class SucceedState(State):
    pass


@dataclass(frozen=True, kw_only=True)
class FailState(State):
    """`error` and `cause` are constants, or read from the input."""

    error: Template | None
    cause: Template | None


@dataclass(frozen=True, kw_only=True)
class Block:
    """A branch or an item processor: the names of its states, and which comes first."""

    start_at: str
    states: Mapping[str, State]


@dataclass(frozen=True, kw_only=True)
class ParallelState(Failing):
    branches: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class MapState(Failing):
    """`parameters` is applied to each item: the file's ItemSelector, or Parameters of old."""

    items_path: Path
    processor: Block
    max_concurrency: int  # 0: all at once
    max_concurrency_path: Path | None
