"""Which format a file is, from its first bytes; its name and declared type do not matter. Pure.

Formats that are recognised but not read are named, so that the uploader learns what to do.
"""

from __future__ import annotations

import re
from typing import Final

from safelight.errors import ImageRejected
from safelight.image.rejections import unsupported

ENOUGH: Final = 1024  # bytes that `sniff` looks at

_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"miaf"}
)

_SUPPORTED: Final[tuple[tuple[bytes, str], ...]] = (
    (rb"\xff\xd8\xff", "jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "png"),
    (rb"RIFF....WEBP", "webp"),
    (rb"GIF8[79]a", "gif"),
)
_TIFF: Final = rb"II\x2a\0|MM\0\x2a|II\x2b\0|MM\0\x2b"

# Earlier rows win: camera raw files are TIFFs with a mark of their own.
_UNSUPPORTED: Final[tuple[tuple[bytes, str, str], ...]] = (
    (rb"II\x2a\0....CR|FUJIFILMCCD-RAW|II[RU]\0|IIRS|MMOR|\0MRM|FOVb", "Camera raw files", "JPEG or TIFF"),
    (rb"BM....\0\0\0\0", "BMP files", "PNG"),
    (rb"8BP[SB]\0", "Photoshop documents", "PNG or TIFF"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "JPEG XL files", "JPEG or AVIF"),
    (rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", "JPEG 2000 files", "JPEG or PNG"),
    (rb"\xff\xd8\xff\xf7|II\xbc", "JPEG XR and JPEG-LS files", "JPEG or PNG"),
    (rb"\0\0[\x01\x02]\0[^\0]\0", "Windows icons and cursors", "PNG"),
    (rb"%PDF-|[\s\S]{0,8}%PDF-", "PDF documents", "JPEG or PNG, one page a file,"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "PostScript and EPS files", "PNG"),
    (rb"\x76\x2f\x31\x01", "OpenEXR files", "16-bit TIFF or PNG"),
    (rb"#\?RADIANCE|#\?RGBE", "Radiance HDR files", "16-bit TIFF or PNG"),
    (rb"P[1-7][\s#]", "Netpbm files", "PNG"),
    (rb"SIMPLE  =", "FITS files", "16-bit TIFF or PNG"),
    (rb"gimp xcf ", "GIMP documents", "PNG"),
    (rb"qoif", "QOI files", "PNG"),
    (rb"DDS ", "DirectDraw textures", "PNG"),
)
_SVG: Final = re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE\s+svg|!--|svg)", re.IGNORECASE)

_SUPPORTED_PATTERNS: Final = tuple((re.compile(pattern, re.DOTALL), name) for pattern, name in _SUPPORTED)
_UNSUPPORTED_PATTERNS: Final = tuple(
    (re.compile(pattern, re.DOTALL), name, target) for pattern, name, target in _UNSUPPORTED
)
_TIFF_PATTERN: Final = re.compile(_TIFF, re.DOTALL)


def sniff(data: bytes) -> str:
    """The name in `formats.FORMATS`. The first `ENOUGH` bytes of a file decide.

    Raises ImageRejected: `empty_file`, `unsupported_format` or `not_an_image`.
    """
    if not data:
        raise ImageRejected("empty_file", "The file is empty.", remedy="Upload it again.")
    head = bytes(data[:ENOUGH])
    _refuse_known_but_unsupported(head)
    for pattern, name in _SUPPORTED_PATTERNS:
        if pattern.match(head):
            return name
    if _TIFF_PATTERN.match(head):
        return "tiff"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head)
    raise ImageRejected(
        "not_an_image",
        "The file's content is not a known image format.",
        remedy="Upload a JPEG, PNG, WebP, GIF, AVIF, HEIC or TIFF file.",
    )


def _refuse_known_but_unsupported(head: bytes) -> None:
    for pattern, name, target in _UNSUPPORTED_PATTERNS:
        if pattern.match(head):
            raise unsupported(name, convert_to=target)
    if _SVG.match(head) and b"<svg" in head.lower():
        raise unsupported("SVG drawings", convert_to="PNG")


def _sniff_brand(head: bytes) -> str:
    """ISO base media files share one signature; their brands tell pictures from films.

    `mif1` alone says only "a picture", so AVIF's brands decide first wherever they stand.
    """
    size = min(int.from_bytes(head[0:4]), len(head))
    major = head[8:12]
    brands = {major, *(head[at : at + 4] for at in range(16, size - 3, 4))}
    if major in _AVIF_BRANDS or (
        major not in _HEIC_BRANDS - {b"mif1", b"msf1", b"miaf"} and brands & _AVIF_BRANDS
    ):
        return "avif"
    if brands & _HEIC_BRANDS:
        return "heic"
    if major == b"crx ":
        raise unsupported("Camera raw files", convert_to="JPEG or TIFF")
    raise unsupported("Video and audio files", convert_to="a still picture, JPEG or PNG,")
