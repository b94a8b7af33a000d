-- name: turns(segment, before, limit)
-- Entries and exits of a segment before one of them, the latest first.
SELECT id, segment, version, profile, entered, position, instant, cause FROM (
    (SELECT * FROM membership WHERE segment = :segment AND entered AND id < :before ORDER BY id DESC LIMIT :limit)
    UNION ALL
    (SELECT * FROM membership WHERE segment = :segment AND NOT entered AND id < :before ORDER BY id DESC LIMIT :limit)
) both_ways ORDER BY id DESC LIMIT :limit;

-- name: turns_one_way(segment, entered, before, limit)
-- Entries, or exits, of a segment before one of them, the latest first.
SELECT id, segment, version, profile, entered, position, instant, cause FROM membership
WHERE segment = :segment AND entered = :entered AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: turns_of(profiles, segment, before, limit)
-- Entries and exits of somebody in a segment, under all ids that they had, the latest first.
SELECT id, segment, version, profile, entered, position, instant, cause FROM membership
WHERE profile = ANY(:profiles::bigint[]) AND segment = :segment AND id < :before ORDER BY id DESC LIMIT :limit;

-- name: inside(segment, profiles)
-- Those of these people who are in a segment, with the position and instant of their entry.
SELECT profile, position, instant FROM member WHERE segment = :segment AND profile = ANY(:profiles::bigint[]);

-- name: note_points(at)!
-- The sizes of segments in force as they stand, with how many came and left since each was noted last.
INSERT INTO segment_point (segment, at, people, entered, gone, upto)
SELECT s.id, :at, coalesce(z.people, 0),
       (SELECT count(*) FROM membership WHERE segment = s.id AND entered AND id > l.upto AND id <= u.upto),
       (SELECT count(*) FROM membership WHERE segment = s.id AND NOT entered AND id > l.upto AND id <= u.upto),
       u.upto
FROM segment s
CROSS JOIN (SELECT coalesce(max(id), 0) AS upto FROM membership) u
CROSS JOIN LATERAL (
    SELECT coalesce((SELECT upto FROM segment_point WHERE segment = s.id ORDER BY at DESC LIMIT 1), 0) AS upto
) l
LEFT JOIN segment_size z ON z.segment = s.id
WHERE s.is_on AND NOT s.is_deleted AND s.current <> 0
ON CONFLICT (segment, at) DO NOTHING;

-- name: points(segment, since, until, limit)
-- Sizes of a segment between two instants, the earliest first.
SELECT at, people, entered, gone FROM segment_point
WHERE segment = :segment AND at >= :since AND at <= :until ORDER BY at LIMIT :limit;

-- name: points_near(at, since)
-- The latest size of each segment not after an instant, and not before another.
SELECT s.id, p.people FROM segment s CROSS JOIN LATERAL (
    SELECT people FROM segment_point WHERE segment = s.id AND at <= :at AND at >= :since ORDER BY at DESC LIMIT 1
) p WHERE NOT s.is_deleted;

-- name: thin_points(since, before, day)!
-- Of each past day of a segment the last point stays, and tells of all who came and left on it.
WITH old AS (
    SELECT segment, at, people, entered, gone,
           row_number() OVER (PARTITION BY segment, at / :day ORDER BY at DESC) AS place,
           sum(entered) OVER (PARTITION BY segment, at / :day) AS came,
           sum(gone) OVER (PARTITION BY segment, at / :day) AS went
    FROM segment_point WHERE at >= :since AND at < :before
), dropped AS (
    DELETE FROM segment_point p USING old WHERE p.segment = old.segment AND p.at = old.at AND old.place > 1
)
UPDATE segment_point p SET entered = old.came, gone = old.went FROM old
WHERE p.segment = old.segment AND p.at = old.at AND old.place = 1
  AND (p.entered, p.gone) IS DISTINCT FROM (old.came, old.went);

-- name: forget_points(before)!
-- Points beyond their age, and those of segments that are gone.
DELETE FROM segment_point p
WHERE at < :before OR NOT EXISTS (SELECT FROM segment s WHERE s.id = p.segment AND NOT s.is_deleted);

-- name: base()
-- How many people there are: (known ones, all).
SELECT count(*) FILTER (WHERE known), count(*) FROM profile;

-- name: worth(segment)
-- What the people of a segment have ordered, by currency: (currency, buyers, purchases, net in minor units).
SELECT f.currency, count(*), sum(f.purchases)::bigint, sum(f.net)::text
FROM member m JOIN order_figures f ON f.profile = m.profile
WHERE m.segment = :segment AND f.purchases > 0 GROUP BY f.currency ORDER BY f.currency;

-- name: worth_of_all()
-- What everybody has ordered, by currency.
SELECT currency, count(*), sum(purchases)::bigint, sum(net)::text
FROM order_figures WHERE purchases > 0 GROUP BY currency ORDER BY currency;

-- name: put_figures(segment, at, people, base, money)!
-- What the people of a segment come to.
INSERT INTO segment_figures (segment, at, people, base, money) VALUES (:segment, :at, :people, :base, :money::text::jsonb)
ON CONFLICT (segment) DO UPDATE
SET at = EXCLUDED.at, people = EXCLUDED.people, base = EXCLUDED.base, money = EXCLUDED.money;

-- name: figures()
-- What the people of every segment came to when it was last counted.
SELECT segment, at, people, base, money::text FROM segment_figures;
