"""Storing one input: once, however often it is added."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from safelight.app import App
from safelight.cli.adding.inputs import Input
from safelight.cli.adding.naming import Naming
from safelight.cli.adding.source import Source, open_source
from safelight.cli.outcome import Outcome, Refusal
from safelight.errors import Conflict, InvalidKey, NotFound
from safelight.model import ImageRecord, Lane, Status


@dataclass(frozen=True, kw_only=True)
class Storing:
    app: App
    naming: Naming
    lane: Lane

    def store_all(self, inputs: Iterable[Input]) -> Iterator[Outcome]:
        """Each input's record as it is just after storing, or why there can be none.

        Raises StorageFull and its kin, which concern all inputs alike; what was stored by then stays.
        """
        for given in inputs:
            yield Outcome(path=given.path, result=self._store(given))

    def _store(self, given: Input) -> ImageRecord | Refusal:
        if given.fault:
            return Refusal(code="unreadable", message=given.fault)
        with contextlib.ExitStack() as stack:
            try:
                source = stack.enter_context(open_source(given))
            except OSError as error:
                return Refusal(code="unreadable", message=f"{error.strerror or error}.")
            try:
                return self._store_once(self.naming.key(given, source.sha256), source)
            except (InvalidKey, Conflict) as error:
                return Refusal(code=error.code, message=str(error))

    def _store_once(self, key: str, source: Source) -> ImageRecord:
        """Store only what is not there; run again only what failed or what another recipe made."""
        record = self.app.find_original(key)
        if record is None or record.status is Status.DELETED or not self._is_stored(key, source):
            return self.app.upload(key, source.chunks(), lane=self.lane)
        same_recipe = record.recipe.digest == self.app.recipe.digest
        if same_recipe and record.status in (Status.READY, Status.REJECTED):
            return record
        return self.app.redrive(record.image_id, lane=self.lane)

    def _is_stored(self, key: str, source: Source) -> bool:
        try:
            if self.app.originals.head(key).size != source.size:
                return False
            return self.naming.by_content or self._stored_sha256(key) == source.sha256
        except NotFound:
            return False

    def _stored_sha256(self, key: str) -> str:
        digest = hashlib.sha256()
        for chunk in self.app.originals.stream(key):
            digest.update(chunk)
        return digest.hexdigest()
