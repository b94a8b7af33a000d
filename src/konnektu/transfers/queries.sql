-- name: add_place(name, settings, secret, created_at, created_by)<!
-- A place.
INSERT INTO transfer_place (name, settings, secret, created_at, created_by)
VALUES (:name, :settings, :secret, :created_at, :created_by)
ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: change_place(id, name, settings, secret, forget_key)!
-- Other settings; the secret stays where none is given.
UPDATE transfer_place
SET name = :name, settings = :settings, secret = coalesce(:secret, secret),
    host_key = CASE WHEN :forget_key THEN '' ELSE host_key END
WHERE id = :id;

-- name: remember_key(id, host_key)!
-- The key of a server that was met for the first time.
UPDATE transfer_place SET host_key = :host_key WHERE id = :id AND host_key = '';

-- name: delete_place(id)!
-- Take a place away.
DELETE FROM transfer_place WHERE id = :id;

-- name: uses_of_place(id)$
-- How many schedules use a place.
SELECT (SELECT count(*) FROM scheduled_import WHERE place = :id)
     + (SELECT count(*) FROM scheduled_export WHERE place = :id);

-- name: find_place(id)^
-- One place.
SELECT id, name, settings, host_key, secret IS NOT NULL, created_at, created_by FROM transfer_place WHERE id = :id;

-- name: secret_of_place(id)$
-- What opens a place, sealed.
SELECT secret FROM transfer_place WHERE id = :id;

-- name: places()
-- All places by name.
SELECT id, name, settings, host_key, secret IS NOT NULL, created_at, created_by FROM transfer_place ORDER BY name;

-- name: add_scheduled(name, place, mapping, source, rules, since, created_at, created_by)<!
-- A scheduled import.
INSERT INTO scheduled_import (name, place, mapping, source, rules, since, created_at, created_by)
VALUES (:name, :place, :mapping, :source, :rules, :since, :created_at, :created_by)
ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: change_scheduled(id, name, place, mapping, source, rules, since)!
-- Another rule. Where a query begins anew is said by a person, or it goes on.
UPDATE scheduled_import
SET name = :name, place = :place, mapping = :mapping, source = :source, rules = :rules,
    since = coalesce(:since::text, since), edge = CASE WHEN :since::text IS NULL THEN edge ELSE '{}' END
WHERE id = :id;

-- name: delete_scheduled(id)!
-- Take a scheduled import away with what it remembers.
DELETE FROM scheduled_import WHERE id = :id;

-- name: find_scheduled(id)^
-- One scheduled import.
SELECT id, name, place, mapping, source, rules, created_at, created_by, taken_at, since, edge
FROM scheduled_import WHERE id = :id;

-- name: all_scheduled()
-- All scheduled imports by name.
SELECT id, name, place, mapping, source, rules, created_at, created_by, taken_at, since, edge
FROM scheduled_import ORDER BY name;

-- name: note_taken(id, now)!
-- A file was taken.
UPDATE scheduled_import SET taken_at = :now WHERE id = :id;

-- name: reach(id, since, edge)!
-- A query came so far.
UPDATE scheduled_import SET since = :since, edge = :edge WHERE id = :id;

-- name: forget_displaced(scheduled, paths, sizes, modified, tags)
-- What waits and is not shown any more, or shows another content; its paths.
DELETE FROM seen_file file
WHERE scheduled = :scheduled AND state IN ('seen', 'held') AND NOT EXISTS (
    SELECT 1 FROM unnest(:paths::text[], :sizes::bigint[], :modified::bigint[], :tags::text[])
                  AS shown (path, size, modified, tag)
    WHERE (shown.path, shown.size, shown.modified, shown.tag) = (file.path, file.size, file.modified, file.tag)
)
RETURNING path;

-- name: look(scheduled, paths, sizes, modified, tags, now)!
-- A look at a place: what is shown for the first time is remembered.
INSERT INTO seen_file (scheduled, path, size, modified, tag, state, seen_at)
SELECT :scheduled, shown.path, shown.size, shown.modified, shown.tag, 'seen', :now
FROM unnest(:paths::text[], :sizes::bigint[], :modified::bigint[], :tags::text[]) AS shown (path, size, modified, tag)
ON CONFLICT DO NOTHING;

-- name: mark_growing(scheduled, paths, now)!
-- Paths whose content changed between two looks.
UPDATE seen_file SET state = 'held', held = 'growing'
WHERE scheduled = :scheduled AND path = ANY(:paths) AND state = 'seen' AND seen_at = :now;

