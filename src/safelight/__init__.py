"""Pixels by recipe, for people who want the pixels only: `load_recipe`, `probe`, `render`.

Resolved at first use: a deployed function imports `safelight` without paying for pydantic, and the
server's parent process never loads libvips.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from safelight.__about__ import __version__

if TYPE_CHECKING:
    from safelight.image.probe import Probe, probe
    from safelight.image.render import RenderedVariant
    from safelight.recipes.load import load_recipe
    from safelight.recipes.recipe import Recipe
    from safelight.recipes.render import render

_HOMES = {
    "Probe": "safelight.image.probe",
    "Recipe": "safelight.recipes.recipe",
    "RenderedVariant": "safelight.image.render",
    "load_recipe": "safelight.recipes.load",
    "probe": "safelight.image.probe",
    "render": "safelight.recipes.render",
}

__all__ = ["Probe", "Recipe", "RenderedVariant", "__version__", "load_recipe", "probe", "render"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'safelight' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
