-- name: version()$
-- Position of the newest fact about computed attributes; 0 where there was none.
SELECT coalesce(max(position), 0) FROM computed;

-- name: computed()
-- Every computed attribute, deleted ones too, in the order of their making.
SELECT id, key, position, instant, author, stated::text, is_deleted, version, current, building
FROM computed ORDER BY id;

-- name: put(id, key, position, instant, author, stated, is_deleted, version, current, building)!
-- A computed attribute as a fact leaves it.
INSERT INTO computed (id, key, position, instant, author, stated, is_deleted, version, current, building)
VALUES (:id, :key, :position, :instant, :author, :stated::text::jsonb, :is_deleted, :version, :current, :building)
ON CONFLICT (id) DO UPDATE
SET position = EXCLUDED.position, instant = EXCLUDED.instant, author = EXCLUDED.author, stated = EXCLUDED.stated,
    is_deleted = EXCLUDED.is_deleted, version = EXCLUDED.version, current = EXCLUDED.current,
    building = EXCLUDED.building;

-- name: add_version(computed, version, position, instant, formula, author, note)!
-- A version of a formula; it never changes.
INSERT INTO computed_version (computed, version, position, instant, formula, author, note)
VALUES (:computed, :version, :position, :instant, :formula::text::jsonb, :author, :note);

-- name: followed()
-- The formulas that values are read by and those being built.
SELECT c.key, v.version, v.position, v.formula::text, v.version = c.building AS is_building
FROM computed c JOIN computed_version v ON v.computed = c.id AND v.version IN (c.current, c.building)
WHERE NOT c.is_deleted ORDER BY c.id, v.version;

-- name: versions(computed)
-- Every version of a formula, the latest first.
SELECT computed, version, position, instant, formula::text, author, note
FROM computed_version WHERE computed = :computed ORDER BY version DESC;

-- name: sample(most)
-- People spread evenly over all ids: the next one after each of so many points.
SELECT DISTINCT near.id
FROM (SELECT min(id) AS least, max(id) AS greatest FROM profile) AS ends,
     generate_series(0, :most::int - 1) AS point,
     LATERAL (SELECT id FROM profile
              WHERE id >= ends.least + (ends.greatest - ends.least) * point / greatest(:most::int - 1, 1)
              ORDER BY id LIMIT 1) AS near
ORDER BY near.id;
