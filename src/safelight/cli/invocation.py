"""One run of the command line: what it was given, and the App made from it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

if TYPE_CHECKING:
    from safelight.app import App
    from safelight.config import Settings

CONFIG_NAME = "config.yaml"


class Invocation:
    """Options may stand before and after the command; the one nearer to the end of the line counts.

    `settings` is None until they were loaded; a bug report tells them.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self.arguments = tuple(arguments)
        self.home: Path | None = None
        self.config: Path | None = None
        self.recipe: str | None = None
        self.json = False
        self.settings: Settings | None = None

    def take(
        self,
        *,
        home: Path | None = None,
        config: Path | None = None,
        recipe: str | None = None,
        json: bool = False,
    ) -> Invocation:
        self.home = home or self.home
        self.config = config or self.config
        self.recipe = recipe or self.recipe
        self.json = json or self.json
        return self

    def load_settings(self, **explicit: object) -> Settings:
        """Raises ConfigurationError. `config.yaml` in the home folder counts without `--config` too."""
        from safelight.config import load_settings

        self.settings = load_settings(self.config_file(), home=self.home, recipe=self.recipe, **explicit)
        return self.settings

    def config_file(self) -> Path | None:
        named = self.config or os.environ.get("SAFELIGHT_CONFIG")
        if named:
            return Path(named)
        file = self.home_folder() / CONFIG_NAME
        return file if file.is_file() else None

    def home_folder(self) -> Path:
        """Where the home is as far as is known before a configuration file is read."""
        return self.home or Path(os.environ.get("SAFELIGHT_HOME") or "safelight-data")

    @contextmanager
    def open_app(self, **explicit: object) -> Iterator[App]:
        """The App, closed at the end. Raises ConfigurationError and its kin."""
        from safelight.app import build

        # Retries and repairs are the log's; here what cannot be helped becomes an error of its own.
        logging.getLogger("safelight").setLevel(logging.ERROR)
        app = build(self.load_settings(**explicit))
        try:
            yield app
        finally:
            app.close()


def invocation_of(context: typer.Context) -> Invocation:
    return cast("Invocation", context.obj)
