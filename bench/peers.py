"""Peers that are installed for the bench alone, into a folder that git ignores."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from bench.processes import SideFailed

SHARP_VERSION = "0.35.5"
_WORKER = Path(__file__).parent / "sides" / "sharp.mjs"


def install_sharp(folder: Path) -> None:
    """Put sharp under folder/node_modules unless it is there. Raises SideFailed saying what is missing."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise SideFailed(f"{program} is not installed")
    if _installed(folder) == SHARP_VERSION:
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"private": True}))
    package = f"sharp@{SHARP_VERSION}"
    install = ["npm", "install", "--no-audit", "--no-fund", "--save-exact", package]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SideFailed(f"npm could not install {package}: {done.stderr.strip()[-300:]}")


def sharp_side(folder: Path, *, threads: int | None) -> list[str]:
    """Command of the sharp worker. `threads` None: as many as sharp chooses."""
    return ["node", str(_WORKER), str(folder.resolve()), str(threads or "default")]


def _installed(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / "node_modules/sharp/package.json").read_text())["version"])
    except OSError:
        return None
