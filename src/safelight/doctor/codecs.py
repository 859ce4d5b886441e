"""Whether every format can be read and written here, and text be drawn: tried in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from safelight.doctor.finding import Finding, fail, ok

SECONDS = 60
REINSTALL = "Install Safelight anew, in an environment of its own (`safelight` there brings all it needs)."


def examine_codecs() -> Iterator[Finding]:
    command = [sys.executable, "-m", "safelight.image.selfcheck"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        yield fail("codecs", f"The check did not end within {SECONDS} s.", REINSTALL)
        return
    if done.returncode:
        yield fail("codecs", f"The check ended with {_ending(done)}.", REINSTALL)
        return
    report = json.loads(done.stdout)
    yield ok("libvips", f"{report['versions']['libvips']}, libheif {report['versions']['libheif']}")
    yield from (_finding(proof) for proof in report["proofs"])


def _finding(proof: dict[str, Any]) -> Finding:
    subject = "watermark text" if proof["name"] == "text" else proof["name"]
    return fail(subject, proof["problem"], REINSTALL) if proof["problem"] else ok(subject, "works")


def _ending(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    last = done.stderr.strip().rpartition("\n")[2]
    return f"exit code {done.returncode}: {last}"
