-- name: add_blocks(workspaces, received, events, bodies, announced)
-- Blocks of one group commit, each marked as pending; ids come back in the order given, and waiting belts learn
-- which workspaces have work. One statement, so that the collector's commit is one trip to the server.
WITH given AS (
    SELECT * FROM unnest(:workspaces::bigint[], :received::bigint[], :events::bigint[], :bodies::bytea[])
        WITH ORDINALITY AS row (workspace, received_at, events, body, place)
), added AS (
    INSERT INTO block (day, workspace, received_at, events, body)
    SELECT (to_timestamp(received_at / 1000.0) AT TIME ZONE 'UTC')::date, workspace, received_at, events, body
    FROM given ORDER BY place
    RETURNING id, day, workspace, events
), marked AS (
    INSERT INTO pending (workspace, block, day, events) SELECT workspace, id, day, events FROM added
), told AS MATERIALIZED (
    SELECT pg_notify('konnektu_inbox', :announced)
)
SELECT id FROM added CROSS JOIN told ORDER BY id;

-- name: claimed(workspace, key)$
-- The block that carries this key, if any; holds the key against others until the transaction ends.
WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(:key, :workspace)))
SELECT (SELECT block FROM appended WHERE workspace = :workspace AND key = :key) FROM held;

-- name: claim(workspace, key, block)!
-- This block carries the key.
INSERT INTO appended (workspace, key, block) VALUES (:workspace, :key, :block);

-- name: busy_workspaces(limit)
-- Workspaces with blocks waiting, the oldest block first: the one query that idle costs.
SELECT workspace FROM pending GROUP BY workspace ORDER BY min(block) LIMIT :limit;

-- name: pending_blocks(workspace, limit)
-- The oldest blocks waiting for a workspace's writer.
SELECT p.block, p.day, b.received_at, p.events, b.body
FROM (SELECT * FROM pending WHERE workspace = :workspace ORDER BY block LIMIT :limit) p
JOIN block b ON b.day = p.day AND b.id = p.block
ORDER BY p.block;

-- name: pending_count(workspace)$
-- How many blocks wait for a workspace's writer.
SELECT count(*) FROM pending WHERE workspace = :workspace;

-- name: clear_pending(workspace, blocks)!
-- Blocks whose writer has committed.
DELETE FROM pending WHERE workspace = :workspace AND block = ANY(:blocks::bigint[]);

-- name: bodies(days, blocks)
-- Bodies of applied blocks that are kept.
SELECT id, body FROM block WHERE day = ANY(:days::date[]) AND id = ANY(:blocks::bigint[]);

-- name: replace_body(body, day, block)!
-- The body of a block without what was erased.
UPDATE block SET body = :body WHERE day = :day AND id = :block;

-- name: ask_for_lease(workspace, holder, seconds)!
-- This holder wants the lease next: who has it lets go when renewing, and nobody else takes it meanwhile.
INSERT INTO lease (workspace, holder, epoch, until, wanted_by, wanted_until)
VALUES (:workspace, :holder, 0, '-infinity', :holder, clock_timestamp() + make_interval(secs => :seconds))
ON CONFLICT (workspace) DO UPDATE SET wanted_by = excluded.wanted_by, wanted_until = excluded.wanted_until;

-- name: take_lease(workspace, holder, seconds)$
-- The epoch under which the holder may write, or nothing while another holds an unexpired lease or waits for it.
INSERT INTO lease (workspace, holder, epoch, until)
VALUES (:workspace, :holder, 1, clock_timestamp() + make_interval(secs => :seconds))
ON CONFLICT (workspace) DO UPDATE
    SET holder = excluded.holder, epoch = lease.epoch + 1, until = excluded.until,
        wanted_by = NULL, wanted_until = NULL
    WHERE (lease.until < clock_timestamp() OR lease.holder = excluded.holder)
      AND (lease.wanted_by IS NULL OR lease.wanted_by = excluded.holder OR lease.wanted_until < clock_timestamp())
RETURNING epoch;

