"""Runs to JSON and back. Written out by hand: it happens at every transition of every image."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from safelight.workflow.asl.run import Fanout, Frame, Run, TaskCall, Timer


def run_to_json(run: Run) -> dict[str, Any]:
    return {
        "status": run.status,
        "name": run.name,
        "input": run.input,
        "started_at": run.started_at.isoformat(),
        "frames": [_frame_to_json(frame) for frame in run.frames.values()],
        "deadline": _timer_to_json(run.deadline),
        "serial": run.serial,
        "event_count": run.event_count,
        "stopped_at": run.stopped_at and run.stopped_at.isoformat(),
        "output": run.output,
        "error": run.error,
        "cause": run.cause,
    }


def run_from_json(document: dict[str, Any]) -> Run:
    frames = map(_frame_from_json, document["frames"])
    return Run(
        **{
            **document,
            "started_at": datetime.fromisoformat(document["started_at"]),
            "stopped_at": _moment(document["stopped_at"]),
            "frames": {frame.id: frame for frame in frames},
            "deadline": _timer_from_json(document["deadline"]),
        }
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _frame_to_json(frame: Frame) -> dict[str, Any]:
    return {
        "id": frame.id,
        "state": frame.state,
        "input": frame.input,
        "entered_at": frame.entered_at.isoformat(),
        "entered_event": frame.entered_event,
        "retries": frame.retries,
        "call": frame.call and vars(frame.call),
        "timer": _timer_to_json(frame.timer),
        "fanout": frame.fanout and vars(frame.fanout),
    }


def _frame_from_json(document: dict[str, Any]) -> Frame:
    call, fanout = document["call"], document["fanout"]
    return Frame(
        **{
            **document,
            "entered_at": datetime.fromisoformat(document["entered_at"]),
            "retries": tuple(document["retries"]),
            "call": call and TaskCall(**call),
            "timer": _timer_from_json(document["timer"]),
            "fanout": fanout and _fanout_from_json(fanout),
        }
    )


def _fanout_from_json(document: dict[str, Any]) -> Fanout:
    outputs = {int(index): output for index, output in document["outputs"].items()}
    return Fanout(**{**document, "items": tuple(document["items"]), "outputs": outputs})


def _timer_to_json(timer: Timer | None) -> dict[str, Any] | None:
    return None if timer is None else {"id": timer.id, "due": timer.due.isoformat()}


def _timer_from_json(document: dict[str, Any] | None) -> Timer | None:
    if document is None:
        return None
    return Timer(id=document["id"], due=datetime.fromisoformat(document["due"]))
