"""How the tests look at what the input side made of a file: as arrays, beside expected arrays."""

from __future__ import annotations

from typing import Literal

import numpy as np

from safelight.image.decode import decode, decoding
from safelight.image.libvips import pyvips
from safelight.image.options import ColourPolicy
from safelight.image.probe import probe
from safelight.image.steps.colour import to_working_space
from safelight.image.steps.orient import orient

PROFILE = "icc-profile-data"


def seen(
    data: bytes, *, colour: ColourPolicy = "srgb", shrink: int = 1, frames: Literal[1, -1] = 1
) -> pyvips.Image:
    """The image as the pipeline's input side yields it: decoded, upright, in the working space."""
    facts = probe(data)
    with decoding(data, facts):
        image = decode(data, facts, shrink=shrink, frames=frames).copy_memory()
    return to_working_space(orient(image, facts.orientation), colour, facts)


def pixels(data: bytes, *, colour: ColourPolicy = "srgb") -> np.ndarray:
    """height x width x bands, uint8."""
    return seen(data, colour=colour).numpy()


def mean_difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference of two arrays of one shape, in steps of 0 … 255."""
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())