-- name: renew_lease(seconds, workspace, holder, epoch, yields)$
-- Whether the holder still holds the lease under this epoch, now for longer. One that yields stops where another waits.
UPDATE lease SET until = clock_timestamp() + make_interval(secs => :seconds)
WHERE workspace = :workspace AND holder = :holder AND epoch = :epoch
  AND (NOT :yields OR wanted_by IS NULL OR wanted_until < clock_timestamp())
RETURNING true;

-- name: release_lease(workspace, holder, epoch)!
-- Free at once for the next holder; the epoch stays.
UPDATE lease SET until = '-infinity' WHERE workspace = :workspace AND holder = :holder AND epoch = :epoch;

-- name: partition_names()
-- Day partitions of the inbox.
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'block'::regclass ORDER BY 1;

-- name: forget_keys(days)!
-- Keys of parcels older than deduplication keeps.
DELETE FROM appended WHERE at < now() - make_interval(days => :days);

-- name: pending_before(day)$
-- Whether any block received before a day still waits for its writer.
SELECT EXISTS (SELECT FROM pending WHERE day < :day::date);

-- name: announce_log(channel, workspace)!
-- Tell the way out that a workspace's log has grown.
SELECT pg_notify(:channel, :workspace);

-- name: kept_blocks(workspace, days, blocks)
-- Blocks that wait for a workspace's writer, and these others, in order of their numbers.
SELECT b.id, b.received_at, b.events, true, b.body
FROM pending p JOIN block b ON b.day = p.day AND b.id = p.block WHERE p.workspace = :workspace
UNION ALL
SELECT b.id, b.received_at, b.events, false, b.body
FROM unnest(:days::date[], :blocks::bigint[]) AS t (day, block) JOIN block b ON b.day = t.day AND b.id = t.block
WHERE NOT EXISTS (SELECT FROM pending p WHERE p.workspace = :workspace AND p.block = t.block)
ORDER BY 1;

-- name: raise_blocks(least)!
-- Let numbers of new blocks be above another installation's. The margin outlasts who takes one at this moment.
SELECT setval('block_id_seq', :least::bigint + 1000) FROM block_id_seq WHERE last_value < :least::bigint;

-- name: restore_blocks(workspace, day, were, received, events, waits, bodies)!
-- Blocks of a backup under numbers of this installation, in their order; those that are there stay.
WITH given AS (
    SELECT * FROM unnest(:were::bigint[], :received::bigint[], :events::integer[], :waits::boolean[], :bodies::bytea[])
        WITH ORDINALITY AS row (was, received_at, events, waits, body, place)
    WHERE NOT EXISTS (SELECT FROM restored_block r WHERE r.workspace = :workspace AND r.was = row.was)
    ORDER BY place
), numbered AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('block', 'id')) AS id, given.* FROM given
), added AS (
    INSERT INTO block (id, day, workspace, received_at, events, body) OVERRIDING SYSTEM VALUE
    SELECT id, :day::date, :workspace, received_at, events, body FROM numbered
)
INSERT INTO restored_block (workspace, was, block, day, events, waits)
SELECT :workspace, was, id, :day::date, events, waits FROM numbered;

-- name: restored_blocks(workspace)
-- Former and present numbers and days of restored blocks.
SELECT was, block, day FROM restored_block WHERE workspace = :workspace ORDER BY was;

-- name: renumber_keys(workspace)!
-- Idempotency keys lead to the present numbers of restored blocks.
UPDATE appended a SET block = r.block FROM restored_block r
WHERE a.workspace = :workspace AND r.workspace = :workspace AND a.block = r.was;

-- name: open_restored(workspace)!
-- Let the restored blocks that waited wait again, and forget their former numbers.
WITH gone AS (DELETE FROM restored_block WHERE workspace = :workspace RETURNING block, day, events, waits)
INSERT INTO pending (workspace, block, day, events) SELECT :workspace, block, day, events FROM gone WHERE waits;

-- name: hold_days()!
-- While this transaction lasts, no day partition is dropped.
SELECT pg_advisory_xact_lock_shared(hashtext('inbox days held'));

-- name: may_drop_days()$
-- Whether nobody reads old days at this moment; holds readers back until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtext('inbox days held'));
