"""From an execution's history to what people ask: which states, how long, how often, what came out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.model import HistoryEvent

_TROUBLES = ("LambdaFunctionFailed", "LambdaFunctionTimedOut")


@dataclass(kw_only=True)
class Visit:
    """One stay of the execution at a state; `left_at` is None while it lasts or where it failed."""

    state: str
    input: Any
    entered_at: datetime
    left_at: datetime | None = None
    output: Any = None
    tries: int = 0  # of its task; 0 for a state without one
    errors: tuple[str, ...] = ()

    @property
    def added(self) -> Any:
        """What the state's output has that its input had not; mostly the result of its task."""
        if not isinstance(self.input, dict) or not isinstance(self.output, dict):
            return self.output
        return {name: value for name, value in self.output.items() if self.input.get(name) != value}


def visits(history: Iterable[HistoryEvent]) -> list[Visit]:
    """In the order they began. A task's tries belong to the state that was entered last."""
    made: list[Visit] = []
    for event in history:
        if event.type.endswith("StateEntered"):
            name, given = event.details["name"], event.details["input"]
            made.append(Visit(state=name, input=given, entered_at=event.timestamp))
        elif made:
            _continue(made, event)
    return made


def _continue(made: list[Visit], event: HistoryEvent) -> None:
    if event.type.endswith("StateExited"):
        visit = next(v for v in reversed(made) if v.state == event.details["name"])
        visit.left_at = event.timestamp
        visit.output = event.details["output"]
    elif event.type == "LambdaFunctionScheduled":
        made[-1].tries += 1
    elif event.type in _TROUBLES:
        made[-1].errors += (_trouble(event.details),)


def _trouble(details: dict[str, Any]) -> str:
    return ": ".join(str(details[name]) for name in ("error", "cause") if details.get(name))
