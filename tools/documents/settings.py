"""docs/settings.md, from the settings model."""

from __future__ import annotations

from collections.abc import Iterator

from safelight.cli.settings_file import default_text
from safelight.config import ENV_PREFIX, Settings

INTRODUCTION = """\
# Settings

<!-- Made by `make docs` from src/safelight/config.py; do not edit. -->

A setting can be written in a YAML file (`--config FILE`, `SAFELIGHT_CONFIG`, or `config.yaml` in the home
folder, which `safelight init` makes), in the environment, and for some as an option of a command. An option
wins over the environment, the environment over the file. Relative paths in the file start at its folder,
others at the working directory. What is unknown or impossible is refused at start, with what to write.

| in the file | in the environment | default | meaning |
|---|---|---|---|"""


def settings() -> str:
    return "\n".join([INTRODUCTION, *_rows(), ""])


def _rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        written = default_text(field)
        default = f"`{written}`" if written else ""
        yield f"| `{name}` | `{ENV_PREFIX}{name.upper()}` | {default} | {field.description} |"
