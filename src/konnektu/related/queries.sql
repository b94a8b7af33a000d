-- name: kinds()
-- Every kind of records, in the order of their names.
SELECT definition::text FROM record_kind ORDER BY name;

-- name: put_kinds(names, positions, definitions)!
-- Kinds as a batch leaves them.
INSERT INTO record_kind (name, position, definition)
SELECT name, position, definition::jsonb
FROM unnest(:names::text[], :positions::bigint[], :definitions::text[]) AS r(name, position, definition)
ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position, definition = EXCLUDED.definition;

-- name: records_of_people(profiles)
-- Every record of these people, removed ones too.
SELECT kind, id, profile, state FROM record WHERE profile = ANY(:profiles::bigint[]) AND profile <> 0
ORDER BY profile, kind, id;

-- name: load_records(kinds, ids)
-- The records that a batch names.
SELECT kind, id, profile, state FROM record
WHERE (kind, id) IN (SELECT * FROM unnest(:kinds::text[], :ids::text[]));

-- name: put_records(kinds, ids, atoms, profiles, sources, removed, positions, fields, states)!
-- Records as a batch leaves them.
INSERT INTO record (kind, id, atom, profile, source, is_removed, position, fields, state)
SELECT kind, id, atom, profile, source, is_removed, position, fields::jsonb, state
FROM unnest(:kinds::text[], :ids::text[], :atoms::bigint[], :profiles::bigint[], :sources::bigint[], :removed::boolean[],
            :positions::bigint[], :fields::text[], :states::bytea[])
    AS r(kind, id, atom, profile, source, is_removed, position, fields, state)
ON CONFLICT (kind, id) DO UPDATE
SET atom = EXCLUDED.atom, profile = EXCLUDED.profile, source = EXCLUDED.source, is_removed = EXCLUDED.is_removed,
    position = EXCLUDED.position, fields = EXCLUDED.fields, state = EXCLUDED.state;

-- name: add_versions(kinds, ids, times, positions, ranks, sources, bys, atoms, owners, removed, said)!
-- What a batch said of records.
INSERT INTO record_version (kind, id, time, position, rank, source, by, atom, owner, is_removed, said)
SELECT * FROM unnest(:kinds::text[], :ids::text[], :times::bigint[], :positions::bigint[], :ranks::bigint[],
                     :sources::bigint[], :bys::text[], :atoms::bigint[], :owners::bigint[], :removed::boolean[],
                     :said::bytea[]);

-- name: trim_versions(kinds, ids, most)!
-- The latest statements of each record stay.
DELETE FROM record_version v USING (
    SELECT kind, id, time, position, row_number() OVER (PARTITION BY kind, id ORDER BY time DESC, position DESC) AS place
    FROM record_version JOIN unnest(:kinds::text[], :ids::text[]) AS r(kind, id) USING (kind, id)
) AS one
WHERE place > :most AND (v.kind, v.id, v.time, v.position) = (one.kind, one.id, one.time, one.position);

-- name: merge_records(losers, winners)!
-- Records of a loser are the winner's.
UPDATE record SET profile = r.winner
FROM unnest(:losers::bigint[], :winners::bigint[]) AS r(loser, winner) WHERE record.profile = r.loser;

-- name: part_records(leaving, staying, moved)!
-- Records go with their owners' atoms to the sides of a cut.
UPDATE record SET profile = CASE WHEN atom = ANY(:moved::bigint[]) THEN :leaving ELSE :staying END
WHERE profile IN (:leaving, :staying);

-- name: erase_records(profiles)
-- The records of erased people, and their keys.
DELETE FROM record WHERE profile = ANY(:profiles::bigint[]) AND profile <> 0 RETURNING kind, id;

-- name: delete_records(kinds, ids)!
-- Records of which nothing is left.
DELETE FROM record WHERE (kind, id) IN (SELECT * FROM unnest(:kinds::text[], :ids::text[]));

-- name: erase_versions(kinds, ids)!
-- All that was said of these records.
DELETE FROM record_version WHERE (kind, id) IN (SELECT * FROM unnest(:kinds::text[], :ids::text[]));

-- name: erase_said(atoms)
-- What was said by or of these atoms, of whosever records.
DELETE FROM record_version WHERE atom = ANY(:atoms::bigint[]) AND atom <> 0 RETURNING kind, id, position;

