"""The tasks: what they write into the record, what they remove, and that an overtaken one writes nothing."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field

import pytest

from safelight.errors import ImageRejected, NotFound, Superseded
from safelight.model import ImageRecord, Status, UploadEvent
from safelight.ports import Json
from safelight.workflow.tasks import Tasks
from tests.unit.workflow.conftest import RECIPE, Pipeline

FACTS = {
    "format": "jpeg",
    "width": 40,
    "height": 30,
    "frames": 1,
    "bytes": 3,
    "sha256": "f" * 64,
    "content_type": "image/jpeg",
}


@dataclass
class ScriptedPixels:
    """Implements ports.Pixels: answers what it is given, and stores the variants it names."""

    pipeline: Pipeline
    keys: tuple[str, ...] = ("v1", "v2")
    fault: ImageRejected | None = None
    jobs: list[Json] = field(default_factory=list)

    def validate(self, job: Json) -> Json:
        self.jobs.append(job)
        if self.fault:
            raise self.fault
        return {"original": FACTS, "keys": list(self.keys)}

    def render(self, job: Json) -> Json:
        self.jobs.append(job)
        for key in self.keys:
            self.pipeline.variants.put(key, b"pixels")
        return {"version": "1", "variants": [variant(key) for key in self.keys]}


def variant(key: str, *, size: int = 6) -> Json:
    return {
        "name": key,
        "key": key,
        "format": "webp",
        "content_type": "image/webp",
        "width": 4,
        "height": 3,
        "bytes": size,
        "sha256": "0",
    }


@dataclass(frozen=True, kw_only=True)
class Bench:
    pipeline: Pipeline
    pixels: ScriptedPixels
    tasks: Tasks

    def upload(self, etag: str = "e1") -> tuple[ImageRecord, Json]:
        """A submitted image and the call its execution would make first."""
        event = self.pipeline.event("a.jpg", etag=etag)
        record = self.pipeline.intake.submit(event, RECIPE)
        state = {
            "bucket": "originals",
            "key": "a.jpg",
            "etag": etag,
            "sequencer": record.sequencer,
            "size": 3,
        }
        return record, {"execution": record.execution, "state": state}

    def finish(self, call: Json) -> Json:
        """Run the three tasks of the good path; returns the last one's answer."""
        call["state"]["validation"] = self.tasks.validate_image(call)
        call["state"]["rendering"] = self.tasks.render_variants(call)
        return self.tasks.store_image_metadata(call)

    def stored(self, record: ImageRecord) -> ImageRecord:
        return self.pipeline.catalog.get(record.image_id)

    def variant_keys(self) -> set[str]:
        return {info.key for info in self.pipeline.variants.list()}


@pytest.fixture
def bench(pipeline: Pipeline) -> Bench:
    pixels = ScriptedPixels(pipeline)
    tasks = Tasks(
        ledger=pipeline.ledger, variants=pipeline.variants, pixels=pixels, url=lambda key: f"/img/{key}"
    )
    return Bench(pipeline=pipeline, pixels=pixels, tasks=tasks)


def test_validation_marks_the_image_processing_and_returns_its_facts(bench: Bench) -> None:
    record, call = bench.upload()
    assert bench.tasks.validate_image(call) == {
        "isValid": True,
        "recipe": RECIPE.digest,
        "original": FACTS,
        "keys": ["v1", "v2"],
    }
    assert bench.stored(record).status is Status.PROCESSING


def test_the_good_path_ends_ready_with_every_variant(bench: Bench) -> None:
    record, call = bench.upload()
    assert bench.finish(call) == {"status": "READY"}
    ready = bench.stored(record)
    assert (ready.status, ready.version, ready.original.width) == (Status.READY, "1", 40)
    assert [(made.name, made.url, made.bytes) for made in ready.variants] == [
        ("v1", "/img/v1", 6),
        ("v2", "/img/v2", 6),
    ]
    assert ready.ready_at is not None


def test_a_task_run_twice_leaves_the_same_record(bench: Bench) -> None:
    record, call = bench.upload()
    bench.finish(call)
    once = bench.stored(record)
    bench.tasks.store_image_metadata(call)
    twice = bench.stored(record)
    assert (twice.variants, twice.status, twice.attempts) == (once.variants, once.status, once.attempts)


