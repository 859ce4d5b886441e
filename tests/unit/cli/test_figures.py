"""Numbers are shown as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from safelight.cli.figures import byte_size, count, dimensions, duration, kind, saving

START = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (50_000_000, "50 MB"),
        (2_000_000_000_000_000, "2000 TB"),
    ],
)
def test_bytes_have_two_digits_and_a_unit(size: int | None, shown: str) -> None:
    assert byte_size(size) == shown


@pytest.mark.parametrize(
    ("original", "variant", "shown"),
    [(1000, 80, "-92 %"), (1000, 1200, "+20 %"), (1000, 2, "-99.8 %"), (0, 10, ""), (None, 10, "")],
)
def test_a_saving_is_never_rounded_to_everything(original: int | None, variant: int, shown: str) -> None:
    assert saving(original, variant) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0124, "12 ms"), (1.44, "1.4 s"), (59.9, "59.9 s"), (200, "3 min 20 s")]
)
def test_durations_have_the_unit_that_fits(seconds: float, shown: str) -> None:
    assert duration(START, START + timedelta(seconds=seconds)) == shown


def test_what_lasts_has_no_duration_yet() -> None:
    assert duration(START, None) == ""


def test_unknown_facts_stay_empty() -> None:
    assert (dimensions(None, 10), dimensions(3, 2), kind(None, None)) == ("", "3×2", "")


def test_frames_are_told_where_there_are_several() -> None:
    assert (kind("gif", 24), kind("gif", 1)) == ("gif ×24", "gif")


def test_nouns_follow_their_number() -> None:
    assert (count(1, "image"), count(12_000, "image")) == ("1 image", "12,000 images")
