"""A job must reach every side as it was meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.jobs import Encoding, Job, Output
from bench.workloads import FIVE_VARIANTS, outputs_of


def test_a_job_survives_the_way_to_a_worker() -> None:
    job = Job(task="outputs", sources=(Path("a/b.jpg"),), outputs=FIVE_VARIANTS, keep=Path("kept"))

    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({}, (2725, 2225)),
        ({"width": 2048}, (2048, 1672)),
        ({"width": 720, "height": 588}, (720, 588)),
        ({"width": 300, "height": 300}, (300, 245)),
        ({"width": 300, "height": 300, "fit": "cover"}, (300, 300)),
        ({"width": 800, "height": 600, "fit": "fill"}, (800, 600)),
        ({"width": 9000, "height": 9000}, (2725, 2225)),
    ],
)
def test_sizes_are_those_that_every_side_makes(output: dict[str, object], expected: tuple[int, int]) -> None:
    assert Output(name="o", encoding=Encoding.jpeg(80), **output).within(2725, 2225) == expected


def test_a_cover_is_cut_from_the_whole_picture_at_the_smallest_size_that_covers() -> None:
    output = Output(name="o", encoding=Encoding.jpeg(80), width=300, height=300, fit="cover")

    assert output.before_crop(2725, 2225) == (367, 300)


def test_the_same_settings_are_said_to_libvips_and_to_sharp() -> None:
    encoding = Encoding.webp(85, effort=4)

    assert encoding.vips == {"Q": 85, "effort": 4}
    assert encoding.sharp == {"quality": 85, "effort": 4}


def test_a_recipes_outputs_have_the_recipes_own_settings() -> None:
    outputs = {output.name: output for output in outputs_of("five-variants")}

    assert set(outputs) == {"jpeg-85", "jpeg-60", "webp", "png", "thumbnail"}
    assert outputs["jpeg-85"].encoding.vips["Q"] == 85
    assert outputs["thumbnail"].within(2725, 2225) == (300, 300)
