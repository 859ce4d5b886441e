"""The workloads: which pictures, which outputs, which encoder settings, who takes part."""

from __future__ import annotations

from dataclasses import dataclass

import safelight
from bench.contenders import Roster
from bench.contest import Workload
from bench.gallery import MIXED, Gallery
from bench.jobs import Encoding, Output
from safelight.image.encode import SETTINGS
from safelight.image.formats import FORMATS
from safelight.image.options import VariantOptions

SINGLE = (Output(name="720x588", encoding=Encoding.jpeg(80), width=720, height=588),)
FIVE_WIDTHS = tuple(
    Output(name=f"w{width}", encoding=Encoding.jpeg(80), width=width)
    for width in (2048, 1600, 1024, 640, 300)
)
FIVE_VARIANTS = (
    Output(name="jpeg-85", encoding=Encoding.jpeg(85)),
    Output(name="jpeg-60", encoding=Encoding.jpeg(60)),
    Output(name="webp", encoding=Encoding.webp(85, effort=4)),
    Output(name="png", encoding=Encoding.png(level=6)),
    Output(name="thumbnail", encoding=Encoding.jpeg(80), width=300, height=300),
)

WORKLOADS = ("single", "widths", "r0", "r1", "r4", "whole", "overhead", "huge", "queue", "folder")


def outputs_of(recipe: str) -> tuple[Output, ...]:
    """A shipped recipe's variants as outputs, with the encoder settings that Safelight gives them."""
    return tuple(_output(variant) for variant in safelight.load_recipe(recipe).variants)


