"""`safelight show`: all that the catalog knows of one image."""

from __future__ import annotations

from typing import Annotated

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import IMAGE_ID_HELP, Config, Home, Json
from safelight.cli.output import print_json, results
from safelight.model import ImageRecord


def show(
    context: typer.Context,
    image_id: Annotated[str, typer.Argument(metavar="ID", help=IMAGE_ID_HELP)],
    home: Home = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Show one image: its original, its variants and where they lie, or why there are none."""
    from safelight.cli.finding import find_image

    invocation = invocation_of(context).take(home=home, config=config, json=json)
    with invocation.open_app() as app:
        record = find_image(app, image_id)
        variants = app.settings.variants_url
    if invocation.json:
        print_json(record.public())
    else:
        _print(record, variants)


def _print(record: ImageRecord, variants: str) -> None:
    from safelight.cli.figures import local_time
    from safelight.cli.grid import printable
    from safelight.cli.image_rows import image_rows, print_images

    console = results()
    print_images(console, image_rows(record.filename, record))
    facts = {
        "id": record.image_id,
        "key": printable(record.key),
        "recipe": f"{record.recipe.name} ({record.recipe.digest[:12]})",
        "version": record.version or "",
        "execution": record.execution,
        "attempts": str(record.attempts),
        "sha256": record.original.sha256 or "",
        "added": local_time(record.created_at),
        "ready": local_time(record.ready_at) if record.ready_at else "",
    }
    console.print()
    for name, value in facts.items():
        if value:
            console.print(f"{name:<10} {value}", markup=False, soft_wrap=True)
    for variant in record.variants:
        console.print(
            f"{'file':<10} {variants.rstrip('/')}/{printable(variant.key)}", markup=False, soft_wrap=True
        )
