"""Who wants a workspace's lease next: a rebuild beside running belts."""

from alembic import op

revision = "log_inbox_0002"
down_revision = "log_inbox_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a lease say who waits for it, and until when that is to be respected."""
    op.execute("ALTER TABLE lease ADD COLUMN wanted_by text, ADD COLUMN wanted_until timestamptz")
