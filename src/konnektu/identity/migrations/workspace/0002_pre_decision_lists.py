"""Refusals and merges in their order: their sections are asked so."""

from alembic import op

revision = "identity_0002"
down_revision = "identity_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes. They hold these kinds alone: most decisions are of others."""
    op.execute("CREATE INDEX decision_refused ON decision (position, ordinal) WHERE kind = 'refuse'")
    op.execute("CREATE INDEX decision_merged ON decision (position, ordinal) WHERE kind = 'merge'")
