"""Mappings that are kept under a name, for the next file of the same source."""

from alembic import op

revision = "imports_0004"
down_revision = "imports_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of saved mappings."""
    op.execute(
        """
        CREATE TABLE saved_mapping (
            id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name       text   NOT NULL UNIQUE,
            source     bigint NOT NULL,
            kind       text   NOT NULL CHECK (kind IN ('history', 'live')),
            mapping    jsonb  NOT NULL,
            created_at bigint NOT NULL,
            created_by text   NOT NULL
        )
        """
    )
