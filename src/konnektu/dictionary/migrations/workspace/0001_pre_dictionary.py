"""What was seen of events and attributes, and what was left out of that."""

from alembic import op

revision = "dictionary_0001"
down_revision = None
branch_labels = ("dictionary",)
depends_on = None


def upgrade() -> None:
    """Make the tables of what is seen."""
    # Every batch counts in the same few rows: pages keep room, so that updates stay in their page.
    op.execute(
        """
        CREATE TABLE seen_event (
            type     text COLLATE "C" NOT NULL,
            name     text COLLATE "C" NOT NULL,
            source   bigint NOT NULL,
            count    bigint NOT NULL,
            first_at bigint NOT NULL,
            last_at  bigint NOT NULL,
            PRIMARY KEY (type, name, source)
        ) WITH (fillfactor = 50)
        """
    )
    op.execute(
        """
        CREATE TABLE seen_property (
            type     text COLLATE "C" NOT NULL,
            name     text COLLATE "C" NOT NULL,
            path     text COLLATE "C" NOT NULL,
            count    bigint NOT NULL,
            texts    bigint NOT NULL,
            numbers  bigint NOT NULL,
            booleans bigint NOT NULL,
            lists    bigint NOT NULL,
            objects  bigint NOT NULL,
            nulls    bigint NOT NULL,
            contacts bigint NOT NULL,
            first_at bigint NOT NULL,
            last_at  bigint NOT NULL,
            sources  text[] NOT NULL,
            samples  text[] NOT NULL,
            PRIMARY KEY (type, name, path)
        ) WITH (fillfactor = 50)
        """
    )
    op.execute(
        """
        CREATE TABLE seen_beyond (
            subject  text PRIMARY KEY,
            count    bigint NOT NULL,
            first_at bigint NOT NULL,
            last_at  bigint NOT NULL
        )
        """
    )
