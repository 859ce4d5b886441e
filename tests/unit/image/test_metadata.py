"""What a variant tells about its original: nothing, whose it is, or all; where it was taken only with all."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from safelight.image.exif_rights import ARTIST, COPYRIGHT
from tests.samples import metadata, photos, profiles
from tests.samples.raw_tiff import RGB, tiff_file
from tests.samples.scenes import scene
from tests.unit.image.decoding import mean_difference
from tests.unit.image.rendering import opened, rendered, shown

SOURCES: dict[str, Callable[[], bytes]] = {
    "jpeg": metadata.jpeg,
    "png": metadata.png,
    "webp": metadata.webp,
    "avif": metadata.avif,
    "heic": metadata.heic,
}
WITH_EXIF = ["jpeg", "png", "webp", "avif"]
EVERY_OUTPUT = [*WITH_EXIF, "tiff", "gif"]
ORIENTATION, CAMERA = 0x0112, 0x010F
MARKS = [
    metadata.XMP_MARK,
    metadata.IPTC_MARK,
    metadata.COMMENT_MARK,
    metadata.CAMERA.encode(),
    metadata.thumbnail()[:40],
]
every_source = pytest.mark.parametrize("source", SOURCES)
every_output = pytest.mark.parametrize("output", EVERY_OUTPUT)


def exif_of(data: bytes) -> Image.Exif:
    return opened(data).getexif()


def text(value: Any) -> str:
    """EXIF text, which Pillow takes for Latin-1, as the UTF-8 it is."""
    return str(value).encode("latin-1").decode()


def test_the_sources_tell_much() -> None:
    """Guards the tests below."""
    for make in SOURCES.values():
        assert metadata.CAMERA.encode() in make()
        assert metadata.thumbnail() in make() or make is metadata.avif  # Pillow drops it there
    assert all(mark in metadata.jpeg() for mark in MARKS)


@every_source
@every_output
def test_none_leaves_nothing(source: str, output: str) -> None:
    data = rendered(SOURCES[source](), format=output, metadata="none").data
    assert not any(mark in data for mark in [*MARKS, metadata.ARTIST.encode()])
    assert not {CAMERA, ARTIST, COPYRIGHT, metadata.PLACE} & set(exif_of(data))
    assert "xmp" not in opened(data).info


@every_source
@every_output
def test_copyright_leaves_nothing_but_the_names(source: str, output: str) -> None:
    data = rendered(SOURCES[source](), format=output, metadata="copyright").data
    assert not any(mark in data for mark in MARKS)
    assert not {CAMERA, metadata.PLACE} & set(exif_of(data))
    assert "xmp" not in opened(data).info


@every_source
@pytest.mark.parametrize("output", WITH_EXIF)
@pytest.mark.parametrize("policy", ["copyright", "all"])
def test_whose_a_picture_is_stays_readable(source: str, output: str, policy: str) -> None:
    exif = exif_of(rendered(SOURCES[source](), format=output, metadata=policy).data)
    assert exif[ARTIST] == metadata.ARTIST
    if source != "avif":  # Pillow cannot write more than ASCII there
        assert text(exif[COPYRIGHT]) == metadata.COPYRIGHT


@pytest.mark.parametrize("output", WITH_EXIF)
@pytest.mark.parametrize("policy", ["none", "copyright", "all"])
def test_tags_of_a_tiff_say_whose_it_is_too(output: str, policy: str) -> None:
    exif = exif_of(rendered(metadata.tiff(), format=output, metadata=policy).data)
    if policy == "none":
        assert not {ARTIST, COPYRIGHT} & set(exif)
    else:
        assert (exif[ARTIST], text(exif[COPYRIGHT])) == (metadata.ARTIST, metadata.COPYRIGHT)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (b"\xa9 Latin", "© Latin"),
        (b"photographer\0editor\0", "photographer, editor"),
        (b"abc\0", "abc"),
        (b" \0", None),
    ],
    ids=["Latin-1", "two holders", "so short that it stands in the entry itself", "blank"],
)
def test_a_tiff_may_say_it_in_many_ways(words: bytes, kept: str | None) -> None:
    data = tiff_file(scene(8, 8), RGB, more=[(COPYRIGHT, 2, list(words))])
    exif = exif_of(rendered(data, format="webp", metadata="copyright").data)
    assert (text(exif[COPYRIGHT]) if COPYRIGHT in exif else None) == kept


def test_rights_beyond_the_end_of_a_tiff_are_passed_over() -> None:
    whole = tiff_file(scene(8, 8), RGB, more=[(COPYRIGHT, 2, list(b"Somebody\0"))])
    length = struct.pack("<HHI", COPYRIGHT, 2, 9)
    torn = whole.replace(length, struct.pack("<HHI", COPYRIGHT, 2, 2**31))
    assert torn != whole
    assert COPYRIGHT not in exif_of(rendered(torn, format="webp", metadata="copyright").data)


@every_source
@pytest.mark.parametrize("output", WITH_EXIF)
def test_all_keeps_the_place_and_the_camera(source: str, output: str) -> None:
    exif = exif_of(rendered(SOURCES[source](), format=output, metadata="all").data)
    assert exif[CAMERA] == metadata.CAMERA
    assert exif.get_ifd(metadata.PLACE)[2] == (51.0, 30.0, 26.0)


@pytest.mark.parametrize("source", ["jpeg", "webp", "avif", "heic"])
@pytest.mark.parametrize("output", ["jpeg", "webp", "avif", "tiff", "png"])
def test_all_keeps_xmp_and_sets_its_orientation_upright(source: str, output: str) -> None:
    packet = xmp_of(rendered(SOURCES[source](), format=output, metadata="all").data)
    assert metadata.XMP_MARK in packet
    assert b'tiff:Orientation="1"' in packet


def xmp_of(data: bytes) -> bytes:
    image = opened(data)
    if image.format == "TIFF":
        return bytes(image.tag_v2[700])
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return packet.encode() if isinstance(packet, str) else bytes(packet)


def test_all_keeps_iptc_in_a_jpeg() -> None:
    assert metadata.IPTC_MARK in rendered(metadata.jpeg(), format="jpeg", metadata="all").data


@every_source
@every_output
def test_the_thumbnail_of_the_original_never_survives(source: str, output: str) -> None:
    """It shows the picture before it was cut, turned, or marked."""
    data = rendered(SOURCES[source](), format=output, metadata="all").data
    assert metadata.thumbnail()[20:60] not in data
    assert 0x0201 not in exif_of(data).get_ifd(1)


@every_output
@pytest.mark.parametrize("policy", ["none", "copyright", "all"])
def test_a_turned_picture_is_not_said_to_be_turned(output: str, policy: str) -> None:
    data = rendered(metadata.jpeg(), format=output, metadata=policy, quality=90).data
    assert exif_of(data).get(ORIENTATION, 1) == 1
    assert mean_difference(shown(data)[..., :3], scene(48, 64, grain=0)) < 8


@every_source
def test_metadata_does_not_change_the_pixels(source: str) -> None:
    none, *others = (
        shown(rendered(SOURCES[source](), metadata=policy).data) for policy in ("none", "copyright", "all")
    )
    assert all(np.array_equal(none, other) for other in others)


def test_a_picture_that_tells_nothing_gets_no_name() -> None:
    exif = exif_of(rendered(photos.jpeg(64, 48), format="jpeg", metadata="copyright").data)
    assert not {ARTIST, COPYRIGHT} & set(exif)


@pytest.mark.parametrize("output", WITH_EXIF)
@pytest.mark.parametrize("colour", ["keep", "p3"])
def test_the_names_and_a_needed_profile_stay_together(output: str, colour: str) -> None:
    data = photos.jpeg(64, 48, profile="adobe", copyright="Somebody", gps=True)
    variant = rendered(data, format=output, colour=colour, metadata="copyright")
    assert exif_of(variant.data)[COPYRIGHT] == "Somebody"
    assert metadata.PLACE not in exif_of(variant.data)
    profile = opened(variant.data).info["icc_profile"]
    assert (profile == profiles.icc("adobe")) == (colour == "keep")


@pytest.mark.parametrize("words", ["x", "abc", "a" * 3000, "(c) (Somebody), 2024 (x, ASCII)", " padded "])
def test_any_words_of_copyright_are_kept(words: str) -> None:
    data = photos.jpeg(64, 48, copyright=words)
    exif = exif_of(rendered(data, format="webp", metadata="copyright").data)
    assert exif[COPYRIGHT].strip() == words.strip()


def test_an_animation_keeps_its_timing_whatever_its_metadata() -> None:
    for policy in ("none", "copyright", "all"):
        variant = rendered(photos.animated_gif(3, loop=0), format="webp", metadata=policy)
        assert variant.frames == 3
