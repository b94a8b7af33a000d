-- name: version()$
-- Position of the newest fact about segments, computed attributes or the workspace's zone; 0 where there was none.
SELECT greatest((SELECT max(position) FROM segment), (SELECT max(position) FROM computed),
                (SELECT max(position) FROM home_zone), 0);

-- name: segments()
-- Every segment, deleted ones too, with the definition stated last.
SELECT s.id, s.key, s.position, s.instant, s.author, s.stated::text, v.definition::text, v.written::text,
       s.is_on, s.is_deleted, s.version, s.current, s.building
FROM segment s LEFT JOIN segment_version v ON v.segment = s.id AND v.version = s.version
ORDER BY s.id;

-- name: put_segment(id, key, position, instant, author, stated, is_on, is_deleted, version, current, building)!
-- A segment as a fact leaves it.
INSERT INTO segment (id, key, position, instant, author, stated, is_on, is_deleted, version, current, building)
VALUES (:id, :key, :position, :instant, :author, :stated::text::jsonb, :is_on, :is_deleted, :version, :current,
        :building)
ON CONFLICT (id) DO UPDATE
SET position = EXCLUDED.position, instant = EXCLUDED.instant, author = EXCLUDED.author, stated = EXCLUDED.stated,
    is_on = EXCLUDED.is_on, is_deleted = EXCLUDED.is_deleted, version = EXCLUDED.version,
    current = EXCLUDED.current, building = EXCLUDED.building;

-- name: add_version(segment, version, position, instant, definition, written, author, note)!
-- A version of a definition; it never changes.
INSERT INTO segment_version (segment, version, position, instant, definition, written, author, note)
VALUES (:segment, :version, :position, :instant, :definition::text::jsonb, :written::text::jsonb, :author, :note);

-- name: add_edit(segment, position, instant, act, author, note, version, stated)!
-- One change of a segment.
INSERT INTO segment_edit (segment, position, instant, act, author, note, version, stated)
VALUES (:segment, :position, :instant, :act, :author, :note, :version, :stated::text::jsonb);

-- name: edits(segment, before, most)
-- Changes of a segment before a position, the latest first.
SELECT segment, position, instant, act, author, note, version, stated::text
FROM segment_edit WHERE segment = :segment AND position < :before ORDER BY position DESC LIMIT :most;

-- name: versions(segment)
-- Every version of a segment's definition.
SELECT segment, version, position, instant, definition::text, written::text, author, note
FROM segment_version WHERE segment = :segment ORDER BY version;

-- name: defined()
-- The definitions in force and those being built.
--
-- Whoever switches a segment on again has it built from the whole history; nobody is on a list that was just made.
SELECT s.id, s.key, s.stated->>'kind' AS kind, v.version,
       CASE WHEN v.version <> s.building THEN v.position
            WHEN s.stated->>'kind' <> 'live' AND NOT EXISTS (SELECT FROM listed l WHERE l.segment = s.id) THEN 0
            ELSE s.position END,
       v.instant, coalesce(v.written, v.definition)::text,
       v.version = s.building AS is_building
FROM segment s JOIN segment_version v ON v.segment = s.id AND v.version IN (s.current, s.building)
WHERE s.is_on AND NOT s.is_deleted
ORDER BY s.id, v.version;

-- name: decided()$
-- Position of the newest fact that brought a definition into force, or out of it, or moved the workspace to another
-- zone; 0 where there was none.
--
-- With the last formula that is deleted, nothing is remembered of people any more.
SELECT greatest((SELECT max(position) FROM segment_edit WHERE act IN ('built', 'off', 'deleted')),
                (SELECT max(position) FROM computed WHERE is_deleted), (SELECT max(position) FROM home_zone), 0);

-- name: acts()
-- Everything that was done to segments as such, in order.
SELECT e.position, e.instant, s.id, s.key, e.act, e.version, coalesce(v.position, 0)
FROM segment_edit e JOIN segment s ON s.id = e.segment
     LEFT JOIN segment_version v ON v.segment = e.segment AND v.version = e.version
WHERE e.act <> 'listed' ORDER BY e.position;

-- name: stated_definitions()
-- Every version of every definition, as it is decided by.
SELECT segment, version, coalesce(written, definition)::text FROM segment_version;

-- name: tags()
-- Every tag that somebody was given.
SELECT DISTINCT tag FROM tag ORDER BY tag;

-- name: number(key)$
-- The number of a segment that is not deleted.
SELECT id FROM segment WHERE key = :key AND NOT is_deleted;

-- name: homes()
-- The zones of the workspace, each from its position on.
SELECT position, instant, zone FROM home_zone ORDER BY position;

-- name: home()$
-- The zone of the workspace; null before the first writer.
SELECT zone FROM home_zone ORDER BY position DESC LIMIT 1;

-- name: add_home(position, instant, zone)!
-- From here on the workspace is in this zone.
INSERT INTO home_zone (position, instant, zone) VALUES (:position, :instant, :zone) ON CONFLICT DO NOTHING;
