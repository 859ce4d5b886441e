"""`safelight redrive`: run images again with the recipe as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import IMAGE_ID_HELP, NO_VALUE, Config, Home, Json, Recipe
from safelight.errors import InvalidRequest
from safelight.model import Lane, Status

if TYPE_CHECKING:
    from safelight.app import App

PAGE = 200


def redrive(
    context: typer.Context,
    image_ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help=IMAGE_ID_HELP)] = None,
    failed: Annotated[
        bool, typer.Option("--failed", metavar=NO_VALUE, help="Every image that is FAILED.")
    ] = False,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait/--no-wait", metavar=NO_VALUE, help="Process the images now, or leave it to `serve`."
        ),
    ] = False,
    home: Home = None,
    config: Config = None,
    recipe: Recipe = None,
    json: Json = False,
) -> None:
    """Run images again, with the recipe as it is now: one by one, or all that failed."""
    from safelight.cli.finding import find_image
    from safelight.cli.following import follow
    from safelight.cli.outcome import Outcome

    invocation = invocation_of(context).take(home=home, config=config, recipe=recipe, json=json)
    if failed == bool(image_ids):
        raise InvalidRequest("Either IDs or --failed.", remedy="Write `safelight redrive ID` or `--failed`.")
    with invocation.open_app() as app:
        if failed:
            chosen, lane = list(_failed(app)), Lane.BACKFILL
        else:
            chosen, lane = [find_image(app, name).image_id for name in image_ids or ()], Lane.INTERACTIVE
        submitted = (Outcome(result=app.redrive(image_id, lane=lane)) for image_id in chosen)
        report = follow(app, submitted, total=len(chosen), wait=wait, json=invocation.json)
    raise typer.Exit(report.exit_code)


def _failed(app: App) -> Iterator[str]:
    after: str | None = None
    while True:
        page = app.list(status=Status.FAILED, limit=PAGE, after=after)
        yield from (record.image_id for record in page.items)
        if page.next is None:
            return
        after = page.next
