"""The whole pipeline on sample pictures, by the command line that everybody uses: `make demo`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from examples.samples import make_samples

SAMPLES = "build/demo/samples"
HOME = "build/demo/home"
SAFELIGHT = str(Path(sys.executable).with_name("safelight"))
EXPECTED = {"READY": 6, "REJECTED": 2}

INTRODUCTION = """\
Eight sample files go through the pipeline: a landscape, a portrait that lies on its side as phones store it,
a HEIC, a transparent PNG, an animation, and a PNG that calls itself JPEG. Two are bad on purpose: an upload
that broke off, and a text with the name of a picture. Those two are refused and say why.
"""

CONCLUSION = """
That was `safelight add {samples} --home {home}`, with the recipe `web`.
The pictures lie in {home}/variants, in the folders named above. Go on with

  {safelight} show {image_id} --home {home}
  {safelight} executions {image_id} --home {home}
  {safelight} serve --home {home}        the HTTP API; /docs describes it
  {safelight} add YOUR_PHOTOS                   your own, kept in ./safelight-data
"""


def main() -> int:
    print(INTRODUCTION, flush=True)
    make_samples(Path(SAMPLES))
    subprocess.run([SAFELIGHT, "add", SAMPLES, "--home", HOME], check=False)
    records = _records()
    statuses = {status: sum(r["status"] == status for r in records) for status in EXPECTED}
    if statuses != EXPECTED:
        print(f"Expected {EXPECTED}, got {statuses}: `{SAFELIGHT} doctor` may tell why.", file=sys.stderr)
        return 1
    image_id = next(record["image_id"] for record in records if record["status"] == "READY")
    command = (
        Path(SAFELIGHT).relative_to(Path.cwd()) if Path(SAFELIGHT).is_relative_to(Path.cwd()) else SAFELIGHT
    )
    print(CONCLUSION.format(samples=SAMPLES, home=HOME, safelight=command, image_id=image_id[:8]))
    return 0


def _records() -> list[dict[str, str]]:
    """What the catalog knows now: adding again, as scripts do it, gives the records and adds nothing."""
    listing = [SAFELIGHT, "add", SAMPLES, "--home", HOME, "--json"]
    done = subprocess.run(listing, check=False, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    sys.exit(main())
