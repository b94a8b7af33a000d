"""Who is at the top of ranks, by atoms, and the last computation of each rank."""

from alembic import op

revision = "segments_0006_ranks"
down_revision = "segments_0005_computed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of ranks."""
    op.execute(
        """
        CREATE TABLE ranked (
            key      text   COLLATE "C" NOT NULL,
            atom     bigint NOT NULL,
            at       bigint NOT NULL,
            position bigint NOT NULL,
            PRIMARY KEY (key, atom)
        )
        """
    )
    op.execute("CREATE INDEX ranked_atom ON ranked (atom)")
    op.execute(
        """
        CREATE TABLE rank_computed (
            key      text    COLLATE "C" PRIMARY KEY,
            at       bigint  NOT NULL,
            position bigint  NOT NULL,
            placed   bigint  NOT NULL,
            inside   bigint  NOT NULL
        )
        """
    )
