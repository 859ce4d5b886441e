"""`safelight recipe`: which recipes there are, what one says, and whether it is right."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

from safelight.cli.invocation import invocation_of
from safelight.cli.options import Json
from safelight.cli.output import print_json, results

recipe = typer.Typer(help="List, show and check recipes.", no_args_is_help=True)
Named = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped recipe, or a recipe file.")]


@recipe.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """List the shipped recipes."""
    from safelight.recipes.load import load_recipe
    from safelight.recipes.shipped import builtin_names

    recipes = [load_recipe(name) for name in builtin_names()]
    if invocation_of(context).take(json=json).json:
        print_json(
            [{"name": r.name, "digest": r.digest, "variants": [v.name for v in r.variants]} for r in recipes]
        )
        return
    width = max(len(loaded.name) for loaded in recipes)
    for loaded in recipes:
        variants = ", ".join(variant.name for variant in loaded.variants)
        results().print(f"{loaded.name:<{width}}  {variants}", markup=False)


@recipe.command("show")
def show(named: Named) -> None:
    """Print a recipe as it is written, for instance to begin one's own."""
    from safelight.recipes.load import load_recipe
    from safelight.recipes.shipped import builtin_names, recipe_source

    load_recipe(named)  # what is no recipe is not shown
    text = recipe_source(named) if named in builtin_names() else Path(named).read_text(encoding="utf-8")
    typer.echo(text, nl=False)


@recipe.command("check")
def check(context: typer.Context, named: Named, json: Json = False) -> None:
    """Check a recipe; what is wrong is told with file, line and field, and what to write."""
    from safelight.recipes.load import load_recipe

    loaded = load_recipe(named)
    if invocation_of(context).take(json=json).json:
        variants = [variant.name for variant in loaded.variants]
        print_json({"name": loaded.name, "digest": loaded.digest, "variants": variants})
    else:
        results().print(f"{named} is right: {len(loaded.variants)} variants.", markup=False)


@recipe.command("schema")
def schema() -> None:
    """Print the JSON Schema of recipe files, for editors."""
    from safelight.recipes.schema import json_schema

    typer.echo(json_format.dumps(json_schema(), indent=2, ensure_ascii=False))
