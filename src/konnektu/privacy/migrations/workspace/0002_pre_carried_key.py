"""The key of tombstones that a restored workspace brought with it."""

from alembic import op

revision = "privacy_0002"
down_revision = "privacy_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of the carried key, encrypted."""
    op.execute(
        """
        CREATE TABLE tombstone_key (
            single boolean PRIMARY KEY DEFAULT true CHECK (single),
            sealed bytea   NOT NULL
        )
        """
    )
