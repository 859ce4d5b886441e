"""URLs of variants. Their keys hold the version, so a URL never changes its picture."""

from __future__ import annotations

from urllib.parse import quote

DELIVERY_PATH = "/img/"


def variant_url(public_url: str, key: str) -> str:
    """`public_url` + `/img/<key>`; relative to the server where `public_url` is empty."""
    return f"{public_url.rstrip('/')}{DELIVERY_PATH}{quote(key, safe='/')}"
