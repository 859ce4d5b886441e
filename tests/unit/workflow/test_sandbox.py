"""Pixel tasks in child processes: a bad image costs its own task and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator

import psutil
import pytest

from safelight.errors import ImageRejected, MemoryLimitExceeded, RenderTimeout, WorkerCrashed
from safelight.ports import Json
from safelight.workflow.sandbox import Sandbox


class Stranger(Exception):
    """Cannot be made again from its `args`, as exceptions of others often cannot."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


class ScriptedPixels:
    """Does in the child what the job says."""

    def validate(self, job: Json) -> Json:
        raise ImageRejected("truncated", "The file ends early.", remedy=job["remedy"])

    def render(self, job: Json) -> Json:
        match job["do"]:
            case "hang":
                time.sleep(60)
            case "die":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "grow":
                hoard = bytearray(os.urandom(1 << 20) * 600)
                time.sleep(20)
                return {"hoarded": len(hoard)}
            case "stumble":
                raise Stranger(1, 2)
            case "environment":
                return {name: os.environ[name] for name in ("VIPS_CONCURRENCY", "MALLOC_ARENA_MAX")}
        return {"pid": os.getpid(), "threads": job["threads"]}


def no_pixels() -> ScriptedPixels:
    raise ImportError("libvips is not there")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox(ScriptedPixels, workers=2, seconds=1.5, memory_bytes=400_000_000, tasks_per_child=100)
    yield box
    box.close()


def test_work_happens_in_a_warm_child(sandbox: Sandbox) -> None:
    pids = {sandbox.render({"do": "tell"})["pid"] for _ in range(6)}
    assert os.getpid() not in pids
    assert len(pids) <= 2


def test_warm_children_are_there_before_the_first_image(sandbox: Sandbox) -> None:
    sandbox.warm()
    warm = {child.pid for child in multiprocessing.active_children()}
    assert sandbox.render({"do": "tell"})["pid"] in warm


def test_a_lone_image_gets_every_core(sandbox: Sandbox) -> None:
    assert sandbox.render({"do": "tell"})["threads"] == 2


def test_children_start_with_one_vips_thread_and_few_arenas(sandbox: Sandbox) -> None:
    assert sandbox.render({"do": "environment"}) == {"VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "2"}


def test_a_rejection_crosses_the_border_whole(sandbox: Sandbox) -> None:
    with pytest.raises(ImageRejected) as rejected:
        sandbox.validate({"remedy": "Upload it again."})
    assert (rejected.value.code, rejected.value.remedy) == ("truncated", "Upload it again.")


@pytest.mark.parametrize(
    ("deed", "error", "says"),
    [
        ("hang", RenderTimeout, "render_seconds"),
        ("die", WorkerCrashed, "died"),
        ("grow", MemoryLimitExceeded, "memory_mb"),
    ],
)
def test_a_lost_child_is_one_error_that_names_the_setting(
    deed: str, error: type[Exception], says: str
) -> None:
    box = Sandbox(ScriptedPixels, workers=1, seconds=4, memory_bytes=400_000_000, tasks_per_child=100)
    try:
        with pytest.raises(error, match=says):
            box.render({"do": deed})
        assert box.render({"do": "tell"})["pid"] != os.getpid()
    finally:
        box.close()


def test_a_child_that_dies_while_idle_is_replaced_and_costs_nothing(sandbox: Sandbox) -> None:
    pids = set()
    for _ in range(2):
        child = psutil.Process(sandbox.render({"do": "tell"})["pid"])
        child.kill()
        psutil.wait_procs([child], timeout=10)
        pids.add(child.pid)
    assert sandbox.render({"do": "tell"})["pid"] not in pids


def test_an_interrupted_call_leaves_no_answer_behind_for_the_next(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.render({"do": "tell"})

    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("safelight.workflow.pixel_process.PixelProcess._resident_bytes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sandbox.render({"do": "hang"})
    assert sandbox.render({"do": "environment"})["VIPS_CONCURRENCY"] == "1"


def test_an_error_that_cannot_travel_arrives_as_one_that_tells_of_it(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="Stranger: 1 and 2") as error:
        sandbox.render({"do": "stumble"})
    assert "test_sandbox.py" in error.value.__notes__[0]
    assert sandbox.render({"do": "tell"})["threads"] == 2


def test_children_that_cannot_begin_say_why() -> None:
    box = Sandbox(no_pixels, workers=1, seconds=10, memory_bytes=400_000_000, tasks_per_child=2)
    try:
        for _ in range(2):
            with pytest.raises(ImportError, match="libvips"):
                box.render({"do": "tell"})
    finally:
        box.close()


def test_a_closed_sandbox_starts_no_child(sandbox: Sandbox) -> None:
    sandbox.close()
    with pytest.raises(WorkerCrashed, match="ended"):
        sandbox.render({"do": "tell"})


def test_a_child_is_replaced_after_its_share_of_tasks() -> None:
    box = Sandbox(ScriptedPixels, workers=1, seconds=10, memory_bytes=400_000_000, tasks_per_child=2)
    try:
        assert len({box.render({"do": "tell"})["pid"] for _ in range(6)}) >= 3
    finally:
        box.close()


def test_closing_leaves_no_child_behind() -> None:
    before = {child.pid for child in multiprocessing.active_children()}
    box = Sandbox(ScriptedPixels, workers=2, seconds=10, memory_bytes=400_000_000, tasks_per_child=100)
    box.render({"do": "tell"})
    box.close()
    assert {child.pid for child in multiprocessing.active_children()} <= before


def test_children_end_when_the_parent_is_killed_even_those_that_hang() -> None:
    script = textwrap.dedent("""
        import threading, time
        from tests.unit.workflow.test_sandbox import ScriptedPixels
        from safelight.workflow.sandbox import Sandbox
        if __name__ == "__main__":
            box = Sandbox(ScriptedPixels, workers=1, seconds=60, memory_bytes=10**9, tasks_per_child=9)
            print(box.render({"do": "tell"})["pid"], flush=True)
            threading.Thread(target=box.render, args=({"do": "hang"},), daemon=True).start()
            time.sleep(60)
    """)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert child.wait(timeout=20) is None or not child.is_running()
