"""What the project promises about speed and memory, judged from the outcomes and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.contest import Outcome
from bench.figures import Result, cpu_difference_s, cpu_ratio

Outcomes = Mapping[str, Outcome]  # by workload

LEVEL = 0.98  # two sides this near cannot be told apart on a shared machine
SAME_SCORE = 0.1  # SSIMULACRA2 points that nobody can see


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`holds` None: it was not measured in this run, and `measured` says why."""

    requirement: str
    measured: str
    holds: bool | None


@dataclass(frozen=True, kw_only=True)
class _Contest:
    """Two contenders of one workload that a requirement is about."""

    workload: str
    other: str
    ours: str

    def results(self, outcomes: Outcomes) -> tuple[Result, Result] | None:
        if self.workload not in outcomes:
            return None
        other, ours = (outcomes[self.workload].of(key) for key in (self.other, self.ours))
        return (other, ours) if other and ours else None

    def judged(
        self, requirement: str, outcomes: Outcomes, judge: Callable[[Result, Result], tuple[str, bool] | None]
    ) -> Verdict:
        results = self.results(outcomes)
        judged = judge(*results) if results else None
        measured, holds = judged or (f"not measured: `{self.workload}` has not run with both sides", None)
        return Verdict(requirement=requirement, measured=measured, holds=holds)


@dataclass(frozen=True, kw_only=True)
class _Faster:
    """The other takes at least `times` our CPU; on demand at no more bytes and no lower score."""

    requirement: str
    contest: _Contest
    times: float
    no_more_bytes: bool = False
    no_lower_score: bool = False

    def verdict(self, outcomes: Outcomes) -> Verdict:
        return self.contest.judged(self.requirement, outcomes, self._judge)

    def _judge(self, other: Result, ours: Result) -> tuple[str, bool] | None:
        ratio = cpu_ratio(other, ours)
        if ratio is None:
            return None
        checks = [(f"{ratio.paired:.2f}×", ratio.paired >= self.times)]
        if self.no_more_bytes:
            share = ours.total_bytes / other.total_bytes
            checks.append((f"{share:.1%} of its bytes", ours.total_bytes <= other.total_bytes))
        if self.no_lower_score:
            if ours.ssimulacra2 is None or other.ssimulacra2 is None:
                return None
            scores = f"mean SSIMULACRA2 {ours.ssimulacra2:.2f} against {other.ssimulacra2:.2f}"
            checks.append(
                (scores + _shortfall(other, ours), ours.ssimulacra2 >= other.ssimulacra2 - SAME_SCORE)
            )
        return ", ".join(text for text, _ in checks), all(holds for _, holds in checks)


def _shortfall(other: Result, ours: Result) -> str:
    """The output that falls furthest behind, lest a mean hide it; empty if none does."""
    behind = {
        name: other.scores[name].ssimulacra2 - score.ssimulacra2
        for name, score in ours.scores.items()
        if name in other.scores
    }
    worst = max(behind, key=lambda name: behind[name], default=None)
    if worst is None or behind[worst] <= SAME_SCORE:
        return ""
    return f" (`{worst}` is {behind[worst]:.1f} lower)"


@dataclass(frozen=True, kw_only=True)
class _AboveFloor:
    """Ours costs at most `share` more CPU than the floor."""

    requirement: str
    contest: _Contest
    share: float

    def verdict(self, outcomes: Outcomes) -> Verdict:
        return self.contest.judged(self.requirement, outcomes, self._judge)

    def _judge(self, floor: Result, ours: Result) -> tuple[str, bool] | None:
        ratio = cpu_ratio(ours, floor)
        if ratio is None:
            return None
        return f"{ratio.paired - 1:+.1%}", ratio.paired <= 1 + self.share


@dataclass(frozen=True, kw_only=True)
class _Overhead:
    """The pipeline costs at most `seconds` of CPU an image beyond rendering it."""

    requirement: str
    contest: _Contest
    seconds: float

    def verdict(self, outcomes: Outcomes) -> Verdict:
        return self.contest.judged(self.requirement, outcomes, self._judge)

    def _judge(self, rendering: Result, pipeline: Result) -> tuple[str, bool] | None:
        difference = cpu_difference_s(pipeline, rendering)
        return None if difference is None else (f"{difference * 1e3:.1f} ms", difference <= self.seconds)