-- name: versions_of(kinds, ids)
-- What was said of these records, the latest first.
SELECT kind, id, position, time, rank, source, by, atom, owner, is_removed, said FROM record_version
WHERE (kind, id) IN (SELECT * FROM unnest(:kinds::text[], :ids::text[]))
ORDER BY kind, id, time DESC, position DESC;

-- name: bury(hashes, position)!
-- Records that were erased, as keyed hashes, at a position.
INSERT INTO record_tombstone (hash, position) SELECT hash, :position FROM unnest(:hashes::bytea[]) AS hash
ON CONFLICT (hash) DO UPDATE SET position = greatest(record_tombstone.position, EXCLUDED.position);

-- name: buried(hashes)
-- Where these records were last erased.
SELECT hash, position FROM record_tombstone WHERE hash = ANY(:hashes::bytea[]);

-- name: records_of_after(profile, kind, after_kind, after, limit)
-- A page of a person's records by kind and id. An empty kind means every one.
SELECT kind, id, profile, state FROM record
WHERE profile = :profile AND profile <> 0 AND (kind, id) > (:after_kind COLLATE "C", :after COLLATE "C")
  AND (:kind = '' OR kind = :kind)
ORDER BY kind, id LIMIT :limit;

-- name: records_after(kind, removed, after, limit)
-- A page of a kind's records by id.
SELECT kind, id, profile, state FROM record
WHERE kind = :kind AND id > :after COLLATE "C" AND is_removed = :removed
ORDER BY id LIMIT :limit;

-- name: matching_after(kind, removed, match, after, limit)
-- The same where fields hold what `match` says.
SELECT kind, id, profile, state FROM record
WHERE kind = :kind AND id > :after COLLATE "C" AND is_removed = :removed
  AND fields @> :match::text::jsonb
ORDER BY id LIMIT :limit;

-- name: between(kind, path, low, high, most)$
-- How many records of a kind stand between bounds, counted up to `most`.
SELECT count(*) FROM (
    SELECT FROM record
    WHERE kind = :kind AND (fields -> :kind::text -> :path::text)
          BETWEEN coalesce(:low::text, 'null')::jsonb AND coalesce(:high::text, '{}')::jsonb
    LIMIT :most
) AS r;

-- name: ranging_after(kind, removed, path, low, high, paths, lows, highs, after, limit)
-- The same where fields stand between bounds; the first of them is found by its index. Values of one field are of one
-- type; in JSON every scalar stands between null and an object. Two bounds even where one was asked for: the planner
-- takes a range for narrow, and one bound for a third of all.
SELECT kind, id, profile, state FROM record
WHERE kind = :kind AND id > :after COLLATE "C" AND is_removed = :removed
  AND (fields -> :kind::text -> :path::text)
      BETWEEN coalesce(:low::text, 'null')::jsonb AND coalesce(:high::text, '{}')::jsonb
  AND (cardinality(:paths::text[]) = 0 OR NOT EXISTS (
      SELECT FROM unnest(:paths::text[], :lows::text[], :highs::text[]) AS r(name, least, most)
      WHERE ((fields -> :kind::text -> r.name) BETWEEN coalesce(r.least, 'null')::jsonb
                                                        AND coalesce(r.most, '{}')::jsonb) IS NOT TRUE
  ))
ORDER BY id LIMIT :limit;

-- name: matching_ranging_after(kind, removed, match, path, low, high, paths, lows, highs, after, limit)
-- Both.
SELECT kind, id, profile, state FROM record
WHERE kind = :kind AND id > :after COLLATE "C" AND is_removed = :removed
  AND fields @> :match::text::jsonb
  AND (fields -> :kind::text -> :path::text)
      BETWEEN coalesce(:low::text, 'null')::jsonb AND coalesce(:high::text, '{}')::jsonb
  AND (cardinality(:paths::text[]) = 0 OR NOT EXISTS (
      SELECT FROM unnest(:paths::text[], :lows::text[], :highs::text[]) AS r(name, least, most)
      WHERE ((fields -> :kind::text -> r.name) BETWEEN coalesce(r.least, 'null')::jsonb
                                                        AND coalesce(r.most, '{}')::jsonb) IS NOT TRUE
  ))
ORDER BY id LIMIT :limit;

-- name: counts_of(profiles)
-- How many records of each kind these people have.
SELECT profile, kind, count(*) FROM record
WHERE profile = ANY(:profiles::bigint[]) AND profile <> 0 AND NOT is_removed GROUP BY profile, kind ORDER BY profile, kind;
