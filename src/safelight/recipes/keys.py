"""Keys of variants: the `output.key` template, checked when the recipe is loaded and filled for each variant.

Two rules keep keys natural:
- an empty `{dir}` takes the slash after it along, so `out/{dir}/{name}` of `a.jpg` is `out/a.jpg`;
- `{stem}.{ext}` gives the original's own spelling back where that already says the variant's format:
  `Photo.JPEG` stays `Photo.JPEG` as a JPEG and becomes `Photo.webp` as a WebP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import splitext

from safelight.errors import InvalidKey
from safelight.image.formats import FORMATS
from safelight.image.options import OutputFormat

KEY_BYTES = 1024  # S3's limit
TEMPLATE_LENGTH = 512
PLACEHOLDERS = ("image_id", "version", "variant", "ext", "key", "dir", "stem", "name")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TELLS_IMAGES_APART = ("image_id", "key", "name", "stem")
_SPELLINGS = {"jpg": ("jpg", "jpeg", "jpe", "jfif"), "tiff": ("tiff", "tif")}  # others: the extension itself
_EXAMPLE = 'key: "{image_id}/{version}/{variant}.{ext}"'


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a template, and what to write instead."""

    message: str
    remedy: str


def variant_key(template: str, *, image_id: str, version: str, variant: str, ext: str, key: str) -> str:
    """The key of one variant; `ext` without a dot, `key` the original's.

    Raises InvalidKey when the original's key makes a key that is unsafe or too long.
    """
    directory, _, name = key.rpartition("/")
    stem, own_extension = splitext(name)
    if own_extension[1:].lower() in _SPELLINGS.get(ext, (ext,)):
        template = template.replace("{stem}.{ext}", "{name}")
    if not directory:
        template = template.replace("{dir}/", "")
    values = {
        "image_id": image_id,
        "version": version,
        "variant": variant,
        "ext": ext,
        "key": key,
        "dir": directory,
        "stem": stem,
        "name": name,
    }
    finished = _PLACEHOLDER.sub(lambda found: values[found[1]], template)
    _check_key(finished)
    return finished


def template_faults(template: str) -> Iterator[Fault]:
    """What keeps a template from being used at all, whatever the variants."""
    if len(template) > TEMPLATE_LENGTH:
        yield Fault(
            message=f"the template has {len(template)} characters; at most {TEMPLATE_LENGTH} are allowed.",
            remedy=f"Shorten it, for instance to `{_EXAMPLE}`.",
        )
    used = _PLACEHOLDER.findall(template)
    for name in used:
        if name not in PLACEHOLDERS:
            known = " ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            yield Fault(message=f"`{{{name}}}` is not a placeholder.", remedy=f"Write one of {known}.")
    text = _PLACEHOLDER.sub("x", template)
    if "{" in text or "}" in text:
        yield Fault(message="a brace has no partner.", remedy="Write placeholders as `{variant}`.")
    yield from _path_faults(text)
    if not set(_TELLS_IMAGES_APART).intersection(used):
        yield Fault(
            message="every image would get the same keys, and each replace the one before.",
            remedy="Put `{image_id}` or `{key}` into the template.",
        )


def _path_faults(text: str) -> Iterator[Fault]:
    """Faults of a template whose placeholders are filled with `x`."""
    if text.startswith("/") or text.endswith("/"):
        yield Fault(message="a key neither begins nor ends with `/`.", remedy="Remove that slash.")
    segments = text.strip("/").split("/")
    if "" in segments:
        yield Fault(message="`//` makes a folder without a name.", remedy="Write a single `/`.")
    if "." in segments or ".." in segments:
        yield Fault(message="`.` and `..` would leave the bucket.", remedy="Write plain folder names.")
    if not text.isprintable() or "\\" in text:
        yield Fault(
            message="control characters and backslashes cannot be part of a key.",
            remedy="Separate folders by `/`.",
        )


def clash(template: str, variants: Sequence[tuple[str, OutputFormat]]) -> tuple[str, str] | None:
    """The names of two variants that could get one key, for some original; None when none could.

    `variants` are names and formats; `original` may become any format that can be written.
    """
    taken: dict[str, str] = {}
    for name, output in variants:
        for ext in _extensions(output):
            key = variant_key(template, image_id="i", version="v", variant=name, ext=ext, key="d/s.x")
            other = taken.setdefault(key.lower(), name)  # folders of some systems ignore case
            if other != name:
                return other, name
    return None


def _extensions(output: OutputFormat) -> list[str]:
    formats = [FORMATS[output]] if output != "original" else [f for f in FORMATS.values() if f.encodes]
    return [f.extension for f in formats]


def _check_key(key: str) -> None:
    remedy = f"Rename the original, or write `{_EXAMPLE}` in the recipe."
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        raise InvalidKey("The variant's key would not be valid UTF-8.", remedy=remedy) from None
    if size > KEY_BYTES:
        message = f"The variant's key would have {size} bytes; at most {KEY_BYTES} are allowed."
        raise InvalidKey(message, remedy=remedy)
    if not key or key.startswith("/") or key.endswith("/"):
        raise InvalidKey("The variant's key would be empty, or begin or end with `/`.", remedy=remedy)
    if any(segment in (".", "..") for segment in key.split("/")):
        raise InvalidKey("The variant's key would hold a `.` or `..` folder.", remedy=remedy)
    if any(ord(character) < 32 or 127 <= ord(character) < 160 for character in key):
        raise InvalidKey("The variant's key would hold control characters.", remedy=remedy)
