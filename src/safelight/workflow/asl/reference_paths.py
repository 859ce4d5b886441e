"""Reference Paths: where a state's result, or a caught error, goes into its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from safelight.errors import WorkflowError
from safelight.workflow.asl.failure import RESULT_PATH_MATCH_FAILURE, StateFailure
from safelight.workflow.asl.paths import Key, split_keys
from safelight.workflow.asl.payload import to_text


class _NoSuchPlace(Exception):
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferencePath:
    """Names one place. Missing objects on the way are made, array items must exist."""

    text: str
    keys: tuple[Key, ...]

    def place(self, value: Any, document: Any) -> Any:
        """`document` with `value` at this path; nothing that was passed in is changed.

        Raises StateFailure `States.ResultPathMatchFailure` when the document has no such place.
        """
        try:
            return _placed(document, self.keys, value)
        except (_NoSuchPlace, IndexError):
            cause = f"Unable to apply ReferencePath {self.text} to input {to_text(document)}"
            raise StateFailure(RESULT_PATH_MATCH_FAILURE, cause) from None


def compile_reference_path(text: object, where: str) -> ReferencePath:
    """Raises WorkflowError for what is no path, or can name more than one place."""
    keys = split_keys(text[1:]) if isinstance(text, str) and text.startswith("$") else None
    if keys is None or any(isinstance(key, int) and key < 0 for key in keys):
        raise WorkflowError(
            f"{where}: {text!r} is not a Reference Path.",
            remedy="Write one place, such as $, $.result or $.items[0].total.",
        )
    return ReferencePath(text=str(text), keys=keys)


def _placed(node: Any, keys: tuple[Key, ...], value: Any) -> Any:
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(key, int):
        if not isinstance(node, list):
            raise _NoSuchPlace
        return [*node[:key], _placed(node[key], rest, value), *node[key + 1 :]]
    if not isinstance(node, dict):
        raise _NoSuchPlace
    return {**node, key: _placed(node.get(key, {}), rest, value)}
