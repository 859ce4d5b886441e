"""Numbers as people read them."""

from __future__ import annotations

from datetime import datetime


def byte_size(size: int | None) -> str:
    """`980 B`, `12 kB`, `3.2 MB`; decimal units, as in recipes."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.5 or unit == "TB":
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def saving(original: int | None, variant: int) -> str:
    """How many bytes fewer, `-92 %`; with a plus where there are more."""
    if not original:
        return ""
    percent = (variant / original - 1) * 100
    return f"{percent:+.1f} %" if percent < -99 else f"{percent:+.0f} %"


def dimensions(width: int | None, height: int | None) -> str:
    """`2048×1365`, px."""
    return "" if width is None or height is None else f"{width}×{height}"


def kind(format_name: str | None, frames: int | None) -> str:
    """`gif`, with the number of frames where there are several: `gif ×24`."""
    animated = f" ×{frames}" if frames and frames > 1 else ""
    return f"{format_name or ''}{animated}"


def duration(start: datetime, end: datetime | None) -> str:
    """`12 ms`, `1.4 s`, `3 min 20 s`; empty while it lasts."""
    if end is None:
        return ""
    seconds = (end - start).total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def count(number: int, noun: str) -> str:
    """`1 image`, `12,000 images`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def local_time(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
