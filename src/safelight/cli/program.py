"""The commands of `safelight`, registered one by one: one command, one file."""

from __future__ import annotations

from typing import Annotated

import typer

from safelight.cli.commands.add import add
from safelight.cli.commands.doctor import doctor
from safelight.cli.commands.executions import executions
from safelight.cli.commands.init import init
from safelight.cli.commands.ls import ls
from safelight.cli.commands.recipe import recipe
from safelight.cli.commands.redrive import redrive
from safelight.cli.commands.render import render
from safelight.cli.commands.rm import rm
from safelight.cli.commands.serve import serve
from safelight.cli.commands.show import show
from safelight.cli.commands.worker import worker
from safelight.cli.invocation import invocation_of
from safelight.cli.options import NO_VALUE, Config, Home, Json, Recipe

program = typer.Typer(
    name="safelight",
    help="Upload an image; get every size and format you declared, catalogued and delivered.",
    epilog="Start with `safelight add PHOTO`, or `safelight doctor` if something is amiss.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        from safelight import __version__

        typer.echo(f"safelight {__version__}")
        raise typer.Exit


@program.callback()
def _options_before_the_command(
    context: typer.Context,
    home: Home = None,
    config: Config = None,
    recipe: Recipe = None,
    json: Json = False,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option(
            "--version", metavar=NO_VALUE, help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    invocation_of(context).take(home=home, config=config, recipe=recipe, json=json)


program.command("init")(init)
program.command("add")(add)
program.command("render")(render)
program.command("serve")(serve)
program.command("worker")(worker)
program.command("ls")(ls)
program.command("show")(show)
program.command("rm")(rm)
program.command("redrive")(redrive)
program.command("executions")(executions)
program.add_typer(recipe, name="recipe")
program.command("doctor")(doctor)
