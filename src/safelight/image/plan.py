"""From a file's header and a recipe's variants to the work to do, in plain numbers. Touches no pixel.

The work is a small tree: the file is decoded once, to `RenderPlan.shrink`; *levels*, the whole picture
at one size, are resized from the decoded image or from a larger level; *pictures*, what one or
more variants show, are cut from levels; each picture is encoded once per variant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from safelight.errors import ImageRejected
from safelight.image.colours import parse_colour
from safelight.image.formats import FORMATS, Format
from safelight.image.geometry import Box, Geometry, Size, SmartCrop, geometry
from safelight.image.options import ColourPolicy, Limits, VariantOptions, Watermark
from safelight.image.probe import Probe

# How many times larger than a level its source must at least be; see docs/decisions/0010.
FROM_LEVEL = 1.6  # another level, resized before
FROM_DCT_SCALED = 1.6  # a JPEG decoded at 1/2, 1/4 or 1/8 in the frequency domain
FROM_DCT_SCALED_LINEAR = 2.0  # the same, where linear light shows what that costs
FROM_BOX_SHRUNK = 2.0  # any other format, averaged over whole pixels while it streams

# Decoded images up to this size are held in memory even where they are read only once: that takes 3 to
# 6 % less time than streaming them. Above, the processor's caches no longer help, and memory counts.
HELD_UP_TO_PIXELS = 4_000_000

UNENCODABLE_BECOMES = "jpeg"  # for `format: original` of a format we only read


@dataclass(frozen=True, kw_only=True)
class Level:
    """The whole picture at one size in one colour space, upright, neither cropped nor marked."""

    size: Size
    colour: ColourPolicy
    linear: bool
    animated: bool
    source: int | None = None  # index of the level it is resized from; None: the decoded image
    held: bool = False  # read more than once, so kept in memory


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The pixels of one or more variants, ready to encode."""

    level: int
    size: Size  # of one frame
    animated: bool
    crop: Box | SmartCrop | None
    extend: Box | None
    sharpen: bool
    flatten: bool
    background: str
    watermarks: tuple[Watermark, ...]


@dataclass(frozen=True, kw_only=True)
class VariantPlan:
    """One output: which picture, in which format."""

    options: VariantOptions
    format: Format
    size: Size  # of one frame
    frames: int
    picture: int
    grey: bool  # written in one band: nothing in it has a colour


@dataclass(frozen=True, kw_only=True)
class RenderPlan:
    shrink: int  # the loader decodes to 1/shrink of the file's size
    shrink_after: int  # and what it delivers is averaged to 1/shrink_after as it streams
    animated: bool  # every frame is decoded, not only the first
    streams: bool  # the decoded image is read once, top to bottom, and never held in memory as a whole
    levels: tuple[Level, ...]  # sources come before what is made from them
    pictures: tuple[Picture, ...]
    variants: tuple[VariantPlan, ...]  # in the recipe's order

    def holds(self, picture: int) -> bool:
        """The picture is read more than once: by several encoders, or by one that looks first."""
        readers = [variant.format for variant in self.variants if variant.picture == picture]
        return len(readers) > 1 or any(reader.encoder_looks for reader in readers)


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """One variant on its own, before work is shared."""

    options: VariantOptions
    format: Format
    shape: Geometry
    level: Level


def plan(
    facts: Probe, variants: Sequence[VariantOptions], *, max_megapixels: float = Limits().max_megapixels
) -> RenderPlan:
    """Plan every variant of an original.

    Raises ImageRejected where a variant would be larger than its format or `max_megapixels` allows.
    """
    wishes = [_wish(facts, options) for options in variants]
    for wish in wishes:
        _check_size(wish, _frames(facts, wish.level), max_megapixels)
    levels = sorted(dict.fromkeys(wish.level for wish in wishes), key=lambda level: -level.size.pixels)
    paired = [(wish, _picture(facts, wish, levels.index(wish.level))) for wish in wishes]
    pictures = list(dict.fromkeys(picture for _, picture in paired))
    factor = _shrink(facts, levels)
    on_load = FORMATS[facts.format].shrinks_on_load
    animated = any(level.animated for level in levels)
    derived = _derive(levels, pictures)
    return RenderPlan(
        shrink=factor if on_load else 1,
        shrink_after=1 if on_load else factor,
        animated=animated,
        streams=not animated and _streams(facts, factor, derived),
        levels=derived,
        pictures=tuple(pictures),
        variants=tuple(
            VariantPlan(
                options=wish.options,
                format=wish.format,
                size=wish.shape.final,
                frames=_frames(facts, wish.level),
                picture=pictures.index(picture),
                grey=_is_grey(facts, wish, picture),
            )
            for wish, picture in paired
        ),
    )


