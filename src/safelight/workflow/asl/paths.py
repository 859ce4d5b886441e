"""JSONPath for reading. A path that names one node is walked here; only others need jsonpath-ng."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from safelight.errors import WorkflowError
from safelight.workflow.asl.scope import Scope

Key = str | int

NAME = r"[^\s.\[\]()@,:;?*'\"`$&|=<>!~+/\\]+"
_STEP = re.compile(rf"\.(?P<name>{NAME})|\.?\[(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|(?P<index>-?\d+))\]")

# What the context object holds; a name that leads deeper than these is looked up in the data.
_CONTEXT: dict[str, frozenset[str]] = {
    "Execution": frozenset({"Id", "Input", "Name", "StartTime"}),
    "State": frozenset({"EnteredTime", "Name", "RetryCount"}),
    "StateMachine": frozenset({"Id", "Name"}),
    "Map": frozenset({"Item"}),
}


class PathNotFound(Exception):
    """The data has no node at a path that names exactly one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    text: str
    in_context: bool  # begins with $$
    find: Callable[[Any], Any]

    def read(self, scope: Scope) -> Any:
        """The node, or the list of all nodes for a path that may match several. Raises PathNotFound."""
        return self.find(scope.context() if self.in_context else scope.data)


def compile_path(text: object, where: str) -> Path:
    """Raises WorkflowError when `text` is not a path; `where` is its place in the workflow file."""
    if not isinstance(text, str) or not text.startswith("$"):
        raise WorkflowError(f"{where}: {text!r} is not a JSONPath.", remedy="Begin it with $ or $$.")
    in_context = text.startswith("$$")
    keys = split_keys(text[2 if in_context else 1 :])
    if in_context:
        _check_context_path(text, keys, where)
    if keys is not None:
        return Path(text=text, in_context=in_context, find=partial(_walk, keys))
    # The library costs 0.1 s to import: only a file with filters, wildcards or slices pays that.
    from safelight.workflow.asl.searching_paths import compile_search  # noqa: PLC0415

    return Path(text=text, in_context=in_context, find=compile_search(text, where))


def split_keys(steps: str) -> tuple[Key, ...] | None:
    """`.a['b'][0]` as `("a", "b", 0)`; None for anything that can match several nodes, or none."""
    keys: list[Key] = []
    at = 0
    while at < len(steps):
        step = _STEP.match(steps, at)
        if step is None:
            return None
        name, quoted, index = step.group("name", "quoted", "index")
        keys.append(int(index) if index else name or re.sub(r"\\(.)", r"\1", quoted))
        at = step.end()
    return tuple(keys)


def _walk(keys: tuple[Key, ...], node: Any) -> Any:
    for key in keys:
        node = _child(node, key)
    return node


def _child(node: Any, key: Key) -> Any:
    try:
        if isinstance(key, str):
            if isinstance(node, dict):
                return node[key]
        elif isinstance(node, list):
            return node[key]
    except LookupError:
        pass
    raise PathNotFound


def _check_context_path(text: str, keys: tuple[Key, ...] | None, where: str) -> None:
    if keys is None:
        raise WorkflowError(f"{where}: {text!r} searches the context object.", remedy="Name one field of it.")
    if not keys:
        return
    fields = _CONTEXT.get(str(keys[0]))
    if fields is None or (len(keys) > 1 and keys[1] not in fields):
        known = ", ".join(f"$$.{name}.{leaf}" for name in _CONTEXT for leaf in sorted(_CONTEXT[name]))
        raise WorkflowError(f"{where}: {text!r} is not in the context object.", remedy=f"It has {known}.")
