-- Queries of the embedded engine.

-- name: insert_execution
-- Changes nothing when there is one of that name.
INSERT INTO executions (name, status, lane, input, started_at, wake_at)
VALUES (:name, 'RUNNING', :lane, :input, :started_at, :started_at)
ON CONFLICT (name) DO NOTHING

-- name: select_execution
SELECT name, status, lane, input, output, error, cause, started_at, stopped_at
FROM executions WHERE name = :name

-- name: select_latest
SELECT name, status, lane, input, output, error, cause, started_at, stopped_at
FROM executions ORDER BY started_at DESC, name DESC LIMIT :limit

-- name: select_by_prefix
-- `past` is the first name after all that begin with the prefix.
SELECT name, status, lane, input, output, error, cause, started_at, stopped_at
FROM executions WHERE name >= :prefix AND name < :past ORDER BY started_at DESC, name DESC LIMIT :limit

-- name: select_history
SELECT first_id, events FROM history WHERE execution = :name ORDER BY first_id

-- name: select_claimable
-- The execution of a lane that has been ready for the longest. One that never waited for a timer is ready
-- even when its start lies in the future: the clock has been set back since.
SELECT name, lane, input, run, started_at, claims, recoveries
FROM executions
WHERE lane = :lane AND owner IS NULL AND wake_at IS NOT NULL AND (wake_at <= :now OR wake_at = started_at)
ORDER BY wake_at LIMIT 1

-- name: select_next_wake
SELECT min(wake_at) AS wake_at FROM executions
WHERE lane = :lane AND owner IS NULL AND wake_at IS NOT NULL

-- name: claim
UPDATE executions SET owner = :owner, claims = :claims, run = :run WHERE name = :name

-- name: advance
-- Changes nothing when the claim has been lost.
UPDATE executions
SET status = :status, run = :run, owner = :next_owner, recoveries = 0,
    wake_at = CASE :status WHEN 'RUNNING' THEN coalesce(:wake_at, wake_at) END,
    output = :output, error = :error, cause = :cause, stopped_at = :stopped_at
WHERE name = :name AND owner = :owner AND claims = :claims

-- name: insert_history
INSERT INTO history (execution, first_id, events) VALUES (:name, :first_id, :events)

-- name: give_up
-- Something went wrong that is not the task's fault; the next try waits a little.
UPDATE executions SET owner = NULL, recoveries = recoveries + 1, wake_at = :wake_at
WHERE name = :name AND owner = :owner AND claims = :claims

-- name: give_back
-- An owner leaves in good order.
UPDATE executions SET owner = NULL WHERE owner = :owner

-- name: recover
-- An owner is dead.
UPDATE executions SET owner = NULL, recoveries = recoveries + 1 WHERE owner = :owner

-- name: renew_lease
INSERT INTO leases (owner, expires_at) VALUES (:owner, :expires_at)
ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at

-- name: select_leases
SELECT owner, expires_at FROM leases WHERE owner <> :owner

-- name: delete_lease
DELETE FROM leases WHERE owner = :owner

-- name: count_waiting
SELECT lane, count(*) AS executions FROM executions
WHERE owner IS NULL AND wake_at IS NOT NULL GROUP BY lane

-- name: prune
-- Their history goes with them.
DELETE FROM executions WHERE name IN (
    SELECT name FROM executions WHERE stopped_at < :before ORDER BY stopped_at LIMIT :limit
)
