"""`safelight worker`: one more process tree that works on a home another one serves."""

from __future__ import annotations

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Config, Home, Recipe


def worker(context: typer.Context, home: Home = None, config: Config = None, recipe: Recipe = None) -> None:
    """Process images without serving, until interrupted; any number may share a home on one machine."""
    from safelight.runtime import work

    invocation = invocation_of(context).take(home=home, config=config, recipe=recipe)
    work(invocation.load_settings())
