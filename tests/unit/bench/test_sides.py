"""Every side must make what it is measured for making."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bench.gallery import Gallery
from bench.jobs import Encoding, Job, Output
from bench.pictures import photograph
from bench.processes import SideFailed, Worker, python_side
from bench.sides import floor, guides
from bench.whole import stamped


@pytest.fixture(scope="module")
def source() -> bytes:
    file = io.BytesIO()
    photograph(900, 700, seed=21).save(file, "JPEG", quality=90)
    return file.getvalue()


OUTPUTS = (
    Output(name="full", encoding=Encoding.jpeg(85)),
    Output(name="medium", encoding=Encoding.webp(80, effort=0), width=400),
    Output(name="square", encoding=Encoding.png(level=1), width=100, height=100, fit="cover"),
)
SIZES = {"full": (900, 700), "medium": (400, 311), "square": (100, 100)}


def _sizes(made: dict[str, bytes]) -> dict[str, tuple[int, int]]:
    return {name: _opened(data).size for name, data in made.items()}


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_the_floor_makes_the_outputs_asked_for(source: bytes) -> None:
    assert _sizes(floor.make(source, OUTPUTS)) == SIZES


def test_the_floor_can_cut_a_single_output_where_the_eye_goes(source: bytes) -> None:
    output = replace(OUTPUTS[2], position="attention")

    assert _sizes(floor.make(source, [output])) == {"square": (100, 100)}


def test_the_core_uses_exactly_the_settings_of_the_floor(source: bytes, tmp_path: Path) -> None:
    """In a worker, as in the bench; a full-size output, which no resize can make different, is equal."""
    original = tmp_path / "source.jpg"
    original.write_bytes(source)
    worker = Worker(python_side("safelight"))
    try:
        run = worker.run(Job(task="outputs", sources=(original,), outputs=OUTPUTS, keep=tmp_path))
    finally:
        worker.close()
    made = {name: (tmp_path / f"source.{name}").read_bytes() for name in SIZES}

    assert _sizes(made) == SIZES
    assert made["full"] == floor.make(source, OUTPUTS)["full"]
    assert run.bytes == {name: len(data) for name, data in made.items()}
    assert run.cpu_s > 0


def test_a_worker_reports_what_went_wrong_and_lives_on(source: bytes, tmp_path: Path) -> None:
    broken, original = tmp_path / "broken.jpg", tmp_path / "source.jpg"
    broken.write_bytes(b"not a picture")
    original.write_bytes(source)
    worker = Worker(python_side("pillow"))
    try:
        with pytest.raises(SideFailed, match="UnidentifiedImageError"):
            worker.run(Job(task="r0", sources=(broken,)))
        assert worker.run(Job(task="r0", sources=(original,))).total_bytes > 0
    finally:
        worker.close()


def test_a_side_that_does_not_exist_fails_with_its_last_words() -> None:
    with pytest.raises(SideFailed, match="KeyError: 'nobody'"):
        Worker(python_side("nobody"))


def test_the_guides_code_makes_what_the_guides_describe(source: bytes) -> None:
    assert _sizes(guides.r0_workflow(source)) == {"resized": (800, 600)}
    assert _sizes(guides.r1_simple(source)) == {"processed": (300, 300)}
    made = guides.r4_variants(source, optimise=False)
    assert {name: _opened(data).format for name, data in made.items()} == {
        "jpeg-85": "JPEG",
        "jpeg-60": "JPEG",
        "webp": "WEBP",
        "png": "PNG",
        "thumbnail": "JPEG",
    }
    assert _opened(made["thumbnail"]).size == (300, 233)


def test_optimising_makes_the_guides_files_smaller(source: bytes) -> None:
    plain, optimised = guides.r4_variants(source, optimise=False), guides.r4_variants(source, optimise=True)

    assert all(len(optimised[name]) < len(plain[name]) for name in ("jpeg-85", "jpeg-60", "webp", "png"))


def test_a_stamped_jpeg_is_another_file_with_the_same_pixels(source: bytes) -> None:
    copies = [stamped(source, number) for number in (1, 2)]

    assert len({hashlib.sha256(data).digest() for data in (source, *copies)}) == 3
    assert all(_opened(data).tobytes() == _opened(source).tobytes() for data in copies)


def test_the_mixed_folder_is_mixed_and_made_once(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    paths = gallery.mixed(5)
    modified = [path.stat().st_mtime_ns for path in paths]

    assert [_opened(path.read_bytes()).format for path in paths] == ["JPEG", "PNG", "JPEG", "WEBP", "JPEG"]
    assert _opened(paths[1].read_bytes()).mode == "RGBA"
    assert [path.stat().st_mtime_ns for path in gallery.mixed(5)] == modified
