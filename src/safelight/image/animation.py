"""An animation as a list of frames: every step works on one frame, so no step knows about animation."""

from __future__ import annotations

import pyvips

Frames = list[pyvips.Image]


def split(image: pyvips.Image, height: int) -> Frames:
    """The frames, each `height` px high, of an image that holds them one below the other."""
    if image.height <= height:
        return [image]
    return [image.crop(0, top, image.width, height) for top in range(0, image.height, height)]


def join(frames: Frames) -> pyvips.Image:
    """One image as the encoders expect it; delays and loop count come from the first frame's metadata."""
    if len(frames) == 1:
        return frames[0]
    roll = pyvips.Image.arrayjoin(frames, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    return roll
