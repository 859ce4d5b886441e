"""What holds of every plan, whatever the original and the recipe."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from safelight.image.formats import FORMATS
from safelight.image.geometry import Box, Size
from safelight.image.options import ColourPolicy, Gravity, VariantOptions
from safelight.image.plan import FROM_BOX_SHRUNK, FROM_DCT_SCALED, FROM_LEVEL, RenderPlan, plan
from safelight.image.probe import Probe
from tests.unit.image.planning import ENCODABLE, facts

ENDLESS = 1e12  # megapixels: what is refused has tests of its own
LARGEST = 16_383  # px a side that every format holds

originals = st.builds(
    facts,
    st.integers(1, LARGEST),
    st.integers(1, LARGEST),
    format=st.sampled_from(list(FORMATS)),
    frames=st.sampled_from([1, 12]),
    has_alpha=st.booleans(),
)
recipes = st.lists(
    st.builds(
        VariantOptions,
        name=st.just("v"),
        width=st.integers(1, LARGEST),
        height=st.integers(1, LARGEST),
        fit=st.sampled_from(["inside", "cover", "contain", "fill"]),
        position=st.sampled_from([*get_args(Gravity), "attention", "entropy"]),
        enlarge=st.booleans(),
        format=st.sampled_from(ENCODABLE),
        colour=st.sampled_from(get_args(ColourPolicy)),
        linear=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


def planned(original: Probe, recipe: list[VariantOptions]) -> RenderPlan:
    return plan(original, recipe, max_megapixels=ENDLESS)


@given(originals, recipes)
def test_every_level_is_made_from_a_larger_one_of_its_kind_before_it(
    original: Probe, recipe: list[VariantOptions]
) -> None:
    levels = planned(original, recipe).levels
    for index, level in enumerate(levels):
        if level.source is not None:
            source = levels[level.source]
            assert level.source < index
            assert source.size.covers(level.size, times=FROM_LEVEL)
            assert (source.colour, source.linear) == (level.colour, level.linear)
            assert source.animated or not level.animated


@given(originals, recipes)
def test_what_is_decoded_is_large_enough_for_every_level(
    original: Probe, recipe: list[VariantOptions]
) -> None:
    work = planned(original, recipe)
    shrink = work.shrink * work.shrink_after
    decoded = Size(width=original.width // shrink, height=original.height // shrink)
    times = FROM_DCT_SCALED if original.format == "jpeg" else FROM_BOX_SHRUNK
    assert shrink == 1 or all(decoded.covers(level.size, times=times) for level in work.levels)
    assert work.shrink == 1 or FORMATS[original.format].shrinks_on_load


@given(originals, recipes)
def test_what_is_read_more_than_once_is_held(original: Probe, recipe: list[VariantOptions]) -> None:
    work = planned(original, recipe)
    for index, level in enumerate(work.levels):
        readers = [other for other in work.levels if other.source == index]
        cut = [picture for picture in work.pictures if picture.level == index]
        looks = any(isinstance(picture.crop, str) for picture in cut)
        assert level.held == (len(readers) + len(cut) > 1 or looks)


@given(originals, recipes)
def test_pictures_are_cut_from_and_laid_within_what_there_is(
    original: Probe, recipe: list[VariantOptions]
) -> None:
    work = planned(original, recipe)
    for picture in work.pictures:
        level = work.levels[picture.level].size
        if picture.extend is not None:
            assert Size(width=picture.extend.width, height=picture.extend.height) == level
            assert lies_within(picture.extend, picture.size)
        elif isinstance(picture.crop, Box):
            assert Size(width=picture.crop.width, height=picture.crop.height) == picture.size
            assert lies_within(picture.crop, level)
        elif picture.crop is None:
            assert level == picture.size
        else:
            assert level.covers(picture.size)


def lies_within(box: Box, size: Size) -> bool:
    right, bottom = box.left + box.width, box.top + box.height
    return min(box.left, box.top) >= 0 and right <= size.width and bottom <= size.height


@given(originals, recipes)
def test_nothing_is_made_in_vain(original: Probe, recipe: list[VariantOptions]) -> None:
    work = planned(original, recipe)
    used = {picture.level for picture in work.pictures} | {level.source for level in work.levels}
    assert used - {None} == set(range(len(work.levels)))
    assert {variant.picture for variant in work.variants} == set(range(len(work.pictures)))


@given(originals, recipes)
def test_every_variant_is_planned_in_its_turn(original: Probe, recipe: list[VariantOptions]) -> None:
    work = planned(original, recipe)
    assert [variant.options for variant in work.variants] == recipe
    for variant in work.variants:
        picture = work.pictures[variant.picture]
        assert variant.size == picture.size
        assert (variant.frames > 1) == picture.animated
        assert not picture.animated or work.levels[picture.level].animated
        assert not picture.animated or work.animated
