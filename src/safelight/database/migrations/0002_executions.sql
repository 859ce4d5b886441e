-- Executions of the workflow, and the queue of those that wait. Times are microseconds since 1970, UTC.
CREATE TABLE executions (
    name TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL, -- RUNNING, SUCCEEDED, FAILED, TIMED_OUT
    lane INTEGER NOT NULL, -- 0 interactive, 1 backfill
    input TEXT NOT NULL,
    output TEXT,
    error TEXT,
    cause TEXT,
    started_at INTEGER NOT NULL,
    stopped_at INTEGER,
    run TEXT, -- the position in the workflow (workflow/asl/run_json.py); NULL before the first claim
    wake_at INTEGER, -- when it may be claimed; NULL once it has ended
    owner TEXT, -- the worker that has claimed it
    claims INTEGER NOT NULL DEFAULT 0, -- told to the owner: what an earlier one writes is refused
    recoveries INTEGER NOT NULL DEFAULT 0 -- owners that died since the last transition
);

CREATE INDEX executions_waiting ON executions (lane, wake_at) WHERE owner IS NULL AND wake_at IS NOT NULL;

CREATE INDEX executions_owned ON executions (owner) WHERE owner IS NOT NULL;

CREATE INDEX executions_by_start ON executions (started_at);

CREATE INDEX executions_ended ON executions (stopped_at) WHERE stopped_at IS NOT NULL;

-- One row a transition, so that a long history is never rewritten.
CREATE TABLE history (
    execution TEXT NOT NULL REFERENCES executions (name) ON DELETE CASCADE,
    first_id INTEGER NOT NULL,
    events TEXT NOT NULL, -- numbered from first_id (workflow/engines/stored_events.py)
    PRIMARY KEY (execution, first_id)
) WITHOUT ROWID;

-- Workers that are alive. One row stands for all that its owner has claimed.
CREATE TABLE leases (
    owner TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
