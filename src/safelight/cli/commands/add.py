"""`safelight add`: files, folders and standard input through the whole pipeline."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import NO_VALUE, Config, Home, Json, Recipe
from safelight.errors import InvalidRequest
from safelight.model import Lane

if TYPE_CHECKING:
    from safelight.app import App

MANY = 50  # more files than a person waits for go by the lane that uploads overtake


def add(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Files, folders (with all below them), `-` for standard input."),
    ],
    key: Annotated[str | None, typer.Option("--key", help="Key of the original; for one file.")] = None,
    prefix: Annotated[
        str | None, typer.Option("--prefix", help="Keys are PREFIX/path below the argument.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="File name of what comes by standard input.")] = "stdin",
    lane: Annotated[
        Lane | None,
        typer.Option(
            "--lane", help="Queue of the images.", show_default=f"backfill for more than {MANY} files"
        ),
    ] = None,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait/--no-wait", metavar=NO_VALUE, help="Process the images now, or leave it to `serve`."
        ),
    ] = True,
    home: Home = None,
    config: Config = None,
    recipe: Recipe = None,
    json: Json = False,
) -> None:
    """Add images: store each, make its variants, record both.

    Adding a file twice is adding it once.

    With `--json`, one line an input, in their order, as each is settled: the catalog record and `path`; or
    `path` and `error` for an input that could not be read.
    """
    from safelight.cli.adding.inputs import Inputs
    from safelight.cli.adding.naming import Naming
    from safelight.cli.adding.storing import Storing
    from safelight.cli.following import follow

    invocation = invocation_of(context).take(home=home, config=config, recipe=recipe, json=json)
    _refuse_unusable(paths, key=key, prefix=prefix)
    with invocation.open_app() as app:
        inputs = Inputs(paths, stdin_name=name, kept=_own_folders(app))
        total = sum(1 for _ in inputs)
        if key is not None and total > 1:
            raise InvalidRequest(
                f"--key names one original, and here are {total} files.", remedy="Use --prefix."
            )
        lane = lane or (Lane.BACKFILL if total > MANY else Lane.INTERACTIVE)
        stored = Storing(app=app, naming=Naming(key=key, prefix=prefix), lane=lane).store_all(inputs)
        report = follow(app, stored, total=total, wait=wait, json=invocation.json)
    raise typer.Exit(report.exit_code)


def _refuse_unusable(paths: Sequence[str], *, key: str | None, prefix: str | None) -> None:
    """Refuse before anything is made. What is missing beside what exists is reported in its turn instead."""
    if key is not None and prefix is not None:
        raise InvalidRequest("--key and --prefix exclude each other.", remedy="Give one of them.")
    if paths.count("-") > 1:
        raise InvalidRequest("Standard input can be read once only.", remedy="Write `-` once.")
    if not any(path == "-" or os.path.lexists(path) for path in paths):
        raise InvalidRequest(
            f"There is no {', no '.join(paths)}.", remedy="Name files or folders that exist, or `-`."
        )


def _own_folders(app: App) -> list[Path]:
    """Not to be added when the home lies below an added folder."""
    settings = app.settings
    return [settings.home, Path(settings.originals_url), Path(settings.variants_url)]
