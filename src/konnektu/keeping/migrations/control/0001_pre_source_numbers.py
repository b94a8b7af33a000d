"""A source's number is its workspace's own: a restored history names its sources as it did."""

from alembic import op

revision = "keeping_0001"
down_revision = None
branch_labels = ("keeping",)
depends_on = "access_0001"

STATEMENTS = (
    "ALTER TABLE write_key ADD COLUMN workspace bigint",
    "UPDATE write_key SET workspace = (SELECT s.workspace FROM source s WHERE s.id = source)",
    "ALTER TABLE write_key ALTER COLUMN workspace SET NOT NULL",
    "ALTER TABLE write_key DROP CONSTRAINT write_key_source_fkey",
    "ALTER TABLE source DROP CONSTRAINT source_pkey",
    "ALTER TABLE source ADD PRIMARY KEY (workspace, id)",
    """
    ALTER TABLE write_key ADD CONSTRAINT write_key_source_fkey
        FOREIGN KEY (workspace, source) REFERENCES source ON DELETE CASCADE
    """,
    "DROP INDEX write_key_source",
    "CREATE INDEX write_key_source ON write_key (workspace, source)",
    """
    CREATE OR REPLACE VIEW opened_by_key AS
    SELECT k.key, s.workspace, s.id AS source, s.kind, s.state, s.is_test, k.expires_at
    FROM write_key k JOIN source s ON s.workspace = k.workspace AND s.id = k.source
    """,
)


def upgrade() -> None:
    """Let two workspaces have sources of the same number."""
    for statement in STATEMENTS:
        op.execute(statement)
