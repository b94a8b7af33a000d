"""Imports that wait are jobs; what waited in the table of its own is started again by a person."""

from alembic import op

revision = "imports_inbox_0002"
down_revision = "imports_inbox_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the table of waiting imports."""
    op.execute("DROP TABLE import_job")
