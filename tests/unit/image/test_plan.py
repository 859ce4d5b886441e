"""From a header and a recipe to the work to do: what is decoded, shared, held, and refused."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from safelight.errors import ImageRejected
from safelight.image.formats import FORMATS
from safelight.image.geometry import Box, Size
from safelight.image.options import TextWatermark, VariantOptions
from safelight.image.plan import RenderPlan, plan
from tests.unit.image.planning import ENCODABLE, asked, facts

WEB_WIDTHS = (2048, 1600, 1024, 640, 300)


def widths(*sides: int, **options: Any) -> list[VariantOptions]:
    return [asked(name=f"w{side}", width=side, **options) for side in sides]


def decoded_at(work: RenderPlan) -> tuple[int, int]:
    return work.shrink, work.shrink_after


def test_planning_needs_no_libvips() -> None:
    code = "import safelight.image.plan, sys; sys.exit('pyvips' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("width", "shrink"),
    [(4096, 1), (1281, 1), (1280, 2), (641, 2), (640, 4), (321, 4), (320, 8), (1, 8)],
)
def test_a_jpeg_is_decoded_at_a_fraction_that_stays_1_6_times_as_large(width: int, shrink: int) -> None:
    assert decoded_at(plan(facts(4096, 2048), widths(width))) == (shrink, 1)


@pytest.mark.parametrize(
    ("width", "shrink"), [(1025, 1), (1024, 2), (513, 2), (512, 4), (257, 4), (256, 8), (1, 8)]
)
class TestTwiceAsLarge:
    def test_a_webp_is_decoded_at_a_fraction_that_stays_so(self, width: int, shrink: int) -> None:
        assert decoded_at(plan(facts(4096, 2048, format="webp"), widths(width))) == (shrink, 1)

    @pytest.mark.parametrize("format", ["png", "gif", "avif", "heic", "tiff"])
    def test_others_are_averaged_to_one_after_decoding(self, format: str, width: int, shrink: int) -> None:
        assert decoded_at(plan(facts(4096, 2048, format=format), widths(width))) == (1, shrink)


def test_the_largest_variant_decides_how_far_decoding_may_shrink() -> None:
    assert decoded_at(plan(facts(), widths(300, 1200))) == (2, 1)
    assert decoded_at(plan(facts(), [*widths(300), asked()])) == (1, 1)


def test_both_sides_decide_how_far_decoding_may_shrink() -> None:
    """A strip 20 px high would be 2 px high at an eighth, and enlarged again."""
    assert decoded_at(plan(facts(4000, 20), [asked(width=400, height=20, fit="fill")])) == (1, 1)


def test_an_animation_is_not_shrunk_while_decoding_because_every_frame_is_laid_below_another() -> None:
    animation = facts(4000, 3000, format="webp", frames=2)
    assert decoded_at(plan(animation, widths(100))) == (1, 1)
    assert decoded_at(plan(animation, widths(100, format="jpeg"))) == (8, 1)


@pytest.mark.parametrize("format", FORMATS)
def test_linear_light_is_not_shrunk_while_decoding_which_averages_encoded_values(format: str) -> None:
    assert decoded_at(plan(facts(format=format), widths(100, linear=True))) == (1, 1)


def test_smaller_variants_are_made_from_larger_ones_that_are_large_enough() -> None:
    """From the smallest at least 1.6 times as large: 1024 from 2048, 640 from 1024, 300 from 640."""
    levels = plan(facts(), widths(*WEB_WIDTHS)).levels
    assert [level.size.width for level in levels] == list(WEB_WIDTHS)
    assert [level.source for level in levels] == [None, None, 0, 2, 3]
    assert [level.held for level in levels] == [True, False, True, True, False]


def test_the_order_of_a_recipe_is_kept_whatever_is_made_first() -> None:
    work = plan(facts(), widths(300, 2048, 640))
    assert [variant.options.name for variant in work.variants] == ["w300", "w2048", "w640"]
    assert [variant.size.width for variant in work.variants] == [300, 2048, 640]


@pytest.mark.parametrize(
    "difference", [{"colour": "p3"}, {"linear": True}], ids=["another colour space", "linear light"]
)
def test_a_level_is_not_made_from_one_of_another_colour_or_light(difference: dict[str, Any]) -> None:
    levels = plan(facts(), [asked(width=2000), asked(width=500, **difference)]).levels
    assert [level.source for level in levels] == [None, None]


@pytest.mark.parametrize("format", ENCODABLE)
def test_variants_that_differ_only_in_encoding_share_their_pixels(format: str) -> None:
    same = {"width": 500, "height": 500, "fit": "cover", "sharpen": True}
    variants = [asked(**same), asked(format=format, quality=50, effort=1, metadata="all", **same)]
    work = plan(facts(), variants)
    assert (len(work.levels), len(work.pictures)) == (1, 1)
    assert work.holds(0)


def test_names_do_not_keep_variants_from_sharing() -> None:
    assert len(plan(facts(), [asked(name="a"), asked(name="b")]).pictures) == 1


@pytest.mark.parametrize(
    "difference",
    [
        {"sharpen": True},
        {"position": "west"},
        {"position": "attention"},
        {"fit": "contain"},
        {"watermarks": (TextWatermark(text="©"),)},
    ],
    ids=str,
)
def test_variants_of_other_pixels_do_not_share_them(difference: dict[str, Any]) -> None:
    square = {"width": 500, "height": 500, "fit": "cover"}
    assert len(plan(facts(), [asked(**square), asked(**square | difference)]).pictures) == 2


def test_crops_of_one_size_share_the_level_they_are_cut_from() -> None:
    work = plan(
        facts(), [asked(width=500, height=500, fit="cover", position=side) for side in ("west", "east")]
    )
    assert (len(work.levels), len(work.pictures), work.levels[0].held) == (1, 2, True)


@pytest.mark.parametrize(
    ("has_alpha", "fit", "pictures"),
    [(False, "cover", 1), (True, "cover", 2), (False, "contain", 2)],
    ids=["opaque", "behind what is transparent", "beside the picture"],
)
def test_a_background_matters_only_where_it_shows(has_alpha: bool, fit: str, pictures: int) -> None:
    box = {"width": 500, "height": 500, "fit": fit, "format": "jpeg"}
    work = plan(facts(has_alpha=has_alpha), [asked(**box), asked(background="#000000", **box)])
    assert len(work.pictures) == pictures


@pytest.mark.parametrize("format", ENCODABLE)
def test_only_formats_without_alpha_are_flattened_and_only_pictures_with_it(format: str) -> None:
    for has_alpha in (True, False):
        (picture,) = plan(facts(has_alpha=has_alpha), [asked(format=format)]).pictures
        assert picture.flatten == (has_alpha and format == "jpeg")


@pytest.mark.parametrize("smart", ["attention", "entropy"])
def test_a_smart_crop_holds_the_picture_it_looks_at(smart: str) -> None:
    work = plan(facts(), [asked(width=500, height=500, fit="cover", position=smart)])
    assert (work.pictures[0].crop, work.levels[0].held) == (smart, True)


def test_one_size_of_a_large_picture_is_read_in_one_pass_and_holds_nothing() -> None:
    work = plan(facts(), widths(2600))
    assert work.streams
    assert not work.levels[0].held
    assert not work.holds(0)


def test_sizes_that_stem_from_one_level_are_read_in_one_pass_too() -> None:
    assert plan(facts(), widths(2600, 1000, 500)).streams


@pytest.mark.parametrize(("width", "streams"), [(2001, True), (2000, False)])
def test_what_decodes_to_four_megapixels_or_less_is_held_because_that_is_quicker(
    width: int, streams: bool
) -> None:
    assert plan(facts(width, 2000), widths(2000)).streams == streams
    assert plan(facts(4 * width, 8000), widths(1000)).streams == streams


def test_sizes_too_close_to_stem_from_one_another_are_not_read_in_one_pass() -> None:
    assert not plan(facts(), widths(2048, 1600)).streams


def test_an_animation_is_not_read_in_one_pass() -> None:
    assert not plan(facts(format="gif", frames=9), widths(500)).streams


@pytest.mark.parametrize("source", ["gif", "webp"])
@pytest.mark.parametrize("output", ENCODABLE)
def test_animations_move_in_formats_that_can(source: str, output: str) -> None:
    work = plan(facts(400, 300, format=source, frames=9), [asked(format=output)])
    moves = output in ("gif", "webp")
    assert (work.animated, work.levels[0].animated, work.pictures[0].animated) == (moves, moves, moves)
    assert work.variants[0].frames == (9 if moves else 1)


def test_a_still_is_made_from_the_first_frame_of_a_larger_animated_level() -> None:
    work = plan(facts(format="gif", frames=9), [asked(width=2000), asked(width=500, format="jpeg")])
    assert [(level.animated, level.source) for level in work.levels] == [(True, None), (False, 0)]


def test_an_animated_level_is_not_made_from_a_still() -> None:
    work = plan(facts(format="gif", frames=9), [asked(width=2000, format="jpeg"), asked(width=500)])
    assert [(level.animated, level.source) for level in work.levels] == [(False, None), (True, None)]


@pytest.mark.parametrize("format", FORMATS)
def test_original_is_the_originals_format_or_jpeg_where_we_cannot_write_it(format: str) -> None:
    (variant,) = plan(facts(format=format), [asked(format="original")]).variants
    assert variant.format.name == (format if format in ENCODABLE else "jpeg")


@pytest.mark.parametrize(
    ("format", "limit"),
    [("jpeg", 65_500), ("webp", 16_383), ("avif", 16_384), ("gif", 65_535), ("png", None), ("tiff", None)],
)
def test_a_variant_larger_than_its_format_holds_is_refused(format: str, limit: int | None) -> None:
    at_most = limit or 65_535
    assert plan(facts(at_most, 10), [asked(format=format)]).variants[0].size.width == at_most
    if limit and limit < 65_535:
        with pytest.raises(
            ImageRejected, match=rf"'v' would be {limit + 1}×10 px.*at most {limit} px"
        ) as refusal:
            plan(facts(limit + 1, 10), [asked(format=format)])
        assert refusal.value.code == "output_too_large"
        assert str(limit) in (refusal.value.remedy or "")


def test_a_variant_that_is_cut_small_enough_is_not_refused() -> None:
    banner = asked(width=1000, height=500, fit="cover")
    assert plan(facts(65_000, 500), [banner]).variants[0].size == Size(width=1000, height=500)


@pytest.mark.parametrize(
    "options",
    [
        {"width": 20_000, "height": 6000, "fit": "fill", "format": "png"},
        {"width": 11_000, "height": 11_000, "fit": "contain", "format": "png"},
        {"width": 20_000, "height": 10, "fit": "cover", "format": "png"},
    ],
    ids=["itself", "its canvas", "what it is cut from"],
)
def test_a_variant_of_too_many_pixels_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ImageRejected, match="at most 100 are allowed") as refusal:
        plan(facts(100, 100), [asked(enlarge=True, **options)])
    assert refusal.value.code == "output_too_large"
    assert "accept.max_megapixels" in (refusal.value.remedy or "")


def test_frames_count_against_the_limit_of_pixels() -> None:
    small, grown = asked(width=1000, format="gif"), asked(width=4000, enlarge=True, format="gif")
    animation = facts(1000, 1000, format="gif", frames=50)
    plan(animation, [small])
    with pytest.raises(ImageRejected, match="50 frames of together 800 megapixels, but at most 100"):
        plan(animation, [grown])


def test_a_crop_lies_where_its_position_says_in_a_level_that_others_share() -> None:
    work = plan(facts(), [asked(width=800), asked(width=800, height=400, fit="cover", position="south")])
    assert len(work.levels) == 1
    assert [picture.crop for picture in work.pictures] == [None, Box(left=0, top=200, width=800, height=400)]
