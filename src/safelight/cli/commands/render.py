"""`safelight render`: the variants of one file, without a home folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Json, Recipe
from safelight.cli.output import print_json, results
from safelight.errors import ImageRejected, MemoryLimitExceeded, RenderTimeout, WorkerCrashed


def render(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Image to make the variants of.")],
    folder: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for the variants; made where missing."),
    ],
    config: Config = None,
    recipe: Recipe = None,
    json: Json = False,
) -> None:
    """Make the variants of one file as `DIR/VARIANT.EXT`: pixels only, nothing is catalogued.

    With `--json`: `path`, `original` and `variants`; or `path` and `error`.
    """
    from safelight.pixels_only import render_file

    invocation = invocation_of(context).take(config=config, recipe=recipe, json=json)
    try:
        made = render_file(invocation.load_settings(), file, folder)
    except (ImageRejected, RenderTimeout, MemoryLimitExceeded, WorkerCrashed) as error:
        if invocation.json:
            print_json({"path": str(file), "error": {"code": error.code, "message": str(error)}})
        raise
    for variant in made["variants"]:
        variant["path"] = str(folder / variant.pop("key"))
    if invocation.json:
        print_json({"path": str(file), **made})
    else:
        _print(made)


def _print(made: dict[str, Any]) -> None:
    from safelight.cli.figures import byte_size, dimensions, saving
    from safelight.cli.grid import Row, print_grid

    rows = [
        Row(
            cells=(
                variant["path"],
                variant["format"],
                dimensions(variant["width"], variant["height"]),
                byte_size(variant["bytes"]),
                saving(made["original"]["bytes"], variant["bytes"]),
            )
        )
        for variant in made["variants"]
    ]
    print_grid(results(), rows, right=(2, 3, 4))
