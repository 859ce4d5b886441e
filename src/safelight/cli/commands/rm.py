"""`safelight rm`: originals and variants away, the record stays as DELETED."""

from __future__ import annotations

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Home, ImageIds, Json
from safelight.cli.output import print_json, results


def rm(
    context: typer.Context, image_ids: ImageIds, home: Home = None, config: Config = None, json: Json = False
) -> None:
    """Delete images: the original and every variant. Nothing is deleted where one ID is unknown."""
    from safelight.cli.finding import find_image
    from safelight.cli.grid import printable

    invocation = invocation_of(context).take(home=home, config=config, json=json)
    with invocation.open_app() as app:
        found = {record.image_id: record for record in (find_image(app, name) for name in image_ids)}
        for image_id in found:
            deleted = app.delete(image_id)
            if invocation.json:
                print_json(deleted.public())
            else:
                results().print(f"{deleted.status}  {image_id}  {printable(deleted.filename)}", markup=False)
