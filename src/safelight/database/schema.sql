-- What all migrations add up to, for reading; nothing executes it.
-- Written by `python -m safelight.database.schema`; a test keeps it up to date.

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

CREATE INDEX executions_by_start ON executions (started_at);

CREATE INDEX executions_ended ON executions (stopped_at) WHERE stopped_at IS NOT NULL;

CREATE INDEX executions_owned ON executions (owner) WHERE owner IS NOT NULL;

CREATE INDEX executions_waiting ON executions (lane, wake_at) WHERE owner IS NULL AND wake_at IS NOT NULL;

CREATE TABLE history (
    execution TEXT NOT NULL REFERENCES executions (name) ON DELETE CASCADE,
    first_id INTEGER NOT NULL,
    events TEXT NOT NULL, -- numbered from first_id (workflow/engines/stored_events.py)
    PRIMARY KEY (execution, first_id)
) WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    token TEXT NOT NULL PRIMARY KEY,
    object_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reserved_at INTEGER NOT NULL -- seconds since 1970, UTC
) WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (reserved_at);

CREATE TABLE image_counts (
    status TEXT NOT NULL PRIMARY KEY,
    images INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER image_counted AFTER INSERT ON images
BEGIN
    INSERT INTO image_counts (status, images) VALUES (new.status, 1)
    ON CONFLICT (status) DO UPDATE SET images = images + 1;
END;

CREATE TRIGGER image_discounted AFTER DELETE ON images
BEGIN
    UPDATE image_counts SET images = images - 1 WHERE status = old.status;
END;

CREATE TRIGGER image_recounted AFTER UPDATE OF status ON images WHEN old.status IS NOT new.status
BEGIN
    UPDATE image_counts SET images = images - 1 WHERE status = old.status;
    INSERT INTO image_counts (status, images) VALUES (new.status, 1)
    ON CONFLICT (status) DO UPDATE SET images = images + 1;
END;

CREATE TABLE images (
    image_id TEXT NOT NULL PRIMARY KEY,
    bucket TEXT NOT NULL,
    key BLOB NOT NULL, -- UTF-8; not TEXT, because file names exist that are not valid Unicode
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL, -- counts every write of any image, so that a reader can ask what came since
    document TEXT NOT NULL
);

CREATE INDEX images_by_key ON images (bucket, key) WHERE status <> 'DELETED';

CREATE UNIQUE INDEX images_by_position ON images (position);

CREATE INDEX images_by_status ON images (status, created_at DESC, image_id DESC);

CREATE INDEX images_by_time ON images (created_at DESC, image_id DESC);

CREATE TABLE leases (
    owner TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE schema_migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

CREATE TABLE variants (
    key TEXT NOT NULL PRIMARY KEY,
    image_id TEXT NOT NULL REFERENCES images (image_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX variants_by_image ON variants (image_id);
