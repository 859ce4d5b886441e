-- Every query of the SQLite idempotency keys; stores/idempotency/sqlite.py runs them by name.

-- name: forget_expired
DELETE FROM idempotency_keys WHERE reserved_at < :oldest

-- name: reserve
-- Changes no row when the token is reserved already.
INSERT INTO idempotency_keys (token, object_key, fingerprint, reserved_at)
VALUES (:token, :key, :fingerprint, :now)
ON CONFLICT (token) DO NOTHING

-- name: find
SELECT object_key, fingerprint FROM idempotency_keys WHERE token = :token
