-- name: progress()^
-- How far the comparison has come.
SELECT after, begun_at, people, verdicts, last FROM segment_comparison;

-- name: put_progress(after, begun_at, people, verdicts, last)!
-- How far the comparison has come.
UPDATE segment_comparison
SET after = :after, begun_at = :begun_at, people = :people, verdicts = :verdicts, last = :last;

-- name: people_after(after, limit)
-- A page of people in the order of ids.
SELECT id FROM profile WHERE id > :after ORDER BY id LIMIT :limit;

-- name: add_difference(profile, segment, instant, position, answers, facts, found_at)!
-- A difference; one that waits already for somebody to look is not said twice.
INSERT INTO segment_difference (profile, segment, instant, position, answers, facts, found_at)
VALUES (:profile, :segment, :instant, :position, :answers, :facts, :found_at)
ON CONFLICT (profile, segment) WHERE closed_at IS NULL DO NOTHING;

-- name: open_differences(limit)
-- Differences that nobody has looked at, the latest first.
SELECT id, profile, segment, instant, position, answers, facts, found_at FROM segment_difference
WHERE closed_at IS NULL ORDER BY id DESC LIMIT :limit;

-- name: count_open()$
-- How many differences nobody has looked at.
SELECT count(*) FROM segment_difference WHERE closed_at IS NULL;

-- name: close(id, at, by, note)
-- Somebody has looked at a difference.
UPDATE segment_difference SET closed_at = :at, closed_by = :by, note = :note
WHERE id = :id AND closed_at IS NULL RETURNING id;

-- name: erase(profiles)!
-- Differences of erased people.
DELETE FROM segment_difference WHERE profile = ANY(:profiles::bigint[]);
