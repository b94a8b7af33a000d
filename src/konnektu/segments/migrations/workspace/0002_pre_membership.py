"""Who is in which segment, what the writer remembers of people for it, and entries and exits on their way out."""

from alembic import op

revision = "segments_0002"
down_revision = "segments_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of live membership.

    `due` is a narrow table of its own, so that the row of a state, which changes with every event, stays HOT.
    """
    op.execute(
        """
        CREATE TABLE segment_state (
            profile bigint PRIMARY KEY,
            built   bigint NOT NULL,
            state   bytea  NOT NULL
        ) WITH (fillfactor = 80)
        """
    )
    op.execute("CREATE INDEX segment_state_built ON segment_state (built, profile)")
    op.execute("CREATE TABLE segment_due (profile bigint PRIMARY KEY, due bigint NOT NULL)")
    op.execute("CREATE INDEX segment_due_due ON segment_due (due)")
    op.execute(
        """
        CREATE TABLE member (
            segment  bigint NOT NULL,
            profile  bigint NOT NULL,
            position bigint NOT NULL,
            instant  bigint NOT NULL,
            PRIMARY KEY (segment, profile)
        )
        """
    )
    op.execute("CREATE INDEX member_profile ON member (profile)")
    op.execute("CREATE TABLE segment_size (segment bigint PRIMARY KEY, people bigint NOT NULL)")
    op.execute("CREATE TABLE segment_numbers (one boolean PRIMARY KEY CHECK (one), numbers bytea NOT NULL)")
    op.execute(
        """
        CREATE TABLE membership (
            id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            segment  bigint  NOT NULL,
            version  integer NOT NULL,
            profile  bigint  NOT NULL,
            entered  boolean NOT NULL,
            position bigint  NOT NULL,
            instant  bigint  NOT NULL,
            cause    text    NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX membership_profile ON membership (profile, segment, id)")
    op.execute("CREATE INDEX membership_segment ON membership (segment, instant)")
