"""docs/cli.md, from the Typer program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import typer

from safelight.cli.program import program

INTRODUCTION = """\
# Command line

<!-- Made by `make docs` from src/safelight/cli; do not edit. -->

| exit code | means |
|---|---|
| 0 | all is well: every image READY |
| 1 | at least one image REJECTED or FAILED, an input could not be read, or the disk or a store failed |
| 2 | the command line, a setting, a file or the home folder is not usable as it is; nothing was done |
| 3 | a bug in Safelight; the message says where the report lies |
| 130 | interrupted; what was stored goes on at the next start |

These options may stand before the command as well as after it:
"""

SHARED = ("home", "config", "recipe", "json")


def command_line() -> str:
    root: Any = typer.main.get_command(program)
    shared = _table(parameter for parameter in root.params if parameter.name in SHARED)
    return "\n".join([INTRODUCTION, *shared, *_group(root, "safelight")])


def _group(group: Any, name: str) -> Iterator[str]:
    for command_name, command in group.commands.items():
        section = _group if hasattr(command, "commands") else _command
        yield from section(command, f"{name} {command_name}")


def _command(command: Any, name: str) -> Iterator[str]:
    own = [p for p in command.params if p.name not in (*SHARED, "help")]
    shared = [f"`--{p.name}`" for p in command.params if p.name in SHARED]
    arguments = [_spelling(p) for p in own if p.param_type_name == "argument"]
    yield f"## {' '.join([name, *arguments])}\n"
    yield f"{command.help}\n"
    if own:
        yield from _table(own)
    if shared:
        yield f"Also {', '.join(shared)}.\n"


def _table(parameters: Iterable[Any]) -> Iterator[str]:
    yield "| argument or option | meaning | default |"
    yield "|---|---|---|"
    for parameter in parameters:
        spelling = _spelling(parameter).replace("|", "\\|")
        yield f"| `{spelling}` | {_cell(parameter.help)} | {_default(parameter)} |"
    yield ""


def _spelling(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = parameter.metavar if parameter.nargs == 1 else f"{parameter.metavar}..."
        return name if parameter.required else f"[{name}]"
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if isinstance(parameter.show_default, str):
        return _cell(parameter.show_default)
    if parameter.default is None:
        return ""
    if parameter.is_flag:
        chosen = parameter.opts if parameter.default else parameter.secondary_opts
        return f"`{chosen[0]}`" if chosen else ""
    return f"`{parameter.default}`"


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")
