"""Medians and ratios must come from the runs they are said to come from."""

from __future__ import annotations

import pytest

from bench.figures import Result, cpu_difference_s, cpu_ratio
from bench.quality import Score
from tests.unit.bench.results import result, run


def test_a_figure_is_the_median_of_the_rounds_that_were_run() -> None:
    measured = result("ours", 1.0, None, 9.0, 2.0)

    assert measured.cpu_s == 2.0
    assert measured.wall_s == 4.0
    assert len(measured.done) == 3


def test_the_paired_ratio_cancels_a_round_in_which_the_whole_machine_was_slow() -> None:
    ours = result("ours", 1.0, 10.0, 1.2)
    other = result("other", 2.0, 20.0, 2.4)

    ratio = cpu_ratio(other, ours)

    assert ratio is not None
    assert ratio.paired == pytest.approx(2.0)
    assert ratio.of_medians == pytest.approx(2.0)


def test_ratios_compare_only_rounds_in_which_both_ran() -> None:
    ratio = cpu_ratio(result("other", 3.0, None), result("ours", 1.0, 1000.0))

    assert ratio is not None
    assert ratio.paired == pytest.approx(3.0)


def test_there_is_no_ratio_without_a_common_round() -> None:
    assert cpu_ratio(result("other", 3.0, None), result("ours", None, 1.0)) is None
    assert cpu_difference_s(result("other", 3.0, None), result("ours", None, 1.0)) is None


def test_a_difference_is_the_median_of_the_differences_within_rounds() -> None:
    difference = cpu_difference_s(result("other", 1.5, 9.0, 3.5), result("ours", 1.0, 2.0, 3.1))

    assert difference == pytest.approx(0.5)


def test_peaks_are_the_most_that_any_run_saw_of_each_process() -> None:
    runs = (run(1, peaks={"parent": 5, "child": 7}), run(1, peaks={"parent": 6, "child": 2}))

    assert Result(contender="a", label="a", runs=runs).peaks == {"parent": 6, "child": 7}


def test_a_score_is_the_mean_over_the_outputs_and_none_without_any() -> None:
    scores = {"a": Score(ssim=0.8, ssimulacra2=60.0), "b": Score(ssim=1.0, ssimulacra2=80.0)}
    scored = Result(contender="a", label="a", scores=scores)

    assert scored.ssim == pytest.approx(0.9)
    assert scored.ssimulacra2 == pytest.approx(70.0)
    assert Result(contender="a", label="a").ssim is None
