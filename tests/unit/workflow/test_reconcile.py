"""What a crash or changes behind our back left is repaired, and nothing is taken for lost too soon."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from safelight.errors import NotFound
from safelight.identity import image_id
from safelight.model import Execution, Lane, Status, UploadEvent
from safelight.ports import ObjectInfo
from safelight.temporary_names import STILL_SECONDS
from safelight.workflow.reconcile import Reconciler
from tests.unit.workflow.conftest import RECIPE, Pipeline


@pytest.fixture
def reconciler(pipeline: Pipeline) -> Reconciler:
    def sleep(seconds: float) -> None:
        pytest.fail(f"nothing is being written, and yet it waits for {seconds} s")

    return Reconciler(
        sleep=sleep,
        intake=pipeline.intake,
        catalog=pipeline.catalog,
        keys=pipeline.catalog,
        engine=pipeline.engine,
        originals=pipeline.originals,
        variants=pipeline.variants,
        recipe=RECIPE,
    )


class StoppedClock:
    """Implements ports.Clock."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def statuses(pipeline: Pipeline) -> dict[str, Status]:
    return {record.key: record.status for record in pipeline.catalog.list().items}


def test_an_original_without_a_record_is_submitted_in_the_backfill_lane(
    pipeline: Pipeline, reconciler: Reconciler
) -> None:
    pipeline.originals.put("stored but not recorded.jpg", b"one")
    assert reconciler.run().found == 1
    (execution,) = pipeline.engine.started.values()
    assert (execution.input["key"], execution.lane) == ("stored but not recorded.jpg", Lane.BACKFILL)


def test_what_is_in_order_is_left_alone(pipeline: Pipeline, reconciler: Reconciler) -> None:
    pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    before = dict(pipeline.engine.started)
    report = reconciler.run()
    assert (report.found, report.restarted, report.removed, report.swept) == (0, 0, 0, 0)
    assert pipeline.engine.started == before


def test_an_original_changed_while_nothing_ran_is_submitted_again(
    pipeline: Pipeline, reconciler: Reconciler
) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg", b"one"), RECIPE)
    pipeline.originals.put("a.jpg", b"another picture")
    assert reconciler.run().found == 1
    assert pipeline.catalog.get(record.image_id).execution != record.execution


def test_a_record_whose_execution_was_never_started_gets_it(
    pipeline: Pipeline, reconciler: Reconciler
) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    pipeline.engine.started.clear()
    assert reconciler.run().restarted == 1
    assert list(pipeline.engine.started) == [record.execution]


def test_an_execution_that_ended_without_settling_its_image_is_run_again(
    pipeline: Pipeline, reconciler: Reconciler
) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    pipeline.engine.status[record.execution] = "FAILED"
    assert reconciler.run().restarted == 1
    assert pipeline.catalog.get(record.image_id).attempts == 2


def test_a_removed_original_makes_its_image_deleted(pipeline: Pipeline, reconciler: Reconciler) -> None:
    for key in ("kept.jpg", "gone.jpg"):
        pipeline.intake.submit(pipeline.event(key), RECIPE)
    pipeline.originals.delete(["gone.jpg"])
    assert reconciler.run().removed == 1
    assert statuses(pipeline) == {"kept.jpg": Status.PENDING, "gone.jpg": Status.DELETED}


def test_an_empty_bucket_is_a_disk_that_is_not_mounted(pipeline: Pipeline, reconciler: Reconciler) -> None:
    pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    pipeline.originals.delete(["a.jpg"])
    assert reconciler.run().removed == 0
    assert statuses(pipeline) == {"a.jpg": Status.PENDING}


def test_variants_that_outlived_their_image_are_swept(pipeline: Pipeline, reconciler: Reconciler) -> None:
    pipeline.originals.put("other.jpg", b"one")
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    pipeline.intake.remove(UploadEvent(bucket="originals", key="a.jpg", removed=True))
    pipeline.originals.delete(["a.jpg"])
    pipeline.variants.put("left", b"pixels")
    pipeline.ledger.write(
        pipeline.catalog.get(record.image_id),
        lambda stored: stored.replace(superseded_keys=("left",)),
        only_if=lambda _: True,
    )
    assert reconciler.run().swept == 1
    assert list(pipeline.variants.list()) == []


def test_the_variants_of_a_failed_image_are_kept_and_not_counted_as_swept(
    pipeline: Pipeline, reconciler: Reconciler
) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    pipeline.variants.put("old", b"pixels")
    pipeline.ledger.advance(
        record.image_id,
        record.execution,
        lambda stored: stored.replace(status=Status.FAILED, superseded_keys=("old",)),
    )
    assert reconciler.run().swept == 0
    assert [info.key for info in pipeline.variants.list()] == ["old"]


