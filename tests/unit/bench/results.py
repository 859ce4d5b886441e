"""Results made by hand, for the tests of what is computed from them."""

from __future__ import annotations

from bench.contest import Outcome, Workload
from bench.figures import Result
from bench.jobs import Run
from bench.quality import Score


def run(cpu_s: float, *, size: int = 1000, peaks: dict[str, int] | None = None) -> Run:
    return Run(cpu_s=cpu_s, wall_s=cpu_s * 2, bytes={"large": size - 1, "small": 1}, peaks=peaks or {})


def result(contender: str, *cpu_s: float | None, size: int = 1000, score: float | None = None) -> Result:
    return Result(
        contender=contender,
        label=contender.title(),
        runs=tuple(None if seconds is None else run(seconds, size=size) for seconds in cpu_s),
        scores={} if score is None else {"large": Score(ssim=0.9, ssimulacra2=score)},
    )


def outcome(name: str, *results: Result, images: int = 1) -> Outcome:
    workload = Workload(
        name=name, title=f"Title of {name}", contenders=(), rounds=3, quick_rounds=1, images=images
    )
    return Outcome(workload=workload, results=results, versions={"codec": "1.2"})
