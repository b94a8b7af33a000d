-- name: find_waiting(workspace, kind, key)$
-- A job of this key that waits.
SELECT id FROM job WHERE workspace = :workspace AND kind = :kind AND key = :key AND state = 'waiting'
ORDER BY id LIMIT 1;

-- name: add_job(workspace, kind, key, queue, lock, arguments, created_at, created_by, due_at)<!
-- A job that waits; none where one of the same key was added and not begun.
INSERT INTO job (workspace, kind, key, queue, lock, arguments, state, created_at, created_by, due_at)
VALUES (:workspace, :kind, :key, :queue, :lock, :arguments, 'waiting', :created_at, :created_by, :due_at)
ON CONFLICT (workspace, kind, key) WHERE state = 'waiting' AND attempt = 0 DO NOTHING
RETURNING id;

-- name: give_ticket(id, task)!
-- Put the job into its queue: workers hear of it when the transaction commits.
UPDATE job SET ticket = (procrastinate_defer_jobs_v1(ARRAY[ROW(
    queue, :task, 0, lock, NULL, jsonb_build_object('job', id), to_timestamp(due_at / 1000.0)
)::procrastinate_job_to_defer_v1]))[1]
WHERE id = :id;

-- name: find_job(id)^
-- One job.
SELECT id, workspace, kind, key, arguments, state, attempt, is_cancel_asked, done, total, note, result, error,
       created_at, created_by, due_at, started_at, finished_at
FROM job WHERE id = :id;

-- name: list_jobs(workspace, kind, state, before, limit)
-- Jobs of a workspace, the latest first, with ids below `before`.
SELECT id, workspace, kind, key, arguments, state, attempt, is_cancel_asked, done, total, note, result, error,
       created_at, created_by, due_at, started_at, finished_at
FROM job
WHERE workspace = :workspace AND id < :before
  AND (:kind = '' OR kind = :kind) AND (:state = '' OR state = :state)
ORDER BY id DESC LIMIT :limit;

-- name: claim_job(id, ticket, now)^
-- A worker begins: its attempt fences every earlier one.
UPDATE job SET state = 'running', attempt = attempt + 1, started_at = coalesce(started_at, :now)
WHERE id = :id AND ticket = :ticket AND state IN ('waiting', 'running')
RETURNING attempt, failures, is_cancel_asked;

-- name: note_progress(id, attempt, done, total, note)<!
-- How far the run is; nothing where another attempt has begun.
UPDATE job SET done = :done, total = :total, note = :note
WHERE id = :id AND attempt = :attempt AND state = 'running' RETURNING is_cancel_asked;

-- name: finish_job(id, attempt, state, result, error, now)!
-- The run ended.
UPDATE job SET state = :state, result = :result, error = :error, finished_at = :now
WHERE id = :id AND attempt = :attempt AND state = 'running';

-- name: put_back(id, attempt, failures, error, due_at)!
-- The run is to be begun again.
UPDATE job SET state = 'waiting', failures = :failures, error = :error, due_at = :due_at
WHERE id = :id AND attempt = :attempt AND state = 'running';

-- name: lock_job(workspace, id)^
-- The state of a job, held until the transaction ends.
SELECT state, kind, key, ticket FROM job WHERE id = :id AND workspace = :workspace FOR UPDATE;

-- name: cancel_waiting(id, now)!
-- A job that waits is cancelled.
UPDATE job SET state = 'cancelled', is_cancel_asked = true, finished_at = :now WHERE id = :id;

-- name: ask_to_cancel(id)!
-- The run hears of it.
UPDATE job SET is_cancel_asked = true WHERE id = :id;

-- name: cancel_ticket(ticket)$
-- Take the ticket away, or tell the worker that holds it.
SELECT procrastinate_cancel_job_v1(:ticket, true, true);

-- name: hurry_ticket(ticket)!
-- A ticket that waits for its time is due at once.
UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE id = :ticket AND status = 'todo';

-- name: announce_ticket(ticket)
-- Workers of its queue look again.
SELECT pg_notify('procrastinate_queue_v1#' || queue_name,
                 json_build_object('type', 'job_inserted', 'job_id', id)::text)
FROM procrastinate_jobs WHERE id = :ticket;

-- name: reopen(id, now)!
-- An ended job waits again.
UPDATE job SET state = 'waiting', failures = 0, lost = 0, is_cancel_asked = false, result = NULL, due_at = :now,
               finished_at = NULL, done = 0, total = NULL, note = ''
WHERE id = :id;

-- name: stalled(seconds)
-- Tickets whose worker fell silent, held until the transaction ends.
SELECT ticket.id, job.id, job.state, job.lost, job.is_cancel_asked
FROM procrastinate_jobs ticket
LEFT JOIN procrastinate_workers worker ON worker.id = ticket.worker_id
LEFT JOIN job ON job.ticket = ticket.id
WHERE ticket.status = 'doing'
  AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :seconds))
FOR UPDATE OF ticket SKIP LOCKED;

-- name: drop_ticket(ticket)$
-- A ticket that leads nowhere is taken away.
SELECT procrastinate_finish_job_v1(:ticket, 'failed', true);

-- name: release_lost(id)!
-- The job of a worker that died waits again.
UPDATE job SET state = 'waiting', lost = lost + 1 WHERE id = :id AND state IN ('waiting', 'running');

