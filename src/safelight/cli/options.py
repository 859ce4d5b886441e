"""Options that several commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NO_VALUE = ""  # a flag: nothing stands behind it

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        help="Folder that holds everything Safelight keeps.",
        show_default="$SAFELIGHT_HOME or ./safelight-data",
        file_okay=False,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="File of settings.",
        show_default="$SAFELIGHT_CONFIG or config.yaml in the home folder, if there",
        dir_okay=False,
    ),
]
Recipe = Annotated[
    str | None,
    typer.Option("--recipe", metavar="NAME|FILE", help="Shipped recipe or recipe file.", show_default="web"),
]
Json = Annotated[
    bool,
    typer.Option("--json", metavar=NO_VALUE, help="Machine output on stdout; everything else on stderr."),
]
IMAGE_ID_HELP = "Image ID, an unambiguous beginning of one, or the original's key."
ImageIds = Annotated[list[str], typer.Argument(metavar="ID", help=IMAGE_ID_HELP)]
