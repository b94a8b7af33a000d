"""Who was named for lists and snapshots, by atoms, so that it stays with its person through merges and cuts."""

from alembic import op

revision = "segments_0004_listed"
down_revision = "segments_0003_sizes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of lists."""
    op.execute(
        """
        CREATE TABLE listed (
            segment  bigint NOT NULL,
            atom     bigint NOT NULL,
            position bigint NOT NULL,
            instant  bigint NOT NULL,
            PRIMARY KEY (segment, atom)
        )
        """
    )
    op.execute("CREATE INDEX listed_atom ON listed (atom)")
