-- name: append_to_lists(atoms, lists, profiles, owns, tails, longest)
-- What a batch says of lists, after what was said before; gives the lists whose tail is to be folded.
WITH told AS (
    INSERT INTO product_list AS p (atom, list, profile, is_own, state, tail)
    SELECT atom, list, profile, is_own, '', tail
    FROM unnest(:atoms::bigint[], :lists::text[], :profiles::bigint[], :owns::boolean[], :tails::bytea[])
         AS r(atom, list, profile, is_own, tail)
    ON CONFLICT (atom, list) DO UPDATE SET profile = EXCLUDED.profile, tail = p.tail || EXCLUDED.tail
    RETURNING atom, list, state, tail
)
SELECT atom, list, state, tail FROM told WHERE octet_length(tail) > :longest;

-- name: put_folded(atoms, lists, states, tails)!
-- Lists whose tail was folded.
UPDATE product_list AS p SET state = r.state, tail = r.tail
FROM unnest(:atoms::bigint[], :lists::text[], :states::bytea[], :tails::bytea[]) AS r(atom, list, state, tail)
WHERE p.atom = r.atom AND p.list = r.list;

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
SELECT p.profile, p.list, p.state, p.tail
FROM unnest(:profiles::bigint[]) AS r(profile)
CROSS JOIN LATERAL (SELECT profile, is_own, list, atom, state, tail FROM product_list WHERE profile = r.profile
                    ORDER BY is_own, list, atom LIMIT :limit) AS p
ORDER BY p.profile, p.is_own, p.list, p.atom;

-- name: people_after(after, limit)
-- People who have a list, in order of id.
SELECT DISTINCT profile FROM product_list WHERE profile > :after ORDER BY profile LIMIT :limit;
