"""What events are expected to hold, and how often they did not."""

from alembic import op

revision = "dictionary_0002"
down_revision = "dictionary_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the tracking plan."""
    op.execute(
        """
        CREATE TABLE tracking_plan (
            type     text COLLATE "C" NOT NULL,
            name     text COLLATE "C" NOT NULL,
            position bigint NOT NULL,
            expected jsonb  NOT NULL,
            PRIMARY KEY (type, name)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE plan_violation (
            type     text COLLATE "C" NOT NULL,
            name     text COLLATE "C" NOT NULL,
            path     text COLLATE "C" NOT NULL,
            rule     text COLLATE "C" NOT NULL,
            count    bigint NOT NULL,
            first_at bigint NOT NULL,
            last_at  bigint NOT NULL,
            samples  text[] NOT NULL,
            PRIMARY KEY (type, name, path, rule)
        ) WITH (fillfactor = 50)
        """
    )
