"""What somebody probably meant: words from other tools first, then near misspellings."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

SYNONYMS = {
    "bottom": "south",
    "bottom-left": "south-west",
    "bottom-right": "south-east",
    "center": "centre",
    "color": "colour",
    "crop": "cover",
    "display-p3": "p3",
    "heif": "heic",
    "jpg": "jpeg",
    "keep": "all",
    "left": "west",
    "middle": "centre",
    "pad": "contain",
    "preserve": "keep",
    "right": "east",
    "scale-down": "inside",
    "smart": "attention",
    "stretch": "fill",
    "strip": "none",
    "tif": "tiff",
    "top": "north",
    "top-left": "north-west",
    "top-right": "north-east",
    "upscale": "enlarge",
    "watermarks": "watermark",
}


def meant(word: Any, choices: Iterable[str]) -> str | None:
    """The choice that `word` stands for, or None when nothing is near."""
    if not isinstance(word, str):
        return None
    known = list(choices)
    plain = word.strip().lower().replace("_", "-").replace(" ", "-")
    for candidate in (SYNONYMS.get(plain), plain, plain.replace("-", "_")):
        if candidate in known:
            return candidate
    close = difflib.get_close_matches(plain, known, n=1)
    return close[0] if close else None