def test_an_execution_that_settles_its_image_meanwhile_is_not_run_again(
    pipeline: Pipeline, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    look = pipeline.engine.get

    def settle_first(name: str) -> Execution:
        pipeline.ledger.advance(
            record.image_id, record.execution, lambda stored: stored.replace(status=Status.READY)
        )
        pipeline.engine.status[record.execution] = "SUCCEEDED"
        return look(name)

    monkeypatch.setattr(pipeline.engine, "get", settle_first)
    assert reconciler.run().restarted == 0
    assert statuses(pipeline) == {"a.jpg": Status.READY}


def test_an_upload_that_comes_in_while_its_predecessor_is_looked_for_is_not_forgotten(
    pipeline: Pipeline, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.originals.put("other.jpg", b"one")
    pipeline.intake.submit(pipeline.event("a.jpg"), RECIPE)
    pipeline.originals.delete(["a.jpg"])
    look = pipeline.originals.head

    def upload_after(key: str) -> ObjectInfo:
        try:
            return look(key)
        except NotFound:
            pipeline.intake.submit(pipeline.event(key, b"again"), RECIPE)
            raise

    monkeypatch.setattr(type(pipeline.originals), "head", lambda _, key: upload_after(key))
    assert pipeline.catalog.get(image_id("originals", "a.jpg")).status is Status.PENDING
    reconciler.forget_missing(["a", ""])
    assert statuses(pipeline)["a.jpg"] is Status.PENDING


def test_an_upload_that_comes_in_while_it_is_noticed_is_the_one_that_is_processed(
    pipeline: Pipeline, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.originals.put("a.jpg", b"one")
    stale = pipeline.originals.head("a.jpg")
    latest = pipeline.intake.submit(pipeline.event("a.jpg", b"another"), RECIPE)
    look, answers = pipeline.originals.head, [stale]
    monkeypatch.setattr(
        type(pipeline.originals), "head", lambda _, key: answers.pop() if answers else look(key)
    )
    assert reconciler.notice("a.jpg")
    assert pipeline.catalog.get(latest.image_id).etag == latest.etag


def test_names_that_are_never_images_are_passed_over(pipeline: Pipeline, reconciler: Reconciler) -> None:
    for key in (".DS_Store", "album/Thumbs.db", "a.jpg.part"):
        pipeline.originals.put(key, b"x")
    assert reconciler.run().found == 0


@pytest.mark.parametrize(("written_on", "found"), [(False, 1), (True, 0)])
def test_a_file_that_may_be_in_the_making_is_taken_up_once_it_stays_the_same(
    pipeline: Pipeline, reconciler: Reconciler, written_on: bool, found: int
) -> None:
    pipeline.originals.put("a.jpg", b"one")
    clock = StoppedClock(pipeline.originals.head("a.jpg").modified)
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if written_on:
            pipeline.originals.put("a.jpg", b"one and more")

    intake = dataclasses.replace(pipeline.intake, clock=clock)
    assert dataclasses.replace(reconciler, intake=intake, sleep=sleep).run().found == found
    assert waited == [STILL_SECONDS]
    assert len(pipeline.engine.started) == found


def test_what_is_gone_from_a_folder_is_forgotten_and_the_rest_is_not_looked_at(
    pipeline: Pipeline, reconciler: Reconciler
) -> None:
    gone = ["album/a.jpg", "album/inner/b.jpg", "albums/c.jpg"]
    for key in ("album/kept.jpg", *gone):
        pipeline.intake.submit(pipeline.event(key), RECIPE)
    pipeline.originals.delete(gone)
    assert reconciler.forget_missing(["album", "album/inner"]) == 2
    assert {key for key, status in statuses(pipeline).items() if status is Status.DELETED} == set(gone[:2])


def test_a_folder_that_goes_with_everything_else_is_a_disk_that_is_not_mounted(
    pipeline: Pipeline, reconciler: Reconciler, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline.intake.submit(pipeline.event("album/a.jpg"), RECIPE)
    pipeline.originals.delete(["album/a.jpg"])
    pipeline.originals.put("lost+found/left by the system", b"x")
    assert reconciler.forget_missing(["album"]) == 0
    assert statuses(pipeline) == {"album/a.jpg": Status.PENDING}
    assert "is its disk mounted" in caplog.text


def test_running_twice_finds_nothing_the_second_time(pipeline: Pipeline, reconciler: Reconciler) -> None:
    pipeline.originals.put("a.jpg", b"one")
    reconciler.run()
    report = reconciler.run()
    assert (report.found, report.restarted, report.removed, report.swept) == (0, 0, 0, 0)
