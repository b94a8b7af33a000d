"""Identity providers of workspaces (OpenID Connect), and whom they know their users as."""

from alembic import op

revision = "access_0007"
down_revision = "access_0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE identity_provider (
        workspace bigint PRIMARY KEY REFERENCES workspace ON DELETE CASCADE,
        issuer text NOT NULL,
        client_id text NOT NULL,
        client_secret bytea NOT NULL,
        login_claim text NOT NULL,
        domains text[] NOT NULL
    )
    """,
    """
    CREATE TABLE known_subject (
        app_user bigint PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
        issuer text NOT NULL,
        subject text NOT NULL
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
