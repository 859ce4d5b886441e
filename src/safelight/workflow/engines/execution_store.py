"""Executions in SQLite: the queue, the claims on it, and the history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from safelight.database import Database, load_queries
from safelight.errors import NotFound
from safelight.model import Execution, HistoryEvent, Lane
from safelight.workflow.asl import RUNNING, Run, Step, run_to_json
from safelight.workflow.engines.stored_events import decode_events, encode_events, micros, moment

_LANES: Final = {Lane.INTERACTIVE: 0, Lane.BACKFILL: 1}  # the lower number goes first
_LANE_NAMES: Final = {number: lane for lane, number in _LANES.items()}
_PRUNED_AT_ONCE: Final = 500  # short transactions: uploads are not held up
_SQL: Final = load_queries("safelight.workflow.engines", "embedded.sql")

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to move an execution on. `number` goes up with every claim on it."""

    name: str
    lane: Lane
    owner: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An execution about to be claimed. `position` is its run as JSON, None before its first claim."""

    name: str
    input: dict[str, Any]
    started_at: datetime
    position: dict[str, Any] | None
    recoveries: int  # owners that died since its last transition


class ClaimLost(Exception):
    """Somebody else has the execution now: the lease ran out."""


class ExecutionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, input: dict[str, Any], *, lane: Lane, now: datetime) -> bool:
        row = {"name": name, "input": _encode(input), "lane": _LANES[lane], "started_at": micros(now)}
        with self._database.transaction() as db:
            return db.execute(_SQL["insert_execution"], row).rowcount == 1

    def get(self, name: str) -> Execution:
        """Raises NotFound."""
        with self._database.read() as db:
            row = db.execute(_SQL["select_execution"], {"name": name}).fetchone()
        if row is None:
            raise NotFound(f"There is no execution {name!r}.")
        return _execution(row)

    def find(self, *, prefix: str, limit: int) -> list[Execution]:
        query = "select_by_prefix" if prefix else "select_latest"
        parameters = {"prefix": prefix, "past": f"{prefix}\U0010ffff", "limit": limit}
        with self._database.read() as db:
            return [_execution(row) for row in db.execute(_SQL[query], parameters)]

    def history(self, name: str) -> list[HistoryEvent]:
        """Raises NotFound."""
        with self._database.read() as db:
            known = db.execute(_SQL["select_execution"], {"name": name}).fetchone()
            rows = db.execute(_SQL["select_history"], {"name": name}).fetchall()
        if known is None:
            raise NotFound(f"There is no execution {name!r}.")
        return [event for row in rows for event in decode_events(row["events"], row["first_id"])]

    def claim(
        self, owner: str, now: datetime, take_up: Callable[[Waiting], Step]
    ) -> tuple[Claim, Run] | None:
        """Claim what has been ready for the longest, interactive before backfill.

        `take_up` says how it goes on from where it was; None when nothing is ready.
        """
        with self._database.transaction() as db:
            for lane in _LANES.values():
                row = db.execute(_SQL["select_claimable"], {"lane": lane, "now": micros(now)}).fetchone()
                if row is not None:
                    break
            else:
                return None
            claim = Claim(
                name=row["name"], lane=_LANE_NAMES[row["lane"]], owner=owner, number=row["claims"] + 1
            )
            step = take_up(_waiting(row))
            document = _encode(run_to_json(step.run))
            db.execute(
                _SQL["claim"], {"name": claim.name, "owner": owner, "claims": claim.number, "run": document}
            )
            _add_history(db, claim.name, step)
        return claim, step.run

    def advance(self, claim: Claim, step: Step, *, wake_at: datetime | None = None) -> None:
        """Store a transition. With `wake_at` the claim is given up until then; at the end, for good.

        Raises ClaimLost, and stores nothing, when the claim is not held any more.
        """
        run = step.run
        running = run.status == RUNNING
        parameters = {
            "name": claim.name,
            "owner": claim.owner,
            "claims": claim.number,
            "status": run.status,
            "run": _encode(run_to_json(run)) if running else None,
            "next_owner": claim.owner if running and wake_at is None else None,
            "wake_at": wake_at and micros(wake_at),
            "output": None if running else _encode(run.output),
            "error": run.error,
            "cause": run.cause,
            "stopped_at": run.stopped_at and micros(run.stopped_at),
        }
        with self._database.transaction() as db:
            if db.execute(_SQL["advance"], parameters).rowcount != 1:
                raise ClaimLost(claim.name)
            _add_history(db, claim.name, step)

    def give_up(self, claim: Claim, wake_at: datetime) -> None:
        """Let somebody try again from the last transition, at `wake_at`."""
        parameters = {"name": claim.name, "owner": claim.owner, "claims": claim.number}
        with self._database.transaction() as db:
            db.execute(_SQL["give_up"], {**parameters, "wake_at": micros(wake_at)})

    def next_wake(self) -> datetime | None:
        """When the next execution becomes ready; in the past when one is ready now."""
        with self._database.read() as db:
            rows = [
                db.execute(_SQL["select_next_wake"], {"lane": lane}).fetchone() for lane in _LANES.values()
            ]
        times = [row["wake_at"] for row in rows if row["wake_at"] is not None]
        return moment(min(times)) if times else None

    def renew(self, owner: str, until: datetime) -> None:
        with self._database.transaction() as db:
            db.execute(_SQL["renew_lease"], {"owner": owner, "expires_at": micros(until)})

    def recover(self, owner: str, now: datetime, dead: Callable[[str], bool]) -> int:
        """Give back what owners have claimed whose lease ran out or who are `dead`; how many owners."""
        with self._database.read() as db:
            leases = db.execute(_SQL["select_leases"], {"owner": owner}).fetchall()
        gone = [row["owner"] for row in leases if row["expires_at"] < micros(now) or dead(row["owner"])]
        self._end_leases(gone, "recover")
        return len(gone)

    def leave(self, owner: str) -> None:
        """Give back everything that `owner` has claimed."""
        self._end_leases([owner], "give_back")

    def waiting(self) -> dict[Lane, int]:
        with self._database.read() as db:
            rows = db.execute(_SQL["count_waiting"]).fetchall()
        counts = {row["lane"]: row["executions"] for row in rows}
        return {lane: counts.get(number, 0) for lane, number in _LANES.items()}

    def prune(self, before: datetime) -> int:
        parameters = {"before": micros(before), "limit": _PRUNED_AT_ONCE}
        total = 0
        while True:
            with self._database.transaction() as db:
                removed = db.execute(_SQL["prune"], parameters).rowcount
            total += removed
            if removed < _PRUNED_AT_ONCE:
                return total

    def _end_leases(self, owners: Iterable[str], query: str) -> None:
        for owner in owners:
            with self._database.transaction() as db:
                db.execute(_SQL[query], {"owner": owner})
                db.execute(_SQL["delete_lease"], {"owner": owner})


def _add_history(db: sqlite3.Connection, name: str, step: Step) -> None:
    if not step.events:
        return
    first_id = step.run.event_count - len(step.events) + 1
    parameters = {"name": name, "first_id": first_id, "events": encode_events(step.events)}
    db.execute(_SQL["insert_history"], parameters)


def _waiting(row: sqlite3.Row) -> Waiting:
    return Waiting(
        name=row["name"],
        input=json.loads(row["input"]),
        started_at=moment(row["started_at"]),
        position=None if row["run"] is None else json.loads(row["run"]),
        recoveries=row["recoveries"],
    )


def _execution(row: sqlite3.Row) -> Execution:
    return Execution(
        name=row["name"],
        status=row["status"],
        input=json.loads(row["input"]),
        output=None if row["output"] is None else json.loads(row["output"]),
        error=row["error"],
        cause=row["cause"],
        lane=_LANE_NAMES[row["lane"]],
        started_at=moment(row["started_at"]),
        stopped_at=None if row["stopped_at"] is None else moment(row["stopped_at"]),
    )
