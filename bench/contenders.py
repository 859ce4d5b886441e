"""Who takes part: worker processes of the sides, and the whole pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from bench import whole
from bench.contest import Contender
from bench.jobs import Job, Output, Run
from bench.peers import install_sharp, sharp_side
from bench.processes import Worker, python_side
from bench.whole import Addition


@dataclass(frozen=True, kw_only=True)
class _Working:
    """Implements contest.Running: one job, again and again, in one worker."""

    worker: Worker
    job: Job

    @property
    def versions(self) -> dict[str, str]:
        return self.worker.versions

    def run(self, keep: Path | None) -> Run:
        return self.worker.run(replace(self.job, keep=keep))

    def close(self) -> None:
        self.worker.close()


@dataclass(frozen=True, kw_only=True)
class _Adding:
    """Implements contest.Running with `safelight add`, which is a new process tree every time."""

    measure: Callable[[], Run]

    @property
    def versions(self) -> dict[str, str]:
        return {"safelight": version("safelight")}

    def run(self, keep: Path | None) -> Run:  # noqa: ARG002  # it writes into a home of its own
        return self.measure()

    def close(self) -> None:
        pass


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Makes contenders; `work` is the folder for what is installed and written."""

    work: Path

    def safelight(self, *, sources: Sequence[Path], outputs: tuple[Output, ...]) -> Contender:
        """The core, with the encoder settings of `outputs`."""
        job = Job(task="outputs", sources=tuple(sources), outputs=outputs)
        return self._worker("safelight", "Safelight core", python_side("safelight"), job)

    def safelight_recipe(self, recipe: str, *, sources: Sequence[Path]) -> Contender:
        """The core, with the recipe's own encoder settings."""
        job = Job(task=recipe, sources=tuple(sources))
        return self._worker("safelight-own", f"Safelight core, `{recipe}`", python_side("safelight"), job)

    def floor(
        self, *, sources: Sequence[Path], outputs: tuple[Output, ...], key: str = "floor", note: str = ""
    ) -> Contender:
        job = Job(task="outputs", sources=tuple(sources), outputs=outputs)
        return self._worker(key, f"floor: raw libvips{note}", python_side("floor"), job)

    def sharp(self, *, sources: Sequence[Path], outputs: tuple[Output, ...]) -> Contender:
        """As documented, a clone an output; one thread, one output at a time."""
        job = Job(task="clone", sources=tuple(sources), outputs=outputs)
        return self._sharp("sharp", "sharp", job, threads=1)

    def sharp_decoding_once(self, *, sources: Sequence[Path], outputs: tuple[Output, ...]) -> Contender:
        """Written by hand to decode once, to raw pixels, and to make every output from those."""
        job = Job(task="decode-once", sources=tuple(sources), outputs=outputs)
        return self._sharp("sharp-once", "sharp, decoding once by hand", job, threads=1)

    def sharp_by_default(self, *, sources: Sequence[Path], outputs: tuple[Output, ...]) -> Contender:
        """With nothing but the quality said: its own encoder settings, threads and cache; all at once."""
        job = Job(task="together", sources=tuple(sources), outputs=_plain(outputs))
        return self._sharp("sharp-own", "sharp, its own defaults", job, threads=None)

    def pillow(
        self,
        task: str,
        label: str,
        *,
        sources: Sequence[Path],
        key: str = "pillow",
        outputs: tuple[Output, ...] = (),
        rounds: int | None = None,
    ) -> Contender:
        """The code of a guide (bench/sides/guides.py)."""
        job = Job(task=task, sources=tuple(sources), outputs=outputs)
        return self._worker(key, label, python_side("pillow"), job, rounds)

    def pipeline(self, recipe: str, label: str, *, paths: Sequence[Path]) -> Contender:
        """`safelight add` of these paths, start-up and all."""
        return _adding("pipeline", label, lambda: _whole_run(self._add(paths, recipe)))

    def pipeline_per_image(self, recipe: str, *, few: Sequence[Path], many: Sequence[Path]) -> Contender:
        """What one more image costs `safelight add`: many less few, so that start-up cancels."""
        label = f"Safelight, whole pipeline, `{recipe}`"

        def measure() -> Run:
            start_up = self._add(few, recipe, one_core=True)
            return _run_per_image(start_up, self._add(many, recipe, one_core=True))

        return _adding("pipeline", label, measure)

    def from_event_to_ready(self, recipe: str, *, sources: Sequence[Path]) -> Contender:
        def measure() -> Run:
            figures = whole.from_event_to_ready(sources, recipe=recipe, scratch=self.work / "homes")
            images = figures["images"]
            return Run(
                cpu_s=figures["cpu_s"] / images,
                wall_s=figures["wall_s"] / images,
                bytes={"variants": int(figures["variant_bytes"] / images)},
                peaks={},
            )

        return _adding("pipeline", f"Safelight, from event to READY, `{recipe}`", measure)

    def _add(self, paths: Sequence[Path], recipe: str, *, one_core: bool = False) -> Addition:
        return whole.add(paths, recipe=recipe, scratch=self.work / "homes", one_core=one_core)

    def _sharp(self, key: str, label: str, job: Job, *, threads: int | None) -> Contender:
        def start() -> _Working:
            install_sharp(self.work)
            return _Working(worker=Worker(sharp_side(self.work, threads=threads)), job=job)

        return Contender(key=key, label=label, start=start)

    def _worker(
        self, key: str, label: str, command: list[str], job: Job, rounds: int | None = None
    ) -> Contender:
        def start() -> _Working:
            return _Working(worker=Worker(command), job=job)

        return Contender(key=key, label=label, start=start, rounds=rounds)


def _adding(key: str, label: str, measure: Callable[[], Run]) -> Contender:
    return Contender(key=key, label=label, start=lambda: _Adding(measure=measure))


def _plain(outputs: Sequence[Output]) -> tuple[Output, ...]:
    return tuple(
        replace(output, encoding=replace(output.encoding, sharp=_quality_only(output))) for output in outputs
    )


def _quality_only(output: Output) -> dict[str, int]:
    quality = output.encoding.quality
    return {} if quality is None else {"quality": quality}


def _whole_run(addition: Addition) -> Run:
    return Run(
        cpu_s=addition.cpu_s,
        wall_s=addition.wall_s,
        bytes={"variants": addition.variant_bytes},
        peaks=_peaks(addition),
    )


def _run_per_image(few: Addition, many: Addition) -> Run:
    more = many.images - few.images
    return Run(
        cpu_s=(many.cpu_s - few.cpu_s) / more,
        wall_s=(many.wall_s - few.wall_s) / more,
        bytes={"variants": (many.variant_bytes - few.variant_bytes) // more},
        peaks=_peaks(many),
    )


def _peaks(addition: Addition) -> dict[str, int]:
    named = {"parent": addition.parent_peak, "child": addition.child_peak}
    return {name: peak for name, peak in named.items() if peak is not None}
