"""Queries that go on where they stopped: how far they came."""

from alembic import op

revision = "transfers_0003"
down_revision = "transfers_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the greatest value that was read, and which rows were read with it."""
    op.execute(
        "ALTER TABLE scheduled_import ADD COLUMN since text NOT NULL DEFAULT '',"
        " ADD COLUMN edge text[] NOT NULL DEFAULT '{}'"
    )
