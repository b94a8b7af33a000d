"""Up to which entry or exit the event store knows them."""

from alembic import op

revision = "segments_0004"
down_revision = "segments_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the row; nothing is carried yet."""
    op.execute(
        "CREATE TABLE segment_carried (one boolean PRIMARY KEY DEFAULT true CHECK (one), id bigint NOT NULL)"
    )
    op.execute("INSERT INTO segment_carried (id) VALUES (0)")
