"""Sizes, lengths and colours as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.image.colours import parse_colour as drawn_colour
from safelight.image.options import Length
from safelight.recipes.scalars import COLOURS, UNITS, Unacceptable, parse_bytes, parse_colour, parse_length


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("50MB", 50_000_000),
        ("50 MB", 50_000_000),
        ("1kB", 1000),
        ("1KB", 1000),
        ("1KiB", 1024),
        ("2MiB", 2 * 1024**2),
        ("1GB", 10**9),
        ("1 gib", 2**30),
        ("1.5MB", 1_500_000),
        ("0.1kB", 100),
        ("12B", 12),
        ("12", 12),
        (12, 12),
    ],
)
def test_sizes_are_decimal_with_mb_and_binary_with_mib(written: Any, expected: int) -> None:
    assert parse_bytes(written) == expected


@given(st.integers(1, 10**6), st.sampled_from(sorted(UNITS)), st.sampled_from(["", " "]))
def test_a_whole_number_with_a_unit_is_their_product(number: int, unit: str, space: str) -> None:
    assert parse_bytes(f"{number}{space}{unit.upper()}") == number * UNITS[unit]


@pytest.mark.parametrize(
    "written", ["", "MB", "50XB", "-1MB", "0", 0, -5, "1.0001kB", "1,5MB", True, None, [], "1e6"]
)
def test_what_is_no_size_is_refused_with_an_example(written: Any) -> None:
    with pytest.raises(Unacceptable) as refused:
        parse_bytes(written)
    assert repr(written) in refused.value.message
    assert "`50MB`" in (refused.value.remedy or "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("4%", Length(value=4, unit="%")),
        ("0.5 %", Length(value=0.5, unit="%")),
        ("12px", Length(value=12, unit="px")),
        ("12", Length(value=12, unit="px")),
        (12, Length(value=12, unit="px")),
        (0, Length(value=0, unit="px")),
        ("100%", Length(value=100, unit="%")),
    ],
)
def test_lengths_are_px_or_percent(written: Any, expected: Length) -> None:
    assert parse_length(written) == expected


@given(st.floats(0, 100, width=32).map(lambda number: round(number, 3)))
def test_every_percentage_is_read_as_it_is_written(number: float) -> None:
    assert parse_length(f"{number:.3f}%") == Length(value=number, unit="%")


@pytest.mark.parametrize(
    "written", ["", "%", "4 em", "-4%", "101%", "65536", "4%%", True, None, {}, float("nan")]
)
def test_what_is_no_length_is_refused_with_an_example(written: Any) -> None:
    with pytest.raises(Unacceptable) as refused:
        parse_length(written)
    assert "Write" in (refused.value.remedy or "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("#fff", "#ffffff"),
        ("#A1b", "#aa11bb"),
        ("#123456", "#123456"),
        ("#12345678", "#12345678"),
        ("#123456FF", "#123456"),
        ("white", "#ffffff"),
        ("Navy", "#000080"),
        ("transparent", "#00000000"),
    ],
)
def test_colours_come_out_in_one_spelling(written: str, expected: str) -> None:
    assert parse_colour(written) == expected


@pytest.mark.parametrize("name", sorted(COLOURS))
def test_every_colour_name_can_be_drawn(name: str) -> None:
    assert len(drawn_colour(parse_colour(name))) == 4


@given(st.from_regex(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})", fullmatch=True))
def test_a_colour_keeps_its_meaning_and_its_spelling_is_stable(written: str) -> None:
    parsed = parse_colour(written)
    assert drawn_colour(parsed) == drawn_colour(written)
    assert parse_colour(parsed) == parsed


@pytest.mark.parametrize(
    "written", ["", "fff", "#ff", "#ffff", "#gggggg", "blurple", 0xFFFFFF, None, "#ffffff\n"]
)
def test_what_is_no_colour_is_refused_with_all_names(written: Any) -> None:
    with pytest.raises(Unacceptable) as refused:
        parse_colour(written)
    assert all(name in (refused.value.remedy or "") for name in COLOURS)
