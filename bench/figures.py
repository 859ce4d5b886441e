"""From runs to figures: medians, and ratios taken within the same round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.jobs import Run
from bench.quality import Score


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one contender did in one workload. `runs` has a place a round; None: it sat that round out."""

    contender: str
    label: str
    runs: tuple[Run | None, ...] = ()
    scores: Mapping[str, Score] = field(default_factory=dict)  # by output
    failure: str | None = None  # why there are no runs

    @property
    def done(self) -> list[Run]:
        return [run for run in self.runs if run is not None]

    @property
    def cpu_s(self) -> float:
        """Median CPU time of a run, seconds."""
        return median(run.cpu_s for run in self.done)

    @property
    def wall_s(self) -> float:
        """Median duration of a run, seconds."""
        return median(run.wall_s for run in self.done)

    @property
    def total_bytes(self) -> int:
        return self.done[-1].total_bytes

    @property
    def peaks(self) -> dict[str, int]:
        """Most resident memory in any run, bytes, by process; empty where the system does not tell."""
        most: dict[str, int] = {}
        for run in self.done:
            for process, peak in run.peaks.items():
                most[process] = max(peak, most.get(process, 0))
        return most

    @property
    def ssim(self) -> float | None:
        """Mean over the outputs; None where nothing was scored."""
        return _mean([score.ssim for score in self.scores.values()])

    @property
    def ssimulacra2(self) -> float | None:
        return _mean([score.ssimulacra2 for score in self.scores.values()])


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """How many times our CPU time the other took: above 1, the other is slower."""

    of_medians: float
    paired: float  # median of the ratios within a round: it is what is judged, for it cancels a noisy machine


def cpu_ratio(other: Result, ours: Result) -> Ratio | None:
    """None unless both ran in at least one common round."""
    ratios = [theirs.cpu_s / own.cpu_s for theirs, own in _pairs(other, ours)]
    if not ratios:
        return None
    return Ratio(of_medians=other.cpu_s / ours.cpu_s, paired=median(ratios))


def cpu_difference_s(other: Result, ours: Result) -> float | None:
    """Median over the common rounds of the CPU seconds that the other took beyond ours."""
    differences = [theirs.cpu_s - own.cpu_s for theirs, own in _pairs(other, ours)]
    return median(differences) if differences else None


def _pairs(other: Result, ours: Result) -> list[tuple[Run, Run]]:
    return [
        (theirs, own)
        for theirs, own in zip(other.runs, ours.runs, strict=False)
        if theirs is not None and own is not None
    ]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
