-- name: place()^
-- The writer's place: position and instant of the last fact, and the epoch that wrote it.
SELECT position, instant, epoch FROM writer;

-- name: unseat()
-- End the sessions of this workspace's role that hold the writer's row: whoever lost the lease may be stopped amid
-- a transaction, and would keep its lock for as long as it is.
SELECT pg_terminate_backend(holder.pid)
FROM (SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.relation = 'writer'::regclass AND l.mode = 'RowExclusiveLock' AND l.granted
        AND a.usename = current_user AND l.pid <> pg_backend_pid()) AS holder;

-- name: fence(epoch)$
-- Take the writer's row for this epoch, so that no lower epoch commits again.
UPDATE writer SET epoch = :epoch WHERE epoch <= :epoch RETURNING position;

-- name: move(position, instant, epoch, was)$
-- First statement of every writing transaction: compare-and-set of place and epoch.
UPDATE writer SET position = :position, instant = :instant, epoch = :epoch
WHERE position = :was AND epoch <= :epoch RETURNING position;

-- name: applied_among(blocks)
-- Which of these blocks have been applied.
SELECT block FROM applied WHERE block = ANY(:blocks::bigint[]);

-- name: position_of(block)$
-- The place of an applied block on the log.
SELECT first_position FROM applied WHERE block = :block;

-- name: add_applied(firsts, blocks, days, events, accepted, instants, stamps)!
-- The hand-over to the event store: where a block stands on the log and what was decided about its events.
INSERT INTO applied (first_position, block, day, events, accepted, instant, stamps)
SELECT * FROM unnest(:firsts::bigint[], :blocks::bigint[], :days::date[], :events::integer[], :accepted::integer[],
                     :instants::bigint[], :stamps::bytea[]);

-- name: applied_range(after, upto, limit)
-- Applied blocks with any position after one and up to another, in order.
SELECT first_position, block, day, events, accepted, instant, stamps FROM applied
WHERE first_position + events > :after + 1 AND first_position <= :upto ORDER BY first_position LIMIT :limit;

-- name: replace_stamps(stamps, accepted, first_position)!
-- The stamps of a block without what was erased.
UPDATE applied SET stamps = :stamps, accepted = :accepted WHERE first_position = :first_position;

-- name: forget_applied(day)!
-- Hand-overs of blocks that were sealed and whose partition was dropped.
DELETE FROM applied WHERE day < :day::date AND first_position + events - 1 <= (SELECT position FROM seal);

-- name: unsealed_before(day)$
-- Whether any applied block older than a day still waits for the event store.
SELECT EXISTS (SELECT FROM applied WHERE day < :day::date
    AND first_position + events - 1 > (SELECT position FROM seal));

-- name: seen_sizes(buckets)
-- The rows of these buckets without their records, whose length is known without reading them.
SELECT bucket, position, instant, octet_length(records) FROM seen WHERE bucket = ANY(:buckets::integer[])
ORDER BY bucket, position;

-- name: seen_slices(buckets, positions, starts, lengths)
-- Parts of rows; records are stored as they are, so that only the parts asked for are read.
SELECT (asked.number - 1)::integer, bucket, position, substring(seen.records FROM asked.start + 1 FOR asked.length)
FROM unnest(:buckets::integer[], :positions::bigint[], :starts::integer[], :lengths::integer[])
    WITH ORDINALITY AS asked (bucket, position, start, length, number)
JOIN seen USING (bucket, position);

-- name: add_seen(buckets, positions, instants, records)!
-- Digests of the fresh events of one batch, by bucket.
INSERT INTO seen (bucket, position, instant, records)
SELECT * FROM unnest(:buckets::integer[], :positions::bigint[], :instants::bigint[], :records::bytea[]);

-- name: drop_seen(buckets, positions)!
-- Rows that were merged into one.
DELETE FROM seen USING unnest(:buckets::integer[], :positions::bigint[]) AS merged (bucket, position)
WHERE seen.bucket = merged.bucket AND seen.position = merged.position;

-- name: forget_seen(before)!
-- Digests that arrived longer ago than deduplication keeps; imported rows are kept for ever.
DELETE FROM seen WHERE (bucket >= 0 OR bucket < -16) AND instant < :before;

-- name: add_quarantine(positions, instants, sources, reasons, details, bodies, parcels, fingerprints)!
-- Rejected events; the same one sent again by its source changes nothing.
INSERT INTO quarantine (position, instant, source, reason, detail, body, parcel, fingerprint)
SELECT * FROM unnest(:positions::bigint[], :instants::bigint[], :sources::bigint[], :reasons::text[], :details::text[],
                     :bodies::bytea[], :parcels::bytea[], :fingerprints::bytea[])
ON CONFLICT (fingerprint) DO NOTHING;

-- name: reopen_quarantine(positions, instants, details, fingerprints)!
-- Events that a replay brought and that were rejected again stand open at their new place. The state they have is not
-- asked: the replay may not have noted its own yet, and this waits for it.
UPDATE quarantine AS q SET position = c.position, instant = c.instant, detail = c.detail, state = 'open', block = NULL
FROM (SELECT DISTINCT ON (fingerprint) position, instant, detail, fingerprint
      FROM unnest(:positions::bigint[], :instants::bigint[], :details::text[], :fingerprints::bytea[])
        AS came (position, instant, detail, fingerprint)
      ORDER BY fingerprint, position) AS c
WHERE q.fingerprint = c.fingerprint AND q.position <> c.position;

-- name: quarantined(state, before, reason, source, since, until, limit)
-- Rejected events of one state, latest first. An empty reason and a source of null mean every one.
SELECT position, instant, source, reason, detail, body, state, became, became_at FROM quarantine
WHERE state = :state AND position < :before AND (:reason = '' OR reason = :reason)
  AND (:source::bigint IS NULL OR source = :source::bigint) AND instant >= :since AND instant < :until