def _output(variant: VariantOptions) -> Output:
    encoder = "jpeg" if variant.format == "original" else variant.format  # the sources are JPEG
    quality = variant.quality or FORMATS[encoder].default_quality
    return Output(
        name=variant.name,
        width=variant.width,
        height=variant.height,
        fit=variant.fit,  # type: ignore[arg-type]  # shipped recipes have these fits and positions only
        position=variant.position,  # type: ignore[arg-type]
        encoding=Encoding(format=encoder, quality=quality, vips=SETTINGS[encoder](variant, quality)),
    )


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Builds each of WORKLOADS by the method of its name; its pictures are made then."""

    gallery: Gallery
    roster: Roster
    quick: bool

    def single(self) -> Workload:
        photo, who = self.gallery.photo(), self.roster
        return Workload(
            name="single",
            title="One resize: 720×588 JPEG q80 from a 2725×2225 JPEG",
            rounds=25,
            quick_rounds=10,
            scored=photo,
            contenders=(
                who.safelight(sources=[photo], outputs=SINGLE),
                who.floor(sources=[photo], outputs=SINGLE),
                who.sharp(sources=[photo], outputs=SINGLE),
                who.sharp_by_default(sources=[photo], outputs=SINGLE),
                who.pillow("each", "Pillow, straightforward", sources=[photo], outputs=SINGLE),
            ),
        )

    def widths(self) -> Workload:
        photo, who = self.gallery.photo(), self.roster
        return Workload(
            name="widths",
            title="Five widths, 2048, 1600, 1024, 640 and 300, JPEG q80, from a 2725×2225 JPEG",
            rounds=11,
            quick_rounds=3,
            scored=photo,
            contenders=(
                who.safelight(sources=[photo], outputs=FIVE_WIDTHS),
                who.floor(sources=[photo], outputs=FIVE_WIDTHS),
                who.sharp(sources=[photo], outputs=FIVE_WIDTHS),
                who.sharp_decoding_once(sources=[photo], outputs=FIVE_WIDTHS),
                who.sharp_by_default(sources=[photo], outputs=FIVE_WIDTHS),
                who.pillow("each", "Pillow, straightforward", sources=[photo], outputs=FIVE_WIDTHS),
            ),
        )

    def r0(self) -> Workload:
        return self._guide("r0", "R0: one resize to 800×600", "resize-800x600")

    def r1(self) -> Workload:
        return self._guide("r1", "R1: one resize to 300×300", "thumbnail-300")

    def _guide(self, name: str, title: str, recipe: str) -> Workload:
        photo, who = self.gallery.photo(), self.roster
        outputs = outputs_of(recipe)
        return Workload(
            name=name,
            title=f"{title}, from a 2725×2225 JPEG",
            rounds=11,
            quick_rounds=5,
            contenders=(
                who.safelight_recipe(recipe, sources=[photo]),
                who.floor(sources=[photo], outputs=outputs),
                who.sharp_by_default(sources=[photo], outputs=outputs),
                who.pillow(name, f"Pillow, {name.upper()} as in its guide", sources=[photo]),
            ),
        )

    def r4(self) -> Workload:
        photo, who = self.gallery.photo(), self.roster
        recipe = "five-variants"
        own = outputs_of(recipe)
        return Workload(
            name="r4",
            title="R4: JPEG q85, JPEG q60, WebP q85, PNG and a 300×300 thumbnail of a 2725×2225 JPEG",
            rounds=5,
            quick_rounds=2,
            scored=photo,
            contenders=(
                who.safelight(sources=[photo], outputs=FIVE_VARIANTS),
                who.floor(sources=[photo], outputs=FIVE_VARIANTS),
                who.sharp(sources=[photo], outputs=FIVE_VARIANTS),
                who.sharp_decoding_once(sources=[photo], outputs=FIVE_VARIANTS),
                who.safelight_recipe(recipe, sources=[photo]),
                who.floor(sources=[photo], outputs=own, key="floor-own", note=f", settings of `{recipe}`"),
                who.sharp_by_default(sources=[photo], outputs=own),
                who.pillow("r4", "Pillow, R4 as in its guide", sources=[photo]),
                who.pillow(
                    "r4-optimised",
                    "Pillow, R4 with `optimize=True`",
                    sources=[photo],
                    key="pillow-optimised",
                    rounds=1 if self.quick else 2,
                ),
            ),
        )

    def whole(self) -> Workload:
        photo, recipe = self.gallery.photo(), "five-variants"
        copies = self.gallery.copies(4 if self.quick else 8)
        return Workload(
            name="whole",
            title="R4 through the whole pipeline, an image: event, queue, workflow, store, catalog",
            rounds=5,
            quick_rounds=1,
            warm_up=False,
            contenders=(
                self.roster.floor(sources=[photo], outputs=outputs_of(recipe)),
                self.roster.safelight_recipe(recipe, sources=[photo]),
                self.roster.pipeline_per_image(recipe, few=copies[:2], many=copies),
            ),
        )

    def overhead(self) -> Workload:
        photo, recipe = self.gallery.photo(), "thumbnail-300"
        copies = self.gallery.copies(30 if self.quick else 100)
        return Workload(
            name="overhead",
            title="What the pipeline adds to rendering, from event to READY: R1, the shortest work there is",
            rounds=5,
            quick_rounds=1,
            contenders=(
                self.roster.safelight_recipe(recipe, sources=[photo]),
                self.roster.from_event_to_ready(recipe, sources=copies),
            ),
        )

    def huge(self) -> Workload:
        photo, recipe, who = self.gallery.hundred_megapixels(), "web", self.roster
        outputs = outputs_of(recipe)
        slow = who.pillow("each", "Pillow, straightforward", sources=[photo], outputs=outputs, rounds=1)
        return Workload(
            name="huge",
            title="A 100-megapixel baseline JPEG through `web`",
            rounds=2,
            quick_rounds=1,
            warm_up=False,
            contenders=(
                who.safelight_recipe(recipe, sources=[photo]),
                who.sharp_by_default(sources=[photo], outputs=outputs),
                *(() if self.quick else (slow,)),
                who.pipeline(recipe, "Safelight, whole pipeline, start-up included", paths=[photo]),
            ),
        )

    def queue(self) -> Workload:
        huge, mixed = (1, 5) if self.quick else (3, 100)
        images = [self.gallery.hundred_megapixels(number) for number in range(huge)]
        images += self.gallery.mixed(mixed)
        label = "Safelight, whole pipeline, start-up included"
        return Workload(
            name="queue",
            title=f"The same with {len(images)} images queued, {huge} of them of 100 megapixels",
            images=len(images),
            rounds=1,
            quick_rounds=1,
            warm_up=False,
            contenders=(self.roster.pipeline("web", label, paths=images),),
        )

    def folder(self) -> Workload:
        mixed, recipe, who = self.gallery.mixed(10 if self.quick else MIXED), "five-variants", self.roster
        return Workload(
            name="folder",
            title=f"A folder of {len(mixed)} mixed images, R4 for each, from file to files",
            images=len(mixed),
            rounds=1,
            quick_rounds=1,
            warm_up=False,
            writes=True,
            contenders=(
                who.pipeline(recipe, "Safelight, whole pipeline, start-up included", paths=mixed),
                who.sharp_by_default(sources=mixed, outputs=outputs_of(recipe)),
                who.pillow("r4", "Pillow, R4 as in its guide", sources=mixed),
            ),
        )
