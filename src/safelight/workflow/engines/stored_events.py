"""History events as JSON text. A state's output is the next one's input: each is written once.

`[[payload, …], [[type, time, details], …]]`, where `input` and `output` in the details are indexes of
payloads, and times microseconds since 1970, UTC.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from safelight.model import HistoryEvent
from safelight.workflow.asl import Event

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PAYLOADS: Final = ("input", "output")

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def encode_events(events: Sequence[Event]) -> str:
    payloads: list[Any] = []
    indexes: dict[int, int] = {}  # by identity: comparing payloads would cost more than it saves

    def index_of(payload: Any) -> int:
        if id(payload) not in indexes:
            indexes[id(payload)] = len(payloads)
            payloads.append(payload)
        return indexes[id(payload)]

    rows = []
    for event in events:
        details = event.details
        for name in _PAYLOADS:
            if name in details:
                details = {**details, name: index_of(details[name])}
        rows.append([event.type, micros(event.timestamp), details])
    return _encode([payloads, rows])


def decode_events(text: str, first_id: int) -> list[HistoryEvent]:
    payloads, rows = json.loads(text)
    events = []
    for number, (kind, time, details) in enumerate(rows, start=first_id):
        for name in _PAYLOADS:
            if name in details:
                details[name] = payloads[details[name]]
        events.append(HistoryEvent(id=number, type=kind, timestamp=moment(time), details=details))
    return events


def micros(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
