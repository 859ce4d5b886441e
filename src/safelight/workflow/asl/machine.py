"""Loading a workflow file: substitutions, reading, and the checks that need the whole machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safelight.errors import WorkflowError
from safelight.workflow.asl.fields import Fields
from safelight.workflow.asl.read_states import read_block, refuse_query_language
from safelight.workflow.asl.states import (
    Block,
    ChoiceState,
    Continuing,
    Failing,
    MapState,
    ParallelState,
    State,
    TaskState,
)

_SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class StateMachine:
    """A checked workflow. `states` holds those of branches and item processors too."""

    name: str
    start_at: str
    states: Mapping[str, State]
    timeout_seconds: int | None

    @property
    def resources(self) -> frozenset[str]:
        """The ARNs of all functions that its tasks call."""
        return frozenset(state.resource for state in self.states.values() if isinstance(state, TaskState))


def load(document: object, substitutions: Mapping[str, str], *, name: str = "pipeline") -> StateMachine:
    """Check a parsed workflow file and compile it.

    `substitutions` fill the `${Name}`s in its strings. Raises WorkflowError that names the place
    of the first thing that is unknown, unsupported or not valid Amazon States Language.
    """
    fields = Fields(_substituted(document, substitutions, "$"), "$")
    fields.ignore("Comment")
    refuse_query_language(fields)
    version = fields.optional_text("Version")
    if version not in (None, "1.0"):
        raise fields.refusal("Version", f"this must be 1.0, not {version!r}")
    timeout = fields.optional_integer("TimeoutSeconds", least=1)
    block = read_block(fields)
    fields.finish()
    states: dict[str, State] = {}
    _collect(block, "$", states)
    return StateMachine(name=name, start_at=block.start_at, states=states, timeout_seconds=timeout)


def _substituted(node: Any, substitutions: Mapping[str, str], where: str) -> Any:
    if isinstance(node, dict):
        return {key: _substituted(item, substitutions, f"{where}.{key}") for key, item in node.items()}
    if isinstance(node, list):
        return [_substituted(item, substitutions, f"{where}[{index}]") for index, item in enumerate(node)]
    if not isinstance(node, str) or "${" not in node:
        return node

    def value(reference: re.Match[str]) -> str:
        try:
            return substitutions[reference.group(1)]
        except KeyError:
            raise WorkflowError(f"{where}: nothing is given for {reference.group()}.") from None

    return _SUBSTITUTION.sub(value, node)


def _collect(block: Block, where: str, states: dict[str, State]) -> None:
    """Check one block and those inside it, and gather their states by name."""
    _check_transitions(block, where)
    for name, state in block.states.items():
        place = f"{where}.States.{name}"
        if name in states:
            raise WorkflowError(f"{place}: another state of the machine has the same name.")
        states[name] = state
        for inner, inner_place in _blocks(state, place):
            _collect(inner, inner_place, states)


def _check_transitions(block: Block, where: str) -> None:
    if block.start_at not in block.states:
        raise WorkflowError(f"{where}.StartAt: there is no state {block.start_at!r} here.")
    for name, state in block.states.items():
        for target in _targets(state):
            if target not in block.states:
                raise WorkflowError(f"{where}.States.{name}: it leads to {target!r}, which is no state here.")
    reached = _reachable(block)
    for name in block.states:
        if name not in reached:
            raise WorkflowError(f"{where}.States.{name}: no other state leads to it.")
    if all(_goes_on(block.states[name]) for name in reached):
        raise WorkflowError(f"{where}.States: no state ends this; one needs End, or type Succeed or Fail.")


def _targets(state: State) -> Iterator[str]:
    if isinstance(state, Continuing) and state.next is not None:
        yield state.next
    if isinstance(state, Failing):
        yield from (catcher.next for catcher in state.catchers)
    if isinstance(state, ChoiceState):
        yield from (target for _, target in state.rules)
        if state.default is not None:
            yield state.default


def _goes_on(state: State) -> bool:
    return isinstance(state, ChoiceState) or (isinstance(state, Continuing) and state.next is not None)


def _reachable(block: Block) -> set[str]:
    reached = {block.start_at}
    waiting = [block.start_at]
    while waiting:
        for target in _targets(block.states[waiting.pop()]):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _blocks(state: State, where: str) -> Iterator[tuple[Block, str]]:
    if isinstance(state, ParallelState):
        for index, branch in enumerate(state.branches):
            yield branch, f"{where}.Branches[{index}]"
    if isinstance(state, MapState):
        yield state.processor, f"{where}.ItemProcessor"
