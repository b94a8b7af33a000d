"""The register of workspaces."""

from alembic import op

revision = "storage_0001"
down_revision = None
branch_labels = ("storage",)


def upgrade() -> None:
    """Add the table `workspace`."""
    op.execute("""
        CREATE TABLE workspace (
            id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            uuid               uuid   NOT NULL UNIQUE,
            slug               text   NOT NULL UNIQUE,
            name               text   NOT NULL,
            timezone           text   NOT NULL,
            schema             text   NOT NULL DEFAULT '',
            role               text   NOT NULL DEFAULT '',
            database           text   NOT NULL DEFAULT '',
            password_encrypted bytea  NOT NULL,
            state              text   NOT NULL CHECK (state IN ('making', 'active', 'paused', 'dropping')),
            reason             text   NOT NULL DEFAULT '',
            created_at         bigint NOT NULL
        )
    """)
