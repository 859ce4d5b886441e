"""Who an image is: ids, versions, execution names and keys of originals."""

from __future__ import annotations

import hashlib
import re
import string

from hypothesis import example, given
from hypothesis import strategies as st

from safelight.identity import (
    FILENAME_BYTES,
    execution_name,
    image_id,
    original_key_for_add,
    original_key_for_upload,
    safe_filename,
    version,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: names that are not UTF-8
HEX = st.text("0123456789abcdef", min_size=64, max_size=64)


def test_image_id_is_the_documented_function_of_bucket_and_key() -> None:
    # printf 'originals\nphotos/cat.jpg' | sha256sum | xxd -r -p | base32 | head -c 26 | tr A-Z a-z
    assert image_id("originals", "photos/cat.jpg") == "npzpnwk35prwhnbytfj7vaqlyt"


@given(bucket=ANY_TEXT, key=ANY_TEXT)
def test_every_key_has_an_id_of_26_base32_characters(bucket: str, key: str) -> None:
    assert re.fullmatch(r"[a-z2-7]{26}", image_id(bucket, key))


@given(HEX, HEX, st.text())
def test_version_is_12_hex_digits_and_depends_on_each_of_its_parts(
    sha256: str, digest: str, encoder: str
) -> None:
    made = version(sha256, digest, encoder)
    assert re.fullmatch(r"[0-9a-f]{12}", made)
    assert made == version(sha256, digest, encoder)
    assert made != version(sha256, digest, encoder + "1")
    assert made != version(sha256[1:], sha256[0] + digest, encoder)


@given(ANY_TEXT, ANY_TEXT, HEX, st.integers(1, 10**9))
def test_execution_names_are_legal_and_begin_with_the_image(
    etag: str, sequencer: str, digest: str, attempts: int
) -> None:
    image = image_id("originals", etag)
    name = execution_name(image, etag, sequencer, digest, attempts)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name)
    assert name.startswith(f"{image}-")


def test_execution_name_tells_uploads_recipes_and_attempts_apart_and_nothing_else() -> None:
    image = image_id("originals", "a.jpg")
    plain = execution_name(image, "etag", "01", "digest")
    assert plain == execution_name(image, "etag", "01", "digest", attempts=1)
    others = {
        execution_name(image, "etag2", "01", "digest"),
        execution_name(image, "etag", "02", "digest"),
        execution_name(image, "etag", "01", "digest2"),
        execution_name(image, "etag0", "1", "digest"),  # the parts do not run together
        execution_name(image, "etag", "01", "digest", attempts=2),
        execution_name(image, "etag", "01", "digest", attempts=3),
    }
    assert len(others) == 6
    assert plain not in others


def test_uploads_get_keys_that_never_collide_and_sort_by_time() -> None:
    keys = [original_key_for_upload("C:\\photos\\my cat.JPG") for _ in range(1000)]
    assert keys == sorted(set(keys))
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/my cat\.JPG", keys[0]
    )


def test_added_files_are_keyed_by_content_and_keep_their_name() -> None:
    sha256 = hashlib.sha256(b"x").hexdigest()
    for basename in ("my cat+1 100%.JPG", ".hidden.png", "фото 📷.jpeg", "a.b.c", "x" * 255):
        assert original_key_for_add(sha256, basename) == f"{sha256[:12]}/{basename}"


@given(ANY_TEXT)
def test_added_files_always_get_a_key_that_a_bucket_can_hold(basename: str) -> None:
    key = original_key_for_add("0" * 64, basename)
    prefix, _, name = key.partition("/")
    assert prefix == "0" * 12
    assert name not in ("", ".", "..")
    assert "/" not in name
    assert len(key.encode()) <= 1024


@given(ANY_TEXT)
@example("../../etc/passwd")
@example("..\\..\\boot.ini")
@example("")
@example("...")
@example("\u202egpj.exe")
@example("\ud800")
@example(" \u3000. .x")
@example("a" * 199 + "é.jpg")
@example("📷" * 100 + ".jpeg")
@example("a." + "b" * 300)
def test_safe_filenames_are_safe_short_valid_and_stable(name: str) -> None:
    safe = safe_filename(name)
    assert safe == safe_filename(safe)
    assert not safe.startswith(".")
    assert "/" not in safe
    assert "\\" not in safe
    assert 1 <= len(safe.encode("utf-8")) <= FILENAME_BYTES
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in safe)
    assert "\u202e" not in safe


@given(
    st.text(string.ascii_letters + "éß漢📷 -_+%()'&", min_size=1, max_size=40),
    st.sampled_from(["jpg", "PNG"]),
)
def test_ordinary_filenames_stay_as_they_are(stem: str, extension: str) -> None:
    name = f"{stem.strip() or 'a'}.{extension}"
    assert safe_filename(name) == name


@given(st.text(string.ascii_letters + "é📷", min_size=200, max_size=400))
def test_long_filenames_keep_their_extension(stem: str) -> None:
    assert safe_filename(f"{stem}.jpeg").endswith(".jpeg")
    assert stem.startswith(safe_filename(f"{stem}.jpeg").removesuffix(".jpeg"))


def test_nameless_files_get_a_name() -> None:
    assert {safe_filename(name) for name in ("", "/", "..", "\x00", "a/")} == {"image"}
