"""The zones by whose clock the workspace's days begin, each from a place on the log on."""

from alembic import op

revision = "segments_0007_home"
down_revision = "segments_0006_ranks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of zones; the first writer says which one holds from the beginning."""
    op.execute(
        """
        CREATE TABLE home_zone (
            position bigint PRIMARY KEY,
            instant  bigint NOT NULL,
            zone     text   NOT NULL
        )
        """
    )
