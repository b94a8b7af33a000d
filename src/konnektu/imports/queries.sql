-- name: first_upload(sha256)$
-- When a content was first uploaded.
SELECT min(as_of) FROM import WHERE sha256 = :sha256;

-- name: add_import(name, file_name, sha256, size, source, kind, layout, mapping, as_of, created_at, created_by, machine)<!
-- An import, not yet running.
INSERT INTO import (name, file_name, sha256, size, source, kind, state, layout, mapping, as_of, created_at, created_by,
                    machine)
VALUES (:name, :file_name, :sha256, :size, :source, :kind, 'uploaded', :layout, :mapping, :as_of,
        :created_at, :created_by, :machine)
RETURNING id;

-- name: find_import(id)^
-- One import.
SELECT id, name, file_name, sha256, size, source, kind, state, layout, mapping, as_of, chunk, cursor,
       read, accepted, rejected, events, partial, error_bytes, reason, created_at, created_by, started_at, finished_at, machine
FROM import WHERE id = :id;

-- name: list_imports(before, limit)
-- Imports, the latest first, with ids below `before`.
SELECT id, name, file_name, sha256, size, source, kind, state, layout, mapping, as_of, chunk, cursor,
       read, accepted, rejected, events, partial, error_bytes, reason, created_at, created_by, started_at, finished_at, machine
FROM import WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: ended_before(instant)
-- Imports that ended before an instant.
SELECT id FROM import WHERE finished_at < :instant AND state IN ('done', 'failed', 'cancelled');

-- name: change_import(id, name, kind, layout, mapping)!
-- Another reading of the file, as long as none of its rows was taken.
UPDATE import SET name = :name, kind = :kind, layout = :layout, mapping = :mapping
WHERE id = :id AND state = 'uploaded';

-- name: make_waiting(id)!
-- The import may run, or go on after a failure.
UPDATE import SET state = 'waiting', reason = '', finished_at = NULL
WHERE id = :id AND state IN ('uploaded', 'failed');

-- name: claim_import(id, runner, now, silent_since)^
-- One runner takes the import: a waiting one, or one whose runner fell silent.
UPDATE import SET state = 'running', runner = :runner, beat_at = :now, started_at = coalesce(started_at, :now)
WHERE id = :id AND (state = 'waiting' OR (state = 'running' AND (beat_at < :silent_since OR runner = :runner)))
RETURNING id;

-- name: advance_import(id, runner, chunk, cursor, read, accepted, rejected, events, partial, error_bytes, now)<!
-- One chunk is done, once: the runner and the chunk's number must be the ones that stand. Counts also the
-- chunk that was under way when somebody cancelled.
UPDATE import
SET chunk = chunk + 1, cursor = :cursor, read = read + :read, accepted = accepted + :accepted,
    rejected = rejected + :rejected, events = events + :events, partial = partial + :partial,
    error_bytes = :error_bytes, beat_at = :now
WHERE id = :id AND runner = :runner AND chunk = :chunk AND state IN ('running', 'cancelled')
RETURNING state;

-- name: beat(id, runner, now)<!
-- The runner lives and waits.
UPDATE import SET beat_at = :now WHERE id = :id AND runner = :runner RETURNING state;

-- name: release_import(id, runner)!
-- The runner lets go of an import that is not at its end.
UPDATE import SET state = 'waiting', runner = '' WHERE id = :id AND runner = :runner AND state = 'running';

-- name: finish_import(id, runner, state, reason, now)!
-- The import is done or failed.
UPDATE import SET state = :state, reason = :reason, finished_at = :now
WHERE id = :id AND runner = :runner AND state = 'running';

-- name: cancel_import(id, now)!
-- The runner stops after its present chunk; what was taken stays.
UPDATE import SET state = 'cancelled', finished_at = :now
WHERE id = :id AND state IN ('uploaded', 'waiting', 'running', 'failed');

-- name: uses_of_file(sha256)$
-- How many imports still need the uploaded file.
SELECT count(*) FROM import WHERE sha256 = :sha256 AND state IN ('uploaded', 'waiting', 'running', 'failed');

-- name: add_saved(name, source, kind, mapping, created_at, created_by)<!
-- A mapping under a name.
INSERT INTO saved_mapping (name, source, kind, mapping, created_at, created_by)
VALUES (:name, :source, :kind, :mapping, :created_at, :created_by)
ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: change_saved(id, name, source, kind, mapping)!
-- The mapping under another name, or another mapping.
UPDATE saved_mapping SET name = :name, source = :source, kind = :kind, mapping = :mapping WHERE id = :id;

-- name: delete_saved(id)!
-- Take a saved mapping away.
DELETE FROM saved_mapping WHERE id = :id;

-- name: find_saved(id)^
-- One saved mapping.
SELECT id, name, source, kind, mapping, created_at, created_by FROM saved_mapping WHERE id = :id;

-- name: all_saved()
-- All saved mappings by name.
SELECT id, name, source, kind, mapping, created_at, created_by FROM saved_mapping ORDER BY name;
