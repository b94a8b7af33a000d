-- name: add(key, atoms, at, position)!
-- People at the top; who is there already stays as they are.
INSERT INTO ranked (key, atom, at, position)
SELECT :key, atom, :at, :position FROM unnest(:atoms::bigint[]) AS r(atom)
ON CONFLICT (key, atom) DO NOTHING;

-- name: remove(key, atoms)!
-- People who are at the top no more.
DELETE FROM ranked WHERE key = :key AND atom = ANY(:atoms::bigint[]);

-- name: put_computed(key, at, position, placed, inside)!
-- That a computation is whole.
INSERT INTO rank_computed (key, at, position, placed, inside) VALUES (:key, :at, :position, :placed, :inside)
ON CONFLICT (key) DO UPDATE
SET at = EXCLUDED.at, position = EXCLUDED.position, placed = EXCLUDED.placed, inside = EXCLUDED.inside;

-- name: drop(key)!
-- Forget a rank that nothing asks for.
WITH gone AS (DELETE FROM ranked WHERE key = :key) DELETE FROM rank_computed WHERE key = :key;

-- name: computed()
-- The last computation of every rank.
SELECT key, at, position, placed, inside FROM rank_computed ORDER BY key;

-- name: of_atoms(atoms)
-- The ranks at whose top these are: (atom, key, instant of the computation that says so).
SELECT atom, key, at FROM ranked WHERE atom = ANY(:atoms::bigint[]) ORDER BY atom, key;

-- name: at_the_top(key)
-- Everybody at the top of a rank.
SELECT atom FROM ranked WHERE key = :key ORDER BY atom;

-- name: erase(atoms)!
-- Erased people are at no top.
DELETE FROM ranked WHERE atom = ANY(:atoms::bigint[]);
