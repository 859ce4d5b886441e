"""The font of text watermarks: one that comes with the package, so that text looks alike everywhere.

Scripts it lacks are drawn in the machine's own fonts where there are any; `glyphs.missing_glyphs`
tells which characters depend on that.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from safelight.image.glyphs import FONT_FILE
from safelight.image.libvips import pyvips

# A name of our own: a Noto Sans of another version may be installed, and would be preferred.
_FAMILY: Final = "Safelight Sans"
_WEIGHT: Final = "Semi-Bold"  # thin strokes drown in a picture's detail

_UNDRAWABLE: Final = ("Cc", "Cs")  # control characters and lone surrogates

# Without a configuration fontconfig complains on stderr, with the machine's it hints differently on
# each. Hinting bends outlines to the pixel grid: text would change its shape with its size.
_CONFIGURATION: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>/Library/Fonts</dir>
  <dir>/System/Library/Fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <cachedir>/var/cache/fontconfig</cachedir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <cachedir>{folder}</cachedir>
  <match target="scan">
    <test name="file"><string>{font}</string></test>
    <edit name="family" mode="assign_replace"><string>{family}</string></edit>
  </match>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


def draw_text(text: str, *, size: int, align: str = "low") -> pyvips.Image:
    """The ink of plain text as an 8-bit mask, cropped to the ink; `size` is the em, px.

    Lines break where the text does; `align` is low, centre or high. Raises ValueError when no
    character of the text leaves ink.
    """
    _set_up_fontconfig()
    printable = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNDRAWABLE)
    try:
        return _draw(printable, size=size, align=align)
    except pyvips.Error as error:
        raise ValueError(f"{text!r} cannot be drawn") from error


def _draw(text: str, *, size: int, align: str) -> pyvips.Image:
    drawn = pyvips.Image.text(
        escape(text, quote=False),  # libvips reads Pango markup
        font=f"{_FAMILY} {_WEIGHT} {size}px",
        fontfile=str(FONT_FILE),
        align=align,
    )
    return drawn.copy_memory()


@cache
def _set_up_fontconfig() -> None:
    """Let fontconfig read our configuration, which it does once, when the first text is drawn."""
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory(prefix="safelight-fonts-") as folder:
        file = Path(folder) / "fonts.conf"
        file.write_text(
            _CONFIGURATION.format(folder=escape(folder), font=escape(str(FONT_FILE)), family=_FAMILY)
        )
        os.environ["FONTCONFIG_FILE"] = str(file)
        try:
            _draw("x", size=8, align="low")
        finally:
            del os.environ["FONTCONFIG_FILE"]
            if before is not None:
                os.environ["FONTCONFIG_FILE"] = before
