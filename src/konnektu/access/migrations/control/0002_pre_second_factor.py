"""Second factors of users and their recovery codes."""

from alembic import op

revision = "access_0002"
down_revision = "access_0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE second_factor (
        app_user bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
        secret bytea NOT NULL,
        last_step bigint NOT NULL,
        confirmed_at bigint NOT NULL
    )
    """,
    """
    CREATE TABLE recovery_code (
        app_user bigint NOT NULL REFERENCES second_factor ON DELETE CASCADE,
        hash bytea NOT NULL,
        PRIMARY KEY (app_user, hash)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
