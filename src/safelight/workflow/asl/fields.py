"""Reading one object of a workflow file, strictly: every field is asked for, every other one refused."""

from __future__ import annotations

from typing import Any

from safelight.errors import WorkflowError
from safelight.workflow.asl.paths import Path, compile_path
from safelight.workflow.asl.reference_paths import ReferencePath, compile_reference_path

# Parts of the language, or of Step Functions, that we leave out; each says what it belongs to.
_LEFT_OUT = {
    "Arguments": "JSONata",
    "Output": "JSONata",
    "Items": "JSONata",
    "Condition": "JSONata",
    "Assign": "variables",
    "Credentials": "cross-account roles",
    "ItemReader": "Distributed Map",
    "ItemBatcher": "Distributed Map",
    "ResultWriter": "Distributed Map",
    "Label": "Distributed Map",
    "ToleratedFailureCount": "Distributed Map",
    "ToleratedFailureCountPath": "Distributed Map",
    "ToleratedFailurePercentage": "Distributed Map",
    "ToleratedFailurePercentagePath": "Distributed Map",
}


class Fields:
    """An object of the file and its place there, such as `$.States.Resize.Retry[0]`."""

    def __init__(self, document: object, where: str) -> None:
        if not isinstance(document, dict):
            raise WorkflowError(f"{where}: this must be an object.")
        self._document: dict[str, Any] = document
        self._unread = set(document)
        self.where = where

    def __contains__(self, name: str) -> bool:
        return name in self._document

    def place(self, name: str) -> str:
        return f"{self.where}.{name}"

    def refusal(self, name: str, problem: str) -> WorkflowError:
        return WorkflowError(f"{self.place(name)}: {problem}.")

    def ignore(self, *names: str) -> None:
        self._unread.difference_update(names)

    def take(self, name: str) -> Any:
        """The value, whatever it is. Raises WorkflowError when the field is missing."""
        if name not in self._document:
            raise WorkflowError(f"{self.where}: the field {name} is missing.")
        self._unread.discard(name)
        return self._document[name]

    def exactly_one(self, *names: str) -> str:
        """The one of `names` that is there."""
        found = self.at_most_one(*names)
        if found is None:
            raise WorkflowError(f"{self.where}: one of these fields is missing: {', '.join(names)}.")
        return found

    def at_most_one(self, *names: str) -> str | None:
        found = [name for name in names if name in self._document]
        if len(found) > 1:
            raise WorkflowError(f"{self.where}: {' and '.join(found)} exclude one another.")
        return found[0] if found else None

    def text(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str):
            raise self.refusal(name, "this must be a string")
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if name in self else None

    def boolean(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool):
            raise self.refusal(name, "this must be true or false")
        return value

    def integer(self, name: str, *, least: int, most: int = 99_999_999) -> int:
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refusal(name, f"this must be an integer from {least} to {most}, not {value!r}")
        return value

    def optional_integer(self, name: str, *, least: int, most: int = 99_999_999) -> int | None:
        return self.integer(name, least=least, most=most) if name in self else None

    def number(self, name: str, *, least: float) -> float:
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            raise self.refusal(name, f"this must be a number of at least {least}, not {value!r}")
        return float(value)

    def path(self, name: str) -> Path:
        return compile_path(self.take(name), self.place(name))

    def optional_path(self, name: str) -> Path | None:
        return self.path(name) if name in self else None

    def nullable_path(self, name: str, default: str = "$") -> Path | None:
        """None for an explicit null."""
        if name not in self:
            return compile_path(default, self.place(name))
        value = self.take(name)
        return None if value is None else compile_path(value, self.place(name))

    def nullable_reference_path(self, name: str) -> ReferencePath | None:
        """`$` when absent, None for an explicit null."""
        value = self.take(name) if name in self else "$"
        return None if value is None else compile_reference_path(value, self.place(name))

    def object(self, name: str) -> Fields:
        return Fields(self.take(name), self.place(name))

    def objects(self, name: str, *, empty: bool = False) -> list[Fields]:
        value = self.take(name)
        if not isinstance(value, list) or not (value or empty):
            raise self.refusal(name, "this must be an array" if empty else "this must be an array with items")
        return [Fields(item, f"{self.place(name)}[{index}]") for index, item in enumerate(value)]

    def optional_objects(self, name: str) -> list[Fields]:
        return self.objects(name, empty=True) if name in self else []

    def members(self) -> list[tuple[str, Fields]]:
        """Every field as an object of its own."""
        return [(name, self.object(name)) for name in self._document]

    def finish(self) -> None:
        """Raises WorkflowError when a field was not asked for."""
        for name in sorted(self._unread):
            reason = _LEFT_OUT.get(name)
            if reason:
                raise self.refusal(name, f"{name} is not supported: it belongs to {reason}")
            raise self.refusal(name, f"{name} is not a field that is known here")
