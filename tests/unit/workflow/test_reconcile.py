"""What a crash or changes behind our back left is repaired, and nothing is taken for lost too soon."""

from __future__ import annotations

import pytest

from safelight.model import Lane, Status, UploadEvent
from safelight.workflow.reconcile import Reconciler
from tests.unit.workflow.conftest import RECIPE, Pipeline


@pytest.fixture
def reconciler(pipeline: Pipeline) -> Reconciler:
    return Reconciler(
        intake=pipeline.intake,
        catalog=pipeline.catalog,
        engine=pipeline.engine,
        originals=pipeline.originals,
        variants=pipeline.variants,
        recipe=RECIPE,
    )


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


def test_running_twice_finds_nothing_the_second_time(pipeline: Pipeline, reconciler: Reconciler) -> None:
    pipeline.originals.put("a.jpg", b"one")
    reconciler.run()
    report = reconciler.run()
    assert (report.found, report.restarted, report.removed, report.swept) == (0, 0, 0, 0)
