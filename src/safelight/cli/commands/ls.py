"""`safelight ls`: the catalog, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Home, Json
from safelight.cli.output import notes, print_json, results
from safelight.model import Page, Status


def ls(
    context: typer.Context,
    status: Annotated[
        Status | None, typer.Option("--status", case_sensitive=False, help="Only images in this status.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Images at most.")] = 50,
    after: Annotated[
        str | None, typer.Option("--after", metavar="CURSOR", help="Go on where an earlier page ended.")
    ] = None,
    home: Home = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """List images. With `--json`: `{items, next}`, where `next` is the cursor of the following page."""
    invocation = invocation_of(context).take(home=home, config=config, json=json)
    with invocation.open_app() as app:
        page = app.list(status=status, limit=limit, after=after)
    if invocation.json:
        print_json({"items": [record.public() for record in page.items], "next": page.next})
    else:
        _print(page)


def _print(page: Page) -> None:
    from rich.table import Table

    from safelight.cli.figures import byte_size, dimensions, local_time
    from safelight.cli.grid import STATUS_STYLES

    table = Table(box=None, pad_edge=False)
    for heading in ("ID", "Status", "Name", "Format", "Size", "Bytes", "Variants", "Added"):
        right = heading in ("Size", "Bytes", "Variants")
        table.add_column(heading, justify="right" if right else "left", no_wrap=heading != "Name")
    for record in page.items:
        original = record.original
        table.add_row(
            record.image_id,
            f"[{STATUS_STYLES[record.status]}]{record.status}[/]",
            _literal(record.filename),
            original.format or "",
            dimensions(original.width, original.height),
            byte_size(original.bytes),
            str(len(record.variants)),
            local_time(record.created_at),
        )
    results().print(table)
    if page.next:
        notes().print(f"More: --after {page.next}", markup=False, soft_wrap=True)


def _literal(text: str) -> str:
    from rich.markup import escape

    return escape(text)