-- name: end_lost(id, state, error, now)!
-- The job of a worker that died ends.
UPDATE job SET state = :state, error = :error, finished_at = :now
WHERE id = :id AND state IN ('waiting', 'running');

-- name: without_ticket()
-- Jobs that wait or run, and no worker will ever take up.
SELECT id FROM job
WHERE state IN ('waiting', 'running') AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs ticket WHERE ticket.id = job.ticket AND ticket.status IN ('todo', 'doing')
)
FOR UPDATE SKIP LOCKED;

-- name: wait_again(id)!
-- A job without a ticket waits.
UPDATE job SET state = 'waiting' WHERE id = :id;

-- name: forget_workers(seconds)
-- Workers that are gone.
SELECT procrastinate_prune_stalled_workers_v1(:seconds);

-- name: forget_jobs(before)!
-- Jobs that ended long ago.
DELETE FROM job WHERE finished_at < :before AND state IN ('done', 'failed', 'cancelled');

-- name: forget_tickets()!
-- Tickets that ended and lead to no job.
DELETE FROM procrastinate_jobs ticket
WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS (
    SELECT 1 FROM job WHERE job.ticket = ticket.id AND job.state IN ('waiting', 'running')
);

-- name: put_schedule(workspace, kind, key, cron, zone, arguments, is_on, next_at, created_at)!
-- A schedule, or the same one with other times.
INSERT INTO schedule (workspace, kind, key, cron, zone, arguments, is_on, next_at, created_at)
VALUES (:workspace, :kind, :key, :cron, :zone, :arguments, :is_on, :next_at, :created_at)
ON CONFLICT (workspace, kind, key) DO UPDATE
SET cron = excluded.cron, zone = excluded.zone, arguments = excluded.arguments, is_on = excluded.is_on,
    next_at = excluded.next_at;

-- name: delete_schedule(workspace, kind, key)!
-- Take a schedule away.
DELETE FROM schedule WHERE workspace = :workspace AND kind = :kind AND key = :key;

-- name: schedules(workspace)
-- The schedules of a workspace.
SELECT workspace, kind, key, cron, arguments, is_on, next_at, last_at, last_job
FROM schedule WHERE workspace = :workspace ORDER BY kind, key;

-- name: find_schedule(workspace, kind, key)^
-- One schedule.
SELECT workspace, kind, key, cron, arguments, is_on, next_at, last_at, last_job
FROM schedule WHERE workspace = :workspace AND kind = :kind AND key = :key;

-- name: due_schedules(now)
-- Schedules whose time has come, or whose workspace moved to another zone; held until the transaction ends.
SELECT schedule.workspace, kind, key, cron, workspace.timezone, arguments, next_at <= :now
FROM schedule JOIN workspace ON workspace.id = schedule.workspace
WHERE is_on AND (next_at <= :now OR zone <> workspace.timezone) AND workspace.state = 'active'
ORDER BY next_at
FOR UPDATE OF schedule SKIP LOCKED;

-- name: move_schedule(workspace, kind, key, zone, next_at, last_at, last_job)!
-- The next time of a schedule, and the last one where it ran.
UPDATE schedule SET zone = :zone, next_at = :next_at, last_at = coalesce(:last_at, last_at),
                    last_job = coalesce(:last_job, last_job)
WHERE workspace = :workspace AND kind = :kind AND key = :key;

-- name: stop_schedule(workspace, kind, key)!
-- A schedule that cannot be followed is switched off.
UPDATE schedule SET is_on = false WHERE workspace = :workspace AND kind = :kind AND key = :key;

-- name: raise_problem(workspace, key, severity, what_en, what_ru, to_do_en, to_do_ru, link, now)!
-- Something is broken; `since` stays when it is said again. A workspace that is no more has no problems.
INSERT INTO problem (workspace, key, severity, what_en, what_ru, to_do_en, to_do_ru, link, since, seen_at)
SELECT :workspace::bigint, :key, :severity, :what_en, :what_ru, :to_do_en, :to_do_ru, :link, :now::bigint, :now::bigint
WHERE :workspace::bigint IS NULL OR EXISTS (SELECT FROM workspace WHERE id = :workspace)
ON CONFLICT (workspace, key) DO UPDATE
SET severity = excluded.severity, what_en = excluded.what_en, what_ru = excluded.what_ru,
    to_do_en = excluded.to_do_en, to_do_ru = excluded.to_do_ru, link = excluded.link, seen_at = excluded.seen_at;

-- name: solve_problem(workspace, key)!
-- It is mended.
DELETE FROM problem WHERE workspace IS NOT DISTINCT FROM :workspace AND key = :key;

-- name: problems(workspace)
-- What is broken in a workspace and in the whole installation, the worst first, then the oldest.
SELECT workspace, key, severity, what_en, what_ru, to_do_en, to_do_ru, link, since, seen_at
FROM problem WHERE workspace IS NULL OR workspace = :workspace
ORDER BY severity, since, key;

-- name: all_problems()
-- What is broken anywhere.
SELECT workspace, key, severity, what_en, what_ru, to_do_en, to_do_ru, link, since, seen_at
FROM problem ORDER BY severity, since, key;

-- name: workers(seconds)$
-- Workers that were heard of within so many seconds.
SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >= now() - make_interval(secs => :seconds);
