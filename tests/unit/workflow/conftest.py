"""A pipeline without pixels: real intake, ledger, catalog and buckets, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from safelight.model import RecipeRef, UploadEvent
from safelight.ports import OwnBucket
from safelight.stores.catalog.memory import MemoryCatalog
from safelight.stores.objects import open_bucket
from safelight.workflow.intake import Intake
from safelight.workflow.ledger import Ledger
from tests.unit.workflow.recording_engine import RecordingEngine

RECIPE = RecipeRef(name="web", digest="a" * 64)
OTHER_RECIPE = RecipeRef(name="other", digest="b" * 64)


class TickingClock:
    """Implements ports.Clock: each look is a second later."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    catalog: MemoryCatalog
    engine: RecordingEngine
    originals: OwnBucket
    variants: OwnBucket
    ledger: Ledger
    intake: Intake

    def event(self, key: str, data: bytes = b"one", *, sequencer: str = "", etag: str = "") -> UploadEvent:
        """Store an original and return the event that reports it."""
        info = self.originals.put(key, data)
        return UploadEvent(
            bucket="originals", key=key, etag=etag or info.etag, sequencer=sequencer, size=info.size
        )


@pytest.fixture
def pipeline() -> Pipeline:
    catalog, engine, clock = MemoryCatalog(), RecordingEngine(), TickingClock()
    ledger = Ledger(catalog=catalog, clock=clock)
    variants = open_bucket("memory://", name="variants")
    return Pipeline(
        catalog=catalog,
        engine=engine,
        originals=open_bucket("memory://", name="originals"),
        variants=variants,
        ledger=ledger,
        intake=Intake(ledger=ledger, engine=engine, variants=variants, clock=clock),
    )
