"""Under which definitions a state was decided last, so that others come into force in bounded batches."""

from alembic import op

revision = "segments_0003"
down_revision = "segments_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the position of the fact by which the definitions came into force; what stands is decided under the last."""
    op.execute("ALTER TABLE segment_state ADD COLUMN decided bigint NOT NULL DEFAULT 0")
    op.execute(
        """
        UPDATE segment_state SET decided = (
            SELECT coalesce(max(position), 0) FROM segment_edit WHERE act IN ('built', 'off', 'deleted'))
        """
    )
    op.execute("CREATE INDEX segment_state_decided ON segment_state (decided, profile)")
