"""Proof that this installation can decode and encode every format and draw text.

`python -m safelight.image.selfcheck` prints it as JSON; `safelight doctor` runs that in a process of
its own, because a broken codec may crash.
"""

from __future__ import annotations

import functools
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Final, cast

import pillow_heif

from safelight.image.formats import FORMATS
from safelight.image.libvips import pyvips
from safelight.image.options import Length, Limits, OutputFormat, TextWatermark, VariantOptions
from safelight.image.render import render

WIDTH: Final = 96
HEIGHT: Final = 64
TOLERANCE: Final = 6.0  # mean difference of 8-bit values that lossy encoders may cause


@dataclass(frozen=True, kw_only=True)
class Proof:
    """`problem` is None where it works."""

    name: str
    problem: str | None


def proofs() -> Iterator[Proof]:
    """One for every format, and one for text."""
    sample = _sample()
    for name, facts in FORMATS.items():
        encode = functools.partial(_encode, name=name) if facts.encodes else _encode_heic
        yield _prove(name, functools.partial(_round_trip, sample, encode))
    yield _prove("text", functools.partial(_text, sample))


def versions() -> dict[str, str]:
    return {
        "libvips": ".".join(str(pyvips.version(part)) for part in range(3)),
        "libheif": str(pillow_heif.libheif_version()),
    }


def _prove(name: str, attempt: Callable[[], str | None]) -> Proof:
    try:
        return Proof(name=name, problem=attempt())
    except Exception as error:  # noqa: BLE001 - whatever a broken installation raises is the answer
        return Proof(name=name, problem=f"{type(error).__name__}: {error}")


def _round_trip(sample: bytes, encode: Callable[[bytes], bytes]) -> str | None:
    decoded = _pixels(_encode(encode(sample), name="png"))
    difference = (decoded.cast("short") - _pixels(sample).cast("short")).abs().avg()
    return None if difference < TOLERANCE else f"Colours came back changed by {difference:.1f} on average."


def _text(sample: bytes) -> str | None:
    watermark = TextWatermark(text="Ag", size=Length(value=40, unit="px"), shadow=False, opacity=1)
    marked = _encode(sample, name="png", watermarks=(watermark,))
    return None if _pixels(marked).max() > _pixels(sample).max() else "No text appeared on the picture."


def _encode(data: bytes, *, name: str, watermarks: tuple[TextWatermark, ...] = ()) -> bytes:
    options = VariantOptions(
        name="proof", format=cast("OutputFormat", name), quality=95, watermarks=watermarks
    )
    return render(data, Limits(), (options,))[0].data


def _encode_heic(data: bytes) -> bytes:
    picture = pillow_heif.from_bytes("RGB", (WIDTH, HEIGHT), _pixels(data).write_to_memory())
    encoded = io.BytesIO()
    picture.save(encoded, quality=95)
    return encoded.getvalue()


def _pixels(png: bytes) -> pyvips.Image:
    return pyvips.Image.pngload_buffer(png)


def _sample() -> bytes:
    """A smooth picture, which every lossy encoder keeps well; dark enough for white text to show."""
    ramp = pyvips.Image.xyz(WIDTH, HEIGHT)
    bands = [ramp[0] * 2, ramp[1] * 2, ramp[0] + ramp[1]]
    return bytes(bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb").pngsave_buffer())


if __name__ == "__main__":
    report = {"versions": versions(), "proofs": [asdict(proof) for proof in proofs()]}
    sys.stdout.write(json.dumps(report) + "\n")