ORDER BY position DESC LIMIT :limit;

-- name: open_quarantine(after, reason, source, since, until, limit)
-- Rejected events that wait, whole, in their order.
SELECT position, instant, reason, body, parcel FROM quarantine
WHERE state = 'open' AND position > :after AND (:reason = '' OR reason = :reason)
  AND (:source::bigint IS NULL OR source = :source::bigint) AND instant >= :since AND instant < :until
ORDER BY position LIMIT :limit;

-- name: count_quarantine(reason, source, since, until)$
-- How many rejected events wait.
SELECT count(*) FROM quarantine
WHERE state = 'open' AND (:reason = '' OR reason = :reason)
  AND (:source::bigint IS NULL OR source = :source::bigint) AND instant >= :since AND instant < :until;

-- name: link_quarantine(positions, became, instant)!
-- Which events the rejected ones became when they were sent again.
UPDATE quarantine q SET became = r.became, became_at = :instant
FROM unnest(:positions::bigint[], :became::bigint[]) AS r (position, became) WHERE q.position = r.position;

-- name: quarantined_among(positions)
-- Rejected events that can still be replayed.
SELECT position, body, parcel FROM quarantine WHERE position = ANY(:positions::bigint[]) AND state = 'open'
ORDER BY position FOR UPDATE;

-- name: rejected_at(earlier)$
-- When the event was rejected that has so many later ones.
SELECT instant FROM quarantine ORDER BY position DESC OFFSET :earlier LIMIT 1;

-- name: quarantine_counts()
-- How many rejected events are open, by reason.
SELECT reason, count(*) FROM quarantine WHERE state = 'open' GROUP BY reason ORDER BY 2 DESC, 1;

-- name: settle_quarantine(state, block, positions)!
-- Rejected events that were replayed or discarded.
UPDATE quarantine SET state = :state, block = :block
WHERE position = ANY(:positions::bigint[]) AND state = 'open';

-- name: erase_quarantine(values)
-- Rejected events whose text holds one of these values, out of the table.
DELETE FROM quarantine WHERE EXISTS (
    SELECT FROM unnest(:values::bytea[]) AS sought (value) WHERE position(sought.value IN body) > 0
) RETURNING position;

-- name: sealed()^
-- How far the event store has everything, and the bounds of the batch that is on its way.
SELECT position, upto, facts, decisions, attempt FROM seal;

-- name: cut_batch(upto, facts, decisions)!
-- Bounds and counts of the next batch, written before it leaves and reused by every retry.
UPDATE seal SET upto = :upto, facts = :facts, decisions = :decisions, attempt = 0 WHERE upto IS NULL;

-- name: count_attempt()!
-- One more try of the batch on its way.
UPDATE seal SET attempt = attempt + 1;

-- name: seal_batch(upto)!
-- The batch arrived and was counted.
UPDATE seal SET position = upto, upto = NULL, facts = NULL, decisions = NULL, attempt = 0 WHERE upto = :upto;

-- name: unsealed_blocks()
-- Days and numbers of applied blocks that the event store lacks.
SELECT day, block FROM applied WHERE first_position + events - 1 > (SELECT position FROM seal) ORDER BY first_position;

-- name: renumber_applied(were, blocks, days)!
-- Applied blocks under the numbers and days of another inbox.
UPDATE applied SET block = given.block, day = given.day
FROM unnest(:were::bigint[], :blocks::bigint[], :days::date[]) AS given (was, block, day) WHERE applied.block = given.was;

-- name: renumber_quarantine(were, blocks)!
-- Replayed events lead to the blocks of another inbox.
UPDATE quarantine SET block = given.block
FROM unnest(:were::bigint[], :blocks::bigint[]) AS given (was, block) WHERE quarantine.block = given.was;

-- name: last_block()$
-- The highest number of a block that this workspace speaks of.
SELECT greatest((SELECT max(block) FROM applied), (SELECT max(block) FROM quarantine), 0);

-- name: unlease()!
-- The first lease of another installation may write.
UPDATE writer SET epoch = 0;

-- name: hold_blocks()!
-- Until this transaction ends nobody else rewrites blocks of this workspace, however long it is idle.
SELECT set_config('idle_in_transaction_session_timeout', '0', true),
       pg_advisory_xact_lock(hashtextextended('blocks of ' || current_schema(), 0));

-- name: hold_history()!
-- Until this transaction ends nothing leaves the event store for its age.
SELECT set_config('idle_in_transaction_session_timeout', '0', true),
       pg_advisory_xact_lock_shared(hashtextextended('history of ' || current_schema(), 0));

-- name: may_age_history()$
-- Whether nobody holds the history; holds it back from all until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtextextended('history of ' || current_schema(), 0))
FROM (SELECT set_config('idle_in_transaction_session_timeout', '0', true)) AS patient;

-- name: quarantine_after(after, upto, limit)
-- Rejected events of every state, whole, in order.
SELECT position, instant, body, parcel FROM quarantine
WHERE position > :after AND position <= :upto ORDER BY position LIMIT :limit;

-- name: drop_quarantine(positions)!
-- Rejected events that grew old.
DELETE FROM quarantine WHERE position = ANY(:positions::bigint[]);

-- name: change_quarantine(positions, bodies, parcels)!
-- Rejected events without what grew old in them.
UPDATE quarantine AS q SET body = r.body, parcel = r.parcel
FROM unnest(:positions::bigint[], :bodies::bytea[], :parcels::bytea[]) AS r (position, body, parcel)
WHERE q.position = r.position;
