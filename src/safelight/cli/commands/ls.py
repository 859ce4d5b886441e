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
    from safelight.cli.figures import byte_size, dimensions, local_time
    from safelight.cli.grid import Row, print_grid
    from safelight.cli.image_rows import status_cell

    rows = [
        Row(
            cells=(
                record.image_id,
                status_cell(record),
                local_time(record.created_at),
                record.original.format or "",
                dimensions(record.original.width, record.original.height),
                byte_size(record.original.bytes),
                str(len(record.variants)),
                record.filename,
            )
        )
        for record in page.items
    ]
    headings = Row(
        cells=("ID", "Status", "Added", "Format", "Size", "Bytes", "Variants", "Name"), style="bold"
    )
    if not rows:
        notes().print("No images.")
        return
    print_grid(results(), [headings, *rows], right=(4, 5, 6))
    if page.next:
        notes().print(f"More: --after {page.next}", markup=False, soft_wrap=True)
