"""`safelight executions`: runs of the workflow, and what happened in one."""

from __future__ import annotations

import json as json_format
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Home, Json
from safelight.cli.output import print_json, results
from safelight.errors import NotFound
from safelight.model import Execution, HistoryEvent

if TYPE_CHECKING:
    from safelight.app import App

SHOWN_CHARACTERS = 400  # of a state's result; `--json` has all of it


def executions(
    context: typer.Context,
    called: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Execution name, or an image as for `show`: its latest execution."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Executions at most.")] = 50,
    home: Home = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """List executions, latest first; with ID, tell what happened in one, state by state.

    With `--json`, the whole history: every event with its input, output, error and time.
    """
    invocation = invocation_of(context).take(home=home, config=config, json=json)
    with invocation.open_app() as app:
        if called is None:
            latest = app.executions(limit=limit)
            if invocation.json:
                print_json({"items": [execution.public() for execution in latest]})
            else:
                _print_list(latest)
            return
        execution = _find(app, called)
        history = app.history(execution.name)
        others = [run for run in app.executions(execution.image_id) if run.name != execution.name]
    if invocation.json:
        print_json({**execution.public(), "history": [event.public() for event in history]})
    else:
        _print_one(execution, history, others)


def _find(app: App, called: str) -> Execution:
    from safelight.cli.finding import find_image

    try:
        return app.execution(called)
    except NotFound:
        return app.execution(find_image(app, called).execution)


def _print_list(executions: Sequence[Execution]) -> None:
    from safelight.cli.figures import duration, local_time
    from safelight.cli.grid import Row, print_grid

    rows = [
        Row(
            cells=(
                execution.name,
                execution.status,
                execution.lane.value,
                local_time(execution.started_at),
                duration(execution.started_at, execution.stopped_at),
                execution.error or "",
            )
        )
        for execution in executions
    ]
    headings = Row(cells=("Execution", "Status", "Lane", "Started", "Took", "Error"), style="bold")
    print_grid(results(), [headings, *rows], right=(4,))


def _print_one(execution: Execution, history: Sequence[HistoryEvent], others: Sequence[Execution]) -> None:
    from safelight.cli.figures import duration, local_time
    from safelight.cli.visits import visits

    console = results()
    took = duration(execution.started_at, execution.stopped_at) or "not ended"
    console.print(
        f"[bold]{execution.name}[/]  {execution.status}  {local_time(execution.started_at)}  {took}"
    )
    console.print(f"  input   {_compact(execution.input)}", markup=False)
    for visit in visits(history):
        tries = f"  {visit.tries} tries" if visit.tries > 1 else ""
        lasted = duration(visit.entered_at, visit.left_at)
        console.print(f"\n[bold]{visit.state}[/]  {lasted}{tries}")
        for error in visit.errors:
            console.print(f"  error   {error}", style="red", markup=False)
        if visit.left_at and visit.added:
            console.print(f"  added   {_compact(visit.added)}", markup=False)
    if execution.error:
        console.print(f"\n{execution.error}: {execution.cause or ''}", style="red", markup=False)
    if others:
        console.print("\nOther executions of the image: " + ", ".join(run.name for run in others))


def _compact(document: Any) -> str:
    text = json_format.dumps(document, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
