"""Rejected events of several states by time: their section is asked so."""

from alembic import op

revision = "log_0004"
down_revision = "log_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.execute("CREATE INDEX quarantine_of_any_state ON quarantine (instant, position)")
