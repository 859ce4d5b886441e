"""A long-lived process of one Python side: `python -m bench.worker SIDE`.

One JSON job a line on standard input, one JSON answer a line on standard output: start-up and imports
are behind it before the first job is timed.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

from bench.jobs import Job, Json

Make = Callable[[bytes, Job], dict[str, bytes]]


def pillow() -> Make:
    from bench.sides import guides  # noqa: PLC0415  # a side loads only its own libraries

    tasks: dict[str, Make] = {
        "r0": lambda data, _job: guides.r0_workflow(data),
        "r1": lambda data, _job: guides.r1_simple(data),
        "r4": lambda data, _job: guides.r4_variants(data, optimise=False),
        "r4-optimised": lambda data, _job: guides.r4_variants(data, optimise=True),
        "each": lambda data, job: guides.resize_each(data, job.outputs),
    }
    return lambda data, job: tasks[job.task](data, job)


def floor() -> Make:
    from bench.sides import floor  # noqa: PLC0415

    return lambda data, job: floor.make(data, job.outputs)


def safelight() -> Make:
    from bench.sides import core  # noqa: PLC0415

    def make(data: bytes, job: Job) -> dict[str, bytes]:
        return core.by_outputs(data, job.outputs) if job.outputs else core.by_recipe(data, job.task)

    return make


SIDES: dict[str, Callable[[], Make]] = {"pillow": pillow, "floor": floor, "safelight": safelight}


def run(make: Make, job: Job) -> Json:
    """Do the job once; a bench.jobs.Run as JSON."""
    sizes: dict[str, int] = {}
    processor, started = _cpu_s(), time.perf_counter()
    for source in job.sources:
        for name, data in make(source.read_bytes(), job).items():
            sizes[name] = sizes.get(name, 0) + len(data)
            if job.keep:
                (job.keep / f"{source.stem}.{name}").write_bytes(data)
    return {"cpu_s": _cpu_s() - processor, "wall_s": time.perf_counter() - started, "bytes": sizes}


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _versions() -> dict[str, str]:
    versions = {name: version(name) for name in ("safelight", "pillow")}
    if "pyvips" in sys.modules:
        pyvips = sys.modules["pyvips"]
        versions["libvips"] = ".".join(str(pyvips.version(part)) for part in range(3))
    return versions


def main() -> None:
    make = SIDES[sys.argv[1]]()
    print(json.dumps({"versions": _versions()}), flush=True)
    for line in sys.stdin:
        try:
            answer = run(make, Job.from_json(json.loads(line)))
        except Exception as error:  # noqa: BLE001  # reported by the parent as this side's failure
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
