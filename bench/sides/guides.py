"""The reference pipelines' image code as their guides have it: Pillow, written the straightforward way.

Written by us from what the guides describe, with their flaws kept: the aspect ratio of R0 and R1 is lost,
orientation and profiles are ignored, and every output is made from the full-size picture.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from bench.jobs import Output

R4_LARGEST_SIDE = 4096


def r0_workflow(data: bytes) -> dict[str, bytes]:
    """800×600, same format."""
    image = Image.open(io.BytesIO(data))
    return {"resized": _saved(image.resize((800, 600), Image.Resampling.LANCZOS), image.format or "JPEG")}


def r1_simple(data: bytes) -> dict[str, bytes]:
    """300×300; JPEG and PNG stay, anything else becomes JPEG."""
    image = Image.open(io.BytesIO(data))
    kept = image.format if image.format in ("JPEG", "PNG") else "JPEG"
    return {"processed": _saved(image.resize((300, 300), Image.Resampling.LANCZOS), kept)}


def r4_variants(data: bytes, *, optimise: bool) -> dict[str, bytes]:
    """Five variants, shrinking what is very large first; `optimise` asks every encoder for its best."""
    image: Image.Image = Image.open(io.BytesIO(data)).convert("RGB")
    if max(image.size) > R4_LARGEST_SIDE:
        image.thumbnail((R4_LARGEST_SIDE, R4_LARGEST_SIDE), Image.Resampling.LANCZOS)
    optimised = {"optimize": True} if optimise else {}
    thorough = {"method": 6} if optimise else {}
    variants = {
        "jpeg-85": _saved(image, "JPEG", quality=85, **optimised),
        "jpeg-60": _saved(image, "JPEG", quality=60, **optimised),
        "webp": _saved(image, "WEBP", quality=85, **thorough),
        "png": _saved(image, "PNG", **optimised),
    }
    image.thumbnail((300, 300), Image.Resampling.LANCZOS)
    variants["thumbnail"] = _saved(image, "JPEG", quality=80, **optimised)
    return variants


def resize_each(data: bytes, outputs: Sequence[Output]) -> dict[str, bytes]:
    """Each output resized from the full-size picture: what one writes who needs several widths."""
    image: Image.Image = Image.open(io.BytesIO(data)).convert("RGB")
    made = {}
    for output in outputs:
        resized = image.resize(output.within(*image.size), Image.Resampling.LANCZOS)
        quality = {} if output.encoding.quality is None else {"quality": output.encoding.quality}
        made[output.name] = _saved(resized, output.encoding.format.upper(), **quality)
    return made


def _saved(image: Image.Image, format: str, **settings: int | bool) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=format, **settings)
    return buffer.getvalue()
