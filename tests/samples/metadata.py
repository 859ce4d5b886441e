"""Pictures that tell much about themselves: EXIF with a place and a thumbnail, XMP, IPTC, a comment."""

from __future__ import annotations

import io
import struct
from functools import cache

import pillow_heif
from PIL import Image

from tests.samples import photos
from tests.samples.scenes import scene

COPYRIGHT = "© 2024 Zoë, Łódź"
ARTIST = "A. Photographer"
CAMERA = "SecretCam 9"
PLACE = 0x8825
# Found in a file only where that kind of metadata is in it.
XMP_MARK, IPTC_MARK, COMMENT_MARK = b"xmp-says-London", b"iptc-says-London", b"comment-says-London"
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 tiff:Orientation="6" exif:GPSLatitude="51,30.4N" exif:Place="xmp-says-London"/></rdf:RDF></x:xmpmeta>"""


@cache
def thumbnail() -> bytes:
    """A JPEG inside the EXIF, red all over."""
    return photos.encode(Image.new("RGB", (32, 24), (255, 0, 0)), "JPEG", quality=60)


@cache
def exif() -> bytes:
    """Rights in UTF-8, a camera, a place, orientation 6, and a thumbnail in the second directory."""
    block = Image.Exif()
    block[0x010F], block[0x0112] = CAMERA, 6
    block[0x013B], block[0x8298] = ARTIST, COPYRIGHT.encode()
    block.get_ifd(PLACE).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    return _with_thumbnail(block.tobytes())


def _with_thumbnail(block: bytes) -> bytes:
    start = len(b"Exif\0\0")
    order = "<" if block[start : start + 2] == b"II" else ">"
    (count,) = struct.unpack_from(order + "H", block, start + 8)
    link = start + 8 + 2 + 12 * count
    second = len(block) - start
    tags = (
        (0x0103, 3, 6 << 16 if order == ">" else 6),
        (0x0201, 4, second + 42),
        (0x0202, 4, len(thumbnail())),
    )
    directory = struct.pack(order + "H", len(tags)) + b"".join(
        struct.pack(order + "HHII", number, kind, 1, value) for number, kind, value in tags
    )
    linked = block[:link] + struct.pack(order + "I", second) + block[link + 4 :]
    return linked + directory + bytes(4) + thumbnail()


def _iptc() -> bytes:
    """A Photoshop segment with one IPTC record: a caption."""
    record = b"\x1c\x02\x78" + struct.pack(">H", len(IPTC_MARK)) + IPTC_MARK
    return b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + b"\0"


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


@cache
def jpeg(width: int = 48, height: int = 64) -> bytes:
    """Stored on its side; `width` and `height` are those of the picture upright."""
    plain = photos.oriented("JPEG", 6, width, height)
    (length,) = struct.unpack_from(">H", plain, 22)  # of the EXIF after the JFIF segment
    assert plain[20:22] == b"\xff\xe1"
    said = (
        _segment(0xE1, exif())
        + _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
        + _segment(0xED, _iptc())
        + _segment(0xFE, COMMENT_MARK)
    )
    return plain[:20] + said + plain[22 + length :]


@cache
def png() -> bytes:
    return photos.encode(scene(64, 48, grain=0), "PNG", exif=exif())


@cache
def webp() -> bytes:
    return photos.encode(scene(64, 48, grain=0), "WEBP", exif=exif(), xmp=XMP, lossless=True)


@cache
def avif() -> bytes:
    return photos.encode(scene(64, 48, grain=0), "AVIF", exif=exif(), xmp=XMP, speed=9)


@cache
def heic() -> bytes:
    picture = pillow_heif.from_pillow(Image.fromarray(scene(64, 48, grain=0)))
    buffer = io.BytesIO()
    picture.save(buffer, exif=exif(), xmp=XMP)
    return buffer.getvalue()


@cache
def tiff() -> bytes:
    tags = {0x013B: ARTIST, 0x8298: COPYRIGHT.encode(), 0x010F: CAMERA}
    return photos.encode(scene(64, 48, grain=0), "TIFF", tiffinfo=tags)
