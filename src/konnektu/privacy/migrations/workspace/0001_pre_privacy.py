"""Erasures on their way, and tombstones of erased identifiers."""

from alembic import op

revision = "privacy_0001"
down_revision = None
branch_labels = ("privacy",)
depends_on = None


def upgrade() -> None:
    """Make the tables of privacy."""
    op.execute(
        """
        CREATE TABLE erasure (
            position bigint   PRIMARY KEY,
            instant  bigint   NOT NULL,
            profile  bigint   NOT NULL,
            atoms    bigint[] NOT NULL,
            removed  jsonb    NOT NULL,
            sealed   bytea,
            state    text     NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done'))
        )
        """
    )
    op.execute("CREATE INDEX erasure_open ON erasure (position) WHERE state = 'open'")
    op.execute(
        """
        CREATE TABLE tombstone (
            hash    bytea  PRIMARY KEY,
            instant bigint NOT NULL
        )
        """
    )
