-- name: version()$
-- Position of the newest fact about sources; 0 where there was none.
SELECT coalesce(max(position), 0) FROM marketing_source;

-- name: sources()
-- Every source, retired ones too.
SELECT id, key, position, retired, stated::text FROM marketing_source ORDER BY key;

-- name: put_sources(ids, keys, positions, retireds, stateds)!
-- Sources as a batch leaves them.
INSERT INTO marketing_source (id, key, position, retired, stated)
SELECT id, key, position, retired, stated::jsonb
FROM unnest(:ids::bigint[], :keys::text[], :positions::bigint[], :retireds::boolean[], :stateds::text[])
     AS r(id, key, position, retired, stated)
ON CONFLICT (key) DO UPDATE
SET position = EXCLUDED.position, retired = EXCLUDED.retired, stated = EXCLUDED.stated;

-- name: put_arrivals(atoms, sources, profiles, first_times, first_positions, last_times, last_positions, events)!
-- Arrivals of a batch beside those from before; the order of batches does not matter.
INSERT INTO arrival AS a (atom, source, profile, first_time, first_position, last_time, last_position, events)
SELECT * FROM unnest(:atoms::bigint[], :sources::bigint[], :profiles::bigint[], :first_times::bigint[],
                     :first_positions::bigint[], :last_times::bigint[], :last_positions::bigint[], :events::bigint[])
ON CONFLICT (atom, source) DO UPDATE
SET profile = EXCLUDED.profile, events = a.events + EXCLUDED.events,
    first_time = least(a.first_time, EXCLUDED.first_time),
    first_position = CASE WHEN (a.first_time, a.first_position) < (EXCLUDED.first_time, EXCLUDED.first_position)
                          THEN a.first_position ELSE EXCLUDED.first_position END,
    last_time = greatest(a.last_time, EXCLUDED.last_time),
    last_position = CASE WHEN (a.last_time, a.last_position) > (EXCLUDED.last_time, EXCLUDED.last_position)
                         THEN a.last_position ELSE EXCLUDED.last_position END;

-- name: merge_arrivals(losers, winners)!
-- Arrivals of a loser's atoms are the winner's.
UPDATE arrival SET profile = r.winner
FROM unnest(:losers::bigint[], :winners::bigint[]) AS r(loser, winner) WHERE arrival.profile = r.loser;

-- name: part_arrivals(leaving, staying, moved)!
-- Arrivals go with their atoms to the sides of a cut.
UPDATE arrival SET profile = CASE WHEN atom = ANY(:moved::bigint[]) THEN :leaving ELSE :staying END
WHERE profile IN (:leaving, :staying);

-- name: erase_arrivals(profiles)!
-- The arrivals of erased people.
DELETE FROM arrival WHERE profile = ANY(:profiles::bigint[]);

-- name: forget_arrivals(atoms)!
-- Before the arrivals of these atoms are told anew.
DELETE FROM arrival WHERE atom = ANY(:atoms::bigint[]);

-- name: arrivals_of(profiles)
-- Every row of arrivals of these people, with its source.
SELECT a.profile, s.key, s.stated->>'name' AS name, s.stated->>'kind' AS kind,
       coalesce((p.stated->>'days')::bigint, (s.stated->>'days')::bigint, 0) AS days,
       a.first_time, a.first_position, a.last_time, a.last_position, a.events
FROM arrival a
JOIN marketing_source s ON s.id = a.source
LEFT JOIN marketing_source p ON p.key = s.stated->>'parent'
WHERE a.profile = ANY(:profiles::bigint[]) AND a.profile <> 0
ORDER BY a.profile, a.first_time, a.first_position, s.key;

-- name: every_arrival()
-- All rows of arrivals that are somebody's.
SELECT atom, source, first_time, first_position, last_time, last_position, events FROM arrival WHERE profile <> 0;

-- name: counted()
-- How many people each source has brought first, last and at all. One event may be of several sources: each counts.
SELECT source, count(DISTINCT profile) FILTER (WHERE is_first), count(DISTINCT profile) FILTER (WHERE is_last),
       count(DISTINCT profile)
FROM (
    SELECT source, profile,
           rank() OVER (PARTITION BY profile ORDER BY first_time, first_position) = 1 AS is_first,
           rank() OVER (PARTITION BY profile ORDER BY last_time DESC, last_position DESC) = 1 AS is_last
    FROM arrival
) AS a
GROUP BY source;

-- name: add_counts(sources, reasons, sinces, events, lasts)!
-- What sources sent in a batch; accepted events have no reason.
INSERT INTO source_count AS c (source, reason, since, events, last)
SELECT * FROM unnest(:sources::bigint[], :reasons::text[], :sinces::bigint[], :events::bigint[], :lasts::bigint[])
ON CONFLICT (source, reason, since) DO UPDATE
SET events = c.events + EXCLUDED.events, last = greatest(c.last, EXCLUDED.last);

-- name: forget_counts(until)!
-- Old counts, but for the newest of each source and reason: the last event stays known.
DELETE FROM source_count c
WHERE since < :until
  AND EXISTS (SELECT FROM source_count n WHERE n.source = c.source AND n.reason = c.reason AND n.since > c.since);

-- name: counts(hour, day, week)
-- What each source sent since these moments, by reason, and when the last of it came.
SELECT source, reason, coalesce(sum(events) FILTER (WHERE since >= :hour), 0)::bigint,
       coalesce(sum(events) FILTER (WHERE since >= :day), 0)::bigint,
       coalesce(sum(events) FILTER (WHERE since >= :week), 0)::bigint, max(last)
FROM source_count GROUP BY source, reason ORDER BY source, reason;

-- name: put_about(source, at, about)!
-- What is said of a source of data.
INSERT INTO data_source (source, stated_at, about) VALUES (:source, :at, :about::text::jsonb)
ON CONFLICT (source) DO UPDATE SET stated_at = EXCLUDED.stated_at, about = EXCLUDED.about;

-- name: abouts()
-- What is said of every source of data.
SELECT source, stated_at, about::text FROM data_source;

-- name: alarms()
-- The sources whose silence is watched, and when the last accepted event of each came.
SELECT source, stated_at, about::text,
       coalesce((SELECT max(last) FROM source_count c WHERE c.source = d.source AND c.reason = ''), 0)
FROM data_source d WHERE about->'silence' <> 'null'::jsonb;
