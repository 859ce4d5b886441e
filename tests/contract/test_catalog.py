"""What every catalog must do."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from safelight.errors import InvalidRequest, NotFound
from safelight.model import ImageRecord, Original, Problem, RecipeRef, Status, Variant
from tests.contract.catalogs import BACKENDS, FullCatalog

NOON = datetime(2026, 1, 2, 12, 0, 0, 123457, tzinfo=UTC)


@pytest.fixture(params=BACKENDS)
def catalog(request: pytest.FixtureRequest) -> FullCatalog:
    return BACKENDS[request.param](request)


def record(image_id: str = "a", *, status: Status = Status.PENDING, age: int = 0) -> ImageRecord:
    """`age` in microseconds before noon."""
    return ImageRecord(
        image_id=image_id,
        bucket="originals",
        key=f"folder/{image_id}.jpg",
        filename=f"{image_id}.jpg",
        status=status,
        recipe=RecipeRef(name="web", digest="d" * 64),
        execution=f"{image_id}-1",
        created_at=NOON - timedelta(microseconds=age),
        updated_at=NOON,
    )


def variant(key: str, *, name: str = "large") -> Variant:
    return Variant(
        name=name,
        key=key,
        url=f"/img/{key}",
        format="webp",
        content_type="image/webp",
        width=640,
        height=480,
        bytes=1234,
        sha256="0" * 64,
    )


def change(catalog: FullCatalog, image_id: str, **changes: object) -> ImageRecord:
    """As every writer does: read, change, swap, read."""
    assert catalog.update(catalog.get(image_id).replace(**changes))
    return catalog.get(image_id)


def page_through(catalog: FullCatalog, *, status: Status | None = None, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    after: str | None = None
    while True:
        page = catalog.list(status=status, limit=limit, after=after)
        pages.append([item.image_id for item in page.items])
        if page.next is None:
            return pages
        after = page.next


def test_a_record_comes_back_as_it_was_stored(catalog: FullCatalog) -> None:
    full = record().replace(
        key="ümläut/日本 \udcff.jpg",
        status=Status.READY,
        created_at=datetime(2026, 1, 2, 13, 0, tzinfo=timezone(timedelta(hours=1))),
        ready_at=NOON,
        error=Problem(code="too_large", message="Zu groß.", stage="ValidateImage"),
        original=Original(
            format="jpeg", width=1, height=2, frames=1, bytes=3, sha256="f", content_type="image/jpeg"
        ),
        variants=(variant("k1"), variant("k2", name="small")),
        version="abc",
        attempts=3,
        etag="e",
        sequencer="0055",
        superseded_keys=("old1", "old2"),
    )
    assert catalog.create(full)
    assert catalog.get("a") == full


def test_a_missing_record_is_not_found(catalog: FullCatalog) -> None:
    for image_id in ("a", "", "'; DROP TABLE images", "\udc80"):
        with pytest.raises(NotFound):
            catalog.get(image_id)


def test_the_first_record_of_an_image_stays(catalog: FullCatalog) -> None:
    assert catalog.create(record())
    assert not catalog.create(record(status=Status.READY))
    assert catalog.get("a").status is Status.PENDING


def test_an_update_of_what_was_read_replaces_it_and_counts_the_revision_up(catalog: FullCatalog) -> None:
    catalog.create(record())
    first = catalog.get("a")
    assert catalog.update(first.replace(status=Status.PROCESSING))
    second = catalog.get("a")
    assert second == first.replace(status=Status.PROCESSING, revision=first.revision + 1)


def test_an_update_of_an_older_state_changes_nothing(catalog: FullCatalog) -> None:
    catalog.create(record())
    stale = catalog.get("a")
    fresh = change(catalog, "a", status=Status.PROCESSING)
    assert not catalog.update(stale.replace(status=Status.FAILED, variants=(variant("k"),)))
    assert catalog.get("a") == fresh
    assert catalog.owner("k") is None


def test_what_is_not_there_cannot_be_updated(catalog: FullCatalog) -> None:
    assert not catalog.update(record())
    with pytest.raises(NotFound):
        catalog.get("a")


def test_of_many_who_create_at_once_one_succeeds(catalog: FullCatalog) -> None:
    with ThreadPoolExecutor(8) as threads:
        created = list(
            threads.map(lambda number: catalog.create(record().replace(etag=str(number))), range(16))
        )
    assert created.count(True) == 1
    assert catalog.get("a").etag == str(created.index(True))


def test_no_update_is_lost_when_many_swap_at_once(catalog: FullCatalog) -> None:
    catalog.create(record().replace(attempts=0))

    def add_one(_: int) -> None:
        while True:
            stored = catalog.get("a")
            if catalog.update(stored.replace(attempts=stored.attempts + 1)):
                return

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(40)))
    assert catalog.get("a").attempts == 40


def test_a_listing_is_newest_first_and_by_id_within_one_moment(catalog: FullCatalog) -> None:
    for image_id, age in [("c", 0), ("a", 1), ("b", 1), ("d", 1_000_000), ("e", 2)]:
        catalog.create(record(image_id, age=age))
    assert page_through(catalog, limit=50) == [["c", "b", "a", "e", "d"]]
    assert page_through(catalog, limit=2) == [["c", "b"], ["a", "e"], ["d"]]
    assert page_through(catalog, limit=5) == [["c", "b", "a", "e", "d"]]


def test_a_listing_by_status_has_only_those(catalog: FullCatalog) -> None:
    for number in range(9):
        catalog.create(record(f"i{number}", age=number, status=Status.FAILED if number % 3 else Status.READY))
    assert page_through(catalog, status=Status.READY, limit=2) == [["i0", "i3"], ["i6"]]
    assert page_through(catalog, status=Status.FAILED, limit=4) == [["i1", "i2", "i4", "i5"], ["i7", "i8"]]
    assert page_through(catalog, status=Status.DELETED, limit=2) == [[]]


def test_an_empty_catalog_lists_nothing(catalog: FullCatalog) -> None:
    page = catalog.list()
    assert (page.items, page.next) == ((), None)


def test_pages_neither_repeat_nor_skip_when_newer_images_come_in_between(catalog: FullCatalog) -> None:
    for number in range(4):
        catalog.create(record(f"i{number}", age=number))
    first = catalog.list(limit=2)
    catalog.create(record("newest", age=-1))
    change(catalog, "i3", status=Status.READY)
    second = catalog.list(limit=2, after=first.next)
    assert [item.image_id for item in (*first.items, *second.items)] == ["i0", "i1", "i2", "i3"]


def test_creation_time_alone_decides_the_place_in_a_listing(catalog: FullCatalog) -> None:
    catalog.create(record("old", age=5))
    catalog.create(record("new", age=1))
    change(catalog, "old", updated_at=NOON + timedelta(hours=1))
    assert page_through(catalog, limit=9) == [["new", "old"]]


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "!!!!",
        "ü",
        encoded(None),
        encoded(5),
        encoded([]),
        encoded({"a": 1, "b": 2}),
        encoded([1, 2]),
        encoded(["1", "a"]),
        encoded([1.5, "a"]),
        encoded([True, "a"]),
        encoded([1, "a", "b"]),
        encoded([2**63, "a"]),
        encoded([1, "\udc80"]),
        base64.urlsafe_b64encode(b'[1e999, "a"]').decode(),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        "a" * 10_000,
    ],
)
@pytest.mark.parametrize("status", [None, Status.READY])
def test_a_cursor_that_no_listing_gave_is_refused(
    catalog: FullCatalog, cursor: str, status: Status | None
) -> None:
    with pytest.raises(InvalidRequest, match="next"):
        catalog.list(after=cursor, status=status)


def test_a_cursor_is_safe_in_a_url(catalog: FullCatalog) -> None:
    for number in range(3):
        catalog.create(record(f"i{number}???>>>", age=number))
    cursor = catalog.list(limit=1).next
    assert cursor is not None
    assert cursor.replace("-", "").replace("_", "").replace("=", "").isalnum()


@pytest.mark.parametrize("limit", [0, -1, -50])
def test_a_page_of_nothing_is_refused(catalog: FullCatalog, limit: int) -> None:
    catalog.create(record())
    with pytest.raises(InvalidRequest):
        catalog.list(limit=limit)


def test_counts_follow_every_write(catalog: FullCatalog) -> None:
    assert catalog.counts() == dict.fromkeys(Status, 0)
    for number in range(5):
        catalog.create(record(f"i{number}"))
    catalog.create(record("i0", status=Status.FAILED))
    stale = catalog.get("i1")
    change(catalog, "i1", status=Status.READY)
    change(catalog, "i2", status=Status.READY)
    change(catalog, "i2", status=Status.DELETED)
    change(catalog, "i3", etag="same status")
    catalog.update(stale.replace(status=Status.REJECTED))
    assert catalog.counts() == dict.fromkeys(Status, 0) | {
        Status.PENDING: 3,
        Status.READY: 1,
        Status.DELETED: 1,
    }


def ids(records: list[ImageRecord]) -> list[str]:
    return [found.image_id for found in records]


def test_changes_since_a_position_come_once_each_in_the_order_of_their_last_write(
    catalog: FullCatalog,
) -> None:
    assert catalog.changes(after=None) == ([], 0)
    for image_id in "abc":
        catalog.create(record(image_id))
    nothing, start = catalog.changes(after=None)
    assert nothing == []
    assert catalog.changes(after=start) == ([], start)
    change(catalog, "c", status=Status.PROCESSING)
    change(catalog, "a", status=Status.PROCESSING)
    ready = change(catalog, "c", status=Status.READY)
    found, position = catalog.changes(after=start)
    assert ids(found) == ["a", "c"]
    assert found[1] == ready
    assert catalog.changes(after=position) == ([], position)


def test_changes_come_in_portions(catalog: FullCatalog) -> None:
    for image_id in "abcde":
        catalog.create(record(image_id))
    found, position = catalog.changes(after=0, limit=3)
    assert ids(found) == ["a", "b", "c"]
    found, position = catalog.changes(after=position, limit=3)
    assert ids(found) == ["d", "e"]
    assert catalog.changes(after=None) == ([], position)


def test_a_write_that_lost_is_no_change(catalog: FullCatalog) -> None:
    catalog.create(record())
    _, position = catalog.changes(after=None)
    catalog.create(record())
    catalog.update(record().replace(revision=99))
    assert catalog.changes(after=position) == ([], position)


def test_a_variant_belongs_to_the_image_that_lists_it(catalog: FullCatalog) -> None:
    catalog.create(record())
    change(catalog, "a", variants=(variant("k1"), variant("k2", name="small")))
    assert [catalog.owner(key) for key in ("k1", "k2", "k", "k3", "", "\udc80")] == ["a", "a", *[None] * 4]


def test_a_superseded_variant_belongs_to_its_image_until_it_is_swept(catalog: FullCatalog) -> None:
    catalog.create(record().replace(variants=(variant("old"),)))
    change(catalog, "a", status=Status.PENDING, variants=(), superseded_keys=("old", "never-listed"))
    assert (catalog.owner("old"), catalog.owner("never-listed")) == ("a", None)
    change(catalog, "a", status=Status.READY, variants=(variant("new"),))
    assert (catalog.owner("old"), catalog.owner("new")) == ("a", "a")
    change(catalog, "a", superseded_keys=())
    assert (catalog.owner("old"), catalog.owner("new")) == (None, "a")


def test_a_deleted_image_owns_nothing(catalog: FullCatalog) -> None:
    catalog.create(record().replace(variants=(variant("k1"),)))
    change(catalog, "a", status=Status.DELETED, variants=(), superseded_keys=("k1",))
    assert catalog.owner("k1") is None


def test_a_key_belongs_to_the_image_that_was_the_last_to_list_it(catalog: FullCatalog) -> None:
    catalog.create(record("a").replace(variants=(variant("shared"),)))
    catalog.create(record("b").replace(variants=(variant("shared"),)))
    assert catalog.owner("shared") == "b"
    change(catalog, "a", status=Status.DELETED, variants=())
    assert catalog.owner("shared") == "b"


@pytest.mark.parametrize("refused", [lambda stored: stored.replace(revision=7), lambda _: record("b")])
def test_a_refused_write_leaves_the_variants_as_they_were(
    catalog: FullCatalog, refused: Callable[[ImageRecord], ImageRecord]
) -> None:
    catalog.create(record().replace(variants=(variant("k1"),)))
    assert not catalog.update(refused(catalog.get("a")).replace(variants=(variant("k2"),)))
    assert (catalog.owner("k1"), catalog.owner("k2")) == ("a", None)


def test_the_images_of_a_folder_are_found_by_its_name(catalog: FullCatalog) -> None:
    keys = ["a.jpg", "a/1.jpg", "a/b/2.jpg", "a/é.jpg", "a-b/3.jpg", "a0.jpg", "ab/4.jpg", "a/caf\udce9.jpg"]
    for number, key in enumerate(keys):
        catalog.create(record(f"i{number}").replace(key=key))
    catalog.create(record("other").replace(bucket="elsewhere", key="a/5.jpg"))
    assert sorted(catalog.keys_below("originals", "a")) == sorted(
        ["a/1.jpg", "a/b/2.jpg", "a/é.jpg", "a/caf\udce9.jpg"]
    )
    assert list(catalog.keys_below("originals", "a/b")) == ["a/b/2.jpg"]
    assert sorted(catalog.keys_below("originals", "")) == sorted(keys)
    assert list(catalog.keys_below("originals", "a.jpg")) == []
    assert list(catalog.keys_below("elsewhere", "a")) == ["a/5.jpg"]


def test_a_deleted_image_is_in_no_folder_until_it_is_back(catalog: FullCatalog) -> None:
    catalog.create(record().replace(key="a/1.jpg"))
    change(catalog, "a", status=Status.DELETED)
    assert list(catalog.keys_below("originals", "a")) == []
    change(catalog, "a", status=Status.PENDING)
    assert list(catalog.keys_below("originals", "a")) == ["a/1.jpg"]


def test_a_folder_may_be_emptied_while_its_keys_are_read(catalog: FullCatalog) -> None:
    expected = [f"a/{number:04}.jpg" for number in range(600)]
    for number, key in enumerate(expected):
        catalog.create(record(f"i{number}").replace(key=key))
    found = []
    for key in catalog.keys_below("originals", "a"):
        found.append(key)
        change(catalog, f"i{int(key[2:6])}", status=Status.DELETED)
    assert found == expected