def test_a_variant_that_is_not_there_keeps_the_image_from_ready(bench: Bench) -> None:
    record, call = bench.upload()
    call["state"]["validation"] = bench.tasks.validate_image(call)
    call["state"]["rendering"] = {"version": "1", "variants": [variant("never-stored")]}
    with pytest.raises(NotFound):
        bench.tasks.store_image_metadata(call)
    assert bench.stored(record).status is Status.PROCESSING


def test_a_variant_of_another_size_keeps_the_image_from_ready(bench: Bench) -> None:
    _, call = bench.upload()
    bench.pipeline.variants.put("short", b"pix")
    call["state"]["validation"] = bench.tasks.validate_image(call)
    call["state"]["rendering"] = {"version": "1", "variants": [variant("short")]}
    with pytest.raises(NotFound, match="Redrive"):
        bench.tasks.store_image_metadata(call)


def test_a_new_upload_replaces_the_variants_of_the_old_one(bench: Bench) -> None:
    bench.finish(bench.upload("e1")[1])
    bench.pixels.keys = ("v2", "v3")
    record, call = bench.upload("e2")
    assert bench.variant_keys() == {"v1", "v2"}  # still served while the new ones are made
    bench.finish(call)
    assert bench.variant_keys() == {"v2", "v3"}
    assert bench.stored(record).superseded_keys == ()


def test_an_overtaken_execution_does_not_begin(bench: Bench) -> None:
    _, old = bench.upload("e1")
    bench.upload("e2")
    with pytest.raises(Superseded):
        bench.tasks.validate_image(old)


def test_an_execution_overtaken_while_rendering_leaves_no_variant_behind(bench: Bench) -> None:
    _, old = bench.upload("e1")
    old["state"]["validation"] = bench.tasks.validate_image(old)
    old["state"]["rendering"] = bench.tasks.render_variants(old)
    bench.pixels.keys = ("v3",)
    record, new = bench.upload("e2")
    assert bench.tasks.store_image_metadata(old) == {"status": "PENDING"}
    bench.finish(new)
    assert bench.variant_keys() == {"v3"}
    assert [made.key for made in bench.stored(record).variants] == ["v3"]


def test_an_execution_that_ends_after_a_removal_removes_its_own_variants(bench: Bench) -> None:
    record, call = bench.upload()
    call["state"]["validation"] = bench.tasks.validate_image(call)
    call["state"]["rendering"] = bench.tasks.render_variants(call)
    bench.pipeline.intake.remove(UploadEvent(bucket="originals", key="a.jpg", removed=True))
    bench.tasks.store_image_metadata(call)
    assert bench.variant_keys() == set()
    assert bench.stored(record).status is Status.DELETED


def test_a_rejected_image_says_why_and_where(bench: Bench) -> None:
    record, call = bench.upload()
    bench.pixels.fault = ImageRejected("truncated", "The file ends early.", remedy="Upload it again.")
    call["state"]["validation"] = bench.tasks.validate_image(call)
    assert call["state"]["validation"]["isValid"] is False
    bench.tasks.record_rejection(call)
    rejected = bench.stored(record)
    assert rejected.status is Status.REJECTED
    assert rejected.error is not None
    assert (rejected.error.code, rejected.error.message, rejected.error.stage) == (
        "truncated",
        "The file ends early. Upload it again.",
        "ValidateImage",
    )


