-- name: keep(key, rule, is_personal, now)!
-- A tree is kept, or kept longer.
INSERT INTO kept_tree (key, rule, is_personal, used_at) VALUES (:key, :rule, :is_personal, :now)
ON CONFLICT (key) DO UPDATE SET used_at = EXCLUDED.used_at;

-- name: kept(key)^
-- A kept tree.
SELECT rule, used_at FROM kept_tree WHERE key = :key;

-- name: use_kept(key, now)!
-- Somebody asks by a kept tree.
UPDATE kept_tree SET used_at = :now WHERE key = :key;

-- name: drop_unused(before)!
-- Trees that nobody has asked by since.
DELETE FROM kept_tree WHERE used_at < :before;

-- name: add_set(tree, at, position, people, size, now)$
-- The people for whom a tree held at an instant; the number of the set.
INSERT INTO people_set (tree, at, position, people, size, used_at)
VALUES (:tree, :at, :position, :people::bigint[], :size, :now)
RETURNING id;

-- name: latest_set(tree, since)^
-- The latest set of a tree whose instant is not before another.
SELECT id, at, size, used_at FROM people_set WHERE tree = :tree AND at >= :since ORDER BY at DESC, id DESC LIMIT 1;

-- name: set_of(id, tree)^
-- A set by its number.
SELECT id, at, size, used_at FROM people_set WHERE id = :id AND tree = :tree;

-- name: use_set(id, now)!
-- A set is being read.
UPDATE people_set SET used_at = :now WHERE id = :id;

-- name: drop_sets(before)!
-- Sets that nobody has read since.
DELETE FROM people_set WHERE used_at < :before;

-- name: erase_sets()!
-- No set holds anybody.
DELETE FROM people_set;

-- name: erase_personal()!
-- No kept tree names anybody.
DELETE FROM kept_tree WHERE is_personal;
