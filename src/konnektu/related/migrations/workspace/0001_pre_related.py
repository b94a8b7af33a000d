"""Kinds of related records, the records, and what was said of each."""

from alembic import op

revision = "related_0001"
down_revision = None
branch_labels = ("related",)
depends_on = None


def upgrade() -> None:
    """Make the tables of related records."""
    op.execute(
        """
        CREATE TABLE record_kind (
            name       text COLLATE "C" PRIMARY KEY,
            position   bigint NOT NULL,
            definition jsonb  NOT NULL
        )
        """
    )
    # Ids sort by their bytes, so that pages of lists are the same on every server.
    op.execute(
        """
        CREATE TABLE record (
            kind       text COLLATE "C" NOT NULL,
            id         text COLLATE "C" NOT NULL,
            atom       bigint  NOT NULL,
            profile    bigint  NOT NULL,
            source     bigint  NOT NULL,
            is_removed boolean NOT NULL,
            position   bigint  NOT NULL,
            fields     jsonb   NOT NULL,
            state      bytea   NOT NULL,
            PRIMARY KEY (kind, id)
        ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)
        """
    )
    op.execute("CREATE INDEX record_of_profile ON record (profile, kind, id) WHERE profile <> 0")
    # Serves equality on any field of any kind; the kind's name is the first step of every path.
    op.execute("CREATE INDEX record_by_value ON record USING gin (fields jsonb_path_ops)")
    op.execute(
        """
        CREATE TABLE record_version (
            kind       text COLLATE "C" NOT NULL,
            id         text COLLATE "C" NOT NULL,
            time       bigint  NOT NULL,
            position   bigint  NOT NULL,
            rank       bigint  NOT NULL,
            source     bigint  NOT NULL,
            by         text    NOT NULL,
            atom       bigint  NOT NULL,
            owner      bigint  NOT NULL,
            is_removed boolean NOT NULL,
            said       bytea   NOT NULL,
            PRIMARY KEY (kind, id, time, position)
        )
        """
    )
    op.execute("CREATE INDEX record_version_of_atom ON record_version (atom) WHERE atom <> 0")
    # Which records were erased with their people, as keyed hashes: what others said of them before is not taken again.
    op.execute("CREATE TABLE record_tombstone (hash bytea PRIMARY KEY, position bigint NOT NULL)")
