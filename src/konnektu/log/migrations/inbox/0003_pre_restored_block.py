"""Blocks that a restore has brought, under which numbers, until their workspace opens."""

from alembic import op

revision = "log_inbox_0003"
down_revision = "log_inbox_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of restored blocks."""
    op.execute(
        """
        CREATE TABLE restored_block (
            workspace integer NOT NULL,
            was       bigint  NOT NULL,
            block     bigint  NOT NULL,
            day       date    NOT NULL,
            events    integer NOT NULL,
            waits     boolean NOT NULL,
            PRIMARY KEY (workspace, was)
        )
        """
    )
