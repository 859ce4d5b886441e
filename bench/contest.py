"""Contenders take turns, A B C A B C …, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.figures import Result
from bench.jobs import Run
from bench.processes import SideFailed
from bench.quality import Judge, Score

Say = Callable[[str], None]


class Running(Protocol):
    """A contender that has been started."""

    @property
    def versions(self) -> dict[str, str]:
        """Of the libraries it uses."""

    def run(self, keep: Path | None) -> Run:
        """Do the work once, and write the outputs to `keep` if that is given. Raises SideFailed."""

    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Contender:
    """`start` raises SideFailed when the side cannot run here."""

    key: str
    label: str
    start: Callable[[], Running]
    rounds: int | None = None  # at most this many, for the very slow; None: all


@dataclass(frozen=True, kw_only=True)
class Workload:
    """`images` is how many pictures one run is about."""

    name: str
    title: str
    contenders: tuple[Contender, ...]
    rounds: int
    quick_rounds: int
    images: int = 1
    warm_up: bool = True  # a run before the first round; its outputs are what is scored
    scored: Path | None = None  # the original that the outputs are compared with
    writes: bool = False  # outputs are written in every run, as the whole pipeline does


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything measured in one workload."""

    workload: Workload
    results: tuple[Result, ...]
    versions: dict[str, str] = field(default_factory=dict)

    def of(self, contender: str) -> Result | None:
        """The contender's result, None if it took no part or failed."""
        return next((one for one in self.results if one.contender == contender and one.done), None)


def hold(workload: Workload, *, rounds: int, work: Path, say: Say) -> Outcome:
    """Start all, warm up, take turns for so many rounds, end all, score. A contender that fails is out."""
    seats = [_Seat(contender, work / workload.name / contender.key) for contender in workload.contenders]
    try:
        for seat in seats:
            seat.start(warm_up=workload.warm_up)
            say(f"{workload.name}: {seat.contender.label}: {seat.failure or 'ready'}")
        for number in range(rounds):
            for seat in seats:
                seat.take_turn(number, writes=workload.writes)
            say(f"{workload.name}: round {number + 1} of {rounds}")
    finally:
        for seat in seats:
            seat.close()
    judge = Judge(workload.scored) if workload.scored else None
    return Outcome(
        workload=workload,
        results=tuple(seat.result(judge) for seat in seats),
        versions={name: version for seat in seats for name, version in seat.versions.items()},
    )


class _Seat:
    """One contender's place in a workload."""

    def __init__(self, contender: Contender, outputs: Path) -> None:
        self.contender = contender
        self.failure: str | None = None
        self.versions: dict[str, str] = {}
        self._outputs = outputs
        self._running: Running | None = None
        self._runs: list[Run | None] = []

    def start(self, *, warm_up: bool) -> None:
        shutil.rmtree(self._outputs, ignore_errors=True)
        self._outputs.mkdir(parents=True)
        try:
            self._running = self.contender.start()
            self.versions = self._running.versions
            if warm_up:
                self._running.run(self._outputs)
        except SideFailed as failure:
            self.failure = _on_one_line(failure)

    def take_turn(self, number: int, *, writes: bool) -> None:
        sits_out = self.contender.rounds is not None and number >= self.contender.rounds
        if self._running is None or self.failure or sits_out:
            self._runs.append(None)
            return
        try:
            self._runs.append(self._running.run(self._outputs if writes else None))
        except SideFailed as failure:
            self.failure = _on_one_line(failure)
            self._runs.append(None)

    def close(self) -> None:
        if self._running is not None:
            self._running.close()

    def result(self, judge: Judge | None) -> Result:
        return Result(
            contender=self.contender.key,
            label=self.contender.label,
            runs=() if self.failure else tuple(self._runs),
            scores=self._scores(judge) if judge and not self.failure else {},
            failure=self.failure,
        )

    def _scores(self, judge: Judge) -> dict[str, Score]:
        return {output.name.split(".", 1)[1]: judge.score(output) for output in _files(self._outputs)}


def _on_one_line(failure: SideFailed) -> str:
    return " ".join(str(failure).split())


def _files(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())
