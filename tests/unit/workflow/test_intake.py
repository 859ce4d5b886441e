"""Events come at least once, late, and in any order; the newest upload wins."""

from __future__ import annotations

import itertools

import pytest

from safelight.errors import Conflict, NotFound, StoreUnavailable
from safelight.model import ImageRecord, Lane, Status, UploadEvent, Variant
from tests.unit.workflow.conftest import OTHER_RECIPE, RECIPE, Pipeline


def variant(key: str) -> Variant:
    return Variant(
        name="v",
        key=key,
        url=f"/img/{key}",
        format="webp",
        content_type="image/webp",
        width=1,
        height=1,
        bytes=1,
        sha256="0",
    )


def settle(pipeline: Pipeline, record: ImageRecord, status: Status, *keys: str) -> ImageRecord:
    settled = pipeline.ledger.advance(
        record.image_id,
        record.execution,
        lambda stored: stored.replace(status=status, variants=tuple(variant(key) for key in keys)),
    )
    assert settled is not None
    return settled


def down(*_: object) -> None:
    raise StoreUnavailable("The store does not answer.")


def test_an_upload_becomes_a_pending_record_and_one_execution(pipeline: Pipeline) -> None:
    event = pipeline.event("a/my photo+1.jpg", sequencer="0A")
    record = pipeline.intake.submit(event, RECIPE)
    assert (record.status, record.filename, record.attempts) == (Status.PENDING, "my photo+1.jpg", 1)
    assert pipeline.engine.started[record.execution].input == {
        "bucket": "originals",
        "key": "a/my photo+1.jpg",
        "etag": event.etag,
        "sequencer": "0A",
        "size": 3,
    }


def test_the_same_event_twice_is_one_execution(pipeline: Pipeline) -> None:
    event = pipeline.event("a.jpg", sequencer="0A")
    first = pipeline.intake.submit(event, RECIPE)
    assert pipeline.intake.submit(event, RECIPE).execution == first.execution
    assert list(pipeline.engine.started) == [first.execution]


def test_the_same_event_after_the_image_is_ready_changes_nothing(pipeline: Pipeline) -> None:
    event = pipeline.event("a.jpg", sequencer="0A")
    ready = settle(pipeline, pipeline.intake.submit(event, RECIPE), Status.READY, "v1")
    assert pipeline.intake.submit(event, RECIPE) == ready


@pytest.mark.parametrize("order", list(itertools.permutations(["0A", "0B", "0C"])))
def test_whatever_the_order_of_events_the_newest_upload_wins(
    pipeline: Pipeline, order: tuple[str, ...]
) -> None:
    for sequencer in (*order, *order):
        pipeline.intake.submit(pipeline.event("a.jpg", sequencer=sequencer, etag=f"e{sequencer}"), RECIPE)
    (record,) = pipeline.catalog.list().items
    assert (record.sequencer, record.etag) == ("0C", "e0C")


def test_without_a_sequencer_the_same_object_is_the_same_upload(pipeline: Pipeline) -> None:
    event = pipeline.event("a.jpg")
    first = pipeline.intake.submit(event, RECIPE)
    assert pipeline.intake.submit(event, RECIPE).execution == first.execution


def test_without_a_sequencer_another_object_is_the_newer_one(pipeline: Pipeline) -> None:
    first = pipeline.intake.submit(pipeline.event("a.jpg", etag="e1"), RECIPE)
    second = pipeline.intake.submit(pipeline.event("a.jpg", etag="e2"), RECIPE)
    assert second.execution != first.execution
    assert (second.image_id, second.created_at) == (first.image_id, first.created_at)


def test_another_recipe_runs_the_same_upload_again(pipeline: Pipeline) -> None:
    event = pipeline.event("a.jpg", sequencer="0A")
    first = settle(pipeline, pipeline.intake.submit(event, RECIPE), Status.READY, "v1")
    second = pipeline.intake.submit(event, OTHER_RECIPE)
    assert (second.status, second.recipe, second.attempts) == (Status.PENDING, OTHER_RECIPE, 2)
    assert second.execution != first.execution
    assert second.superseded_keys == ("v1",)


def test_a_new_upload_remembers_the_variants_it_supersedes(pipeline: Pipeline) -> None:
    for etag, keys in (("e1", ("v1", "v2")), ("e2", ("v3",)), ("e3", ())):
        record = pipeline.intake.submit(pipeline.event("a.jpg", etag=etag), RECIPE)
        if keys:
            settle(pipeline, record, Status.FAILED, *keys)
    assert set(pipeline.catalog.get(record.image_id).superseded_keys) == {"v1", "v2", "v3"}


