-- name: write_keys()
-- Every write key with what it opens: the collectors keep them all in memory.
SELECT key, workspace, source, kind, state, is_test, expires_at FROM control.opened_by_key;

-- name: key_version()$
-- A number that grows with each change of sources or keys.
SELECT version FROM control.key_version;

-- name: add_source(workspace, kind, name, is_test, settings, created_at)<!
-- A source; a taken name gives no row.
INSERT INTO source (workspace, kind, name, state, is_test, settings, created_at)
VALUES (:workspace, :kind, :name, 'active', :is_test, :settings, :created_at)
ON CONFLICT (workspace, name) DO NOTHING
RETURNING id;

-- name: sources(at, workspace, after, limit)
-- Sources of a workspace in the order of their making, with their usable keys, the newest first.
SELECT s.id, s.kind, s.name, s.state, s.is_test, s.settings, s.created_at,
       array(SELECT k.key FROM write_key k
             WHERE k.source = s.id AND (k.expires_at IS NULL OR k.expires_at > :at)
             ORDER BY k.expires_at IS NULL DESC, k.created_at DESC, k.key)
FROM source s
WHERE s.workspace = :workspace AND s.id > :after
ORDER BY s.id
LIMIT :limit;

-- name: source(at, workspace, id)^
-- One source of a workspace, in the form of `sources`.
SELECT s.id, s.kind, s.name, s.state, s.is_test, s.settings, s.created_at,
       array(SELECT k.key FROM write_key k
             WHERE k.source = s.id AND (k.expires_at IS NULL OR k.expires_at > :at)
             ORDER BY k.expires_at IS NULL DESC, k.created_at DESC, k.key)
FROM source s
WHERE s.workspace = :workspace AND s.id = :id;

-- name: change_source(workspace, id, name, state, is_test, settings)!
-- What a person may change of a source; what is null stays.
UPDATE source SET name = coalesce(:name, name), state = coalesce(:state, state),
                  is_test = coalesce(:is_test, is_test), settings = coalesce(:settings, settings)
WHERE workspace = :workspace AND id = :id;

-- name: add_write_key(key, source, created_at)!
-- A key that opens a source until it is rotated.
INSERT INTO write_key (key, source, created_at) VALUES (:key, :source, :created_at);

-- name: end_write_keys(at, source)!
-- Give the source's lasting keys an end.
UPDATE write_key SET expires_at = :at WHERE source = :source AND expires_at IS NULL;

-- name: forget_ended_keys(source, at)!
-- Keys whose end has passed open nothing any more.
DELETE FROM write_key WHERE source = :source AND expires_at <= :at;

-- name: add_user(workspace, login, name, password_hash, role, created_at)<!
-- A user; a taken login gives no row.
INSERT INTO app_user (workspace, login, name, password_hash, role, state, created_at)
VALUES (:workspace, :login, :name, :password_hash, :role, 'active', :created_at)
ON CONFLICT (workspace, login) DO NOTHING
RETURNING id;

-- name: users(workspace, after, limit)
-- Users of a workspace in the order of their making.
SELECT id, login, name, role, state, created_at, signed_in_at,
       EXISTS (SELECT FROM second_factor f WHERE f.app_user = app_user.id)
FROM app_user
WHERE workspace = :workspace AND id > :after
ORDER BY id
LIMIT :limit;

-- name: user(workspace, id)^
-- One user of a workspace, locked, in the form of `users`.
SELECT id, login, name, role, state, created_at, signed_in_at,
       EXISTS (SELECT FROM second_factor f WHERE f.app_user = app_user.id)
FROM app_user
WHERE workspace = :workspace AND id = :id
FOR UPDATE;

-- name: user_id(workspace, login)$
-- Id of the user with a login.
SELECT id FROM app_user WHERE workspace = :workspace AND login = :login;

-- name: lock_active_owners(workspace)
-- Owners who can sign in, locked in id order, so that two of them cannot both leave.
SELECT id FROM app_user WHERE workspace = :workspace AND role = 'owner' AND state = 'active'
ORDER BY id
FOR UPDATE;

-- name: change_user(role, state, workspace, id)!
-- Role and state of a user.
UPDATE app_user SET role = :role, state = :state WHERE workspace = :workspace AND id = :id;

-- name: password_hash(workspace, id)^
-- Hash of the password of a user who may sign in.
SELECT password_hash FROM app_user WHERE workspace = :workspace AND id = :id AND state = 'active';

