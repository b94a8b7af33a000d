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

-- name: identity_provider(workspace)^
-- The identity provider of a workspace.
SELECT workspace, issuer, client_id, login_claim, domains, client_secret FROM identity_provider
WHERE workspace = :workspace;

-- name: identity_provider_of_link(slug)^
-- The identity provider of a link, in the form of `identity_provider`.
SELECT p.workspace, issuer, client_id, login_claim, domains, client_secret
FROM identity_provider p JOIN workspace w ON w.id = p.workspace
WHERE w.slug = :slug;

-- name: save_identity_provider(workspace, issuer, client_id, client_secret, login_claim, domains)!
-- The identity provider of a workspace.
INSERT INTO identity_provider (workspace, issuer, client_id, client_secret, login_claim, domains)
VALUES (:workspace, :issuer, :client_id, :client_secret, :login_claim, :domains)
ON CONFLICT (workspace) DO UPDATE
SET issuer = excluded.issuer, client_id = excluded.client_id, client_secret = excluded.client_secret,
    login_claim = excluded.login_claim, domains = excluded.domains;

-- name: remove_identity_provider(workspace)!
-- A workspace without an identity provider.
DELETE FROM identity_provider WHERE workspace = :workspace;

-- name: known_subject(user, issuer, subject)^
-- Whom a provider knows a user as; at the first time, what it says.
INSERT INTO known_subject (app_user, issuer, subject) VALUES (:user, :issuer, :subject)
ON CONFLICT (app_user) DO UPDATE
SET issuer = excluded.issuer,
    subject = CASE WHEN known_subject.issuer = excluded.issuer THEN known_subject.subject ELSE excluded.subject END
RETURNING subject;

-- name: forget_subject(user)!
-- A user whom a provider does not know yet.
DELETE FROM known_subject WHERE app_user = :user;

-- name: open_invitation_of_login(workspace, login, at)^
-- The open invitation for a login, locked, in the form of `invitations`.
SELECT id, name, login, role, created_at, created_by, expires_at, accepted_at, withdrawn_at FROM invitation
WHERE workspace = :workspace AND login = :login AND accepted_at IS NULL AND withdrawn_at IS NULL
  AND expires_at > :at
FOR UPDATE;

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