def test_mass_work_goes_to_the_backfill_lane(pipeline: Pipeline) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE, lane=Lane.BACKFILL)
    assert pipeline.engine.started[record.execution].lane is Lane.BACKFILL


def test_a_redrive_is_another_execution_of_the_same_upload(pipeline: Pipeline) -> None:
    first = settle(pipeline, pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE), Status.FAILED)
    again = pipeline.intake.redrive(first.image_id, RECIPE)
    assert (again.status, again.attempts, again.sequencer) == (Status.PENDING, 2, first.sequencer)
    assert list(pipeline.engine.started) == [first.execution, again.execution]


def test_a_redrive_of_what_is_running_is_no_second_run(pipeline: Pipeline) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    assert pipeline.intake.redrive(record.image_id, RECIPE).execution == record.execution


def test_a_redrive_frees_an_image_whose_execution_ended_without_settling_it(pipeline: Pipeline) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    pipeline.engine.status[record.execution] = "FAILED"
    assert pipeline.intake.redrive(record.image_id, RECIPE).attempts == 2


def test_what_was_deleted_or_never_known_cannot_be_redriven(pipeline: Pipeline) -> None:
    event = pipeline.event("a.jpg")
    record = pipeline.intake.submit(event, RECIPE)
    pipeline.intake.remove(UploadEvent(bucket="originals", key="a.jpg", removed=True))
    with pytest.raises(Conflict, match="Upload the image again"):
        pipeline.intake.redrive(record.image_id, RECIPE)
    with pytest.raises(NotFound):
        pipeline.intake.redrive("absent", RECIPE)


def test_removal_deletes_the_variants_and_keeps_the_record(pipeline: Pipeline) -> None:
    for key in ("v1", "v2"):
        pipeline.variants.put(key, b"pixels")
    record = settle(
        pipeline, pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE), Status.READY, "v1", "v2"
    )
    removed = pipeline.intake.remove(UploadEvent(bucket="originals", key="a.jpg", removed=True))
    assert removed is not None
    stored = pipeline.catalog.get(record.image_id)
    assert (stored.status, stored.variants, stored.superseded_keys) == (Status.DELETED, (), ())
    assert list(pipeline.variants.list()) == []


def test_a_late_removal_does_not_touch_a_newer_upload(pipeline: Pipeline) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg", sequencer="0C"), RECIPE)
    pipeline.intake.remove(UploadEvent(bucket="originals", key="a.jpg", sequencer="0B", removed=True))
    assert pipeline.catalog.get(record.image_id).status is Status.PENDING


def test_a_late_upload_does_not_revive_what_was_removed_after_it(pipeline: Pipeline) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg", sequencer="0A"), RECIPE)
    pipeline.intake.remove(UploadEvent(bucket="originals", key="a.jpg", sequencer="0C", removed=True))
    pipeline.intake.submit(pipeline.event("a.jpg", sequencer="0B", etag="e2"), RECIPE)
    assert pipeline.catalog.get(record.image_id).status is Status.DELETED


def test_an_upload_after_a_removal_revives_the_image(pipeline: Pipeline) -> None:
    event = pipeline.event("a.jpg")
    record = pipeline.intake.submit(event, RECIPE)
    pipeline.intake.remove(UploadEvent(bucket="originals", key="a.jpg", removed=True))
    again = pipeline.intake.submit(event, RECIPE)
    assert (again.status, again.image_id) == (Status.PENDING, record.image_id)
    assert again.execution != record.execution


def test_removal_of_what_nobody_knows_is_nothing(pipeline: Pipeline) -> None:
    assert pipeline.intake.remove(UploadEvent(bucket="originals", key="x", removed=True)) is None


def test_an_image_found_gone_is_not_forgotten_once_it_was_uploaded_again(pipeline: Pipeline) -> None:
    read = pipeline.intake.submit(pipeline.event("a.jpg", etag="e1"), RECIPE)
    pipeline.intake.submit(pipeline.event("a.jpg", etag="e2"), RECIPE)
    assert pipeline.intake.forget(read).status is Status.PENDING
    assert pipeline.catalog.get(read.image_id).etag == "e2"


def test_a_removal_told_again_removes_what_the_first_could_not(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    settle(pipeline, record, Status.READY, "v1")
    pipeline.variants.put("v1", b"pixels")
    removal = UploadEvent(bucket="originals", key="a.jpg", removed=True)
    with monkeypatch.context() as patch:
        patch.setattr(type(pipeline.variants), "delete", down)
        with pytest.raises(StoreUnavailable):
            pipeline.intake.remove(removal)
    assert pipeline.catalog.get(record.image_id).status is Status.DELETED
    pipeline.intake.remove(removal)
    assert list(pipeline.variants.list()) == []
