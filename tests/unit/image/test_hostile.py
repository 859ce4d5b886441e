"""Damaged, lying and explosive files end in a rejection: no crash, no hang, no flood of memory.

All are met by one other process, so that a crash of a codec is a failed test and not the end of
the tests, and so that memory is measured where nothing else happens.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.unit.image.hostile_cases import ACCEPTED, BOMBS, GOOD

HANG = 300  # seconds; all the cases together take about ten
FLOOD = 150  # MB that one case may add to the memory peak
REJECTIONS = {
    "empty_file",
    "not_an_image",
    "unsupported_format",
    "truncated",
    "corrupt_image",
    "dimension_too_large",
    "too_many_megapixels",
    "too_many_frames",
}

Report = dict[str, Any]


@pytest.fixture(scope="module")
def reports() -> dict[tuple[str, str], Report]:
    program = [sys.executable, "-X", "faulthandler", "-m", "tests.unit.image.hostile_cases"]
    finished = subprocess.run(program, capture_output=True, text=True, timeout=HANG, check=False)
    assert finished.returncode == 0, finished.stderr[-2000:]
    lines = map(json.loads, finished.stdout.splitlines())
    return {(line["kind"], line["name"]): line for line in lines}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_defused(reports: dict[tuple[str, str], Report], name: str) -> None:
    report = reports["bomb", name]
    assert report["codes"] == {BOMBS[name][1]: 1}
    assert report["grown_mb"] < FLOOD


@pytest.mark.parametrize("name", GOOD)
def test_a_file_cut_anywhere_is_refused(reports: dict[tuple[str, str], Report], name: str) -> None:
    codes = reports["truncation", name]["codes"]
    assert codes.pop("empty_file") == 1
    assert codes == {"truncated": 9}


@pytest.mark.parametrize("name", GOOD)
def test_damage_is_refused_or_shown_and_nothing_else(
    reports: dict[tuple[str, str], Report], name: str
) -> None:
    report = reports["mutation", name]
    assert set(report["codes"]) <= REJECTIONS | {ACCEPTED}
    assert report["codes"].keys() & REJECTIONS
    assert report["grown_mb"] < FLOOD


@pytest.mark.parametrize("space", ["p3", "grey"])
def test_no_damage_to_a_profile_costs_the_picture(reports: dict[tuple[str, str], Report], space: str) -> None:
    assert set(reports["profile", space]["codes"]) == {ACCEPTED}
