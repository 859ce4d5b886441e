"""Text looks the same on every machine, whatever fonts, folders and settings it has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from safelight.image.fonts import draw_text
from safelight.image.glyphs import FONT_FILE, missing_glyphs

DRAW = (
    "from safelight.image.fonts import draw_text\n"
    "import hashlib\n"
    "print(hashlib.sha256(draw_text('© Ωμέγα Привет', size=32).write_to_memory()).hexdigest())"
)


def drawn_elsewhere(environment: dict[str, str]) -> tuple[str, str]:
    """Digest of the text and what stands on stderr, from a process with that environment alone."""
    command = [sys.executable, "-c", DRAW]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip(), done.stderr


@pytest.fixture(scope="module")
def usual() -> str:
    return drawn_elsewhere(dict(os.environ))[0]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"},
        {"FONTCONFIG_FILE": "/nonexistent", "FONTCONFIG_PATH": "/nonexistent"},
    ],
)
def test_a_bare_machine_draws_the_same_text_in_silence(usual: str, environment: dict[str, str]) -> None:
    assert drawn_elsewhere(environment) == (usual, "")


def test_another_noto_sans_on_the_machine_is_not_taken_for_ours(usual: str, tmp_path: Path) -> None:
    fonts = tmp_path / "share" / "fonts"
    fonts.mkdir(parents=True)
    italic = next(FONT_FILE.parent.glob("*Italic*"))
    (fonts / "NotoSans-Regular.ttf").write_bytes(italic.read_bytes())
    assert drawn_elsewhere({"XDG_DATA_HOME": str(tmp_path / "share"), "HOME": str(tmp_path)})[0] == usual


def test_no_file_is_left_behind(tmp_path: Path) -> None:
    drawn_elsewhere({"TMPDIR": str(tmp_path), "HOME": str(tmp_path / "home")})
    assert list(tmp_path.glob("safelight*")) == []


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/etc/mine.conf")
    draw_text("x", size=10)
    assert os.environ["FONTCONFIG_FILE"] == "/etc/mine.conf"


@pytest.mark.parametrize(("text", "shown"), [("a\x00b\x07c", "abc"), ("a\ud800b", "ab")])
def test_control_characters_are_left_out(text: str, shown: str) -> None:
    assert draw_text(text, size=30).write_to_memory() == draw_text(shown, size=30).write_to_memory()


def test_markup_is_drawn_as_it_is_written() -> None:
    """Were it read as markup, `<b>a</b>` would be as wide as one letter."""
    assert draw_text("<b>a</b>", size=30).width > 5 * draw_text("a", size=30).width
    assert draw_text("&amp;", size=30).width > 2 * draw_text("&", size=30).width


def test_text_grows_with_its_size_and_its_lines() -> None:
    assert abs(draw_text("H", size=100).height - 71.4) <= 1
    assert draw_text("H\nH", size=40).height > 1.8 * draw_text("H", size=40).height


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200d"])
def test_text_without_ink_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw_text(text, size=20)


@pytest.mark.parametrize(
    "text", ["© 2026 Studio", "Ελληνικά", "Привет", "ñçßžő", "line\nbreak", "न\u200dम", ""]
)
def test_the_font_has_what_it_covers(text: str) -> None:
    assert missing_glyphs(text) == ""


def test_what_the_font_lacks_is_named_once_and_in_order() -> None:
    assert missing_glyphs("© 日本 日 שלום 😀 Studio") == "日本שלום😀"


def test_glyphs_are_looked_up_without_libvips() -> None:
    code = "import safelight.image.glyphs, sys; sys.exit('pyvips' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
