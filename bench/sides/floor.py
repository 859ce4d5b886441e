"""The floor: libvips called directly, decode once, resize from the nearest larger picture, encode.

No probing, no limits, no orientation, no colour management, no checks: what is left is the cost that
any pipeline on libvips has to pay for these outputs with these encoder settings.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyvips

from bench.jobs import Output

_DCT_SCALES = (8, 4, 2)  # what a JPEG decoder can shrink by while decoding


def make(data: bytes, outputs: Sequence[Output]) -> dict[str, bytes]:
    """The encoded outputs by name."""
    header = pyvips.Image.new_from_buffer(data, "")
    sizes = {output.name: output.before_crop(header.width, header.height) for output in outputs}
    largest = max(sizes.values())
    decoded = _decode(data, _shrink(header, largest[0]))
    if len(outputs) == 1:
        return {outputs[0].name: _encoded(_resized(decoded, largest), outputs[0])}
    held = [decoded.copy_memory()]
    made = {}
    for output in sorted(outputs, key=lambda output: sizes[output.name], reverse=True):
        width, height = sizes[output.name]
        picture = next((image for image in held if image.width == width), None)
        if picture is None:
            source = next((image for image in reversed(held) if image.width >= 2 * width), held[0])
            picture = _resized(source, (width, height)).copy_memory()
            held.append(picture)
        made[output.name] = _encoded(picture, output)
    return made


def _encoded(picture: pyvips.Image, output: Output) -> bytes:
    if output.fit == "cover":
        picture = picture.copy_memory()  # where to cut may be decided by looking at all of it
        picture = picture.smartcrop(output.width, output.height, interesting=output.position)
    encode = getattr(picture, f"{output.encoding.format}save_buffer")
    encoded: bytes = encode(keep="none", **output.encoding.vips)
    return encoded


def _shrink(header: pyvips.Image, width: int) -> int:
    if header.get("vips-loader") != "jpegload_buffer":
        return 1
    return next((scale for scale in _DCT_SCALES if header.width // scale >= width), 1)


def _decode(data: bytes, shrink: int) -> pyvips.Image:
    if shrink > 1:
        return pyvips.Image.jpegload_buffer(data, shrink=shrink, access="sequential")
    return pyvips.Image.new_from_buffer(data, "", access="sequential")


def _resized(picture: pyvips.Image, size: tuple[int, int]) -> pyvips.Image:
    width, height = size
    return picture.resize(width / picture.width, vscale=height / picture.height)
