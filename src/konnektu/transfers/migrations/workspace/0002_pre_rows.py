"""Rights by rows: under which limit a file that waits was made."""

from alembic import op

revision = "transfers_0002"
down_revision = "transfers_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the limit with the file; those that wait were made by who sees everything."""
    op.execute("ALTER TABLE export_file ADD COLUMN row_limit text NOT NULL DEFAULT ''")
