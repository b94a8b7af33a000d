-- name: add_work(login, section, question, deed, row_limit, created_at, expires_at)<!
-- Something asked of a list; its id.
INSERT INTO list_work (login, section, question, deed, row_limit, created_at, expires_at)
VALUES (:login, :section, :question, :deed, :row_limit, :created_at, :expires_at) RETURNING id;

-- name: note_job(id, job)!
-- The job that does it.
UPDATE list_work SET job = :job WHERE id = :id;

-- name: note_size(id, size)!
-- Its file is ready.
UPDATE list_work SET size = :size WHERE id = :id;

-- name: find_work(id)^
-- One of them.
SELECT id, login, section, question, deed, job, size, row_limit, created_at, expires_at
FROM list_work WHERE id = :id;

-- name: work_of(login, most)
-- What a person asked, the latest first.
SELECT id, login, section, question, deed, job, size, row_limit, created_at, expires_at
FROM list_work WHERE login = :login ORDER BY id DESC LIMIT :most;

-- name: delete_work(id)!
-- It is forgotten.
DELETE FROM list_work WHERE id = :id;

-- name: forget_old(now)
-- Those whose term is over are forgotten; their ids.
DELETE FROM list_work WHERE expires_at <= :now RETURNING id;
