"""`safelight doctor`: is everything as it should be, and if not, what to do."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import typer

from safelight.cli.exit_codes import ExitCode
from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Home, Json, Recipe
from safelight.cli.output import print_json, results

if TYPE_CHECKING:
    from safelight.doctor.finding import Finding

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    context: typer.Context,
    home: Home = None,
    config: Config = None,
    recipe: Recipe = None,
    json: Json = False,
) -> None:
    """Check the installation and the home folder, and say what to do. Changes nothing.

    Exit code 1 where something does not work. With `--json`, one line a finding.
    """
    from safelight.doctor.examination import examine
    from safelight.doctor.finding import Level

    invocation = invocation_of(context).take(home=home, config=config, recipe=recipe, json=json)
    failed = False
    for finding in examine(invocation.load_settings()):
        failed = failed or finding.level is Level.FAIL
        if invocation.json:
            print_json(dataclasses.asdict(finding))
        else:
            _print(finding)
    raise typer.Exit(ExitCode.NOT_READY if failed else ExitCode.OK)


def _print(finding: Finding) -> None:
    from rich.text import Text

    line = Text(f"{finding.level:<4}", style=STYLES[finding.level])
    line.append(f"  {finding.subject:<15} {finding.text}", style="default")
    results().print(line, soft_wrap=True)
    if finding.remedy:
        results().print(Text(f"      {'':<15} {finding.remedy}", style="default"), soft_wrap=True)
