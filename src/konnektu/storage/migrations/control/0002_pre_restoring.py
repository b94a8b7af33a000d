"""A workspace that is being restored is neither made nor served."""

from alembic import op

revision = "storage_0002"
down_revision = "storage_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a workspace be in state `restoring`."""
    op.execute("ALTER TABLE workspace DROP CONSTRAINT workspace_state_check")
    op.execute(
        """
        ALTER TABLE workspace ADD CONSTRAINT workspace_state_check
            CHECK (state IN ('making', 'active', 'paused', 'dropping', 'restoring'))
        """
    )
