"""Rejected events of a state by time, by reason and by source: their section is asked so."""

from alembic import op

revision = "log_0003"
down_revision = "log_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.execute("CREATE INDEX quarantine_by_time ON quarantine (state, instant, position)")
    op.execute("CREATE INDEX quarantine_by_reason ON quarantine (state, reason, instant, position)")
    op.execute("CREATE INDEX quarantine_by_source ON quarantine (state, source, instant, position)")