def output_format(facts: Probe, options: VariantOptions) -> Format:
    """The format of a variant; `original` is the original's own where we can write it."""
    if options.format != "original":
        return FORMATS[options.format]
    own = FORMATS[facts.format]
    return own if own.encodes else FORMATS[UNENCODABLE_BECOMES]


def _wish(facts: Probe, options: VariantOptions) -> _Wish:
    output = output_format(facts, options)
    shape = geometry(Size(width=facts.width, height=facts.height), options)
    animated = facts.frames > 1 and FORMATS[facts.format].animation and output.animation
    colour: ColourPolicy = options.colour if output.profile else "srgb"
    level = Level(size=shape.scaled, colour=colour, linear=options.linear, animated=animated)
    return _Wish(options=options, format=output, shape=shape, level=level)


def _picture(facts: Probe, wish: _Wish, level: int) -> Picture:
    flatten = facts.has_alpha and not wish.format.alpha
    canvas = flatten or wish.shape.extend is not None
    background = wish.options.background if wish.format.alpha else wish.options.background[: len("#rrggbb")]
    return Picture(
        level=level,
        size=wish.shape.final,
        animated=wish.level.animated,
        crop=wish.shape.crop,
        extend=wish.shape.extend,
        sharpen=wish.options.sharpen,
        flatten=flatten,
        background=background if canvas else "",
        watermarks=wish.options.watermarks,
    )


def _is_grey(facts: Probe, wish: _Wish, picture: Picture) -> bool:
    """What converting a profile makes of grey has a tint; so may a watermark."""
    if facts.bands > 2 or facts.has_profile or wish.level.colour == "p3" or not wish.format.grey:
        return False
    return not picture.watermarks and (not picture.background or parse_colour(picture.background).is_grey)


def _frames(facts: Probe, level: Level) -> int:
    return facts.frames if level.animated else 1


def _check_size(wish: _Wish, frames: int, max_megapixels: float) -> None:
    size, limit = wish.shape.final, wish.format.max_side
    if limit is not None and max(size.width, size.height) > limit:
        raise ImageRejected(
            "output_too_large",
            f"Variant '{wish.options.name}' would be {size.width}×{size.height} px, "
            f"but {wish.format.name} holds at most {limit} px a side.",
            remedy=f"Set its `width` and `height` to at most {limit}, or choose another `format`.",
        )
    # The resized picture counts, not only what is cut from it: enlarging 1×10000 px to cover a square
    # of 1000 px makes ten million rows.
    megapixels = max(wish.shape.scaled.pixels, size.pixels) * frames / 1e6
    if megapixels > max_megapixels:
        needed = "a picture of" if frames == 1 else f"{frames} frames of together"
        raise ImageRejected(
            "output_too_large",
            f"Variant '{wish.options.name}' needs {needed} {megapixels:.0f} megapixels, "
            f"but at most {max_megapixels:g} are allowed.",
            remedy="Drop its `enlarge`, make it smaller, or raise `accept.max_megapixels`.",
        )


def _shrink(facts: Probe, levels: Sequence[Level]) -> int:
    """The largest power of two by which decoding may shrink and still serve every level.

    1 for linear light: all that shrinks while decoding averages encoded values.
    """
    if any(level.animated or level.linear for level in levels):
        return 1
    for shrink in (8, 4, 2):
        decoded = Size(width=max(1, facts.width // shrink), height=max(1, facts.height // shrink))
        if all(decoded.covers(level.size, times=_margin(facts, level)) for level in levels):
            return shrink
    return 1


def _margin(facts: Probe, level: Level) -> float:
    if facts.format != "jpeg":
        return FROM_BOX_SHRUNK
    return FROM_DCT_SCALED_LINEAR if level.linear else FROM_DCT_SCALED


def _streams(facts: Probe, shrink: int, levels: Sequence[Level]) -> bool:
    large = facts.width * facts.height > HELD_UP_TO_PIXELS * shrink**2
    return large and sum(level.source is None for level in levels) == 1


def _derive(levels: Sequence[Level], pictures: Sequence[Picture]) -> tuple[Level, ...]:
    sources = [_source(levels[:index], level) for index, level in enumerate(levels)]
    readers = Counter(source for source in sources if source is not None)
    for picture in pictures:
        # A smart crop looks at the picture before it cuts, a watermark at what it covers.
        reads_twice = isinstance(picture.crop, str) or picture.watermarks
        readers[picture.level] += 2 if reads_twice else 1
    return tuple(
        replace(level, source=source, held=readers[index] > 1)
        for index, (level, source) in enumerate(zip(levels, sources, strict=True))
    )


def _source(larger: Sequence[Level], level: Level) -> int | None:
    """The smallest of the larger levels that is still large enough; None: only the decoded image is."""
    fitting = [
        index
        for index, other in enumerate(larger)
        if other.size.covers(level.size, times=FROM_LEVEL)
        and (other.colour, other.linear) == (level.colour, level.linear)
        and other.animated >= level.animated
    ]
    return fitting[-1] if fitting else None
