"""`kill -9` of the whole process tree while images are added: nothing is lost, doubled or left half done.

SAFELIGHT_TEST_FULL=1 (`make test-full`) runs it at its full size: 20 kills during 300 additions.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from tests.acceptance.command import SECONDS, Safelight
from tests.samples import photos

FULL = os.environ.get("SAFELIGHT_TEST_FULL") == "1"
IMAGES, KILLS = (300, 20) if FULL else (40, 4)
VARIANTS = ["small", "tiny"]  # of the recipe in command.py


def test_killed_at_random_moments_every_image_is_ready_once(safelight: Safelight) -> None:
    seed = int(os.environ.get("SAFELIGHT_TEST_SEED", random.SystemRandom().randrange(1_000_000)))
    sys.stdout.write(f"SAFELIGHT_TEST_SEED={seed}\n")  # shown when the test fails
    moments = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    for number in range(IMAGES):
        safelight.write(f"photos/{number:03}.jpg", photos.jpeg(48 + number, 48))
    for reported in sorted(moments.randrange(IMAGES) for _ in range(KILLS)):
        add_and_kill(safelight, reported, moments.uniform(0, 1 if reported == 0 else 0.3))

    done = safelight("add", "photos", "--json")
    assert (done.code, done.stderr) == (0, "")
    assert [line["path"] for line in done.lines] == [f"photos/{number:03}.jpg" for number in range(IMAGES)]
    records = safelight.catalog()
    assert len(records) == len({record["key"] for record in records}) == IMAGES
    for record in records:
        assert record["status"] == "READY"
        check_variants(safelight.home / "variants", record)
    originals = {record["key"] for record in records}
    variants = {variant["key"] for record in records for variant in record["variants"]}
    assert files(safelight.home / "originals") == originals
    assert files(safelight.home / "variants") == variants
    assert not [name for name in files(safelight.home) if name.endswith(".tmp")]
    check_executions(safelight.home / "safelight.db")


def add_and_kill(safelight: Safelight, reported: int, seconds: float) -> None:
    """Kill the process tree `seconds` after it has reported that many inputs."""
    process = safelight.start("add", "photos", "--json")
    assert process.stdout
    watchdog = threading.Timer(SECONDS, os.killpg, (process.pid, signal.SIGKILL))
    watchdog.start()
    for _ in range(reported):
        assert process.stdout.readline(), process.stderr and process.stderr.read()
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    watchdog.cancel()
    process.communicate()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def check_variants(folder: Path, record: dict[str, Any]) -> None:
    assert [variant["name"] for variant in record["variants"]] == VARIANTS
    for variant in record["variants"]:
        data = (folder / variant["key"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (variant["bytes"], variant["sha256"])


def check_executions(database: Path) -> None:
    """The database is sound, and no execution is left that nobody works on."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        statuses = connection.execute("SELECT DISTINCT status FROM executions").fetchall()
    assert statuses == [("SUCCEEDED",)]


def test_pixel_processes_end_with_the_process_that_started_them(safelight: Safelight) -> None:
    """When the parent alone is killed, as the kernel does when memory runs out."""
    for number in range(10):
        safelight.write(f"photos/{number}.jpg", photos.jpeg(48 + number, 48))
    process = safelight.start("add", "photos", "--json")
    assert process.stdout
    process.stdout.readline()
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.kill()
    process.communicate()
    gone, alive = psutil.wait_procs(children, timeout=30)
    assert (len(gone), alive) == (len(children), [])
