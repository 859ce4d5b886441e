"""`safelight executions`: runs of the workflow, and what happened in one."""

from __future__ import annotations

import dataclasses
import json as json_format
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Home, Json
from safelight.cli.output import print_json, results
from safelight.errors import NotFound
from safelight.model import Execution, HistoryEvent, iso

if TYPE_CHECKING:
    from safelight.app import App

SHOWN_CHARACTERS = 240  # of a state's input and output; `--json` has all of it


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
    """List executions, latest first; with ID, tell what happened in one, state by state."""
    invocation = invocation_of(context).take(home=home, config=config, json=json)
    with invocation.open_app() as app:
        if called is None:
            latest = app.executions(limit=limit)
            if invocation.json:
                print_json({"items": [_public(execution) for execution in latest]})
            else:
                _print_list(latest)
            return
        execution = _find(app, called)
        history = app.history(execution.name)
        others = [run for run in app.executions(execution.name[:26]) if run.name != execution.name]
    if invocation.json:
        print_json({**_public(execution), "history": [_public(event) for event in history]})
    else:
        _print_one(execution, history, others)


def _find(app: App, called: str) -> Execution:
    from safelight.cli.finding import find_image

    try:
        return app.execution(called)
    except NotFound:
        return app.execution(find_image(app, called).execution)


def _public(entry: Execution | HistoryEvent) -> dict[str, Any]:
    document = dataclasses.asdict(entry)
    for name in ("started_at", "stopped_at", "timestamp"):
        if document.get(name):
            document[name] = iso(document[name])
    return document


def _print_list(executions: Sequence[Execution]) -> None:
    from rich.table import Table

    from safelight.cli.figures import duration, local_time

    table = Table("Execution", "Status", "Lane", "Started", "Took", "Error", box=None, pad_edge=False)
    for execution in executions:
        table.add_row(
            execution.name,
            execution.status,
            execution.lane.value,
            local_time(execution.started_at),
            duration(execution.started_at, execution.stopped_at),
            execution.error or "",
        )
    results().print(table, soft_wrap=True)


def _print_one(execution: Execution, history: Sequence[HistoryEvent], others: Sequence[Execution]) -> None:
    from safelight.cli.figures import duration, local_time
    from safelight.cli.visits import visits

    console = results()
    took = duration(execution.started_at, execution.stopped_at) or "so far"
    console.print(
        f"[bold]{execution.name}[/]  {execution.status}  {local_time(execution.started_at)}  {took}"
    )
    for visit in visits(history):
        tries = f"  {visit.tries} tries" if visit.tries > 1 else ""
        lasted = duration(visit.entered_at, visit.left_at) or "not left"
        console.print(f"\n[bold]{visit.state}[/]  {lasted}{tries}")
        for error in visit.errors:
            console.print(f"  error   {error}", style="red", markup=False)
        console.print(f"  input   {_compact(visit.input)}", markup=False)
        if visit.left_at:
            console.print(f"  output  {_compact(visit.output)}", markup=False)
    if execution.error:
        console.print(f"\n{execution.error}: {execution.cause or ''}", style="red", markup=False)
    if others:
        console.print("\nOther executions of the image: " + ", ".join(run.name for run in others))


def _compact(document: Any) -> str:
    text = json_format.dumps(document, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
