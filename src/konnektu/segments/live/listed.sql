-- name: add(segment, atoms, position, instant)!
-- People on a list; who stands on it already stays as they are.
INSERT INTO listed (segment, atom, position, instant)
SELECT :segment, atom, :position, :instant FROM unnest(:atoms::bigint[]) AS r(atom)
ON CONFLICT (segment, atom) DO NOTHING;

-- name: remove(segment, atoms)!
-- People who stand on a list no more.
DELETE FROM listed WHERE segment = :segment AND atom = ANY(:atoms::bigint[]);

-- name: of_atoms(atoms)
-- The lists on which these stand: (atom, key of the list, instant).
SELECT l.atom, s.key, l.instant FROM listed l JOIN segment s ON s.id = l.segment
WHERE l.atom = ANY(:atoms::bigint[]) AND NOT s.is_deleted ORDER BY l.atom, s.key;

-- name: on_list(segment)
-- Everybody who stands on a list.
SELECT atom FROM listed WHERE segment = :segment ORDER BY atom;

-- name: erase(atoms)!
-- Erased people stand on no list.
DELETE FROM listed WHERE atom = ANY(:atoms::bigint[]);
