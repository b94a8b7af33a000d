-- name: user_signing_in(slug, login)^
-- Who has this login in the workspace of this link, if they may sign in.
SELECT u.id, u.workspace, u.login, u.role, u.password_hash, f.app_user IS NOT NULL, s.body
FROM app_user u
JOIN workspace w ON w.id = u.workspace
LEFT JOIN second_factor f ON f.app_user = u.id
LEFT JOIN setting s ON s.workspace = u.workspace
WHERE w.slug = :slug AND u.login = :login AND u.state = 'active';

-- name: note_sign_in(at, id)!
-- When a user last signed in.
UPDATE app_user SET signed_in_at = :at WHERE id = :id;

-- name: add_session(hash, user, csrf, at, ip, user_agent)!
-- A session, known by the hash of its cookie.
INSERT INTO session (hash, app_user, csrf, created_at, seen_at, ip, user_agent)
VALUES (:hash, :user, :csrf, :at, :at, :ip, :user_agent);

-- name: session(hash)^
-- The session of a cookie with its user and workspace.
SELECT s.csrf, s.created_at, s.seen_at, u.id, u.login, u.role, r.rights, w.slug, u.row_limit::text,
       t.body -> 'sign_in'
FROM session s JOIN app_user u ON u.id = s.app_user JOIN workspace w ON w.id = u.workspace
LEFT JOIN setting t ON t.workspace = w.id
LEFT JOIN role r ON r.workspace = w.id AND r.name = u.role
WHERE s.hash = :hash AND u.state = 'active';

-- name: note_session(at, hash)!
-- When a session was last used.
UPDATE session SET seen_at = :at WHERE hash = :hash;

-- name: end_session(hash)!
-- Sign out.
DELETE FROM session WHERE hash = :hash;

-- name: sessions_of_user(current, user, created_after, seen_after, limit)
-- Sessions of a user that are alive, the last used first.
SELECT id, created_at, seen_at, ip, user_agent, hash = :current FROM session
WHERE app_user = :user AND created_at > :created_after AND seen_at > :seen_after
ORDER BY seen_at DESC, id DESC
LIMIT :limit;

-- name: end_session_of_user(user, id)!
-- Sign a user out of one session.
DELETE FROM session WHERE app_user = :user AND id = :id;

-- name: end_sessions_of_user(user, kept)!
-- Sign a user out everywhere, except in one session.
DELETE FROM session WHERE app_user = :user AND hash <> :kept;

-- name: second_factor(user)^
-- The second factor of a user, locked.
SELECT secret, last_step, confirmed_at FROM second_factor WHERE app_user = :user FOR UPDATE;

-- name: add_second_factor(user, secret, last_step, confirmed_at)!
-- The second factor of a user; one that is there stays.
INSERT INTO second_factor (app_user, secret, last_step, confirmed_at)
VALUES (:user, :secret, :last_step, :confirmed_at)
ON CONFLICT (app_user) DO NOTHING;

-- name: note_code(last_step, user)!
-- The time step of the last code that a user has used.
UPDATE second_factor SET last_step = :last_step WHERE app_user = :user;

-- name: remove_second_factor(user)!
-- A user without a second factor and recovery codes.
DELETE FROM second_factor WHERE app_user = :user;

-- name: add_recovery_codes(user, hashes)!
-- Recovery codes of a user, known by their keyed hashes.
INSERT INTO recovery_code (app_user, hash) SELECT :user, unnest(:hashes::bytea[]);

-- name: remove_recovery_codes(user)!
-- A user without recovery codes.
DELETE FROM recovery_code WHERE app_user = :user;

-- name: use_recovery_code(user, hash)!
-- A recovery code is gone once it is used.
DELETE FROM recovery_code WHERE app_user = :user AND hash = :hash;

-- name: recovery_codes_left(user)$
-- How many recovery codes a user has left.
SELECT count(*) FROM recovery_code WHERE app_user = :user;

-- name: end_sessions_without_factor(workspace, roles, everyone)!
-- Sign out the users of these roles, or of all, who have no second factor.
DELETE FROM session s USING app_user u
WHERE u.id = s.app_user AND u.workspace = :workspace AND (:everyone OR u.role = ANY (:roles::text[]))
  AND NOT EXISTS (SELECT FROM second_factor f WHERE f.app_user = u.id);

-- name: forget_dead_sessions(user, created_before, seen_before)!
-- Sessions of a user that are over.
DELETE FROM session WHERE app_user = :user AND (created_at <= :created_before OR seen_at <= :seen_before);

-- name: end_sessions_of_role(workspace, role, kept)!
-- Sign out the users of a role, except in one session.
DELETE FROM session s USING app_user u
WHERE u.id = s.app_user AND u.workspace = :workspace AND u.role = :role AND s.hash <> :kept;

-- name: lock_throttles(at, keys)
-- The counts of these keys, made where missing and locked in the order of the keys.
INSERT INTO throttle (key, failures, first_at, blocked_until)
SELECT key, 0, :at, 0 FROM unnest(:keys::bytea[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET failures = throttle.failures
RETURNING key, failures, first_at, blocked_until;

-- name: save_throttle(failures, first_at, blocked_until, key)*!
-- The count of a key.
UPDATE throttle SET failures = :failures, first_at = :first_at, blocked_until = :blocked_until WHERE key = :key;

-- name: name_throttle(slug, address, key)!
-- The address that a count is of, for the administrators of the workspace of this link, if there is one.
UPDATE throttle SET address = :address, workspace = (SELECT id FROM workspace WHERE slug = :slug) WHERE key = :key;

-- name: throttles_waiting(keys, at, limit)
-- Those of these keys that wait, the longest first.
SELECT key, failures, first_at, blocked_until FROM throttle
WHERE key = ANY (:keys::bytea[]) AND blocked_until > :at
ORDER BY blocked_until DESC
LIMIT :limit;

-- name: addresses_waiting(workspace, at, limit)
-- Addresses that wait in a workspace, the longest first.
SELECT address, failures, first_at, blocked_until FROM throttle
WHERE workspace = :workspace AND blocked_until > :at
ORDER BY blocked_until DESC
LIMIT :limit;

-- name: forget_waiting(keys, at)!
-- Those of these keys that wait start anew.
DELETE FROM throttle WHERE key = ANY (:keys::bytea[]) AND blocked_until > :at;

-- name: forget_throttles(before)!
-- Counts that nobody waits for any more.
DELETE FROM throttle WHERE blocked_until < :before AND first_at < :before;
