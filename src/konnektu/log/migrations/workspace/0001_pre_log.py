"""The workspace's side of the log: the writer's place, applied blocks, deduplication, sealing, quarantine."""

from alembic import op

revision = "log_0001"
down_revision = None
branch_labels = ("log",)
depends_on = None


def upgrade() -> None:
    """Make the tables of the log."""
    op.execute(
        """
        CREATE TABLE writer (
            single   boolean PRIMARY KEY DEFAULT true CHECK (single),
            position bigint NOT NULL,
            instant  bigint NOT NULL,
            epoch    bigint NOT NULL
        )
        """
    )
    op.execute("INSERT INTO writer (position, instant, epoch) VALUES (0, 0, 0)")
    op.execute(
        """
        CREATE TABLE applied (
            first_position bigint  PRIMARY KEY,
            block          bigint  NOT NULL UNIQUE,
            day            date    NOT NULL,
            events         integer NOT NULL,
            accepted       integer NOT NULL,
            instant        bigint  NOT NULL,
            stamps         bytea   NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE seal (
            single   boolean PRIMARY KEY DEFAULT true CHECK (single),
            position bigint NOT NULL,
            upto     bigint,
            facts    integer,
            decisions integer,
            attempt  integer NOT NULL DEFAULT 0
        )
        """
    )
    op.execute("INSERT INTO seal (position) VALUES (0)")
    op.execute(
        """
        CREATE TABLE seen (
            bucket   integer NOT NULL,
            position bigint  NOT NULL,
            instant  bigint  NOT NULL,
            records  bytea   NOT NULL,
            PRIMARY KEY (bucket, position)
        )
        """
    )
    op.execute("ALTER TABLE seen ALTER COLUMN records SET STORAGE EXTERNAL")
    op.execute(
        """
        CREATE TABLE quarantine (
            position    bigint PRIMARY KEY,
            instant     bigint NOT NULL,
            source      bigint NOT NULL,
            reason      text   NOT NULL,
            detail      text   NOT NULL,
            body        bytea  NOT NULL,
            parcel      bytea  NOT NULL,
            fingerprint bytea  NOT NULL UNIQUE,
            state       text   NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
            block       bigint
        )
        """
    )
