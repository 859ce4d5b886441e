"""The printing press that CMYK pictures without a profile are meant for, by littleCMS alone."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from safelight.image.libvips import pyvips


def printed(inks: np.ndarray) -> np.ndarray:
    """What the press that libvips assumes makes of inks (0 none … 255 full), as sRGB."""
    press = ImageCms.ImageCmsProfile(io.BytesIO(bytes(pyvips.Image.profile_load("cmyk"))))
    convert = ImageCms.buildTransform(
        press,
        ImageCms.createProfile("sRGB"),
        "CMYK",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return np.asarray(ImageCms.applyTransform(Image.fromarray(inks, "CMYK"), convert))
