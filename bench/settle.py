"""From event to READY: what workflow, catalog, stores and child processes take, uploading left out.

Run as a process of its own: `python -m bench.settle HOME RECIPE JPEG…` prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from safelight.app import App, build
from safelight.config import Settings

_WARMING = 2  # images before any is counted
_LOOK_EVERY_S = 0.02


def settle(home: Path, recipe: str, originals: Sequence[Path]) -> dict[str, float]:
    """`{images, cpu_s, wall_s, variant_bytes}` of all but the first images; parent and child together."""
    app = build(Settings(home=home, recipe=recipe, workers=1))
    try:
        app.sandbox.warm()
        app.start()
        _await(app, _upload(app, originals[:_WARMING]))
        app.engine.stop_workers()
        waiting = _upload(app, originals[_WARMING:])
        cpu_s, started = _cpu_s(), time.perf_counter()
        app.engine.start_workers()
        variant_bytes = _await(app, waiting)
        return {
            "images": len(waiting),
            "cpu_s": _cpu_s() - cpu_s,
            "wall_s": time.perf_counter() - started,
            "variant_bytes": variant_bytes,
        }
    finally:
        app.close()


def _upload(app: App, originals: Sequence[Path]) -> list[str]:
    return [app.upload(path.name, path).image_id for path in originals]


def _await(app: App, image_ids: Sequence[str]) -> int:
    """Bytes of all variants, once every image is READY."""
    settling = app.settling()
    for image_id in image_ids:
        settling.join(image_id)
    records = list(settling.poll())
    while settling.waiting:
        time.sleep(_LOOK_EVERY_S)
        records += settling.poll()
    wrong = [record.status.value for record in records if record.status != "READY"]
    if wrong:
        raise SystemExit(f"{len(wrong)} images are not READY but {wrong[0]}")
    return sum(variant.bytes for record in records for variant in record.variants)


def _cpu_s() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = [child.cpu_times() for child in psutil.Process().children()]
    return own.ru_utime + own.ru_stime + sum(times.user + times.system for times in children)


if __name__ == "__main__":
    _, _home, _recipe, *_paths = sys.argv
    sys.stdout.write(json.dumps(settle(Path(_home), _recipe, [Path(path) for path in _paths])))
