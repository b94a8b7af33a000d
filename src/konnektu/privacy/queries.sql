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

-- name: last_erased()$
-- Position of the latest erasure.
SELECT coalesce(max(position), 0) FROM erasure;

-- name: erased_after(position)
-- The atoms of everybody who was erased after this position.
SELECT DISTINCT unnest(atoms) FROM erasure WHERE position > :position;

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

-- name: rules()
-- The rules of retention.
SELECT subject, name, days, attributes, events, data_days FROM retention_rule ORDER BY subject, name;

-- name: forget_rules()!
-- Before other rules take their place.
DELETE FROM retention_rule;

-- name: add_rules(rules)!
-- Rules of retention.
INSERT INTO retention_rule (subject, name, days, attributes, events, data_days)
SELECT subject, name, days, coalesce(attributes, '{}'), coalesce(events, '{}'), data_days
FROM jsonb_to_recordset(:rules::text::jsonb)
     AS r(subject text, name text, days integer, attributes text[], events text[], data_days integer);

-- name: begin_run(position, instant, cuts)!
-- A run that the writer has met.
INSERT INTO retention_run (position, instant, cuts) VALUES (:position, :instant, :cuts::text::jsonb)
ON CONFLICT DO NOTHING;

-- name: open_run()^
-- The oldest run that is not done.
SELECT position, instant, cuts::text, state, removed::text, people, done_at FROM retention_run
WHERE state <> 'done' ORDER BY position LIMIT 1;

-- name: runs(before, limit)
-- Runs, the latest first.
SELECT position, instant, cuts::text, state, removed::text, people, done_at FROM retention_run
WHERE position < :before ORDER BY position DESC LIMIT :limit;

-- name: last_cuts(position)
-- For each thing that runs below a position were about the latest cut, with the last position it was applied to.
SELECT DISTINCT ON (cut->>'subject', cut->>'name')
       cut->>'subject', cut->>'name', (cut->>'before')::bigint, position
FROM retention_run CROSS JOIN jsonb_array_elements(cuts) AS cut
WHERE position < :position AND state = 'done'
ORDER BY cut->>'subject', cut->>'name', (cut->>'before')::bigint DESC, position DESC;

-- name: note_found(position, found)!
-- What a run is to remove; a run that was begun again finds less than before.
UPDATE retention_run SET removed = (
    SELECT coalesce(jsonb_object_agg(key, greatest(coalesce((removed->>key)::bigint, 0), found)), '{}')
    FROM (SELECT jsonb_object_keys(removed || :found::text::jsonb) AS key) AS keys
    CROSS JOIN LATERAL (SELECT coalesce((:found::text::jsonb->>key)::bigint, 0) AS found) AS f
) WHERE position = :position;

-- name: add_removed(position, kind, count)!
-- Rows of another kind that a run has removed.
UPDATE retention_run
SET removed = jsonb_set(removed, ARRAY[:kind], to_jsonb(coalesce((removed->>:kind)::bigint, 0) + :count::bigint))
WHERE position = :position;

-- name: is_removed(position)!
-- What grew old is taken out.
UPDATE retention_run SET state = 'removed' WHERE position = :position AND state = 'open';

-- name: finish_run(position, at)!
-- Everybody was told of.
UPDATE retention_run SET state = 'done', done_at = :at WHERE position = :position;

-- name: add_told(atoms)!
-- People who are to be told of anew.
INSERT INTO retention_told (atom) SELECT unnest(:atoms::bigint[]) ON CONFLICT DO NOTHING;

-- name: told(limit)
-- Some of them.
SELECT atom FROM retention_told ORDER BY atom LIMIT :limit;

-- name: count_told()$
-- How many they are.
SELECT count(*) FROM retention_told;

-- name: forget_told(atoms, position, people)!
-- People who were told of anew, counted.
WITH gone AS (DELETE FROM retention_told WHERE atom = ANY(:atoms::bigint[]))
UPDATE retention_run SET people = people + :people WHERE position = :position;

-- name: note_aged(workspace, position, instant, cuts)!
-- A run, noted in control.
INSERT INTO aged (workspace, position, instant, cuts)
VALUES (:workspace::uuid, :position, :instant, :cuts::text::jsonb) ON CONFLICT DO NOTHING;

-- name: all_aged(workspace)
-- Runs of a workspace that were noted in control.
SELECT position, instant, cuts::text FROM aged WHERE workspace = :workspace::uuid ORDER BY position, instant;
