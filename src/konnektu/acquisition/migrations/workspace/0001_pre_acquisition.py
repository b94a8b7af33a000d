"""Marketing sources, the arrivals of people from them; what is said of sources of data, and what they sent."""

from alembic import op

revision = "acquisition_0001"
down_revision = None
branch_labels = ("acquisition",)
depends_on = None


def upgrade() -> None:
    """Make the tables of acquisition."""
    op.execute(
        """
        CREATE TABLE marketing_source (
            id       bigint  PRIMARY KEY,
            key      text    COLLATE "C" NOT NULL UNIQUE,
            position bigint  NOT NULL,
            retired  boolean NOT NULL,
            stated   jsonb   NOT NULL
        )
        """
    )
    # No indexed column changes with an event, so that a row stays in its page.
    op.execute(
        """
        CREATE TABLE arrival (
            atom           bigint NOT NULL,
            source         bigint NOT NULL,
            profile        bigint NOT NULL,
            first_time     bigint NOT NULL,
            first_position bigint NOT NULL,
            last_time      bigint NOT NULL,
            last_position  bigint NOT NULL,
            events         bigint NOT NULL,
            PRIMARY KEY (atom, source)
        ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)
        """
    )
    op.execute("CREATE INDEX arrival_of_profile ON arrival (profile)")
    op.execute(
        "CREATE TABLE data_source (source bigint PRIMARY KEY, stated_at bigint NOT NULL, about jsonb NOT NULL)"
    )
    op.execute(
        """
        CREATE TABLE source_count (
            source bigint NOT NULL,
            reason text   NOT NULL,
            since  bigint NOT NULL,
            events bigint NOT NULL,
            last   bigint NOT NULL,
            PRIMARY KEY (source, reason, since)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)
        """
    )
