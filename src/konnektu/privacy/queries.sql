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
