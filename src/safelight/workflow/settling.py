"""Waiting until images are settled, by this process or another."""

from __future__ import annotations

from safelight.model import ImageRecord
from safelight.ports import Catalog, ChangeFeed


class Settling:
    """Images may join at any time; each is reported once, by the first `poll` after it is settled."""

    def __init__(self, catalog: Catalog, feed: ChangeFeed) -> None:
        self._catalog = catalog
        self._feed = feed
        _, self._position = feed.changes(after=None)
        self._waiting: set[str] = set()
        self._settled: list[ImageRecord] = []

    def join(self, image_id: str) -> None:
        """Raises NotFound. An image that waits already does not wait twice."""
        # Read after it is in the set: a change from here on comes by the feed, an earlier one is seen now.
        self._waiting.add(image_id)
        self._look(self._catalog.get(image_id))

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def poll(self) -> list[ImageRecord]:
        """What was settled since the last call; does not wait."""
        records, self._position = self._feed.changes(after=self._position)
        for record in records:
            self._look(record)
        settled, self._settled = self._settled, []
        return settled

    def _look(self, record: ImageRecord) -> None:
        if record.status.settled and record.image_id in self._waiting:
            self._waiting.discard(record.image_id)
            self._settled.append(record)
