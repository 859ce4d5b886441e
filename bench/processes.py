"""Workers as child processes: started, given jobs one at a time, ended; and what memory they took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, cast

from bench.jobs import Job, Json, Run

# As Safelight sets its own pixel workers; sharp's documentation advises the second.
ENVIRONMENT = {"VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "2"}


class SideFailed(Exception):
    """A side cannot run, or could not do a job; the message says why."""


class Worker:
    """One side's process; jobs run in it one after the other."""

    def __init__(self, command: list[str]) -> None:
        """Start it. Raises SideFailed when it does not come up."""
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            env=os.environ | ENVIRONMENT,
        )
        pipes = (self._process.stdin, self._process.stdout)
        self._jobs, self._answers = cast("tuple[IO[str], IO[str]]", pipes)
        try:
            self.versions: dict[str, str] = self._answer()["versions"]
        except SideFailed:
            self.close()
            raise

    def run(self, job: Job) -> Run:
        """Do the job once. Raises SideFailed."""
        try:
            self._jobs.write(json.dumps(job.to_json()) + "\n")
            self._jobs.flush()
        except BrokenPipeError:
            raise SideFailed(f"it has ended: {self._last_words()}") from None
        answer = self._answer()
        peak = peak_memory(self._process.pid)
        return Run(**answer, peaks={} if peak is None else {"process": peak})

    def close(self) -> None:
        """End the process by closing its input."""
        self._process.communicate()
        self._complaints.close()

    def _answer(self) -> Json:
        line = self._answers.readline()
        if not line:
            raise SideFailed(f"it ended with exit code {self._process.wait()}: {self._last_words()}")
        answer: Json = json.loads(line)
        if "error" in answer:
            raise SideFailed(answer["error"])
        return answer

    def _last_words(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def python_side(name: str) -> list[str]:
    """Command of a side in bench/worker.py."""
    return [sys.executable, "-m", "bench.worker", name]


def peak_memory(pid: int) -> int | None:
    """VmHWM of a living process: unlike ru_maxrss it does not count what the process was forked from."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None
