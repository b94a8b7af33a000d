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
             WHERE k.workspace = s.workspace AND k.source = s.id AND (k.expires_at IS NULL OR k.expires_at > :at)
             ORDER BY k.expires_at IS NULL DESC, k.created_at DESC, k.key)
FROM source s
WHERE s.workspace = :workspace AND s.id > :after
ORDER BY s.id
LIMIT :limit;

-- name: source(at, workspace, id)^
-- One source of a workspace, in the form of `sources`.
SELECT s.id, s.kind, s.name, s.state, s.is_test, s.settings, s.created_at,
       array(SELECT k.key FROM write_key k
             WHERE k.workspace = s.workspace AND k.source = s.id AND (k.expires_at IS NULL OR k.expires_at > :at)
             ORDER BY k.expires_at IS NULL DESC, k.created_at DESC, k.key)
FROM source s
WHERE s.workspace = :workspace AND s.id = :id;

-- name: change_source(workspace, id, name, state, is_test, settings)!
-- What a person may change of a source; what is null stays.
UPDATE source SET name = coalesce(:name, name), state = coalesce(:state, state),
                  is_test = coalesce(:is_test, is_test), settings = coalesce(:settings, settings)
WHERE workspace = :workspace AND id = :id;

-- name: add_write_key(key, workspace, source, created_at)!
-- A key that opens a source until it is rotated.
INSERT INTO write_key (key, workspace, source, created_at) VALUES (:key, :workspace, :source, :created_at);

-- name: end_write_keys(at, workspace, source)!
-- Give the source's lasting keys an end.
UPDATE write_key SET expires_at = :at WHERE workspace = :workspace AND source = :source AND expires_at IS NULL;

-- name: forget_ended_keys(workspace, source, at)!
-- Keys whose end has passed open nothing any more.
DELETE FROM write_key WHERE workspace = :workspace AND source = :source AND expires_at <= :at;

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

-- name: users_of_roles(workspace, roles, limit)
-- Active users of some roles whose rows are not limited, in the form of `users`.
SELECT id, login, name, role, state, created_at, signed_in_at,
       EXISTS (SELECT FROM second_factor f WHERE f.app_user = app_user.id)
FROM app_user
WHERE workspace = :workspace AND role = ANY(:roles) AND state = 'active' AND row_limit IS NULL
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

-- name: sources_made(workspace, ids)
-- When these sources were made.
SELECT id, created_at FROM source WHERE workspace = :workspace AND id = ANY(:ids::bigint[]);

-- name: source_kinds(workspace)
-- What kind every source is of; a source keeps its kind for ever.
SELECT id, kind FROM source WHERE workspace = :workspace;
