"""Verdicts must follow from the figures, and a promise that was not measured must not count as kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bench.contest import Outcome
from bench.figures import Result
from bench.quality import Score
from bench.requirements import Verdict, judge
from bench.workloads import WORKLOADS
from tests.unit.bench.results import outcome, result, run


def _verdict(beginning: str, *outcomes: Outcome) -> Verdict:
    verdicts = judge({one.workload.name: one for one in outcomes})
    return next(verdict for verdict in verdicts if verdict.requirement.startswith(beginning))


def _memory(parent: int, child: int) -> Result:
    return replace(result("pipeline"), runs=(run(1.0, peaks={"parent": parent, "child": child}),))


@pytest.mark.parametrize(("sharp_s", "holds"), [(1.41, True), (1.39, False)])
def test_five_widths_are_judged_by_the_ratio_to_sharp(sharp_s: float, holds: bool) -> None:
    verdict = _verdict("five widths", outcome("widths", result("sharp", sharp_s), result("safelight", 1.0)))

    assert verdict.holds is holds
    assert verdict.measured == f"{sharp_s:.2f}×"


@pytest.mark.parametrize(
    ("size", "score", "holds"),
    [(1000, 70.0, True), (1001, 70.0, False), (1000, 69.0, False), (900, 69.95, True)],
)
def test_own_settings_are_judged_by_bytes_and_score_too(size: int, score: float, holds: bool) -> None:
    sharp = result("sharp-own", 1.2, size=1000, score=70.0)
    ours = result("safelight-own", 1.0, size=size, score=score)

    assert _verdict("R4, own encoder settings", outcome("r4", sharp, ours)).holds is holds


def test_a_mean_does_not_hide_the_output_that_is_worse() -> None:
    def scored(contender: str, cpu_s: float, *, small: float, large: float) -> Result:
        scores = {"small": Score(ssim=1, ssimulacra2=small), "large": Score(ssim=1, ssimulacra2=large)}
        return replace(result(contender, cpu_s), scores=scores)

    sharp, ours = (
        scored("sharp-own", 1.2, small=60, large=86),
        scored("safelight-own", 1.0, small=66, large=84),
    )

    verdict = _verdict("R4, own encoder settings", outcome("r4", sharp, ours))

    assert verdict.holds is True
    assert verdict.measured.endswith("mean SSIMULACRA2 75.00 against 73.00 (`large` is 2.0 lower)")


def test_a_missing_score_leaves_own_settings_undecided() -> None:
    unscored = outcome("r4", result("sharp-own", 1.2), result("safelight-own", 1.0))

    assert _verdict("R4, own encoder settings", unscored).holds is None


@pytest.mark.parametrize(("pipeline_s", "holds"), [(1.14, True), (1.16, False)])
def test_the_whole_pipeline_is_judged_by_its_distance_from_the_floor(pipeline_s: float, holds: bool) -> None:
    verdict = _verdict(
        "R4 through the whole", outcome("whole", result("floor", 1.0), result("pipeline", pipeline_s))
    )

    assert verdict.holds is holds
    assert verdict.measured == f"{pipeline_s - 1:+.1%}"


@pytest.mark.parametrize(("pipeline_s", "holds"), [(0.059, True), (0.061, False)])
def test_overhead_is_what_the_pipeline_takes_beyond_rendering(pipeline_s: float, holds: bool) -> None:
    measured = outcome("overhead", result("safelight-own", 0.050), result("pipeline", pipeline_s))

    assert _verdict("from event to READY, less rendering", measured).holds is holds


@pytest.mark.parametrize(("queued_child", "holds"), [(499_000_000, True), (501_000_000, False)])
def test_memory_is_judged_by_the_worst_of_all_queue_lengths(queued_child: int, holds: bool) -> None:
    alone = outcome("huge", _memory(90_000_000, 1_000_000))
    queued = outcome("queue", _memory(90_000_000, queued_child))

    assert _verdict("100 MP JPEG through `web`: child", alone, queued).holds is holds
    assert _verdict("100 MP JPEG through `web`: parent", alone, queued).holds is True
    assert _verdict("100 MP JPEG through `web`: child", alone).holds is None


def test_what_was_not_measured_is_undecided_and_says_so() -> None:
    for verdict in judge({}):
        assert verdict.holds is None
        assert verdict.measured.startswith("not measured")


def test_a_side_that_could_not_run_leaves_its_requirements_undecided() -> None:
    absent = Result(contender="sharp", label="sharp", failure="npm is not installed")

    assert _verdict("five widths", outcome("widths", absent, result("safelight", 1.0))).holds is None


def test_every_requirement_is_about_a_workload_that_exists() -> None:
    named = {name for verdict in judge({}) for name in re.findall(r"`(\w+)`", verdict.measured)}

    assert named <= set(WORKLOADS)
    assert len(named) == 8
