"""Image work by key, on real pixels: what validation foretells is what rendering stores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from safelight.errors import ImageRejected, NotFound, Superseded
from safelight.identity import image_id, version
from safelight.image.render import encoder_version
from safelight.ports import Bucket, Json
from safelight.recipes.load import parse_recipe
from safelight.stores.objects import open_bucket
from safelight.workflow.pixels import BucketPixels
from tests.samples import photos

RECIPE = parse_recipe(
    """
version: 1
name: test
accept: {formats: [jpeg, png], max_bytes: 1MB}
variants:
  - {name: small, width: 16, format: webp}
  - {name: same, width: 24, format: original}
output: {key: "{dir}/{stem}/{version}/{variant}.{ext}"}
""",
    source="test.yaml",
)


@dataclass(frozen=True, kw_only=True)
class Studio:
    originals: Bucket
    variants: Bucket
    pixels: BucketPixels

    def job(self, key: str, data: bytes) -> Json:
        info = self.originals.put(key, data)
        return {
            "image_id": image_id("originals", key),
            "key": key,
            "etag": info.etag,
            "recipe": RECIPE.digest,
        }


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    originals = open_bucket(str(tmp_path / "originals"), name="originals")
    variants = open_bucket(str(tmp_path / "variants"), name="variants")
    pixels = BucketPixels(originals=originals, variants=variants, recipe=lambda _: RECIPE)
    return Studio(originals=originals, variants=variants, pixels=pixels)


@pytest.mark.parametrize(("kind", "extension"), [(photos.jpeg, "jpg"), (photos.png, "png")])
def test_variants_are_stored_under_the_keys_that_validation_foretold(
    studio: Studio, kind: object, extension: str
) -> None:
    assert callable(kind)
    job = studio.job("album/photo.bin", kind(40, 30))
    found = studio.pixels.validate(job)
    made = studio.pixels.render({**job, "sha256": found["original"]["sha256"]})
    expected = version(found["original"]["sha256"], RECIPE.digest, encoder_version())
    assert made["version"] == expected
    assert found["keys"] == [
        f"album/photo/{expected}/small.webp",
        f"album/photo/{expected}/same.{extension}",
    ]
    assert [variant["key"] for variant in made["variants"]] == found["keys"]
    assert {info.key: info.size for info in studio.variants.list()} == {
        variant["key"]: variant["bytes"] for variant in made["variants"]
    }


def test_an_original_larger_than_the_recipe_accepts_is_refused_unread(studio: Studio) -> None:
    with pytest.raises(ImageRejected, match=r"1,000,001 bytes; .* Raise accept\.max_bytes"):
        studio.pixels.validate(studio.job("a.jpg", b"x" * 1_000_001))


def test_a_name_that_makes_no_key_is_refused_before_pixels_are_touched(studio: Studio) -> None:
    deep = "/".join(["folder" * 20] * 8) + "/" + "name" * 10 + ".jpg"
    with pytest.raises(ImageRejected, match="bytes; at most"):
        studio.pixels.validate(studio.job(deep, photos.jpeg(40, 30)))


def test_an_original_that_was_replaced_is_not_rendered(studio: Studio) -> None:
    job = studio.job("a.jpg", photos.jpeg(40, 30))
    sha256 = studio.pixels.validate(job)["original"]["sha256"]
    studio.job("a.jpg", photos.jpeg(50, 30))
    for work in (studio.pixels.validate, studio.pixels.render):
        with pytest.raises(Superseded):
            work({**job, "sha256": sha256})
    assert list(studio.variants.list()) == []


def test_an_original_that_is_gone_is_not_found(studio: Studio) -> None:
    job = studio.job("a.jpg", photos.jpeg(40, 30))
    studio.originals.delete(["a.jpg"])
    with pytest.raises(NotFound):
        studio.pixels.validate(job)
