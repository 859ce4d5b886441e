"""Settings: one model, one loader. Environment over file over default; explicit arguments over all."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from safelight.errors import ConfigurationError

ENV_PREFIX = "SAFELIGHT_"
TEST_PREFIX = "SAFELIGHT_TEST_"  # read by the test suite, never by the package
_PATHS = frozenset({"home", "originals", "variants"})


def _split_commas(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


Strings = Annotated[tuple[str, ...], BeforeValidator(_split_commas)]


class Settings(BaseModel):
    """Everything that can be set. Field `x` is `x:` in the file and `SAFELIGHT_X` in the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(Path("safelight-data"), description="Folder that holds everything Safelight keeps.")
    recipe: str = Field("web", description="Name of a shipped recipe, or path of a recipe file.")
    originals: str | None = Field(
        None, description="Folder or s3:// URL of the originals; default: `originals` in the home folder."
    )
    variants: str | None = Field(
        None, description="Folder or s3:// URL of the variants; default: `variants` in the home folder."
    )

    host: str = Field("127.0.0.1", description="Address `serve` binds. Other than loopback needs `api_keys`.")
    port: int = Field(8000, ge=0, le=65535, description="Port `serve` binds; 0: any free one.")
    public_url: str = Field(
        "", description="Base of variant URLs, e.g. `https://img.example.com`; empty: relative URLs."
    )
    api_keys: Strings = Field(
        (), description="Keys accepted as `Authorization: Bearer` or `X-Api-Key`; empty: open, loopback only."
    )
    watch: bool = Field(True, description="`serve` and `worker` watch the folder of originals.")

    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="Images processed at once."
    )
    render_seconds: float = Field(  # at most, because the workflow file gives up a rendering after 300
        120, gt=0, le=240, description="Time limit of a pixel task, at most 240; its process is ended."
    )
    memory_mb: int = Field(
        2000, ge=128, description="Memory ceiling of one pixel process, MB; the process is ended beyond it."
    )
    tasks_per_child: int = Field(5000, ge=1, description="Pixel tasks before a process is replaced.")
    history_days: float = Field(30, gt=0, description="Days an ended execution and its history are kept.")

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    log_format: Literal["json", "text"] = Field("json", description="How `serve` and `worker` log.")

    @property
    def originals_url(self) -> str:
        return self.originals or str(self.home / "originals")

    @property
    def variants_url(self) -> str:
        return self.variants or str(self.home / "variants")

    @property
    def database_path(self) -> Path:
        return self.home / "safelight.db"

    @property
    def recipes_path(self) -> Path:
        """Compiled recipes by digest, so that an execution is rendered with the recipe it began with."""
        return self.home / "recipes"


def load_settings(file: Path | None = None, **explicit: Any) -> Settings:
    """Settings from `file` (YAML), `SAFELIGHT_*` and `explicit` (None: not given).

    Relative paths in `file` start at its folder, others at the working directory. Raises
    ConfigurationError that names the source, the setting, and what to write.
    """
    sources = {
        f"{file}": _from_file(file) if file else {},
        "the environment": _from_environment(os.environ),
        "the command line": {name: value for name, value in explicit.items() if value is not None},
    }
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for source, found in sources.items():
        for name, value in found.items():
            if name not in Settings.model_fields:
                raise ConfigurationError(f"{source}: there is no setting `{name}`.", remedy=_suggestion(name))
            values[name] = value
            origin[name] = source
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_explain(error, origin)) from None


def _from_file(file: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}.", remedy="Name a readable file.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        remedy = "Write `setting: value` lines."
        raise ConfigurationError(f"{file}: not valid YAML: {error}", remedy=remedy) from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file}: not a mapping.", remedy="Write `setting: value` lines.")
    return {str(name): _beside(file, str(name), value) for name, value in document.items()}


def _beside(file: Path, name: str, value: Any) -> Any:
    """A relative path in a file means the same from wherever Safelight is started."""
    if not isinstance(value, str) or "://" in value:
        return value
    is_path = name in _PATHS or (name == "recipe" and ("/" in value or value.endswith((".yaml", ".yml"))))
    return str(file.parent / value) if is_path else value


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(ENV_PREFIX).lower(): value
        for name, value in environment.items()
        if value  # unset and empty are the same to scripts; an empty home would be the working directory
        and name.startswith(ENV_PREFIX)
        and not name.startswith(TEST_PREFIX)
        and name != f"{ENV_PREFIX}CONFIG"
    }


def _suggestion(name: str) -> str:
    close = difflib.get_close_matches(name, Settings.model_fields, n=1)
    known = ", ".join(sorted(Settings.model_fields))
    return f"Did you mean `{close[0]}`?" if close else f"Known settings: {known}."


def _explain(error: ValidationError, origin: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        wrong = f"{origin.get(name, 'default')}: `{name}` is {problem['input']!r}: {problem['msg']}."
        lines.append(f"{wrong} It means: {Settings.model_fields[name].description}")
    return "\n".join(lines)
