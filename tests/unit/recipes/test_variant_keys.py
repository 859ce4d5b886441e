"""Keys of variants: templates filled, refused, and checked for clashes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.errors import InvalidKey
from safelight.image.formats import FORMATS
from safelight.image.options import OutputFormat
from safelight.recipes.keys import PLACEHOLDERS, clash, template_faults, variant_key

DEFAULT = "{image_id}/{version}/{variant}.{ext}"
SAFE_SEGMENT = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/"), min_size=1
).filter(lambda segment: segment not in (".", ".."))
SAFE_KEY = st.lists(SAFE_SEGMENT, min_size=1, max_size=4).map("/".join)
WRITABLE = [f.name for f in FORMATS.values() if f.encodes]
LITERAL = st.text("abc-_. ", max_size=5)
TEMPLATES = st.lists(
    st.one_of(LITERAL, st.just("/"), st.sampled_from([f"{{{name}}}" for name in PLACEHOLDERS])), max_size=8
).map("".join)


def fill(template: str, key: str, *, ext: str = "jpg", variant: str = "large") -> str:
    return variant_key(template, image_id="id", version="0123", variant=variant, ext=ext, key=key)


@pytest.mark.parametrize(
    ("template", "key", "expected"),
    [
        (DEFAULT, "a/b c.jpg", "id/0123/large.jpg"),
        ("resized/{key}", "a/b c.jpg", "resized/a/b c.jpg"),
        ("out/{dir}/{name}", "a/b/c.png", "out/a/b/c.png"),
        ("out/{dir}/{name}", "c.png", "out/c.png"),
        ("{dir}/{name}", "c.png", "c.png"),
        ("{dir}/{variant}/{name}", "c.png", "large/c.png"),
        ("processed-{dir}/{stem}.{ext}", "cat.heic", "processed-cat.jpg"),
        ("processed-{dir}/{stem}.{ext}", "pets/cat.heic", "processed-pets/cat.jpg"),
        ("processed-{dir}/{stem}.{ext}", "pets/Cat.JPEG", "processed-pets/Cat.JPEG"),
        ("{stem}-{variant}.{ext}", "Cat.JPEG", "Cat-large.jpg"),
        ("{dir}-{name}", "c.png", "-c.png"),
        ("{stem}.{ext}", ".jpg", ".jpg.jpg"),
        ("{stem}.{ext}", "archive.tar.gz", "archive.tar.jpg"),
        ("v/{key}", "{version}/{oops}.jpg", "v/{version}/{oops}.jpg"),
        ("v/{key}", "фото 📷+%2F.jpg", "v/фото 📷+%2F.jpg"),
    ],
)
def test_a_template_is_filled_with_the_text_of_the_original_key(
    template: str, key: str, expected: str
) -> None:
    assert fill(template, key) == expected


@pytest.mark.parametrize(
    ("spelling", "ext", "expected"),
    [
        ("a.JPG", "jpg", "a.JPG"),
        ("a.jpeg", "jpg", "a.jpeg"),
        ("a.tif", "tiff", "a.tif"),
        ("a.PNG", "png", "a.PNG"),
        ("a.jpg", "png", "a.png"),
        ("a", "webp", "a.webp"),
    ],
)
def test_stem_and_ext_keep_an_extension_that_is_true_already(spelling: str, ext: str, expected: str) -> None:
    assert fill("{stem}.{ext}", spelling, ext=ext) == expected


@pytest.mark.parametrize(
    ("template", "key", "wrong"),
    [
        ("{key}", "../../etc/passwd", "`.` or `..` folder"),
        ("v/{key}", "a/../../b.jpg", "`.` or `..` folder"),
        ("v/{dir}/x", "../a.jpg", "`.` or `..` folder"),
        ("{key}", "a\x00.jpg", "control characters"),
        ("{key}", "a\n.jpg", "control characters"),
        ("{key}", "a\x85.jpg", "control characters"),
        ("{key}", "/etc/passwd", "begin or end with `/`"),
        ("{key}", "folder/", "begin or end with `/`"),
        ("{name}", "folder/", "empty"),
        ("resized/{key}", "é" * 510, "1028 bytes; at most 1024"),
        ("{key}", "a\udcff.jpg", "valid UTF-8"),
    ],
)
def test_an_original_key_that_makes_an_unsafe_key_is_refused(template: str, key: str, wrong: str) -> None:
    with pytest.raises(InvalidKey) as refused:
        fill(template, key)
    assert wrong in refused.value.message
    assert refused.value.remedy is not None
    assert "Rename the original" in refused.value.remedy


def test_the_default_template_serves_every_original_key() -> None:
    for key in ("../../x", "a\x00", "/", "", "x" * 1024, "\ud800", "a//b"):
        assert fill(DEFAULT, key) == "id/0123/large.jpg"


@given(key=SAFE_KEY, template=TEMPLATES)
def test_a_finished_key_is_safe_or_refused(key: str, template: str) -> None:
    if list(template_faults(template)):
        return
    try:
        made = fill(template, key)
    except InvalidKey:
        return
    segments = made.split("/")
    assert made
    assert len(made.encode()) <= 1024
    assert segments[0] != ""
    assert segments[-1] != ""
    assert not {".", ".."}.intersection(segments)


@given(SAFE_KEY)
def test_key_and_dir_with_name_say_the_same(key: str) -> None:
    assert fill("v/{dir}/{name}", key) == fill("v/{key}", key) == f"v/{key}"


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("{image}/{variant}", "`{image}` is not a placeholder"),
        ("{key!r}", "`{key!r}` is not a placeholder"),
        ("{}/{key}", "`{}` is not a placeholder"),
        ("{key", "a brace has no partner"),
        ("key}/{key}", "a brace has no partner"),
        ("{{key}}", "a brace has no partner"),
        ("/{key}", "neither begins nor ends with `/`"),
        ("{key}/", "neither begins nor ends with `/`"),
        ("a//{key}", "folder without a name"),
        ("../{key}", "would leave the bucket"),
        ("a/./{key}", "would leave the bucket"),
        ("a\n{key}", "control characters and backslashes"),
        ("a\\{key}", "control characters and backslashes"),
        ("{variant}.{ext}", "every image would get the same keys"),
        ("{version}/{variant}.{ext}", "every image would get the same keys"),
        ("", "every image would get the same keys"),
        ("x" * 513 + "{key}", "at most 512 are allowed"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_a_remedy(template: str, wrong: str) -> None:
    faults = [fault for fault in template_faults(template) if wrong in fault.message]
    assert len(faults) == 1
    assert faults[0].remedy.endswith((".", "`"))


@pytest.mark.parametrize(
    "template", [DEFAULT, "resized/{key}", "processed-{dir}/{stem}.{ext}", "processed-{name}"]
)
def test_the_templates_we_ship_are_accepted(template: str) -> None:
    assert list(template_faults(template)) == []


@pytest.mark.parametrize(
    ("template", "variants", "expected"),
    [
        (DEFAULT, [("a", "webp"), ("b", "webp")], None),
        ("{image_id}/{variant}", [("a", "webp"), ("b", "jpeg")], None),
        ("{image_id}.{ext}", [("a", "webp"), ("b", "jpeg")], None),
        ("{image_id}.{ext}", [("a", "webp"), ("b", "webp")], ("a", "b")),
        ("{image_id}.{ext}", [("a", "webp"), ("b", "original")], ("a", "b")),  # of a WebP
        ("{image_id}.{ext}", [("a", "original"), ("b", "original")], ("a", "b")),
        ("{key}", [("a", "webp"), ("b", "jpeg")], ("a", "b")),
        ("{key}", [("a", "original")], None),
        ("{image_id}/{variant}", [("A", "webp"), ("a", "webp")], ("A", "a")),
    ],
)
def test_two_variants_that_could_share_a_key_are_found(
    template: str, variants: list[tuple[str, OutputFormat]], expected: tuple[str, str] | None
) -> None:
    assert clash(template, variants) == expected


@given(
    template=TEMPLATES,
    names=st.lists(st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True), min_size=2, max_size=4, unique=True),
    formats=st.lists(st.sampled_from(WRITABLE), min_size=4, max_size=4),
    key=SAFE_KEY,
)
def test_no_original_makes_two_variants_share_a_key_where_no_clash_was_found(
    template: str, names: list[str], formats: list[OutputFormat], key: str
) -> None:
    variants = list(zip(names, formats, strict=False))
    if list(template_faults(template)) or clash(template, variants):
        return
    try:
        keys = [fill(template, key, ext=FORMATS[f].extension, variant=name) for name, f in variants]
    except InvalidKey:
        return
    assert len(set(keys)) == len(keys)


def test_every_placeholder_is_filled() -> None:
    template = "/".join(f"{{{name}}}" for name in PLACEHOLDERS)
    assert not re.search(r"[{}]", fill(template, "a/b.jpg"))
