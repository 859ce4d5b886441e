"""Who an image is and how its original is named: every identity is computed here. Imports `uuid7` only.

All functions are pure (`original_key_for_upload` but for its UUID) and accept any text, even file names
that are not valid UTF-8.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from posixpath import splitext

from safelight.uuid7 import uuid7

FILENAME_BYTES = 200
_EXTENSION_BYTES = 20  # a longer one is part of the name, not a type
_NAMELESS = "image"
_EDGES = re.compile(r"^[\s.]+|\s+$")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, lone surrogates, line separators
# Marks that make text read in another order than it is stored: `gpj.exe` shown as `exe.jpg`.
_BIDI_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


def image_id(bucket: str, key: str) -> str:
    """First 26 characters of lower-case base32 SHA-256: the same key is the same image."""
    return base64.b32encode(_sha256(f"{bucket}\n{key}")).decode("ascii").lower()[:26]


def version(original_sha256: str, recipe_digest: str, encoder_version: str) -> str:
    """12 hex digits that change whenever the bytes, the recipe or the encoder do."""
    return _sha256(json.dumps([original_sha256, recipe_digest, encoder_version])).hex()[:12]


def execution_name(image_id: str, etag: str, sequencer: str, recipe_digest: str, attempts: int = 1) -> str:
    """At most 80 of `A-Z a-z 0-9 - _`, as Step Functions wants: the same upload has the same name.

    `attempts` above 1, a redrive, gives another name; all names of an image begin with its id.
    """
    digest = _sha256(json.dumps([etag, sequencer, recipe_digest])).hex()[:32]
    name = f"{image_id}-{digest}"
    return name if attempts == 1 else f"{name}-{attempts}"


def original_key_for_upload(filename: str) -> str:
    """`{uuid7}/{safe filename}`: uploads never collide, and list in the order they came."""
    return f"{uuid7()}/{safe_filename(filename)}"


def original_key_for_add(sha256: str, basename: str) -> str:
    """`{first 12 hex}/{basename}`; only a name that no bucket could hold is made safe first."""
    return f"{sha256[:12]}/{basename if _storable(basename) else safe_filename(basename)}"


def safe_filename(name: str) -> str:
    """The last path segment without control characters, at most 200 bytes of UTF-8, extension kept.

    Never empty, never beginning with a dot; spaces, emoji and every script stay.
    """
    basename = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(character for character in basename if _safe(character))
    return _fit(_EDGES.sub("", clean)) or _NAMELESS


def _storable(basename: str) -> bool:
    return (
        basename not in ("", ".", "..")
        and all(_safe(character) for character in basename)
        and "/" not in basename
        and len(basename.encode()) <= 1000
    )


def _safe(character: str) -> bool:
    return unicodedata.category(character) not in _UNSAFE_CATEGORIES and character not in _BIDI_CONTROLS


def _fit(name: str) -> str:
    if len(name.encode()) <= FILENAME_BYTES:
        return name
    extension = splitext(name)[1]
    if len(extension.encode()) > _EXTENSION_BYTES:
        extension = ""
    stem = name.removesuffix(extension).encode()[: FILENAME_BYTES - len(extension.encode())]
    return stem.decode(errors="ignore").rstrip() + extension


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
