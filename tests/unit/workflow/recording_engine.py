"""An engine that only notes what it was asked to start; for tests of those who start executions."""

from __future__ import annotations

from datetime import UTC, datetime

from safelight.errors import NotFound
from safelight.model import Execution, HistoryEvent, Lane
from safelight.ports import Json

STARTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class RecordingEngine:
    """Implements ports.Engine; `status` of its executions can be set by name."""

    def __init__(self) -> None:
        self.started: dict[str, Execution] = {}
        self.status: dict[str, str] = {}

    def start(self, name: str, input: Json, *, lane: Lane = Lane.INTERACTIVE) -> bool:
        if name in self.started:
            return False
        self.started[name] = Execution(
            name=name, status="RUNNING", input=input, lane=lane, started_at=STARTED_AT
        )
        return True

    def get(self, name: str) -> Execution:
        for execution in self.list(prefix=name):
            if execution.name == name:
                return execution
        raise NotFound(name)

    def history(self, name: str) -> list[HistoryEvent]:
        self.get(name)
        return []

    def list(self, *, prefix: str = "", limit: int = 50) -> list[Execution]:
        found = [execution for name, execution in self.started.items() if name.startswith(prefix)]
        return [
            Execution(
                name=execution.name,
                status=self.status.get(execution.name, "RUNNING"),
                input=execution.input,
                lane=execution.lane,
                started_at=execution.started_at,
            )
            for execution in found[:limit]
        ]