def test_an_image_that_fails_while_rendering_is_rejected_with_that_stage(bench: Bench) -> None:
    record, call = bench.upload()
    call["state"]["validation"] = bench.tasks.validate_image(call)
    cause = {"errorType": "ImageRejected", "errorMessage": "Broken.", "code": "corrupt_image"}
    call["state"]["failure"] = {"Error": "ImageRejected", "Cause": json.dumps(cause)}
    bench.tasks.record_rejection(call)
    rejected = bench.stored(record)
    assert rejected.error is not None
    assert (rejected.error.code, rejected.error.stage) == ("corrupt_image", "RenderVariants")


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ({"Error": "States.Timeout", "Cause": ""}, "task_timeout"),
        ({"Error": "KeyError", "Cause": json.dumps({"errorMessage": "secret"})}, "internal_error"),
        ({"Error": "Sandbox.Timedout", "Cause": "not JSON: secret"}, "internal_error"),
        (
            {
                "Error": "WorkerCrashed",
                "Cause": json.dumps({"errorMessage": "It died.", "code": "worker_crashed"}),
            },
            "worker_crashed",
        ),
    ],
)
def test_a_failure_is_recorded_without_foreign_words(
    bench: Bench, failure: dict[str, str], code: str
) -> None:
    record, call = bench.upload()
    call["state"]["failure"] = failure
    bench.tasks.record_failure(call)
    failed = bench.stored(record)
    assert failed.status is Status.FAILED
    assert failed.error is not None
    assert (failed.error.code, failed.error.stage) == (code, "ValidateImage")
    assert "secret" not in failed.error.message


def test_a_failed_image_keeps_the_variants_of_its_predecessor(bench: Bench) -> None:
    bench.finish(bench.upload("e1")[1])
    record, call = bench.upload("e2")
    call["state"]["failure"] = {"Error": "States.Timeout", "Cause": ""}
    bench.tasks.record_failure(call)
    assert bench.variant_keys() == {"v1", "v2"}
    assert bench.stored(record).superseded_keys == ("v1", "v2")


def test_a_validation_that_comes_to_its_end_late_does_not_reopen_a_settled_image(bench: Bench) -> None:
    record, call = bench.upload()
    bench.finish(call)
    with pytest.raises(Superseded):
        bench.tasks.validate_image(call)
    assert bench.stored(record).status is Status.READY


def test_an_image_is_settled_once_by_its_execution(bench: Bench) -> None:
    told: list[Status] = []
    tasks = dataclasses.replace(bench.tasks, on_settled=lambda record: told.append(record.status))
    record, call = bench.upload()
    bench.finish(call)
    ready = bench.stored(record)
    tasks.store_image_metadata(call)
    call["state"]["failure"] = {"Error": "States.Timeout", "Cause": ""}
    assert tasks.record_failure(call) == {"status": "READY"}
    assert bench.stored(record) == ready
    assert told == []


def test_variants_stored_after_the_task_was_given_up_are_removed_with_the_image(bench: Bench) -> None:
    record, call = bench.upload()
    call["state"]["validation"] = bench.tasks.validate_image(call)
    call["state"]["rendering"] = bench.tasks.render_variants(call)
    failed = {**call, "state": {**call["state"], "failure": {"Error": "States.Timeout", "Cause": ""}}}
    bench.tasks.record_failure(failed)
    assert bench.tasks.store_image_metadata(call) == {"status": "FAILED"}
    bench.pipeline.intake.forget(bench.stored(record))
    assert bench.variant_keys() == set()


def test_the_failure_of_an_overtaken_execution_leaves_the_newer_record_as_it_is(bench: Bench) -> None:
    _, old = bench.upload("e1")
    record, _ = bench.upload("e2")
    old["state"]["failure"] = {"Error": "Superseded", "Cause": ""}
    bench.tasks.record_failure(old)
    assert bench.stored(record) == record


def test_an_object_that_another_image_has_replaced_is_not_removed_with_this_one(bench: Bench) -> None:
    bench.pixels.keys = ("shared", "own")
    record, call = bench.upload()
    bench.finish(call)
    other = record.replace(image_id="other", key="b.jpg", revision=0)
    listed = tuple(made for made in bench.stored(record).variants if made.key == "shared")
    bench.pipeline.catalog.create(other.replace(status=Status.READY, variants=listed))
    bench.pipeline.intake.forget(bench.stored(record))
    assert bench.variant_keys() == {"shared"}


def test_what_a_rendering_stored_before_it_broke_off_is_removed_with_the_image(bench: Bench) -> None:
    record, call = bench.upload()
    call["state"]["validation"] = bench.tasks.validate_image(call)
    bench.pipeline.variants.put("v1", b"pixels")
    call["state"]["failure"] = {"Error": "StorageFull", "Cause": ""}
    bench.tasks.record_failure(call)
    assert bench.variant_keys() == {"v1"}  # a redrive would write it again
    bench.pipeline.intake.forget(bench.stored(record))
    assert bench.variant_keys() == set()
