"""Fit, size and position as numbers, for every picture and box there can be."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.image.geometry import Box, Geometry, Size, geometry
from safelight.image.options import Fit, Gravity, Position, VariantOptions

FITS = get_args(Fit)
GRAVITIES = get_args(Gravity)
SMART = ("attention", "entropy")

sides = st.integers(1, 65_535)
sizes = st.builds(Size, width=sides, height=sides)
fits = st.sampled_from(FITS)
gravities = st.sampled_from(GRAVITIES)


def fitted(original: Size, box: Size, fit: Fit, *, enlarge: bool = False, position: Position = "centre"):
    options = {"width": box.width, "height": box.height, "enlarge": enlarge, "position": position}
    return geometry(original, VariantOptions(name="v", fit=fit, **options))


def ways(shape: Geometry) -> tuple[Size, Size, object, object]:
    return shape.scaled, shape.final, shape.crop, shape.extend


def keeps_shape(original: Size, scaled: Size) -> bool:
    """One side is exact, the other is the nearest whole number, but at least 1."""
    by_width = Fraction(original.height * scaled.width, original.width)
    by_height = Fraction(original.width * scaled.height, original.height)
    return any(
        abs(exact - side) <= Fraction(1, 2) or (side == 1 and exact < 1)
        for exact, side in ((by_width, scaled.height), (by_height, scaled.width))
    )


@pytest.mark.parametrize(
    ("fit", "scaled", "final"),
    [
        ("inside", (800, 600), (800, 600)),
        ("outside", (1067, 800), (1067, 800)),
        ("cover", (1067, 800), (800, 800)),
        ("contain", (800, 600), (800, 800)),
        ("fill", (800, 800), (800, 800)),
    ],
)
def test_a_photo_of_4000_by_3000_in_a_square_of_800(fit: Fit, scaled, final) -> None:
    shape = fitted(Size(width=4000, height=3000), Size(width=800, height=800), fit)
    assert (shape.scaled.width, shape.scaled.height) == scaled
    assert (shape.final.width, shape.final.height) == final


@pytest.mark.parametrize(
    ("fit", "final"),
    [
        ("inside", (80, 60)),
        ("outside", (80, 60)),
        ("cover", (80, 60)),
        ("contain", (200, 200)),
        ("fill", (80, 60)),
    ],
)
def test_a_small_picture_is_not_enlarged(fit: Fit, final) -> None:
    small = Size(width=80, height=60)
    shape = fitted(small, Size(width=200, height=200), fit)
    assert shape.scaled == small
    assert (shape.final.width, shape.final.height) == final


@pytest.mark.parametrize(
    ("fit", "final"),
    [
        ("inside", (200, 150)),
        ("outside", (267, 200)),
        ("cover", (200, 200)),
        ("contain", (200, 200)),
        ("fill", (200, 200)),
    ],
)
def test_a_small_picture_is_enlarged_when_asked(fit: Fit, final) -> None:
    shape = fitted(Size(width=80, height=60), Size(width=200, height=200), fit, enlarge=True)
    assert (shape.final.width, shape.final.height) == final


@pytest.mark.parametrize("fit", FITS)
def test_without_a_size_nothing_changes(fit: Fit) -> None:
    original = Size(width=4000, height=3000)
    shape = geometry(original, VariantOptions(name="v", fit=fit, position="attention"))
    assert ways(shape) == (original, original, None, None)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("asked", [{"width": 800}, {"height": 600}])
def test_one_side_alone_decides_the_other_whatever_the_fit(fit: Fit, asked: dict[str, int]) -> None:
    shape = geometry(Size(width=4000, height=3000), VariantOptions(name="v", fit=fit, **asked))
    assert ways(shape) == (Size(width=800, height=600), Size(width=800, height=600), None, None)


@given(original=sizes, side=sides, enlarge=st.booleans(), by_width=st.booleans())
def test_one_side_is_met_exactly_or_not_exceeded(
    original: Size, side: int, enlarge: bool, by_width: bool
) -> None:
    asked = {"width": side} if by_width else {"height": side}
    final = geometry(original, VariantOptions(name="v", enlarge=enlarge, **asked)).final
    met, had = (final.width, original.width) if by_width else (final.height, original.height)
    assert met == (side if enlarge else min(side, had))
    assert keeps_shape(original, final)


@given(
    original=sizes, box=sizes, fit=fits, enlarge=st.booleans(), position=st.sampled_from([*GRAVITIES, *SMART])
)
def test_no_side_is_ever_lost(original: Size, box: Size, fit: Fit, enlarge: bool, position: Position) -> None:
    shape = fitted(original, box, fit, enlarge=enlarge, position=position)
    assert min(shape.scaled.width, shape.scaled.height, shape.final.width, shape.final.height) >= 1


@given(original=sizes, box=sizes, fit=fits)
def test_no_side_grows_without_enlarge(original: Size, box: Size, fit: Fit) -> None:
    assert original.covers(fitted(original, box, fit).scaled)


@given(original=sizes, box=sizes, fit=fits.filter(lambda fit: fit != "fill"), enlarge=st.booleans())
def test_the_shape_is_kept_within_a_rounding_pixel(
    original: Size, box: Size, fit: Fit, enlarge: bool
) -> None:
    assert keeps_shape(original, fitted(original, box, fit, enlarge=enlarge).scaled)


@given(original=sizes, box=sizes, enlarge=st.booleans())
def test_inside_fits_the_box_and_touches_a_side_of_it(original: Size, box: Size, enlarge: bool) -> None:
    final = fitted(original, box, "inside", enlarge=enlarge).final
    assert box.covers(final)
    fills = final.width == box.width or final.height == box.height
    assert fills or (final == original and not enlarge)


@given(original=sizes, box=sizes, enlarge=st.booleans())
def test_outside_covers_the_box_and_touches_a_side_of_it(original: Size, box: Size, enlarge: bool) -> None:
    final = fitted(original, box, "outside", enlarge=enlarge).final
    if enlarge or original.covers(box):
        assert final.covers(box)
        assert final.width == box.width or final.height == box.height
    else:
        assert final == original


@given(original=sizes, box=sizes, fit=st.sampled_from(["cover", "contain", "fill"]))
def test_cover_contain_and_fill_give_exactly_the_box(original: Size, box: Size, fit: Fit) -> None:
    assert fitted(original, box, fit, enlarge=True).final == box


@given(original=sizes, box=sizes, fit=st.sampled_from(["cover", "fill"]))
def test_without_enlarge_cover_and_fill_give_what_the_original_reaches(
    original: Size, box: Size, fit: Fit
) -> None:
    expected = Size(width=min(box.width, original.width), height=min(box.height, original.height))
    assert fitted(original, box, fit).final == expected


@given(original=sizes, box=sizes)
def test_contain_is_inside_on_a_canvas(original: Size, box: Size) -> None:
    shape = fitted(original, box, "contain")
    assert shape.scaled == fitted(original, box, "inside").scaled
    assert shape.final == box


@given(original=sizes, box=sizes, enlarge=st.booleans(), position=gravities)
def test_a_crop_lies_inside_the_picture_where_its_position_says(
    original: Size, box: Size, enlarge: bool, position: Gravity
) -> None:
    shape = fitted(original, box, "cover", enlarge=enlarge, position=position)
    if shape.crop is None:
        assert shape.final == shape.scaled
    else:
        assert isinstance(shape.crop, Box)
        assert (shape.crop.width, shape.crop.height) == (shape.final.width, shape.final.height)
        assert_placed(shape.crop, shape.scaled, position)


@given(original=sizes, box=sizes, enlarge=st.booleans(), position=st.sampled_from([*GRAVITIES, *SMART]))
def test_an_extended_picture_lies_on_the_canvas_where_its_position_says(
    original: Size, box: Size, enlarge: bool, position: Position
) -> None:
    shape = fitted(original, box, "contain", enlarge=enlarge, position=position)
    if shape.extend is None:
        assert shape.final == shape.scaled
    else:
        assert (shape.extend.width, shape.extend.height) == (shape.scaled.width, shape.scaled.height)
        assert_placed(shape.extend, shape.final, "centre" if position in SMART else position)


def assert_placed(inner: Box, outer: Size, position: Position) -> None:
    right, bottom = outer.width - inner.left - inner.width, outer.height - inner.top - inner.height
    assert min(inner.left, inner.top, right, bottom) >= 0
    for before, after, start, end in (
        (inner.left, right, "west", "east"),
        (inner.top, bottom, "north", "south"),
    ):
        if start in position:
            assert before == 0
        elif end in position:
            assert after == 0
        else:
            assert after - before in (0, 1)


@given(original=sizes, box=sizes, enlarge=st.booleans(), position=st.sampled_from(SMART))
def test_a_smart_crop_is_left_to_the_pixels_where_there_is_a_choice(
    original: Size, box: Size, enlarge: bool, position: Position
) -> None:
    shape = fitted(original, box, "cover", enlarge=enlarge, position=position)
    assert shape.crop == (None if shape.scaled == shape.final else position)


@given(original=sizes, box=sizes, fit=fits, enlarge=st.booleans())
def test_a_turned_picture_in_a_turned_box_is_the_turned_result(
    original: Size, box: Size, fit: Fit, enlarge: bool
) -> None:
    upright = fitted(original, box, fit, enlarge=enlarge)
    turned = fitted(original.turned, box.turned, fit, enlarge=enlarge)
    assert (turned.scaled, turned.final) == (upright.scaled.turned, upright.final.turned)
