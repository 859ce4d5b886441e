-- Which object key a client's Idempotency-Key stands for.
CREATE TABLE idempotency_keys (
    token TEXT NOT NULL PRIMARY KEY,
    object_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reserved_at INTEGER NOT NULL -- seconds since 1970, UTC
) WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (reserved_at);
