"""The audit log by time, by who did it and by what was done: the section of it is asked so."""

from alembic import op

revision = "access_0009"
down_revision = "access_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.execute("CREATE INDEX audit_by_time ON audit (workspace, at, id)")
    op.execute("CREATE INDEX audit_by_actor ON audit (workspace, actor, at, id)")
    op.execute("CREATE INDEX audit_by_action ON audit (workspace, what, at, id)")
