"""Kinds of accepted formats that are not read are refused by name, from the header."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from safelight.errors import ImageRejected
from safelight.image.probe import probe
from tests.samples import photos
from tests.samples.raw_png import SIGNATURE, chunk, header
from tests.samples.raw_tiff import RGB, SEPARATED, YCBCR, tiff_file

RGB_PIXELS = np.zeros((8, 8, 3), np.uint8)
SHORT, LONG = 3, 4


def jpeg_of_kind(marker: int, bits: int = 8) -> bytes:
    data = photos.jpeg(64, 48)
    at = data.index(b"\xff\xc0")
    return data[:at] + bytes([0xFF, marker]) + data[at + 2 : at + 4] + bytes([bits]) + data[at + 5 :]


def heic_of_kind(kind: bytes) -> bytes:
    return (
        photos.heic().replace(b"hvc1\0\0\0\0", kind + bytes(4)).replace(b"\0\0hvc1\0", b"\0\0" + kind + b"\0")
    )


UNSUPPORTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "TIFF of floating-point numbers": (lambda: photos.tiff(kind="float"), "floating-point"),
    "TIFF of raw YCbCr": (lambda: tiff_file(RGB_PIXELS, YCBCR), "unusual colour spaces"),
    "TIFF of 32-bit numbers": (lambda: tiff_file(RGB_PIXELS.astype(np.uint32), RGB), "32-bit"),
    "TIFF of nine channels": (lambda: tiff_file(np.zeros((8, 8, 9), np.uint8), RGB), "more than 8 channels"),
    "digital negative": (lambda: tiff_file(RGB_PIXELS, RGB, more=[(50706, LONG, [1])]), "Camera raw"),
    "raw with a thumbnail first": (
        lambda: tiff_file(RGB_PIXELS, RGB, more=[(254, LONG, [1]), (330, LONG, [8])]),
        "Camera raw",
    ),
    "raw sensor values": (lambda: tiff_file(RGB_PIXELS[..., :1], 32803), "Camera raw"),
    "lossless JPEG": (lambda: jpeg_of_kind(0xC3), "Lossless"),
    "JPEG of 12 bits": (lambda: jpeg_of_kind(0xC1, bits=12), "12 bits"),
    "HEIF that overlays pictures": (lambda: heic_of_kind(b"iovl"), "anything but one AV1 or HEVC picture"),
    "HEIF of another codec": (lambda: heic_of_kind(b"avc1"), "anything but one AV1 or HEVC picture"),
    "HEIF without a still picture": (lambda: photos.heic().replace(b"meta", b"free", 1), "still picture"),
}

CORRUPT: dict[str, Callable[[], bytes]] = {
    "PNG of an impossible pixel": lambda: SIGNATURE + header(8, 8, depth=3) + chunk(b"IDAT") + chunk(b"IEND"),
    "PNG without pixels": lambda: SIGNATURE + header(8, 8) + chunk(b"IEND"),
    "PNG that does not begin with its size": lambda: SIGNATURE + chunk(b"IDAT", bytes(13)) + chunk(b"IEND"),
    "JPEG without a picture": lambda: b"\xff\xd8\xff\xe0\0\2\xff\xd9",
    "JPEG of five components": lambda: photos.jpeg(64, 48).replace(b"\0\x40\3\1", b"\0\x40\5\1"),
    "GIF without a picture": lambda: b"GIF89a\x08\0\x08\0\0\0\0;",
    "WebP without a picture": lambda: b"RIFF\x0c\0\0\0WEBPXMP \0\0\0\0",
    "WebP of no size": lambda: b"RIFF\4\0\0\0WEBP",
    "TIFF without its size": lambda: tiff_file(RGB_PIXELS, RGB).replace(b"\0\1\4\0\1\0", b"\xff\x7f\4\0\1\0"),
    "TIFF with fewer channels than inks": lambda: tiff_file(RGB_PIXELS, SEPARATED),
    "HEIF without properties": lambda: photos.heic().replace(b"ipco", b"free"),
    "HEIF without a size": lambda: photos.heic().replace(b"ispe", b"free"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_we_do_not_read_is_named(name: str) -> None:
    make, words = UNSUPPORTED[name]
    with pytest.raises(ImageRejected, match=words) as refusal:
        probe(make())
    assert refusal.value.code == "unsupported_format"
    assert refusal.value.remedy is not None


@pytest.mark.parametrize("name", CORRUPT)
def test_a_header_that_makes_no_sense_is_corrupt(name: str) -> None:
    with pytest.raises(ImageRejected) as refusal:
        probe(CORRUPT[name]())
    assert refusal.value.code == "corrupt_image"
    assert refusal.value.remedy is not None
