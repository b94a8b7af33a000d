"""Addresses that wait are shown to the administrators of the workspace they tried."""

from alembic import op

revision = "access_0005"
down_revision = "access_0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    ALTER TABLE throttle
        ADD COLUMN workspace bigint REFERENCES workspace ON DELETE CASCADE,
        ADD COLUMN address text
    """,
    "CREATE INDEX throttle_workspace ON throttle (workspace) WHERE workspace IS NOT NULL",
)


def upgrade() -> None:
    """Make the columns."""
    for statement in STATEMENTS:
        op.execute(statement)
