-- name: add_erasure(position, instant, profile, atoms, removed, sealed)!
-- A person was removed from state; inbox and event store are to follow.
INSERT INTO erasure (position, instant, profile, atoms, removed, sealed)
VALUES (:position, :instant, :profile, :atoms::bigint[], :removed::text::jsonb, :sealed::bytea);

-- name: open_erasures()
-- Erasures that inbox and event store have not followed.
SELECT position, instant, profile, atoms, removed::text, sealed, state FROM erasure WHERE state = 'open' ORDER BY position;

-- name: erasures(before, limit)
-- Erasures, latest first.
SELECT position, instant, profile, atoms, removed::text, sealed, state FROM erasure
WHERE position < :before ORDER BY position DESC LIMIT :limit;

-- name: finish_erasure(position, removed)!
-- Nothing of the person is left.
UPDATE erasure SET state = 'done', sealed = NULL, removed = removed || :removed::text::jsonb WHERE position = :position;

-- name: add_tombstones(hashes, instant)!
-- Keyed hashes of erased identifiers; a later erasure of the same one moves its instant forward.
INSERT INTO tombstone (hash, instant) SELECT hash, :instant FROM unnest(:hashes::bytea[]) AS hash
ON CONFLICT (hash) DO UPDATE SET instant = greatest(tombstone.instant, excluded.instant);

-- name: any_tombstone()$
-- Whether anybody was ever erased here.
SELECT EXISTS (SELECT FROM tombstone);

-- name: tombstones(hashes)
-- The instants of these tombstones.
SELECT hash, instant FROM tombstone WHERE hash = ANY(:hashes::bytea[]);

-- name: carried_key()$
-- The key of tombstones that was restored with the workspace, encrypted.
SELECT sealed FROM tombstone_key;

-- name: carry_key(sealed)!
-- Keep the key of tombstones that the workspace had where it comes from.
INSERT INTO tombstone_key (sealed) VALUES (:sealed::bytea) ON CONFLICT (single) DO UPDATE SET sealed = excluded.sealed;

-- name: sealed_erasures()
-- Erasures that keep identifiers encrypted until they are finished.
SELECT position, sealed FROM erasure WHERE sealed IS NOT NULL ORDER BY position;

-- name: reseal_erasure(position, sealed)!
-- The same identifiers under another key.
UPDATE erasure SET sealed = :sealed::bytea WHERE position = :position;

-- name: note_erased(workspace, position, instant, atoms, hashes)!
-- An erasure, noted in control.
INSERT INTO erased (workspace, position, instant, atoms, hashes)
VALUES (:workspace::uuid, :position, :instant, :atoms::bigint[], :hashes::bytea[]) ON CONFLICT DO NOTHING;

-- name: is_noted(workspace, position, instant)$
-- Whether an erasure was noted in control.
SELECT EXISTS (SELECT FROM erased WHERE workspace = :workspace::uuid AND position = :position AND instant = :instant);

-- name: noted(workspace)
-- Erasures of a workspace that were noted in control, in order.
SELECT position, instant, atoms, hashes FROM erased WHERE workspace = :workspace::uuid ORDER BY position, instant;