-- name: seen_files(scheduled, before, limit)
-- What was seen, the latest first, with ids below `before`.
SELECT id, scheduled, path, size, modified, tag, bytes, sha256, state, held, detail, is_accepted, imported, seen_at, taken_at
FROM seen_file WHERE scheduled = :scheduled AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: find_seen(id)^
-- One remembered file.
SELECT id, scheduled, path, size, modified, tag, bytes, sha256, state, held, detail, is_accepted, imported, seen_at, taken_at
FROM seen_file WHERE id = :id;

-- name: open_files(scheduled)
-- What is not yet at its end, the earliest first.
SELECT id, scheduled, path, size, modified, tag, bytes, sha256, state, held, detail, is_accepted, imported, seen_at, taken_at
FROM seen_file WHERE scheduled = :scheduled AND state IN ('seen', 'held', 'importing', 'imported', 'repeated')
ORDER BY id;

-- name: last_sizes(scheduled, limit)
-- Sizes of the files taken last.
SELECT bytes FROM seen_file WHERE scheduled = :scheduled AND taken_at IS NOT NULL AND state <> 'repeated'
ORDER BY taken_at DESC, id DESC LIMIT :limit;

-- name: hold(id, held, detail)!
-- The file waits for a person or for another content.
UPDATE seen_file SET state = 'held', held = :held, detail = :detail WHERE id = :id;

-- name: taken_before(scheduled, sha256, id)$
-- The number of an import that took the same content.
SELECT imported FROM seen_file
WHERE scheduled = :scheduled AND sha256 = :sha256 AND id <> :id AND taken_at IS NOT NULL AND state <> 'failed'
ORDER BY id LIMIT 1;

-- name: take(id, bytes, sha256, tag, state, imported, detail, now)!
-- The content was taken: by an import, or by an earlier one.
UPDATE seen_file
SET bytes = :bytes, sha256 = :sha256, tag = :tag, state = :state, imported = :imported, taken_at = :now, held = '',
    detail = :detail
WHERE id = :id;

-- name: forget_seen(id)!
-- A look that showed nothing new.
DELETE FROM seen_file WHERE id = :id;

-- name: move_on(id, state, detail)!
-- The file's next state.
UPDATE seen_file SET state = :state, detail = :detail WHERE id = :id;

-- name: accept(id)!
-- A person says to take a held file as it is.
UPDATE seen_file SET state = 'seen', is_accepted = true, held = '', detail = '' WHERE id = :id AND state = 'held';

-- name: add_export(name, place, rules, created_at)<!
-- A scheduled export.
INSERT INTO scheduled_export (name, place, rules, created_at) VALUES (:name, :place, :rules, :created_at)
ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: change_export(id, name, place, rules)!
-- Another rule.
UPDATE scheduled_export SET name = :name, place = :place, rules = :rules WHERE id = :id;

-- name: delete_export(id)!
-- Take a scheduled export away.
DELETE FROM scheduled_export WHERE id = :id;

-- name: find_export(id)^
-- One scheduled export.
SELECT id, name, rules, created_at, done_at FROM scheduled_export WHERE id = :id;

-- name: all_exports()
-- All scheduled exports by name.
SELECT id, name, rules, created_at, done_at FROM scheduled_export ORDER BY name;

-- name: note_done(id, now)!
-- A file left.
UPDATE scheduled_export SET done_at = :now WHERE id = :id;

-- name: keep_file(scheduled, job, name, list, login, is_open, size, created_at, expires_at, row_limit)<!
-- A file that waits for one user; of one job there is one.
INSERT INTO export_file (scheduled, job, name, list, login, is_open, size, created_at, expires_at, row_limit)
VALUES (:scheduled, :job, :name, :list, :login, :is_open, :size, :created_at, :expires_at, :row_limit)
ON CONFLICT (job) DO UPDATE SET size = excluded.size, is_open = excluded.is_open, row_limit = excluded.row_limit
RETURNING id;

-- name: file_of_job(job)^
-- The file that a job made.
SELECT id, scheduled, job, name, list, login, is_open, size, created_at, expires_at, mailed_at, row_limit
FROM export_file WHERE job = :job;

-- name: find_file(id)^
-- One file.
SELECT id, scheduled, job, name, list, login, is_open, size, created_at, expires_at, mailed_at, row_limit
FROM export_file WHERE id = :id;

-- name: note_mailed(id, now)!
-- The letter left.
UPDATE export_file SET mailed_at = :now WHERE id = :id;

-- name: forget_files(now)
-- Files whose term is over; their ids.
DELETE FROM export_file WHERE expires_at <= :now RETURNING id;

-- name: forget_files_of(scheduled)
-- Files of a scheduled export; their ids.
DELETE FROM export_file WHERE scheduled = :scheduled RETURNING id;
