"""Contenders must take turns, and one that fails must not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.contest import Contender, Outcome, Workload, hold
from bench.jobs import Run
from bench.pictures import photograph
from bench.processes import SideFailed


@dataclass(frozen=True, kw_only=True)
class _Scripted:
    """A contender in this process: notes its turns, and fails in the one it is told to."""

    key: str
    turns: list[str]
    picture: Path | None = None
    fails_in: int | None = None

    @property
    def versions(self) -> dict[str, str]:
        return {self.key: "1.0"}

    def run(self, keep: Path | None) -> Run:
        self.turns.append(self.key)
        if self.turns.count(self.key) - 1 == self.fails_in:
            raise SideFailed("it broke")
        if keep and self.picture:
            (keep / "source.large").write_bytes(self.picture.read_bytes())
        return Run(cpu_s=1.0, wall_s=1.0, bytes={"large": 10})

    def close(self) -> None:
        self.turns.append(f"{self.key} closed")


def _contender(start: Callable[[], _Scripted], key: str, *, rounds: int | None = None) -> Contender:
    return Contender(key=key, label=key, start=start, rounds=rounds)


def _hold(tmp_path: Path, *contenders: Contender, rounds: int, scored: Path | None = None) -> Outcome:
    workload = Workload(
        name="w", title="W", contenders=contenders, rounds=rounds, quick_rounds=1, scored=scored
    )
    return hold(workload, rounds=rounds, work=tmp_path, say=lambda _text: None)


def test_contenders_take_turns_after_a_warm_up_that_does_not_count(tmp_path: Path) -> None:
    turns: list[str] = []
    a = _contender(lambda: _Scripted(key="a", turns=turns), "a")
    b = _contender(lambda: _Scripted(key="b", turns=turns), "b")

    outcome = _hold(tmp_path, a, b, rounds=2)

    assert turns == ["a", "b", "a", "b", "a", "b", "a closed", "b closed"]
    assert [len(result.done) for result in outcome.results] == [2, 2]
    assert outcome.versions == {"a": "1.0", "b": "1.0"}


def test_a_contender_that_cannot_start_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    def absent() -> _Scripted:
        raise SideFailed("npm is\nnot installed")

    turns: list[str] = []
    outcome = _hold(
        tmp_path,
        _contender(absent, "sharp"),
        _contender(lambda: _Scripted(key="b", turns=turns), "b"),
        rounds=1,
    )

    assert outcome.results[0].failure == "npm is not installed"
    assert outcome.of("sharp") is None
    assert outcome.of("b") is not None


def test_a_contender_that_fails_on_the_way_has_no_figures(tmp_path: Path) -> None:
    turns: list[str] = []
    outcome = _hold(tmp_path, _contender(lambda: _Scripted(key="a", turns=turns, fails_in=2), "a"), rounds=3)

    assert outcome.results[0].failure == "it broke"
    assert outcome.results[0].runs == ()


def test_a_very_slow_contender_sits_out_the_later_rounds(tmp_path: Path) -> None:
    turns: list[str] = []
    outcome = _hold(tmp_path, _contender(lambda: _Scripted(key="a", turns=turns), "a", rounds=1), rounds=3)

    assert [run is not None for run in outcome.results[0].runs] == [True, False, False]


def test_outputs_of_the_warm_up_are_scored_against_the_original(tmp_path: Path) -> None:
    original = tmp_path / "source.png"
    photograph(64, 64, seed=1).save(original)
    contender = _contender(lambda: _Scripted(key="a", turns=[], picture=original), "a")

    outcome = _hold(tmp_path / "work", contender, rounds=1, scored=original)

    assert outcome.results[0].scores["large"].ssim > 0.9999