@dataclass(frozen=True, kw_only=True)
class _Memory:
    """No process of that name in the whole pipeline ever held `most` bytes, in any of the workloads."""

    requirement: str
    workloads: Sequence[str]
    process: str
    most: int

    def verdict(self, outcomes: Outcomes) -> Verdict:
        results = [outcomes[name].of("pipeline") for name in self.workloads if name in outcomes]
        peaks = [one.peaks[self.process] for one in results if one and self.process in one.peaks]
        if len(peaks) < len(self.workloads):
            missing = (
                f"not measured: {' and '.join(f'`{name}`' for name in self.workloads)} have not both run"
            )
            return Verdict(requirement=self.requirement, measured=missing, holds=None)
        measured = " and ".join(f"{peak / 1e6:.0f} MB" for peak in peaks)
        return Verdict(requirement=self.requirement, measured=measured, holds=max(peaks) < self.most)


REQUIREMENTS = (
    _Faster(
        requirement="five widths: at least 1.4× sharp",
        contest=_Contest(workload="widths", other="sharp", ours="safelight"),
        times=1.4,
    ),
    _Faster(
        requirement="the same against sharp made to decode once by hand",
        contest=_Contest(workload="widths", other="sharp-once", ours="safelight"),
        times=1.4,
    ),
    _Faster(
        requirement="single resize: level with sharp or better",
        contest=_Contest(workload="single", other="sharp", ours="safelight"),
        times=LEVEL,
    ),
    _Faster(
        requirement="R4, same encoder settings: level with sharp or better",
        contest=_Contest(workload="r4", other="sharp", ours="safelight"),
        times=LEVEL,
    ),
    _Faster(
        requirement="the same against sharp made to decode once by hand",
        contest=_Contest(workload="r4", other="sharp-once", ours="safelight"),
        times=LEVEL,
    ),
    _Faster(
        requirement="R4, own encoder settings: 1.1× sharp's, at no more bytes and no lower score",
        contest=_Contest(workload="r4", other="sharp-own", ours="safelight-own"),
        times=1.1,
        no_more_bytes=True,
        no_lower_score=True,
    ),
    _Faster(
        requirement="R4: at least 2.2× the guide's Pillow code, at no more bytes",
        contest=_Contest(workload="r4", other="pillow", ours="safelight-own"),
        times=2.2,
        no_more_bytes=True,
    ),
    _Faster(
        requirement="R4: at least 8× the guide's Pillow code with `optimize=True`, at no more bytes",
        contest=_Contest(workload="r4", other="pillow-optimised", ours="safelight-own"),
        times=8.0,
        no_more_bytes=True,
    ),
    _Faster(
        requirement="R0: at least 2.5× the guide's Pillow code",
        contest=_Contest(workload="r0", other="pillow", ours="safelight-own"),
        times=2.5,
    ),
    _AboveFloor(
        requirement="R4 through the whole pipeline: at most 15 % above the floor",
        contest=_Contest(workload="whole", other="floor", ours="pipeline"),
        share=0.15,
    ),
    _Overhead(
        requirement="from event to READY, less rendering: at most 10 ms of CPU an image",
        contest=_Contest(workload="overhead", other="safelight-own", ours="pipeline"),
        seconds=0.010,
    ),
    _Memory(
        requirement="100 MP JPEG through `web`: child under 500 MB, alone and with a queue",
        workloads=("huge", "queue"),
        process="child",
        most=500_000_000,
    ),
    _Memory(
        requirement="100 MP JPEG through `web`: parent under 200 MB, alone and with a queue",
        workloads=("huge", "queue"),
        process="parent",
        most=200_000_000,
    ),
)


def judge(outcomes: Outcomes) -> list[Verdict]:
    """One verdict a requirement, in the order of REQUIREMENTS."""
    return [requirement.verdict(outcomes) for requirement in REQUIREMENTS]
