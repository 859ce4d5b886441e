"""`safelight init`: a home folder with a recipe and settings to edit."""

from __future__ import annotations

from pathlib import Path

import typer

from safelight.cli.invocation import CONFIG_NAME, invocation_of
from safelight.cli.options import Home
from safelight.cli.output import results

DEFAULT_RECIPE = "web"
RECIPE_NAME = "recipe.yaml"


def init(context: typer.Context, home: Home = None) -> None:
    """Make the home folder, with a recipe and a file of settings to edit. Keeps what is there."""
    from safelight.cli.settings_file import commented_settings
    from safelight.recipes.shipped import recipe_source

    folder = invocation_of(context).take(home=home).home_folder()
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / RECIPE_NAME, recipe_source(DEFAULT_RECIPE))
    _write(folder / CONFIG_NAME, commented_settings(recipe=RECIPE_NAME))
    results().print(f"Next: edit {folder / RECIPE_NAME}, then `safelight add PHOTO`.", soft_wrap=True)


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        results().print(f"{file} is there already; kept.", soft_wrap=True)
    else:
        results().print(f"{file} made.", soft_wrap=True)
