-- name: append_to_lists(atoms, lists, profiles, owns, tails, put, taken, longest)
-- What a batch says of lists, after what was said before; gives the lists whose tail is to be folded, and those of
-- which it is to be settled whether they hold anything: what only puts on a list that holds something leaves it so.
WITH told AS (
    INSERT INTO product_list AS p (atom, list, profile, is_own, state, tail, put_at, taken_at, is_held)
    SELECT atom, list, profile, is_own, '', tail, put_at, taken_at, taken_at IS NULL
    FROM unnest(:atoms::bigint[], :lists::text[], :profiles::bigint[], :owns::boolean[], :tails::bytea[],
                :put::bigint[], :taken::bigint[])
         AS r(atom, list, profile, is_own, tail, put_at, taken_at)
    ON CONFLICT (atom, list) DO UPDATE SET profile = EXCLUDED.profile, tail = p.tail || EXCLUDED.tail,
        put_at = greatest(p.put_at, EXCLUDED.put_at), taken_at = greatest(p.taken_at, EXCLUDED.taken_at)
    RETURNING atom, list, state, tail, octet_length(tail) > :longest AS is_long,
              xmax = 0 OR taken_at IS NOT NULL OR NOT is_held AS is_open
)
SELECT atom, list, CASE WHEN is_long THEN state END, CASE WHEN is_long THEN tail END, is_long, is_open
FROM told WHERE is_long OR is_open;

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

-- name: unsettled(profiles, lists)
-- Of these lists, every one of a person where none is named, those whose rows do not all say that it holds something,
-- or may say so wrongly; with whether it does for sure, because something was put on it after all that was taken off.
SELECT profile, list, is_sure
FROM (SELECT p.profile, p.list, bool_and(p.is_held) AS is_held,
             coalesce(max(p.put_at) > max(p.taken_at), max(p.taken_at) IS NULL) AS is_sure
      FROM unnest(:profiles::bigint[], :lists::text[]) AS r(profile, list)
      JOIN product_list AS p ON p.profile = r.profile AND (r.list = '' OR p.list = r.list)
      GROUP BY p.profile, p.list) AS found
WHERE NOT (is_held AND is_sure);

-- name: rows_of(profiles, lists)
-- The rows of these lists.
SELECT p.profile, p.list, p.state, p.tail
FROM unnest(:profiles::bigint[], :lists::text[]) AS r(profile, list)
JOIN product_list AS p ON p.profile = r.profile AND p.list = r.list
ORDER BY p.profile, p.list, p.atom;

-- name: settle(profiles, lists, held)!
-- Whether these lists hold anything.
UPDATE product_list AS p SET is_held = r.is_held
FROM unnest(:profiles::bigint[], :lists::text[], :held::boolean[]) AS r(profile, list, is_held)
WHERE p.profile = r.profile AND p.list = r.list AND p.is_held <> r.is_held;

-- name: people_after(after, limit)
-- People with a list that holds something, in order of id.
SELECT DISTINCT profile FROM product_list WHERE is_held AND profile > :after ORDER BY profile LIMIT :limit;
