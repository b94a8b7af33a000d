"""Where a rejected event came to stand when it was sent again, and an index for the lists of what is open."""

from alembic import op

revision = "log_0002"
down_revision = "log_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a rejected event say which event it became."""
    op.execute("ALTER TABLE quarantine ADD COLUMN became bigint, ADD COLUMN became_at bigint")
    op.execute("CREATE INDEX quarantine_in_state ON quarantine (state, position)")
