"""`make demo`, after its environment is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.command import SECONDS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    return run_demo(tmp_path_factory.mktemp("demo"))


def run_demo(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_the_demo_succeeds_although_two_samples_are_refused(
    demo: subprocess.CompletedProcess[str],
) -> None:
    assert (demo.returncode, demo.stderr) == (0, "")
    assert "8 images · 6 READY · 2 REJECTED · 30 variants" in demo.stdout


def test_each_original_is_followed_by_its_variants_with_size_bytes_and_saving(
    demo: subprocess.CompletedProcess[str],
) -> None:
    rows = re.findall(r"^  (large|medium|small|fallback|thumbnail) +\w+ +\d+×\d+ +\S+ \w?B +[-+]\S+ %$",
                      demo.stdout, flags=re.MULTILINE)  # fmt: skip
    assert rows == ["large", "medium", "small", "fallback", "thumbnail"] * 6


def test_it_tells_where_the_pictures_lie_and_how_to_go_on(demo: subprocess.CompletedProcess[str]) -> None:
    assert len(re.findall(r"^  build/demo/home/variants/\w+/\w+/$", demo.stdout, flags=re.MULTILINE)) == 6
    assert re.search(r"safelight serve --home build/demo/home", demo.stdout)


def test_both_bad_samples_say_why(demo: subprocess.CompletedProcess[str]) -> None:
    assert "truncated at RenderVariants" in demo.stdout
    assert "not_an_image at ValidateImage" in demo.stdout
