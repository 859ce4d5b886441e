"""Python, cores and memory."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator

import psutil

from safelight.config import Settings
from safelight.doctor.finding import Finding, ok, warn

USUAL_TASK_MB = 300  # what a pixel process needs for a large photograph


def examine_machine(settings: Settings) -> Iterator[Finding]:
    yield ok("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield _cores(settings)
    yield _memory(settings)


def _cores(settings: Settings) -> Finding:
    cores = os.cpu_count() or 1
    text = f"{cores} cores, {settings.workers} images at once"
    if settings.workers > 2 * cores:
        return warn("cores", text, "Lower `workers`: more images at once than cores only need more memory.")
    return ok("cores", text)


def _memory(settings: Settings) -> Finding:
    available = psutil.virtual_memory().available // 1_000_000
    text = f"{available:,} MB available"
    if available < USUAL_TASK_MB * settings.workers:
        return warn(
            "memory", text, f"Lower `workers` ({settings.workers}), or accept.max_megapixels in the recipe."
        )
    return ok("memory", text)
