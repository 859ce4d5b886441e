"""Outcomes leave in the order they came, each as soon as it and all before it are settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from safelight.app import App
from safelight.cli import in_order as module
from safelight.cli.in_order import WINDOW, in_order
from safelight.cli.outcome import Outcome, Refusal
from safelight.errors import StorageFull
from safelight.model import ImageRecord, RecipeRef, Status
from safelight.stores.catalog.memory import MemoryCatalog
from safelight.workflow.settling import Settling

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@dataclass
class Pipeline:
    """A catalog in memory; images are settled by hand."""

    catalog: MemoryCatalog = field(default_factory=MemoryCatalog)
    trouble: Exception | None = None

    @property
    def app(self) -> App:
        """What `in_order` asks of an App."""
        engine = SimpleNamespace(trouble=self.trouble)
        part: Any = SimpleNamespace(settling=lambda: Settling(self.catalog, self.catalog), engine=engine)
        return cast("App", part)

    def submit(self, name: str, status: Status = Status.PENDING) -> Outcome:
        record = ImageRecord(
            image_id=name,
            bucket="originals",
            key=name,
            filename=name,
            status=status,
            recipe=RecipeRef(name="web", digest="d"),
            execution=name,
            created_at=NOW,
            updated_at=NOW,
        )
        self.catalog.create(record)
        return Outcome(path=name, result=self.catalog.get(name))

    def settle(self, name: str) -> None:
        assert self.catalog.update(self.catalog.get(name).replace(status=Status.READY))


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline()


def test_an_image_that_is_settled_early_waits_for_those_before_it(pipeline: Pipeline) -> None:
    def submitted() -> Iterator[Outcome]:
        yield pipeline.submit("a")
        yield pipeline.submit("b")
        pipeline.settle("b")
        yield pipeline.submit("c")
        pipeline.settle("a")
        pipeline.settle("c")

    left = list(in_order(pipeline.app, submitted(), wait=True))
    assert [(outcome.path, status_of(outcome)) for outcome in left] == [
        ("a", Status.READY),
        ("b", Status.READY),
        ("c", Status.READY),
    ]


def test_what_has_left_is_known_before_the_next_is_submitted(pipeline: Pipeline) -> None:
    seen: list[str | None] = []

    def submitted() -> Iterator[Outcome]:
        yield pipeline.submit("a", Status.READY)
        assert seen == ["a"]
        yield Outcome(path="b", result=Refusal(code="unreadable", message="gone"))
        assert seen == ["a", "b"]

    seen.extend(outcome.path for outcome in in_order(pipeline.app, submitted(), wait=True))
    assert seen == ["a", "b"]


def test_one_image_under_two_paths_leaves_twice(pipeline: Pipeline) -> None:
    def submitted() -> Iterator[Outcome]:
        first = pipeline.submit("a")
        yield first
        yield Outcome(path="again", result=first.result)
        pipeline.settle("a")

    assert [o.path for o in in_order(pipeline.app, submitted(), wait=True)] == ["a", "again"]


def test_without_waiting_an_outcome_leaves_as_it_was_submitted(pipeline: Pipeline) -> None:
    (left,) = in_order(pipeline.app, [pipeline.submit("a")], wait=False)
    assert status_of(left) is Status.PENDING


def test_no_more_are_submitted_than_the_window_holds(pipeline: Pipeline) -> None:
    submitted = 0

    def endless() -> Iterator[Outcome]:
        nonlocal submitted
        while True:
            yield pipeline.submit(f"{submitted}")
            submitted += 1
            if submitted == WINDOW - 1:  # the last that fits; settle the first, so that one leaves
                pipeline.settle("0")

    assert next(in_order(pipeline.app, endless(), wait=True)).path == "0"
    assert submitted < WINDOW


def test_trouble_of_the_workers_ends_the_wait(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALL_SECONDS", 0.0)
    pipeline.trouble = StorageFull("The disk is full.")
    with pytest.raises(StorageFull):
        list(in_order(pipeline.app, [pipeline.submit("a")], wait=True))


def status_of(outcome: Outcome) -> Status:
    assert isinstance(outcome.result, ImageRecord)
    return outcome.result.status
