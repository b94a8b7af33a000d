-- name: add_workspace(uuid, slug, name, timezone, password_encrypted, created_at)<!
-- A workspace whose making has begun; a slug taken up again keeps its row.
INSERT INTO workspace (uuid, slug, name, timezone, password_encrypted, state, created_at)
VALUES (:uuid, :slug, :name, :timezone, :password_encrypted, 'making', :created_at)
ON CONFLICT (slug) DO NOTHING
RETURNING id;

-- name: add_restored(uuid, slug, name, timezone, password_encrypted, reason, created_at)<!
-- A workspace whose restoring has begun; a slug that is taken gives no row. A uuid that is taken is replaced.
INSERT INTO workspace (uuid, slug, name, timezone, password_encrypted, state, reason, created_at)
SELECT CASE WHEN EXISTS (SELECT FROM workspace WHERE uuid = :uuid::uuid) THEN gen_random_uuid() ELSE :uuid::uuid END,
       :slug, :name, :timezone, :password_encrypted, 'restoring', :reason, :created_at
ON CONFLICT (slug) DO NOTHING
RETURNING id;

-- name: name_parts(schema, role, database, id)!
-- The names that follow from the number: schema, login role, event-store database.
UPDATE workspace SET schema = :schema, role = :role, database = :database WHERE id = :id;

-- name: set_state(state, reason, id)!
-- Move a workspace to a state, with the reason a person reads.
UPDATE workspace SET state = :state, reason = :reason WHERE id = :id;

-- name: change_workspace(name, timezone, id)!
-- What a person may change of a workspace; what is null stays.
UPDATE workspace SET name = coalesce(:name, name), timezone = coalesce(:timezone, timezone) WHERE id = :id;

-- name: workspace_by_slug(slug)^
-- One workspace by the part of its link.
SELECT id, uuid::text, slug, name, timezone, schema, role, database, state, reason, created_at
FROM workspace WHERE slug = :slug;

-- name: workspace_by_id(id)^
-- One workspace by its number.
SELECT id, uuid::text, slug, name, timezone, schema, role, database, state, reason, created_at
FROM workspace WHERE id = :id;

-- name: workspaces()
-- Every workspace in the order of making.
SELECT id, uuid::text, slug, name, timezone, schema, role, database, state, reason, created_at
FROM workspace ORDER BY id;

-- name: password(id)$
-- The encrypted password of a workspace's database roles.
SELECT password_encrypted FROM workspace WHERE id = :id;

-- name: remove_workspace(id)!
-- Forget a workspace whose schema and role are gone.
DELETE FROM workspace WHERE id = :id;
