"""The ways an image's content is refused, with one wording each. Pure: no pixels, no libvips."""

from __future__ import annotations

from typing import Final

from safelight.errors import ImageRejected

_SIGNS_OF_TRUNCATION: Final = ("premature end", "truncated", "end of file", "end of stream", "unexpected eof")


def truncated(what: str) -> ImageRejected:
    """`what` says where the data ends, e.g. `The PNG ends before its pixels`."""
    return ImageRejected("truncated", f"{what}.", remedy="The file is incomplete: upload it again.")


def undecodable(format: str, complaint: str) -> ImageRejected:
    """For pixels that a decoder gave up on; its complaint decides the code and is not passed on."""
    if any(sign in complaint.lower() for sign in _SIGNS_OF_TRUNCATION):
        return truncated(f"The {format.upper()} ends before its last pixel")
    return corrupt(f"The pixels of the {format.upper()} cannot be decoded")


def corrupt(what: str) -> ImageRejected:
    """`what` says what is wrong, e.g. `The GIF has a width of 0`."""
    return ImageRejected(
        "corrupt_image", f"{what}.", remedy="Open it in an image editor, save it anew and upload that file."
    )


def unsupported(what: str, *, convert_to: str = "JPEG or PNG") -> ImageRejected:
    """`what` names the kind of file, e.g. `PDF documents`."""
    return ImageRejected(
        "unsupported_format",
        f"{what} are not supported.",
        remedy=f"Convert the picture to {convert_to} and upload that file.",
    )
