-- name: add_work(login, section, question, deed, row_limit, created_at, expires_at, upto)<!
-- Something asked of a list; its id.
INSERT INTO list_work (login, section, question, deed, row_limit, created_at, expires_at, upto)
VALUES (:login, :section, :question, :deed, :row_limit, :created_at, :expires_at, :upto) RETURNING id;

-- name: note_job(id, job)!
-- The job that does it.
UPDATE list_work SET job = :job WHERE id = :id;

-- name: note_size(id, size, upto)!
-- Its file is ready, with rows as they stood when the log was applied up to this position.
UPDATE list_work SET size = :size, upto = :upto WHERE id = :id;

-- name: find_work(id)^
-- One of them.
SELECT id, login, section, question, deed, job, size, row_limit, created_at, expires_at, upto, gone
FROM list_work WHERE id = :id;

-- name: work_of(login, most)
-- What a person asked, the latest first.
SELECT id, login, section, question, deed, job, size, row_limit, created_at, expires_at, upto, gone
FROM list_work WHERE login = :login ORDER BY id DESC LIMIT :most;

-- name: delete_work(id)!
-- It is forgotten.
DELETE FROM list_work WHERE id = :id;

-- name: forget_old(now)
-- Those whose term is over are forgotten; their ids.
DELETE FROM list_work WHERE expires_at <= :now RETURNING id;

-- name: ids()
-- Every one that is there and has, or may still get, a file.
SELECT id FROM list_work WHERE gone = '';

-- name: older_than(position)
-- Those asked, or whose rows were read, before this position of the log.
SELECT id, login, section, question, deed, job, size, row_limit, created_at, expires_at, upto, gone
FROM list_work WHERE upto < :position AND gone = '' ORDER BY id;

-- name: note_gone(id, question, why)!
-- Its file is gone, and what is left of its question.
UPDATE list_work SET gone = :why, question = :question, size = -1 WHERE id = :id;
