"""Reading each type of state from the workflow file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from safelight.errors import WorkflowError
from safelight.workflow.asl.choice_rules import Rule, read_rule
from safelight.workflow.asl.fields import Fields
from safelight.workflow.asl.retry import read_catchers, read_retriers
from safelight.workflow.asl.states import (
    Block,
    ChoiceState,
    FailState,
    MapState,
    ParallelState,
    PassState,
    State,
    SucceedState,
    TaskState,
    WaitState,
)
from safelight.workflow.asl.templates import Template, compile_expression, compile_template
from safelight.workflow.asl.timestamps import parse_timestamp

MAX_NAME = 80  # characters of a state's name

# A Lambda function's ARN; or its name alone, for functions that the engine finds in its own process.
_FUNCTION = re.compile(r"(?:arn:[^:]+:lambda:[^:]*:\d{12}:function:)?[\w-]+(?::[\w$-]+)?")


def read_block(fields: Fields) -> Block:
    """StartAt and States of a machine, a branch or an item processor."""
    start_at = fields.text("StartAt")
    members = fields.object("States").members()
    if not members:
        raise fields.refusal("States", "there must be at least one state")
    return Block(start_at=start_at, states={name: read_state(name, state) for name, state in members})


def read_state(name: str, fields: Fields) -> State:
    if not name or len(name) > MAX_NAME:
        raise WorkflowError(f"{fields.where}: a state's name has 1 to {MAX_NAME} characters.")
    kind = fields.text("Type")
    if kind not in _READERS:
        raise fields.refusal("Type", f"{kind!r} is not one of {', '.join(_READERS)}")
    fields.ignore("Comment")
    refuse_query_language(fields)
    state = _READERS[kind](name, fields)
    fields.finish()
    return state


def refuse_query_language(fields: Fields) -> None:
    language = fields.optional_text("QueryLanguage")
    if language not in (None, "JSONPath"):
        raise fields.refusal("QueryLanguage", f"only JSONPath is supported, not {language!r}")


def _read_task(name: str, fields: Fields) -> TaskState:
    _read_heartbeat(fields)
    fields.at_most_one("TimeoutSeconds", "TimeoutSecondsPath")
    return TaskState(
        **_working(name, fields),
        **_failing(fields),
        resource=_read_resource(fields),
        timeout_seconds=fields.optional_integer("TimeoutSeconds", least=1),
        timeout_path=fields.optional_path("TimeoutSecondsPath"),
    )


def _read_heartbeat(fields: Fields) -> None:
    """Checked, then left alone: a Lambda function, which is all we run, sends no heartbeats."""
    fields.at_most_one("HeartbeatSeconds", "HeartbeatSecondsPath")
    heartbeat = fields.optional_integer("HeartbeatSeconds", least=1)
    fields.optional_path("HeartbeatSecondsPath")
    timeout = fields.optional_integer("TimeoutSeconds", least=1)
    if heartbeat and timeout and heartbeat >= timeout:
        raise fields.refusal("HeartbeatSeconds", "this must be less than TimeoutSeconds")


def _read_resource(fields: Fields) -> str:
    resource = fields.text("Resource")
    if not _FUNCTION.fullmatch(resource):
        raise fields.refusal("Resource", f"only Lambda functions are supported, not {resource!r}")
    return resource


def _read_pass(name: str, fields: Fields) -> PassState:
    return PassState(
        **_working(name, fields),
        has_result="Result" in fields,
        result=fields.take("Result") if "Result" in fields else None,
    )


def _read_wait(name: str, fields: Fields) -> WaitState:
    fields.exactly_one("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
    timestamp = fields.optional_text("Timestamp")
    if timestamp is not None and parse_timestamp(timestamp) is None:
        raise fields.refusal("Timestamp", f"{timestamp!r} is not a timestamp such as 2026-01-02T03:04:05Z")
    return WaitState(
        **_common(name, fields),
        next=_read_next(fields),
        seconds=fields.optional_integer("Seconds", least=0),
        seconds_path=fields.optional_path("SecondsPath"),
        timestamp=timestamp,
        timestamp_path=fields.optional_path("TimestampPath"),
    )


def _read_choice(name: str, fields: Fields) -> ChoiceState:
    return ChoiceState(
        **_common(name, fields),
        rules=tuple(_read_top_rule(rule) for rule in fields.objects("Choices")),
        default=fields.optional_text("Default"),
    )


def _read_top_rule(fields: Fields) -> tuple[Rule, str]:
    target = fields.text("Next")
    rule = read_rule(fields)
    fields.finish()
    return rule, target


def _read_succeed(name: str, fields: Fields) -> SucceedState:
    return SucceedState(**_common(name, fields))


def _read_fail(name: str, fields: Fields) -> FailState:
    return FailState(
        name=name,
        input_path=None,
        output_path=None,
        error=_read_reason(fields, "Error"),
        cause=_read_reason(fields, "Cause"),
    )


def _read_reason(fields: Fields, name: str) -> Template | None:
    field = fields.at_most_one(name, f"{name}Path")
    if field is None:
        return None
    if field != name:
        return compile_expression(fields.take(field), fields.place(field), field)
    constant = fields.text(name)
    return lambda _scope: constant


def _read_parallel(name: str, fields: Fields) -> ParallelState:
    branches = fields.objects("Branches")
    return ParallelState(
        **_working(name, fields), **_failing(fields), branches=tuple(map(_read_branch, branches))
    )


def _read_branch(fields: Fields) -> Block:
    fields.ignore("Comment")
    refuse_query_language(fields)
    block = read_block(fields)
    fields.finish()
    return block


def _read_map(name: str, fields: Fields) -> MapState:
    processor = fields.object(fields.exactly_one("ItemProcessor", "Iterator"))
    selector = fields.at_most_one("ItemSelector", "Parameters")
    fields.at_most_one("MaxConcurrency", "MaxConcurrencyPath")
    if "ProcessorConfig" in processor:
        _check_inline(processor.object("ProcessorConfig"))
    items = fields.nullable_path("ItemsPath")
    if items is None:
        raise fields.refusal("ItemsPath", "this must be a path")
    shared = _working(name, fields, parameters=selector)
    return MapState(
        **shared,
        **_failing(fields),
        items_path=items,
        processor=_read_branch(processor),
        max_concurrency=fields.optional_integer("MaxConcurrency", least=0) or 0,
        max_concurrency_path=fields.optional_path("MaxConcurrencyPath"),
    )


def _check_inline(fields: Fields) -> None:
    mode = fields.optional_text("Mode") or "INLINE"
    if mode != "INLINE":
        raise fields.refusal("Mode", f"only INLINE is supported, not {mode!r}: that is Distributed Map")
    fields.finish()


def _common(name: str, fields: Fields) -> dict[str, Any]:
    return {
        "name": name,
        "input_path": fields.nullable_path("InputPath"),
        "output_path": fields.nullable_path("OutputPath"),
    }


def _working(name: str, fields: Fields, *, parameters: str | None = "Parameters") -> dict[str, Any]:
    return {
        **_common(name, fields),
        "next": _read_next(fields),
        "parameters": _read_template(fields, parameters),
        "result_path": fields.nullable_reference_path("ResultPath"),
    }


def _failing(fields: Fields) -> dict[str, Any]:
    return {
        "result_selector": _read_template(fields, "ResultSelector"),
        "retriers": read_retriers(fields),
        "catchers": read_catchers(fields),
    }


def _read_template(fields: Fields, name: str | None) -> Template | None:
    if name is None or name not in fields:
        return None
    return compile_template(fields.take(name), fields.place(name))


def _read_next(fields: Fields) -> str | None:
    if fields.exactly_one("Next", "End") == "Next":
        return fields.text("Next")
    if not fields.boolean("End"):
        raise fields.refusal("End", "this must be true, or left out in favour of Next")
    return None


_READERS: dict[str, Callable[[str, Fields], State]] = {
    "Task": _read_task,
    "Pass": _read_pass,
    "Wait": _read_wait,
    "Choice": _read_choice,
    "Succeed": _read_succeed,
    "Fail": _read_fail,
    "Parallel": _read_parallel,
    "Map": _read_map,
}
