"""An animation as a list of frames: every step works on one frame, so no step knows about animation."""

from __future__ import annotations

from safelight.image.libvips import pyvips

Frames = list[pyvips.Image]


def split(image: pyvips.Image, count: int) -> Frames:
    """The `count` frames of an image that holds them one below the other."""
    if count == 1:
        return [_single(image)]
    height = image.height // count
    frames = [image.crop(0, top, image.width, height) for top in range(0, height * count, height)]
    return [_single(frame) for frame in frames]


def join(frames: Frames) -> pyvips.Image:
    """One image as the encoders expect it; delays and loop count come from the first frame's metadata."""
    if len(frames) == 1:
        return frames[0]
    roll = pyvips.Image.arrayjoin(frames, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    return roll


def _single(frame: pyvips.Image) -> pyvips.Image:
    """Forgets the layout it came from: `page-height` would lie as soon as the frame is resized."""
    if not frame.get_typeof("page-height"):
        return frame
    single = frame.copy()
    single.remove("page-height")
    return single
