"""Roles that a workspace makes of rights, beside the six that every workspace has."""

from alembic import op

revision = "access_0006"
down_revision = "access_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE role (
            workspace bigint NOT NULL REFERENCES workspace ON DELETE CASCADE,
            name text NOT NULL,
            title text NOT NULL,
            rights text[] NOT NULL,
            created_at bigint NOT NULL,
            PRIMARY KEY (workspace, name)
        )
        """
    )
