"""Invitations of named people, names of users, and how many users a workspace may have."""

from alembic import op

revision = "access_0004"
down_revision = "access_0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE app_user ADD COLUMN name text NOT NULL DEFAULT ''",
    """
    CREATE TABLE invitation (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        workspace bigint NOT NULL REFERENCES workspace ON DELETE CASCADE,
        hash bytea NOT NULL UNIQUE,
        name text NOT NULL,
        login text NOT NULL,
        role text NOT NULL,
        created_at bigint NOT NULL,
        created_by text NOT NULL,
        expires_at bigint NOT NULL,
        accepted_at bigint,
        withdrawn_at bigint
    )
    """,
    "CREATE INDEX invitation_workspace ON invitation (workspace, id)",
    """
    CREATE TABLE user_limit (
        workspace bigint PRIMARY KEY REFERENCES workspace ON DELETE CASCADE,
        most integer CHECK (most >= 1)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
