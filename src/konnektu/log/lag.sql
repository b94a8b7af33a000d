-- name: waiting(workspace)^
-- Blocks and events that wait for a workspace's writer, and when the oldest came.
SELECT count(*), coalesce(sum(p.events), 0)::bigint,
       (SELECT b.received_at FROM pending o JOIN block b ON b.day = o.day AND b.id = o.block
        WHERE o.workspace = :workspace ORDER BY o.block LIMIT 1)
FROM pending p WHERE p.workspace = :workspace;

-- name: oldest_waiting(workspaces)$
-- When the oldest block came that waits for the writer of any of these workspaces.
SELECT min(b.received_at)
FROM (SELECT DISTINCT ON (workspace) day, block FROM pending
      WHERE workspace = ANY(:workspaces::integer[]) ORDER BY workspace, block) p
JOIN block b ON b.day = p.day AND b.id = p.block;

-- name: waiting_since()
-- When the oldest block came that waits for the writer of each workspace.
SELECT p.workspace, b.received_at
FROM (SELECT DISTINCT ON (workspace) workspace, day, block FROM pending ORDER BY workspace, block) p
JOIN block b ON b.day = p.day AND b.id = p.block;

-- name: handed_over()^
-- Last position that the writer gave, and the last one that the event store has.
SELECT writer.position, seal.position FROM writer, seal;

-- name: is_led(workspace)$
-- Whether some belt holds the lease of a workspace at this moment.
SELECT EXISTS (SELECT 1 FROM lease WHERE workspace = :workspace AND until > clock_timestamp());
