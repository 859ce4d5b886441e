"""Counts and durations come out as Prometheus reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from safelight.model import ImageRecord, Lane, Original, RecipeRef, Status, Variant
from safelight.observability.metrics import Metrics

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def variant(name: str, format: str, size: int) -> Variant:
    return Variant(
        name=name,
        key=name,
        url=f"/img/{name}",
        format=format,
        content_type=f"image/{format}",
        width=1,
        height=1,
        bytes=size,
        sha256="0" * 64,
    )


def record(status: Status, *variants: Variant, size: int | None = 100) -> ImageRecord:
    return ImageRecord(
        image_id="i",
        bucket="originals",
        key="k",
        filename="k",
        status=status,
        recipe=RecipeRef(name="web", digest="d"),
        execution="i-1",
        created_at=NOW,
        updated_at=NOW,
        original=Original(bytes=size),
        variants=variants,
    )


def test_tasks_are_counted_and_timed_by_outcome() -> None:
    metrics = Metrics()
    metrics.task("RenderVariants", "succeeded", 0.2)
    metrics.task("RenderVariants", "succeeded", 0.4)
    metrics.task("RenderVariants", "timed_out", 120)
    found = samples(metrics)
    assert found["safelight_task_seconds_count", "succeeded", "RenderVariants"] == 2
    assert round(found["safelight_task_seconds_sum", "succeeded", "RenderVariants"], 6) == 0.6
    assert found["safelight_task_seconds_count", "timed_out", "RenderVariants"] == 1


def test_settled_images_count_bytes_in_bytes_out_and_variants_by_format() -> None:
    metrics = Metrics()
    metrics.settled(record(Status.READY, variant("a", "webp", 10), variant("b", "webp", 20)))
    metrics.settled(record(Status.READY, variant("a", "jpeg", 5)))
    metrics.settled(record(Status.REJECTED, size=None))
    found = samples(metrics)
    assert found["safelight_images_settled_total", "READY"] == 2
    assert found["safelight_images_settled_total", "REJECTED"] == 1
    assert found[("safelight_original_bytes_total",)] == 200
    assert found["safelight_variants_total", "webp"] == 2
    assert found["safelight_variant_bytes_total", "webp"] == 30
    assert found["safelight_variant_bytes_total", "jpeg"] == 5


def test_gauges_are_asked_for_at_each_scrape() -> None:
    metrics = Metrics()
    waiting = {Lane.INTERACTIVE: 0, Lane.BACKFILL: 7}
    metrics.watch(queue_depth=lambda: waiting, images=lambda: {Status.READY: 3})
    waiting[Lane.INTERACTIVE] = 2
    found = samples(metrics)
    assert found["safelight_queue_executions", "interactive"] == 2
    assert found["safelight_queue_executions", "backfill"] == 7
    assert found["safelight_images", "READY"] == 3


def test_requests_are_counted_by_route_template_not_by_id() -> None:
    metrics = Metrics()
    metrics.request("GET", "/v1/images/{image_id}", 200, 0.003)
    found = samples(metrics)
    assert found["safelight_http_request_seconds_count", "GET", "/v1/images/{image_id}", "200"] == 1


def test_two_apps_in_one_process_do_not_share_counts() -> None:
    one, other = Metrics(), Metrics()
    one.settled(record(Status.READY))
    assert ("safelight_images_settled_total", "READY") not in samples(other)
