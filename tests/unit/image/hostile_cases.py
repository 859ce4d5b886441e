"""Hostile files by name, and a program that meets them all; run it as a module, in a process of its own.

Prints a JSON object a line: what became of a case, and by how many MB the memory peak grew.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from safelight.errors import ImageRejected
from safelight.image.decode import decode, decoding
from safelight.image.options import Limits
from safelight.image.probe import check_limits, probe
from safelight.image.steps.colour import to_working_space
from tests.samples import bombs, photos, profiles
from tests.samples.raw_gif import TRAILER
from tests.samples.raw_png import chunk

ACCEPTED = "accepted"
MANY_FRAMES = Limits(max_frames=10**9)

# What must become of each: a rejection's code, or ACCEPTED where the danger is only in what is ignored.
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "png of 50 000 x 50 000": (partial(bombs.png_of, 50_000, 50_000), "too_many_megapixels"),
    "png with less pixels than it says": (partial(bombs.png_of, 9_000, 9_000), "truncated"),
    "png with a profile of 60 MB": (bombs.png_with_profile_bomb, ACCEPTED),
    "png with texts of 1 GB": (bombs.png_with_text_bombs, ACCEPTED),
    "jpeg of 65 535 x 65 535": (partial(bombs.jpeg_of, 65_535, 65_535), "too_many_megapixels"),
    "jpeg with less pixels than it says": (partial(bombs.jpeg_of, 9_000, 9_000), "truncated"),
    "jpeg with a profile of 16 MB": (
        partial(bombs.jpeg_with_segments, 0xE2, b"ICC_PROFILE\0\1\xff" + bytes(65_000), 255),
        ACCEPTED,
    ),
    "jpeg with EXIF of 16 MB": (
        partial(bombs.jpeg_with_segments, 0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(65_000), 255),
        ACCEPTED,
    ),
    "gif with a canvas of 60 000 x 60 000": (partial(bombs.gif_of, 60_000, 60_000), "too_many_megapixels"),
    "gif of 20 000 frames": (partial(bombs.gif_of, 100, 100, frames=20_000), "too_many_megapixels"),
    "webp with a canvas of 2^24 x 2^24": (partial(bombs.webp_of, 1 << 24, 1 << 24), "dimension_too_large"),
    "webp with a canvas of 16 384 x 16 384": (partial(bombs.webp_of, 16_384, 16_384), "too_many_megapixels"),
    "webp of 20 000 frames": (partial(bombs.webp_of, 100, 100, frames=20_000), "too_many_megapixels"),
    "tiff of 2^31 x 2^31": (partial(bombs.tiff_of, 2**31 - 1, 2**31 - 1), "dimension_too_large"),
    "tiff of 50 000 x 50 000": (partial(bombs.tiff_of, 50_000, 50_000), "too_many_megapixels"),
    "tiff of huge tiles": (partial(bombs.tiff_of, 100, 100, tile=(2**20, 2**20)), "unsupported_format"),
    "tiff of countless tiles": (partial(bombs.tiff_of, 9_000, 9_000, tile=(16, 16)), "truncated"),
    "tiff of 1000 channels": (partial(bombs.tiff_of, 9_000, 9_000, bands=1000), "unsupported_format"),
    "avif of 60 000 x 60 000": (
        lambda: bombs.heif_of(photos.avif(), 60_000, 60_000),
        "too_many_megapixels",
    ),
    "avif that says more than it holds": (lambda: bombs.heif_of(photos.avif(), 9000, 9000), "corrupt_image"),
    "avif that holds more than it says": (
        lambda: bombs.heif_of(photos.avif(800, 600), 64, 48),
        "corrupt_image",
    ),
    "heic of 60 000 x 60 000": (
        lambda: bombs.heif_of(photos.heic(64, 64), 60_000, 60_000),
        "too_many_megapixels",
    ),
    "heic that says more than it holds": (
        lambda: bombs.heif_of(photos.heic(64, 64), 900, 900),
        "corrupt_image",
    ),
    "heic that crops a speck out of much": (
        lambda: bombs.heif_of(photos.heic(60, 44), 9_000, 9_000),
        "unsupported_format",
    ),
    "heic with a grid that says more than it holds": (
        lambda: bombs.heif_of(photos.heic(256, 128, tile_size=64), 9000, 9000),
        "corrupt_image",
    ),
    "png of a million chunks": (
        lambda: bombs.png_with_chunks(chunk(b"tEXt"), 1_000_000),
        "corrupt_image",
    ),
    "jpeg of a million segments": (
        partial(bombs.jpeg_with_segments, 0xEF, b"", 1_000_000),
        "corrupt_image",
    ),
    "jpeg with 16 MB between its segments": (
        lambda: photos.jpeg()[:2] + b"\xff" * 8_000_000 + b"\xff\x00" * 4_000_000 + photos.jpeg()[2:],
        ACCEPTED,
    ),
    "gif of a million extensions": (
        lambda: photos.animated_gif().removesuffix(TRAILER) + b"!\xfe\0" * 1_000_000 + TRAILER,
        "corrupt_image",
    ),
    "png one pixel wide": (partial(photos.png, 1, 60_000), ACCEPTED),
    "png one pixel high": (partial(photos.png, 60_000, 1), ACCEPTED),
    "tiff one pixel wide": (partial(photos.tiff, 1, 60_000), ACCEPTED),
    "jpeg one pixel high": (partial(photos.jpeg, 60_000, 1), ACCEPTED),
}

GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg": partial(photos.jpeg, 64, 48),
    "jpeg progressive": partial(photos.jpeg, 64, 48, progressive=True, profile="p3", gps=True),
    "gif": photos.animated_gif,
    "webp": partial(photos.webp, 64, 48),
    "webp alpha": partial(photos.webp, 64, 48, alpha=True),
    "webp animated": photos.animated_webp,
    "avif": partial(photos.avif, alpha=True, rotation=6),
    "heic": partial(photos.heic, profile="p3"),
    "heic in tiles": partial(photos.heic, 200, 130, tile_size=64),
    "png": partial(photos.png, profile="adobe"),
    "png palette": partial(photos.png, kind="palette-alpha"),
    "png 16 bits": partial(photos.png, kind="rgb16"),
    "tiff": photos.tiff,
    "tiff lzw": partial(photos.tiff, compression="tiff_lzw"),
    "tiff jpeg": partial(photos.tiff, 200, 130, compression="jpeg"),
    "tiff fax": partial(photos.tiff, kind="bilevel", compression="group4"),
    "tiff lab": partial(photos.tiff, kind="lab"),
}
MUTATIONS = 60


def outcome(data: bytes, limits: Limits) -> str:
    """A rejection's code, ACCEPTED, or the name of an exception that must not happen."""
    try:
        facts = probe(data)
        check_limits(facts, limits)
        with decoding(data, facts):
            image = to_working_space(decode(data, facts, frames=-1), "srgb", facts)
            image.avg()
    except ImageRejected as rejection:
        return rejection.code
    except Exception as error:  # noqa: BLE001 - whatever it is, the test shall show it
        return f"{type(error).__name__}: {error}"
    fit = (image.bands, image.format) == (3 + facts.has_alpha, "uchar")
    return ACCEPTED if fit else f"came out as {image.bands} bands of {image.format}"


def broken(profile: str) -> Iterator[bytes]:
    """The same picture under ever other damage to its profile."""
    icc = profiles.icc(profile)
    for damaged in bombs.mutations(icc, MUTATIONS):
        yield photos.encode(photos.scene(8, 8), "PNG", icc_profile=damaged)


def meet(kind: str, name: str, files: Iterable[bytes], limits: Limits) -> None:
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    codes = Counter(outcome(data, limits) for data in files)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sys.stdout.write(json.dumps({"kind": kind, "name": name, "codes": codes, "grown_mb": grown}) + "\n")
    sys.stdout.flush()


def main() -> None:
    for name, (make, _) in BOMBS.items():
        meet("bomb", name, [make()], MANY_FRAMES)
    for name, make in GOOD.items():
        data = make()
        meet("truncation", name, bombs.truncations(data), Limits())
        meet("mutation", name, bombs.mutations(data, MUTATIONS), Limits())
    for space in ("p3", "grey"):
        meet("profile", space, broken(space), Limits())


if __name__ == "__main__":
    main()
