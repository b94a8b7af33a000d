"""Sizes of segments over time and what their people come to; entries and exits of one segment, the latest first."""

from alembic import op

from konnektu.storage.rows import open_of_people

revision = "segments_0003_sizes"
down_revision = "segments_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of points and figures; let a limited caller read where the people that they see belong."""
    op.execute("CREATE INDEX membership_turns ON membership (segment, entered, id)")
    op.execute(
        """
        CREATE TABLE segment_point (
            segment bigint NOT NULL,
            at      bigint NOT NULL,
            people  bigint NOT NULL,
            entered bigint NOT NULL,
            gone    bigint NOT NULL,
            upto    bigint NOT NULL,
            PRIMARY KEY (segment, at)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE segment_figures (
            segment bigint PRIMARY KEY,
            at      bigint NOT NULL,
            people  bigint NOT NULL,
            base    bigint NOT NULL,
            money   jsonb  NOT NULL
        )
        """
    )
    for statement in open_of_people("member", "profile"):
        op.execute(statement)
