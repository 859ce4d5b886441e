"""`safelight serve`: the HTTP API, the folder watch and the pipeline in one process tree."""

from __future__ import annotations

from typing import Annotated

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Home, Recipe


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to bind.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", help="Port to bind; 0: any free one.", show_default="8000", min=0, max=65535),
    ] = None,
    home: Home = None,
    config: Config = None,
    recipe: Recipe = None,
) -> None:
    """Serve the API, watch the folder of originals and process what comes, until interrupted."""
    from safelight.api.server import serve as run

    invocation = invocation_of(context).take(home=home, config=config, recipe=recipe)
    run(invocation.load_settings(host=host, port=port))
