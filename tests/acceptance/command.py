"""`safelight` as its users start it: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAFELIGHT = str(Path(sys.executable).with_name("safelight"))
SECONDS = 120  # a hang, on the slowest machine

# Small and quick, so that tests spend their time on what they are about.
RECIPE = """\
version: 1
name: quick
variants:
  - {name: small, width: 40, format: jpeg}
  - {name: tiny, width: 16, height: 16, fit: cover, format: png}
"""


@dataclass(frozen=True, kw_only=True)
class Done:
    code: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """stdout as JSON lines; fails where it holds anything else."""
        return [json.loads(line) for line in self.stdout.splitlines()]


@dataclass(frozen=True, kw_only=True)
class Safelight:
    """Runs commands in `folder`, where the home is `home` and the recipe makes two small variants."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAFELIGHT_")}
        recipe = self.folder / "quick.yaml"
        return inherited | {"SAFELIGHT_HOME": str(self.home), "SAFELIGHT_RECIPE": str(recipe)}

    def __call__(self, *arguments: str | Path, stdin: bytes = b"", wrapper: tuple[str, ...] = ()) -> Done:
        done = subprocess.run(
            [*wrapper, SAFELIGHT, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Done(code=done.returncode, stdout=done.stdout.decode(), stderr=done.stderr.decode())

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """In a process group of its own, so that the whole tree can be signalled."""
        return subprocess.Popen(
            [SAFELIGHT, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def write(self, name: str, data: bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def catalog(self) -> list[dict[str, Any]]:
        """Every record, newest first."""
        (page,) = self("ls", "--json", "--limit", "1000").lines
        assert page["next"] is None
        items: list[dict[str, Any]] = page["items"]
        return items


def new(folder: Path) -> Safelight:
    (folder / "quick.yaml").write_text(RECIPE, encoding="utf-8")
    return Safelight(folder=folder)
