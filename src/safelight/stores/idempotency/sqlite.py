"""Idempotency keys in SQLite: implements ports.IdempotencyKeys."""

from __future__ import annotations

from safelight.database import Database, load_queries
from safelight.ports import Clock
from safelight.stores.idempotency.reservation import KEPT, Reservation


class SqliteIdempotencyKeys:
    """Safe to share between threads; other processes may use the same database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._sql = load_queries("safelight.stores.idempotency", "sqlite.sql")

    def reserve(self, token: str, *, key: str, fingerprint: str) -> str:
        now = self._clock.now()
        parameters = {"token": token, "key": key, "fingerprint": fingerprint, "now": int(now.timestamp())}
        with self._database.transaction() as connection:
            connection.execute(self._sql["forget_expired"], {"oldest": int((now - KEPT).timestamp())})
            connection.execute(self._sql["reserve"], parameters)
            first = connection.execute(self._sql["find"], {"token": token}).fetchone()
        return Reservation(key=first["object_key"], fingerprint=first["fingerprint"]).key_for(fingerprint)
