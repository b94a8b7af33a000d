"""Rules of retention, their runs, and the people of whom a run has to tell anew."""

from alembic import op

revision = "privacy_0003"
down_revision = "privacy_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of retention."""
    op.execute(
        """
        CREATE TABLE retention_rule (
            subject text    COLLATE "C" NOT NULL CHECK (subject IN ('event', 'attribute', 'purpose')),
            name    text    COLLATE "C" NOT NULL,
            days    integer NOT NULL,
            PRIMARY KEY (subject, name)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE retention_run (
            position bigint PRIMARY KEY,
            instant  bigint NOT NULL,
            cuts     jsonb  NOT NULL,
            state    text   NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'removed', 'done')),
            removed  jsonb  NOT NULL DEFAULT '{}',
            people   bigint NOT NULL DEFAULT 0,
            done_at  bigint
        )
        """
    )
    op.execute("CREATE INDEX retention_run_open ON retention_run (position) WHERE state <> 'done'")
    op.execute("CREATE TABLE retention_told (atom bigint PRIMARY KEY)")
