"""Prometheus metrics of one process. The registry belongs to the object: nothing is global."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from safelight.model import ImageRecord, Lane, Status

_TASK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_HTTP_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)

QueueDepth = Callable[[], Mapping[Lane, int]]
ImageCounts = Callable[[], Mapping[Status, int]]


class Metrics:
    """Implements ports.Observer; `text()` is what `/metrics` answers.

    Tasks, images and bytes are those that this process worked on. The two gauges come from the shared
    database and therefore are the same in every process.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._tasks = Histogram(
            "safelight_task_seconds",
            "Duration of workflow tasks, by task and outcome.",
            ["task", "outcome"],
            buckets=_TASK_SECONDS,
            registry=self.registry,
        )
        self._settled = self._counter("images_settled", "Images that reached a final status.", "status")
        self._bytes_in = self._counter("original_bytes", "Bytes of the originals of settled images.")
        self._bytes_out = self._counter("variant_bytes", "Bytes of the variants made, by format.", "format")
        self._variants = self._counter("variants", "Variants made, by format.", "format")
        self._http = Histogram(
            "safelight_http_request_seconds",
            "Duration of HTTP requests until the answer is sent, by method, route and status.",
            ["method", "route", "status"],
            buckets=_HTTP_SECONDS,
            registry=self.registry,
        )

    def task(self, name: str, outcome: str, seconds: float) -> None:
        self._tasks.labels(name, outcome).observe(seconds)

    def settled(self, record: ImageRecord) -> None:
        self._settled.labels(record.status.value).inc()
        self._bytes_in.inc(record.original.bytes or 0)
        for variant in record.variants:
            self._variants.labels(variant.format).inc()
            self._bytes_out.labels(variant.format).inc(variant.bytes)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the template, `/v1/images/{image_id}`, so that ids do not become labels."""
        self._http.labels(method, route, str(status)).observe(seconds)

    def watch(self, *, queue_depth: QueueDepth, images: ImageCounts) -> None:
        """Ask for these at every scrape: executions that wait by lane, and images by status."""
        self.registry.register(_Gauges(queue_depth, images))

    def text(self) -> bytes:
        """Prometheus text format 0.0.4."""
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"safelight_{name}", meaning, labels, registry=self.registry)


class _Gauges(Collector):
    def __init__(self, queue_depth: QueueDepth, images: ImageCounts) -> None:
        self._queue_depth = queue_depth
        self._images = images

    def describe(self) -> Iterable[Metric]:
        return (_gauge("queue_executions", "lane"), _gauge("images", "status"))

    def collect(self) -> Iterable[Metric]:
        yield _gauge("queue_executions", "lane", self._queue_depth().items())
        yield _gauge("images", "status", self._images().items())


_MEANINGS = {
    "queue_executions": "Executions that wait for a worker, by lane.",
    "images": "Records in the catalog, by status.",
}


def _gauge(name: str, label: str, counts: Iterable[tuple[str, int]] = ()) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"safelight_{name}", _MEANINGS[name], labels=[label])
    for value, count in counts:
        family.add_metric([value], count)
    return family
