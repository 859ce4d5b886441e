"""A file is what its content is; what is no picture we read is refused by name."""

from __future__ import annotations

import pytest

from safelight.errors import ImageRejected
from safelight.image.sniff import sniff
from tests.samples import photos

SUPPORTED = {
    "jpeg": photos.jpeg,
    "png": photos.png,
    "webp": photos.webp,
    "gif": photos.animated_gif,
    "avif": photos.avif,
    "heic": photos.heic,
    "tiff": photos.tiff,
}

UNSUPPORTED = {
    "SVG": b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "SVG with byte order mark": b"\xef\xbb\xbf<svg></svg>",
    "PDF": b"%PDF-1.7\n",
    "BMP": b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0",
    "Photoshop": b"8BPS\0\1\0\0\0\0\0\0\0\3",
    "JPEG XL codestream": b"\xff\x0a\xfa\x1f",
    "JPEG XL container": b"\0\0\0\x0cJXL \r\n\x87\n",
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "icon": b"\0\0\1\0\1\0\x10\x10\0\0",
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "Canon raw": b"II*\0\x10\0\0\0CR\2\0",
    "Canon raw 3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
    "Fujifilm raw": b"FUJIFILMCCD-RAW 0201",
    "OpenEXR": b"\x76\x2f\x31\1",
    "film": b"\0\0\0\x18ftypisom\0\0\2\0isommp41",
}

NOT_IMAGES = {
    "text": b"GIF is a format\n",
    "HTML": b"<!DOCTYPE html><html><body><p>hello</p></body></html>",
    "XML that is no drawing": b'<?xml version="1.0"?><feed></feed>',
    "zip": b"PK\3\4\x14\0\0\0",
    "zeros": bytes(4096),
    "RIFF that is sound": b"RIFF\x24\0\0\0WAVEfmt ",
    "one byte": b"\xff",
}


@pytest.mark.parametrize("name", SUPPORTED)
def test_a_supported_file_is_known_by_its_content(name: str) -> None:
    assert sniff(SUPPORTED[name]()) == name


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_a_known_but_unsupported_format_is_named_and_says_what_to_convert_to(name: str) -> None:
    with pytest.raises(ImageRejected) as refusal:
        sniff(UNSUPPORTED[name])
    assert refusal.value.code == "unsupported_format"
    assert "not supported" in refusal.value.message
    assert refusal.value.remedy is not None
    assert refusal.value.remedy.startswith("Convert the picture to ")


@pytest.mark.parametrize("name", NOT_IMAGES)
def test_what_is_no_image_is_refused_as_such(name: str) -> None:
    with pytest.raises(ImageRejected) as refusal:
        sniff(NOT_IMAGES[name])
    assert refusal.value.code == "not_an_image"


def test_an_empty_file_is_refused_as_empty() -> None:
    with pytest.raises(ImageRejected) as refusal:
        sniff(b"")
    assert refusal.value.code == "empty_file"


@pytest.mark.parametrize(
    ("major", "compatible", "expected"),
    [
        (b"avif", [b"mif1", b"miaf"], "avif"),
        (b"avis", [b"msf1", b"avif"], "avif"),
        (b"mif1", [b"avif", b"miaf"], "avif"),
        (b"heic", [b"mif1", b"heic"], "heic"),
        (b"heix", [b"mif1", b"heic"], "heic"),
        (b"mif1", [b"heic", b"hevc"], "heic"),
        (b"msf1", [b"hevc"], "heic"),
        (b"mif1", [], "heic"),
    ],
)
def test_brands_tell_avif_from_heic(major: bytes, compatible: list[bytes], expected: str) -> None:
    brands = major + b"\0\0\0\0" + b"".join(compatible)
    assert sniff((8 + len(brands)).to_bytes(4) + b"ftyp" + brands + bytes(32)) == expected
