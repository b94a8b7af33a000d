-- name: states(profiles)
-- What is remembered of these people.
SELECT profile, built, decided, state FROM segment_state WHERE profile = ANY(:profiles::bigint[]);

-- name: undecided(decided, limit)
-- Some of those who were decided last under definitions that are in force no more.
SELECT profile, built, decided, state FROM segment_state WHERE decided < :decided ORDER BY decided, profile LIMIT :limit;

-- name: put_states(profiles, builts, decided, states)!
-- What a batch leaves remembered, decided under the definitions in force.
INSERT INTO segment_state (profile, built, decided, state)
SELECT profile, built, :decided::bigint, state
FROM unnest(:profiles::bigint[], :builts::bigint[], :states::bytea[]) AS r(profile, built, state)
ON CONFLICT (profile) DO UPDATE
SET built = EXCLUDED.built, decided = EXCLUDED.decided, state = EXCLUDED.state;

-- name: put_dues(profiles, dues)!
-- When people are to be looked at for time's sake; an instant that stands is not written again.
INSERT INTO segment_due AS d (profile, due)
SELECT * FROM unnest(:profiles::bigint[], :dues::bigint[])
ON CONFLICT (profile) DO UPDATE SET due = EXCLUDED.due WHERE d.due <> EXCLUDED.due;

-- name: drop_dues(profiles)!
-- People for whom time alone changes nothing.
DELETE FROM segment_due WHERE profile = ANY(:profiles::bigint[]);

-- name: due(until, limit)
-- People who are due before an instant, the first ones.
SELECT profile FROM segment_due WHERE due < :until ORDER BY due, profile LIMIT :limit;

-- name: dues(profiles)
-- When these people are to be looked at for time's sake.
SELECT profile, due FROM segment_due WHERE profile = ANY(:profiles::bigint[]);

-- name: next_due()$
-- The first instant at which somebody is due; null where nobody is.
SELECT due FROM segment_due ORDER BY due LIMIT 1;

-- name: awaits(until)$
-- Whether somebody is due before an instant, or a definition is being built, or a definition or zone is to hold for
-- somebody yet.
SELECT EXISTS (SELECT FROM segment_due WHERE due < :until) OR EXISTS (
    SELECT FROM segment WHERE building <> 0 AND is_on AND NOT is_deleted) OR EXISTS (
    SELECT FROM computed WHERE building <> 0 AND NOT is_deleted) OR EXISTS (
    SELECT FROM segment_state WHERE decided < (
        SELECT greatest((SELECT max(position) FROM segment_edit WHERE act IN ('built', 'off', 'deleted')),
                        (SELECT max(position) FROM computed WHERE is_deleted),
                        (SELECT max(position) FROM home_zone))));

-- name: add_members(segments, profiles, positions, instants)
-- People who came in, and how many by segment.
WITH added AS (
    INSERT INTO member (segment, profile, position, instant)
    SELECT * FROM unnest(:segments::bigint[], :profiles::bigint[], :positions::bigint[], :instants::bigint[])
    ON CONFLICT (segment, profile) DO UPDATE SET position = EXCLUDED.position, instant = EXCLUDED.instant
    RETURNING segment, (xmax = 0) AS is_new
)
SELECT segment, count(*) FROM added WHERE is_new GROUP BY segment;

-- name: drop_members(segments, profiles)
-- People who went out, and how many by segment.
WITH gone AS (
    DELETE FROM member m USING unnest(:segments::bigint[], :profiles::bigint[]) AS r(segment, profile)
    WHERE m.segment = r.segment AND m.profile = r.profile RETURNING m.segment
)
SELECT segment, count(*) FROM gone GROUP BY segment;

-- name: drop_people(profiles)
-- People who are no more, and how many by segment.
WITH states AS (
    DELETE FROM segment_state WHERE profile = ANY(:profiles::bigint[])
), dues AS (
    DELETE FROM segment_due WHERE profile = ANY(:profiles::bigint[])
), gone AS (
    DELETE FROM member WHERE profile = ANY(:profiles::bigint[]) RETURNING segment
)
SELECT segment, count(*) FROM gone GROUP BY segment;

-- name: resize(segments, counts)!
-- Sizes of segments after a batch.
INSERT INTO segment_size AS s (segment, people)
SELECT * FROM unnest(:segments::bigint[], :counts::bigint[])
ON CONFLICT (segment) DO UPDATE SET people = s.people + EXCLUDED.people;

-- name: add_flips(segments, versions, profiles, entered, positions, instants, causes)!
-- Entries and exits, in their order.
INSERT INTO membership (segment, version, profile, entered, position, instant, cause)
SELECT segment, version, profile, entered, position, instant, cause
FROM unnest(:segments::bigint[], :versions::bigint[], :profiles::bigint[], :entered::boolean[], :positions::bigint[],
            :instants::bigint[], :causes::text[])
     WITH ORDINALITY AS r(segment, version, profile, entered, position, instant, cause, place)
ORDER BY place;

-- name: erase_flips(profiles)!
-- Entries and exits of erased people.
DELETE FROM membership WHERE profile = ANY(:profiles::bigint[]);

-- name: numbers()$
-- The numbers that states speak by; null before the first.
SELECT numbers FROM segment_numbers;

-- name: put_numbers(numbers)!
-- The numbers that states speak by.
INSERT INTO segment_numbers (one, numbers) VALUES (true, :numbers)
ON CONFLICT (one) DO UPDATE SET numbers = EXCLUDED.numbers;

-- name: behind(generation, limit)
-- People of whom some leaf knows only what came after it was made.
SELECT profile FROM segment_state WHERE built < :generation ORDER BY built, profile LIMIT :limit;

-- name: stateless(after, limit)
-- People of whom nothing is remembered, in order of id.
SELECT p.id FROM profile p LEFT JOIN segment_state s ON s.profile = p.id
WHERE p.id > :after AND s.profile IS NULL ORDER BY p.id LIMIT :limit;

-- name: members(segment, after, limit)
-- A page of the people in a segment, in order of id.
SELECT profile FROM member WHERE segment = :segment AND profile > :after ORDER BY profile LIMIT :limit;

-- name: member_of(profiles)
-- The segments that these people are in: (profile, segment, position, instant of the entry).
SELECT profile, segment, position, instant FROM member WHERE profile = ANY(:profiles::bigint[])
ORDER BY profile, segment;

-- name: sizes()
-- How many people are in each segment.
SELECT segment, people FROM segment_size ORDER BY segment;

-- name: uncarried(limit)
-- Entries and exits that the event store does not know, in their order.
SELECT id, segment, version, profile, entered, position, instant, cause FROM membership
WHERE id > (SELECT id FROM segment_carried) ORDER BY id LIMIT :limit;

-- name: carried()$
-- Up to which entry or exit the event store knows them.
SELECT id FROM segment_carried;

-- name: set_carried(id)!
-- The event store knows them up to this one.
UPDATE segment_carried SET id = greatest(id, :id);

-- name: carry_anew()!
-- Let everything be carried to an event store that knows nothing.
UPDATE segment_carried SET id = 0;

-- name: turned_since(segment, at, after)
-- Entries and exits of a segment up to an instant behind one of them, in the order of each person.
SELECT profile, entered FROM membership WHERE segment = :segment AND instant <= :at AND id > :after ORDER BY instant, id;
