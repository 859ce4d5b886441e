"""A real server process, started as a user would, on a port of its own."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import psutil

Found = TypeVar("Found")

PATIENCE = 60.0  # seconds until a test gives up; nothing is measured with it

RECIPE = """
version: 1
name: small
accept:
  max_bytes: 80MB
variants:
  - name: thumb
    width: 32
    format: jpeg
  - name: tiny
    width: 16
    format: webp
"""


def command(home: Path, *arguments: str) -> list[str]:
    recipe = home.parent / "small.yaml"
    recipe.write_text(RECIPE, encoding="utf-8")
    return [
        sys.executable,
        "-m",
        "safelight.cli.main",
        *arguments,
        "--home",
        str(home),
        "--recipe",
        str(recipe),
    ]


class Served:
    """A process of Safelight; its log lines are read as they come."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.lines: list[dict[str, Any]] = []
        self._new: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.process = subprocess.Popen(
            command(home, *arguments),
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SAFELIGHT_WORKERS": "2", "SAFELIGHT_LOG_FORMAT": "json"},
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for text in stream:
                self._new.put(json.loads(text) if text.startswith("{") else {"message": text.rstrip()})
        self._new.put(None)

    def logged(self, message: str) -> dict[str, Any]:
        """The first line with this message that has not been looked at; waits for it."""
        while (line := self._new.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
            if line["message"] == message:
                return line
        raise AssertionError(f"the process ended without logging {message!r}: {self.lines}")

    def connect(self) -> httpx2.Client:
        self.url = self.logged("listening")["url"]
        return httpx2.Client(base_url=self.url, timeout=PATIENCE)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def socket(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=PATIENCE)

    def kill(self) -> None:
        """SIGKILL to the server; its pixel processes notice by themselves."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        psutil.wait_procs(children, timeout=PATIENCE)

    def end(self) -> None:
        if self.process.poll() is None:
            self.kill()


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[tuple[Served, httpx2.Client]]:
    server = Served(home, "serve", "--port", "0", *arguments)
    try:
        with server.connect() as client:
            yield server, client
    finally:
        server.end()


def eventually(look: Callable[[], Found | None]) -> Found:
    """The first true result of `look`."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it never happened")


def upload(client: httpx2.Client, data: bytes, **params: Any) -> dict[str, Any]:
    answer = client.post("/v1/images", params=params, content=data, headers={"Content-Type": "image/jpeg"})
    answer.raise_for_status()
    record: dict[str, Any] = answer.json()
    return record


def files(folder: Path) -> list[str]:
    """Everything below, temporary files too, relative to the folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
