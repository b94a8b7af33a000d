-- name: add_feed(name, address, kind, scope, mapping, schedule, is_active, late_hours, credentials, now, by)<!
-- A feed.
INSERT INTO feed (name, address, kind, scope, mapping, schedule, is_active, late_hours, credentials, created_at,
                  created_by)
VALUES (:name, :address, :kind, :scope, :mapping, :schedule, :is_active, :late_hours, :credentials, :now, :by)
ON CONFLICT DO NOTHING RETURNING id;

-- name: change_feed(id, name, address, scope, mapping, schedule, is_active, late_hours)!
-- Another shape of a feed; what is known of its content is forgotten, so that the next load looks at all of it.
UPDATE feed SET name = :name, address = :address, scope = :scope, mapping = :mapping, schedule = :schedule,
                is_active = :is_active, late_hours = :late_hours, etag = '', modified = '', sha256 = ''
WHERE id = :id;

-- name: set_credentials(id, credentials)!
-- How the feed's server lets in, encrypted.
UPDATE feed SET credentials = :credentials WHERE id = :id;

-- name: sealed_credentials(id)$
-- How the feed's server lets in, encrypted; NULL where it lets in everybody.
SELECT credentials FROM feed WHERE id = :id;

-- name: set_seen(id, etag, modified, sha256)!
-- The content that last took effect.
UPDATE feed SET etag = :etag, modified = :modified, sha256 = :sha256 WHERE id = :id;

-- name: drop_feed(id)!
-- The feed is forgotten; what it told stays until another load takes it away.
DELETE FROM feed WHERE id = :id;

-- name: find_feed(id)^
-- One feed.
SELECT id, name, address, kind, scope, mapping, schedule, is_active, late_hours, credentials IS NOT NULL, etag,
       modified, sha256, created_at, created_by
FROM feed WHERE id = :id;

-- name: list_feeds()
-- Feeds in the order of their making; a workspace has few.
SELECT id, name, address, kind, scope, mapping, schedule, is_active, late_hours, credentials IS NOT NULL, etag,
       modified, sha256, created_at, created_by
FROM feed ORDER BY id;

-- name: latest_loads()
-- Each feed's latest load.
SELECT l.id, l.feed, l.kind, l.name, l.scope, l.state, l.version, l.numbers, l.staged, l.rejected, l.remarks, l.reason,
       l.sha256, l.started_at, l.started_by, l.finished_at
FROM feed f CROSS JOIN LATERAL (SELECT * FROM catalogue_load WHERE feed = f.id ORDER BY id DESC LIMIT 1) l;

-- name: changed_at(feed)$
-- When the feed last told something that took effect, milliseconds; NULL where it never has.
SELECT max(finished_at) FROM catalogue_load WHERE feed = :feed AND state = 'applied';
