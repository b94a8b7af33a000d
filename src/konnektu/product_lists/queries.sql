-- name: load_lists(atoms, lists)
-- The lists that a batch speaks of.
SELECT p.atom, p.list, p.state FROM unnest(:atoms::bigint[], :lists::text[]) AS r(atom, list)
JOIN product_list p ON p.atom = r.atom AND p.list = r.list;

-- name: put_lists(atoms, lists, profiles, owns, states)!
-- Lists as a batch leaves them.
INSERT INTO product_list (atom, list, profile, is_own, state)
SELECT * FROM unnest(:atoms::bigint[], :lists::text[], :profiles::bigint[], :owns::boolean[], :states::bytea[])
ON CONFLICT (atom, list) DO UPDATE SET profile = EXCLUDED.profile, state = EXCLUDED.state;

-- name: merge_lists(losers, winners)!
-- Lists of a loser's atoms are the winner's.
UPDATE product_list SET profile = r.winner
FROM unnest(:losers::bigint[], :winners::bigint[]) AS r(loser, winner) WHERE product_list.profile = r.loser;

-- name: part_lists(leaving, staying, moved)!
-- Lists go with their atoms to the sides of a cut.
UPDATE product_list SET profile = CASE WHEN atom = ANY(:moved::bigint[]) THEN :leaving ELSE :staying END
WHERE profile IN (:leaving, :staying);

-- name: erase_lists(profiles)!
-- The lists of erased people.
DELETE FROM product_list WHERE profile = ANY(:profiles::bigint[]);

-- name: lists_of(profiles, limit)
-- The lists of these people, those that every project has first.
SELECT p.profile, p.list, p.state
FROM unnest(:profiles::bigint[]) AS r(profile)
CROSS JOIN LATERAL (SELECT profile, is_own, list, atom, state FROM product_list WHERE profile = r.profile
                    ORDER BY is_own, list, atom LIMIT :limit) AS p
ORDER BY p.profile, p.is_own, p.list, p.atom;

-- name: people_after(after, limit)
-- People who have a list, in order of id.
SELECT DISTINCT profile FROM product_list WHERE profile > :after ORDER BY profile LIMIT :limit;
