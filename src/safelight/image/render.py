"""One original in, every variant out: decode once, share what can be shared, encode in parallel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial

from safelight.image.animation import Frames, join, split
from safelight.image.decode import decode, decoding
from safelight.image.encode import encode
from safelight.image.geometry import Box, Size
from safelight.image.libvips import pyvips
from safelight.image.options import Limits, VariantOptions, Watermark
from safelight.image.overlay import Overlay, make_overlay
from safelight.image.plan import Level, Picture, RenderPlan, VariantPlan, plan
from safelight.image.probe import Probe, check_limits, probe
from safelight.image.steps.colour import to_working_space
from safelight.image.steps.crop import crop, find_box
from safelight.image.steps.extend import extend
from safelight.image.steps.flatten import flatten
from safelight.image.steps.grey import drop_colour
from safelight.image.steps.metadata import keep_flags, prepare_metadata
from safelight.image.steps.orient import orient
from safelight.image.steps.resize import Extent, resize, shrink
from safelight.image.steps.sharpen import sharpen
from safelight.image.steps.watermark import watermark

# Raise it with every change that can alter the bytes of a variant: versions of images depend on it.
ENCODER = 1


@dataclass(frozen=True, kw_only=True)
class RenderedVariant:
    """One encoded variant; width and height are px of one frame."""

    name: str
    format: str
    content_type: str
    width: int
    height: int
    frames: int
    data: bytes


def encoder_version() -> str:
    """Changes whenever the same original and recipe could give other bytes."""
    return f"safelight-{ENCODER}/libvips-{'.'.join(str(pyvips.version(part)) for part in range(3))}"


def render(
    data: bytes, limits: Limits, variants: Sequence[VariantOptions], *, threads: int = 1
) -> list[RenderedVariant]:
    """Every variant of an encoded image, in the order of `variants`.

    The bytes do not depend on `threads`. Raises ImageRejected, before a pixel is decoded where the
    header suffices to tell.
    """
    facts = probe(data)
    check_limits(facts, limits)
    work = plan(facts, variants, max_megapixels=limits.max_megapixels)
    with decoding(data, facts):
        pictures = _pictures(data, facts, work)
        encode_one = partial(_variant, pictures)
        if threads == 1:
            return [encode_one(variant) for variant in work.variants]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(encode_one, work.variants))


def _pictures(data: bytes, facts: Probe, work: RenderPlan) -> list[Frames]:
    levels = _levels(_decoded(data, facts, work), facts, work)
    overlay = cache(make_overlay)  # the same text at the same size is drawn once
    pictures = [_picture(levels[picture.level], picture, overlay) for picture in work.pictures]
    return [_held(frames) if work.holds(index) else frames for index, frames in enumerate(pictures)]


def _decoded(data: bytes, facts: Probe, work: RenderPlan) -> Frames:
    """The decoded frames, as stored in the file: orientation and colours are dealt with later."""
    image = decode(data, facts, shrink=work.shrink, frames=-1 if work.animated else 1)
    image = shrink(image, work.shrink_after)
    if not work.streams:
        image = image.copy_memory()
    return split(image, facts.frames if work.animated else 1)


def _levels(decoded: Frames, facts: Probe, work: RenderPlan) -> list[Frames]:
    extent = _extent(facts, work)
    levels: list[Frames] = []
    for level in work.levels:
        if level.source is None:
            frames = [_root(frame, level, facts, extent) for frame in _needed(decoded, level)]
        else:
            source = _needed(levels[level.source], level)
            frames = [resize(frame, level.size, linear=level.linear) for frame in source]
        levels.append(_held(frames) if level.held else frames)
    return levels


def _extent(facts: Probe, work: RenderPlan) -> Extent | None:
    """Of a decoded frame; None where its sides are exact: WebP fits the whole picture into whole pixels."""
    if facts.format == "webp":
        return None
    factor = work.shrink * work.shrink_after
    width, height = facts.stored_size
    return width / factor, height / factor


def _needed(frames: Frames, level: Level) -> Frames:
    return frames if level.animated else frames[:1]


def _root(image: pyvips.Image, level: Level, facts: Probe, extent: Extent | None) -> pyvips.Image:
    """Resized first, turned and converted after: the fewer pixels, the less work."""
    if level.linear:
        image = to_working_space(image, level.colour, facts)
    turned = facts.orientation >= 5
    size = level.size.turned if turned else level.size
    image = resize(image, size, linear=level.linear, extent=extent)
    if facts.orientation > 2:
        image = image.copy_memory()  # a stream has no last row to begin with
    image = orient(image, facts.orientation)
    return image if level.linear else to_working_space(image, level.colour, facts)


def _picture(frames: Frames, picture: Picture, overlay: Callable[[Watermark, Size], Overlay]) -> Frames:
    """The visible list of steps from a level to what is encoded."""
    frames = frames if picture.animated else frames[:1]
    if picture.crop is not None:
        box = picture.crop
        if not isinstance(box, Box):
            box = find_box(frames[0], picture.size, box)
        frames = [crop(frame, box) for frame in frames]
    if picture.sharpen:
        frames = [sharpen(frame) for frame in frames]
    if picture.flatten:
        frames = [flatten(frame, picture.background) for frame in frames]
    if picture.extend is not None:
        frames = [extend(frame, picture.size, picture.extend, picture.background) for frame in frames]
    for mark in picture.watermarks:
        frames = [watermark(frame, overlay(mark, picture.size)) for frame in frames]
    return frames


def _variant(pictures: Sequence[Frames], variant: VariantPlan) -> RenderedVariant:
    options = variant.options
    image = prepare_metadata(join(pictures[variant.picture]), options.metadata)
    if variant.grey:
        image = drop_colour(image)
    data = encode(image, variant.format, options, keep=keep_flags(options.metadata, options.colour))
    return RenderedVariant(
        name=options.name,
        format=variant.format.name,
        content_type=variant.format.content_type,
        width=variant.size.width,
        height=variant.size.height,
        # WebP shows frames that do not change as one, for as long.
        frames=probe(data).frames if variant.frames > 1 else 1,
        data=data,
    )


def _held(frames: Frames) -> Frames:
    return [frame.copy_memory() for frame in frames]