-- name: change_password(password_hash, workspace, id)!
-- Another password for a user.
UPDATE app_user SET password_hash = :password_hash WHERE workspace = :workspace AND id = :id;

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

-- name: roles(workspace)
-- Roles that a workspace made, by name.
SELECT name, title, rights FROM role WHERE workspace = :workspace ORDER BY name;

-- name: role(workspace, name)^
-- One of them; it stays until the transaction ends.
SELECT name, title, rights FROM role WHERE workspace = :workspace AND name = :name FOR SHARE;

-- name: role_to_change(workspace, name)^
-- One of them, locked.
SELECT name, title, rights FROM role WHERE workspace = :workspace AND name = :name FOR UPDATE;

-- name: holders_of_roles(workspace)
-- How many users have each role.
SELECT role, count(*) FROM app_user WHERE workspace = :workspace GROUP BY role;

-- name: add_role(workspace, name, title, rights, created_at)!
-- A role; a taken name adds nothing.
INSERT INTO role (workspace, name, title, rights, created_at)
VALUES (:workspace, :name, :title, :rights, :created_at)
ON CONFLICT (workspace, name) DO NOTHING;

-- name: change_role(title, rights, workspace, name)!
-- Title and rights of a role.
UPDATE role SET title = :title, rights = :rights WHERE workspace = :workspace AND name = :name;

-- name: is_role_in_use(workspace, name, at)$
-- Whether a user or an open invitation has a role.
SELECT EXISTS (SELECT FROM app_user WHERE workspace = :workspace AND role = :name)
    OR EXISTS (SELECT FROM invitation WHERE workspace = :workspace AND role = :name AND accepted_at IS NULL
                                        AND withdrawn_at IS NULL AND expires_at > :at);

-- name: remove_role(workspace, name)!
-- A role that nobody has.
DELETE FROM role WHERE workspace = :workspace AND name = :name;

-- name: end_sessions_of_role(workspace, role, kept)!
-- Sign out the users of a role, except in one session.
DELETE FROM session s USING app_user u
WHERE u.id = s.app_user AND u.workspace = :workspace AND u.role = :role AND s.hash <> :kept;

-- name: lock_limit(workspace)$
-- How many users a workspace may have, null for any number; locked.
INSERT INTO user_limit (workspace, most) VALUES (:workspace, NULL)
ON CONFLICT (workspace) DO UPDATE SET most = user_limit.most
RETURNING most;

-- name: taken_seats(workspace, at)^
-- How many users may sign in, and how many invitations are open.
SELECT (SELECT count(*) FROM app_user WHERE workspace = :workspace AND state = 'active'),
       (SELECT count(*) FROM invitation WHERE workspace = :workspace AND accepted_at IS NULL
                                          AND withdrawn_at IS NULL AND expires_at > :at);

-- name: change_limit(workspace, most)!
-- How many users a workspace may have; its row is there.
UPDATE user_limit SET most = :most WHERE workspace = :workspace;

-- name: add_invitation(workspace, hash, name, login, role, created_at, created_by, expires_at)<!
-- An invitation, known by the hash of its link's secret.
INSERT INTO invitation (workspace, hash, name, login, role, created_at, created_by, expires_at)
VALUES (:workspace, :hash, :name, :login, :role, :created_at, :created_by, :expires_at)
RETURNING id;

-- name: invitations(workspace, after, limit)
-- Invitations of a workspace in the order of their making.
SELECT id, name, login, role, created_at, created_by, expires_at, accepted_at, withdrawn_at FROM invitation
WHERE workspace = :workspace AND id > :after
ORDER BY id
LIMIT :limit;

-- name: invitation(workspace, id)^
-- One invitation, locked, in the form of `invitations`.
SELECT id, name, login, role, created_at, created_by, expires_at, accepted_at, withdrawn_at FROM invitation
WHERE workspace = :workspace AND id = :id
FOR UPDATE;

-- name: invitation_by_hash(slug, hash)^
-- The workspace and the invitation of a link, in the form of `invitations`.
SELECT w.id, i.id, i.name, i.login, i.role, i.created_at, created_by, expires_at, accepted_at, withdrawn_at
FROM invitation i JOIN workspace w ON w.id = i.workspace
WHERE i.hash = :hash AND w.slug = :slug;

