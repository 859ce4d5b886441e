"""A file with all that whoever mends a bug wants to know, and no secret."""

from __future__ import annotations

import os
import platform
import re
import shlex
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from safelight.cli.invocation import Invocation

_URL_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_SECRET_SETTINGS = frozenset({"api_keys"})


def write_bug_report(error: Exception, invocation: Invocation) -> Path:
    """Write into the home's `reports` folder, or into a temporary one where that cannot be written."""
    text = "\n".join(_lines(error, invocation))
    name = f"bug-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
    home = invocation.settings.home if invocation.settings else invocation.home_folder()
    try:
        # A home that does not exist yet is not made for the sake of a report.
        folder = home / "reports"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="safelight-report-"))
        (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def _lines(error: Exception, invocation: Invocation) -> Iterator[str]:
    yield "Safelight bug report"
    yield f"time      {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    yield f"command   safelight {_without_credentials(shlex.join(invocation.arguments))}"
    yield f"python    {platform.python_version()} ({platform.python_implementation()})"
    yield f"system    {platform.platform()}, {os.cpu_count()} cores"
    yield ""
    yield "Packages"
    yield from sorted(_packages())
    yield ""
    yield "Settings"
    yield from _settings(invocation)
    yield ""
    yield _without_credentials("".join(traceback.format_exception(error)))


def _packages() -> Iterator[str]:
    yield f"  safelight {metadata.version('safelight')}"
    for requirement in metadata.requires("safelight") or ():
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        try:
            yield f"  {name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"  {name} is missing"


def _settings(invocation: Invocation) -> Iterator[str]:
    if invocation.settings is None:
        yield "  not loaded"
        return
    for name, value in invocation.settings.model_dump(mode="json").items():
        shown = f"{len(value)} set" if name in _SECRET_SETTINGS else value
        yield f"  {name}: {_without_credentials(str(shown))}"


def _without_credentials(text: str) -> str:
    return _URL_CREDENTIALS.sub("…@", text)
