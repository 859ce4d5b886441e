"""Waiting for changes of the catalog, whichever process makes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from anyio import to_thread

from safelight.errors import SafelightError
from safelight.model import ImageRecord
from safelight.ports import ChangeFeed

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05


class Changes:
    """One poller for all who wait, alive only while somebody does. Belongs to one event loop."""

    def __init__(self, feed: ChangeFeed, poll_seconds: float = POLL_SECONDS) -> None:
        self.closed = False
        self._feed = feed
        self._poll_seconds = poll_seconds
        self._position = 0
        self._waiting = 0
        self._moved = asyncio.Condition()
        self._poller: asyncio.Task[None] | None = None

    async def position(self) -> int:
        """Where the feed is now."""
        _, position = await self.read(None)
        return position

    async def read(self, after: int | None) -> tuple[list[ImageRecord], int]:
        """As ports.ChangeFeed."""
        return await to_thread.run_sync(lambda: self._feed.changes(after=after))

    async def wait(self, after: int, seconds: float) -> bool:
        """True once something has changed after position `after`; False after `seconds`, or once closed."""
        self._waiting += 1
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self.closed or self._position > after)
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return not self.closed

    async def settled(self, image_id: str, seconds: float, get: Callable[[str], ImageRecord]) -> ImageRecord:
        """The image's record, once it is settled or `seconds` have passed."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            position = await self.position()
            record = await to_thread.run_sync(get, image_id)
            left = end - asyncio.get_running_loop().time()
            if record.status.settled or left <= 0 or not await self.wait(position, left):
                return record

    async def close(self) -> None:
        """Let everybody who waits go."""
        self.closed = True
        async with self._moved:
            self._moved.notify_all()

    async def _poll(self) -> None:
        while self._waiting and not self.closed:
            try:
                position = await self.position()
            except SafelightError as error:  # those who wait wait on: the store may answer again
                log.warning("cannot look for changes: %s", error)
            else:
                if position != self._position:
                    self._position = position
                    async with self._moved:
                        self._moved.notify_all()
            await asyncio.sleep(self._poll_seconds)
