"""Whether the home folder can be written, and how much room there is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from safelight.config import Settings
from safelight.doctor.finding import Finding, fail, ok, warn

LOW_BYTES = 1_000_000_000


def examine_home(settings: Settings) -> Iterator[Finding]:
    folder = settings.home.absolute()
    there = folder.is_dir()
    nearest = next((parent for parent in (folder, *folder.parents) if parent.exists()), Path("/"))
    yield _writable(folder, nearest, there=there)
    yield _room(nearest)


def _writable(folder: Path, nearest: Path, *, there: bool) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return fail(
            "home",
            f"{nearest} cannot be written: {error.strerror}.",
            "Give this user the right to write there, or choose another home with --home.",
        )
    return ok("home", f"{folder}" if there else f"{folder} will be made at the first use")


def _room(nearest: Path) -> Finding:
    free = shutil.disk_usage(nearest).free
    text = f"{free / 1e9:,.1f} GB free"
    if free < LOW_BYTES:
        return warn("disk", text, "Free some space, or choose a home on another disk.")
    return ok("disk", text)
