"""A YAML file as plain values that remember their lines, without the traps of YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from safelight.recipes.problem import Path, Problem

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_TEXT = "tag:yaml.org,2002:str"


class UnreadableDocument(Exception):
    """The text is not one YAML mapping. `line` counts from 1."""

    def __init__(self, message: str, remedy: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Document:
    """`values` are what YAML says; `problems` what it says by accident: doubled keys, missing values."""

    values: dict[str, Any]
    problems: tuple[Problem, ...]
    root: MappingNode

    def locate(self, path: Path) -> tuple[Path, int]:
        """The path as the file has it, and its line; of a missing field, the line of its section.

        A path may count a single entry as the first of a list: `watermark.0.size` is `watermark.size`
        where the file has no list.
        """
        node: Node | None = self.root
        line = _line(self.root)
        written: list[str | int] = []
        for part in path:
            if isinstance(part, int) and not isinstance(node, SequenceNode):
                continue
            written.append(part)
            found = _step(node, part)
            node = found[1] if found else None
            line = found[0] if found else line
        return tuple(written), line


def read_document(text: str) -> Document:
    """Raises UnreadableDocument."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if not isinstance(root, MappingNode):
            raise UnreadableDocument(
                "the file is not a mapping.", "Begin it with `version: 1`, `name:` and `variants:`.", 1
            )
        problems = tuple(_accidents(root, (), (), set()))
        values = loader.construct_document(root)
    except yaml.YAMLError as error:
        raise _unreadable(error, text) from None
    except (ValueError, RecursionError) as error:  # impossible dates, endless nesting
        raise UnreadableDocument(f"a value cannot be read: {error}.", "Put it in quotes.", 1) from None
    return Document(values=values, problems=problems, root=root)


def _unreadable(error: yaml.YAMLError, text: str) -> UnreadableDocument:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        remedy = "Indent by two spaces, without tabs, and put text that holds `#`, `:` or `{` in quotes."
        what = error.problem or error.context
        return UnreadableDocument(f"the file is not valid YAML: {what}.", remedy, error.problem_mark.line + 1)
    line = text.count("\n", 0, getattr(error, "position", 0)) + 1
    return UnreadableDocument("the file holds a character that YAML does not allow.", "Remove it.", line)


def _accidents(node: Node, path: Path, above: tuple[Node, ...], visited: set[Node]) -> Iterator[Problem]:
    if node in above:
        raise UnreadableDocument("an anchor contains itself.", "Write the values out.", _line(node))
    if node in visited:
        return
    visited.add(node)
    above = (*above, node)
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _accidents(item, (*path, index), above, visited)
    elif isinstance(node, MappingNode):
        yield from _doubled_keys(node, path)
        for key, value in node.value:
            yield from _accidents(value, (*path, key.value), above, visited)
    elif node.tag == _NULL:
        yield Problem(
            path=path,
            message="has no value.",
            remedy="Write one, or remove the line; `#` begins a comment, so a colour needs quotes.",
            line=_line(node),
        )


def _doubled_keys(node: MappingNode, path: Path) -> Iterator[Problem]:
    seen = set()
    for key, _ in node.value:
        if not isinstance(key, ScalarNode) or key.tag not in (_TEXT, _MERGE):
            raise UnreadableDocument("the name of a field is not text.", "Put it in quotes.", _line(key))
        if key.value in seen:
            yield Problem(
                path=(*path, key.value),
                message="is given twice.",
                remedy="Keep one of them.",
                line=_line(key),
            )
        seen.add(key.value)


def _step(node: Node | None, part: str | int) -> tuple[int, Node] | None:
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return _line(node.value[part]), node.value[part]
    if isinstance(node, MappingNode):
        # Own keys come after those merged from an anchor, and win.
        for key, value in reversed(node.value):
            if key.value == part:
                return _line(key), value
    return None


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
