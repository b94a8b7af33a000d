-- name: folders(workspace, owner, section)
-- The folders that somebody sees, of one section or of all: shared ones and their own, each with where they put it.
SELECT f.id, f.owner IS NULL, f.section, f.name, f.question::text, f.created_at, f.created_by, p.is_pinned, p.position
FROM folder f LEFT JOIN folder_place p ON p.folder = f.id AND p.owner = :owner
WHERE f.workspace = :workspace AND (f.owner IS NULL OR f.owner = :owner) AND (:section = '' OR f.section = :section)
ORDER BY f.id;

-- name: folder(workspace, owner, id)^
-- One of them.
SELECT f.id, f.owner IS NULL, f.section, f.name, f.question::text, f.created_at, f.created_by, p.is_pinned, p.position
FROM folder f LEFT JOIN folder_place p ON p.folder = f.id AND p.owner = :owner
WHERE f.workspace = :workspace AND (f.owner IS NULL OR f.owner = :owner) AND f.id = :id;

-- name: declared_places(owner)
-- Where somebody put the folders that the product declares.
SELECT declared, is_pinned, position FROM folder_place WHERE owner = :owner AND folder IS NULL;

-- name: count_folders(workspace, owner)$
-- How many folders a person has; shared ones where there is no owner.
SELECT count(*) FROM folder WHERE workspace = :workspace AND owner IS NOT DISTINCT FROM :owner::bigint;

-- name: add_folder(workspace, owner, section, name, question, at, by)<!
-- A folder; its number, nothing where its name is taken.
INSERT INTO folder (workspace, owner, section, name, question, created_at, created_by)
VALUES (:workspace, :owner, :section, :name, :question::text::jsonb, :at, :by)
ON CONFLICT DO NOTHING RETURNING id;

-- name: change_folder(id, owner, name, question)!
-- A folder as it is to be, unless its name is taken by another one.
UPDATE folder AS f SET owner = :owner::bigint, name = :name, question = :question::text::jsonb
WHERE id = :id AND NOT EXISTS (
    SELECT FROM folder o WHERE o.workspace = f.workspace AND o.section = f.section
      AND o.owner IS NOT DISTINCT FROM :owner::bigint AND o.name = :name AND o.id <> f.id);

-- name: lock_folders(workspace)^
-- One at a time changes the folders of a workspace: names are compared and counted before they are written.
SELECT pg_advisory_xact_lock(hashtextextended('konnektu folders', :workspace));

-- name: delete_folder(id)!
-- A folder that nobody needs.
DELETE FROM folder WHERE id = :id;

-- name: put_place(workspace, owner, folder, declared, is_pinned, position)!
-- Where somebody puts a folder.
INSERT INTO folder_place (workspace, owner, folder, declared, is_pinned, position)
VALUES (:workspace, :owner, :folder, :declared, :is_pinned, :position)
ON CONFLICT (owner, folder, declared) DO UPDATE SET is_pinned = EXCLUDED.is_pinned, position = EXCLUDED.position;

-- name: arrangement(workspace, owner, role, subject, section)^
-- What holds for somebody: their own, else their role's, else everybody's.
SELECT CASE WHEN owner IS NOT NULL THEN 'own' WHEN role <> '' THEN 'role' ELSE 'everybody' END, body::text
FROM arrangement
WHERE workspace = :workspace AND subject = :subject AND section = :section
  AND (owner = :owner OR owner IS NULL AND role IN ('', :role))
ORDER BY owner NULLS LAST, role = '' LIMIT 1;

-- name: put_arrangement(workspace, owner, role, subject, section, body, at, by)!
-- What somebody arranged, in place of what they had.
INSERT INTO arrangement (workspace, owner, role, subject, section, body, changed_at, changed_by)
VALUES (:workspace, :owner, :role, :subject, :section, :body::text::jsonb, :at, :by)
ON CONFLICT (workspace, subject, section, owner, role) DO UPDATE
SET body = EXCLUDED.body, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by;

-- name: drop_arrangement(workspace, owner, role, subject, section)!
-- Nothing arranged any more.
DELETE FROM arrangement
WHERE workspace = :workspace AND owner IS NOT DISTINCT FROM :owner::bigint AND role = :role AND subject = :subject
  AND section = :section;