-- name: is_invited(workspace, login, at)$
-- Whether an invitation for this login is open.
SELECT EXISTS (SELECT FROM invitation WHERE workspace = :workspace AND login = :login AND accepted_at IS NULL
                                        AND withdrawn_at IS NULL AND expires_at > :at);

-- name: accept_invitation(at, id)!
-- An invitation that is open is used.
UPDATE invitation SET accepted_at = :at
WHERE id = :id AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > :at;

-- name: withdraw_invitation(at, id)!
-- An invitation opens nothing any more.
UPDATE invitation SET withdrawn_at = :at WHERE id = :id;

-- name: add_token(workspace, hash, name, scopes, created_at, created_by, expires_at)<!
-- A token, known by its hash.
INSERT INTO api_token (workspace, hash, name, scopes, created_at, created_by, expires_at)
VALUES (:workspace, :hash, :name, :scopes, :created_at, :created_by, :expires_at)
RETURNING id;

-- name: tokens(workspace, after, limit)
-- Tokens of a workspace in the order of their making.
SELECT id, name, scopes, created_at, created_by, expires_at, used_at FROM api_token
WHERE workspace = :workspace AND id > :after
ORDER BY id
LIMIT :limit;

-- name: token_by_hash(hash)^
-- What a token opens.
SELECT t.id, t.name, t.scopes, t.expires_at, t.used_at, w.slug, t.row_limit::text
FROM api_token t JOIN workspace w ON w.id = t.workspace
WHERE t.hash = :hash;

-- name: limit_of_user(workspace, id)^
-- The rows that a user may see; null for all.
SELECT row_limit::text FROM app_user WHERE workspace = :workspace AND id = :id;

-- name: limit_of_token(workspace, id)^
-- The rows that a token may see; null for all.
SELECT row_limit::text FROM api_token WHERE workspace = :workspace AND id = :id;

-- name: limit_user(workspace, id, row_limit)!
-- Other rows for a user.
UPDATE app_user SET row_limit = :row_limit::jsonb WHERE workspace = :workspace AND id = :id;

-- name: limit_token(workspace, id, row_limit)$
-- Other rows for a token; its name.
UPDATE api_token SET row_limit = :row_limit::jsonb WHERE workspace = :workspace AND id = :id RETURNING name;

-- name: note_token(at, id)!
-- When a token was last used.
UPDATE api_token SET used_at = :at WHERE id = :id;

-- name: end_token(workspace, id)^
-- Revoke a token; returns its name.
DELETE FROM api_token WHERE workspace = :workspace AND id = :id RETURNING name;

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

-- name: setting(workspace)$
-- Settings of a workspace.
SELECT body FROM setting WHERE workspace = :workspace;

-- name: lock_setting(workspace)$
-- Settings of a workspace, locked.
SELECT body FROM setting WHERE workspace = :workspace FOR UPDATE;

-- name: save_setting(workspace, body)!
-- Settings of a workspace.
INSERT INTO setting (workspace, body) VALUES (:workspace, :body)
ON CONFLICT (workspace) DO UPDATE SET body = excluded.body;

-- name: add_audit(workspace, at, actor_kind, actor, ip, what, about, detail)!
-- One line of the audit log.
INSERT INTO audit (workspace, at, actor_kind, actor, ip, what, about, detail)
VALUES (:workspace, :at, :actor_kind, :actor, :ip, :what, :about, :detail);

-- name: add_audit_by_slug(slug, at, actor_kind, actor, ip, what, about)!
-- One line of the audit log of the workspace with this link, or of none where there is none.
INSERT INTO audit (workspace, at, actor_kind, actor, ip, what, about, detail)
VALUES ((SELECT id FROM workspace WHERE slug = :slug), :at, :actor_kind, :actor, :ip, :what, :about, '{}');

-- name: audit(workspace, before, limit)
-- The audit log of a workspace, the latest first, before a line.
SELECT id, at, actor_kind, actor, ip, what, about, detail FROM audit
WHERE workspace = :workspace AND id < :before
ORDER BY id DESC
LIMIT :limit;

-- name: test_sources(workspace)
-- Sources whose events are marked as a test.
SELECT id FROM source WHERE workspace = :workspace AND is_test;

-- name: source_kinds(workspace)
-- What kind every source is of; a source keeps its kind for ever.
SELECT id, kind FROM source WHERE workspace = :workspace;
