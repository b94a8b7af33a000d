"""How far the comparison of evaluators has come, and what it found."""

from alembic import op

revision = "segments_0005_comparison"
down_revision = "segments_0004_listed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the comparison."""
    op.execute(
        """
        CREATE TABLE segment_comparison (
            one       boolean PRIMARY KEY DEFAULT true CHECK (one),
            after     bigint NOT NULL DEFAULT 0,
            begun_at  bigint NOT NULL DEFAULT 0,
            people    bigint NOT NULL DEFAULT 0,
            verdicts  bigint NOT NULL DEFAULT 0,
            last      text
        )
        """
    )
    op.execute("INSERT INTO segment_comparison (one) VALUES (true)")
    op.execute(
        """
        CREATE TABLE segment_difference (
            id        bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            profile   bigint NOT NULL,
            segment   text NOT NULL,
            instant   bigint NOT NULL,
            position  bigint NOT NULL,
            answers   text NOT NULL,
            facts     text NOT NULL,
            found_at  bigint NOT NULL,
            closed_at bigint,
            closed_by text NOT NULL DEFAULT '',
            note      text NOT NULL DEFAULT ''
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX segment_difference_open ON segment_difference (profile, segment) WHERE closed_at IS NULL"
    )
