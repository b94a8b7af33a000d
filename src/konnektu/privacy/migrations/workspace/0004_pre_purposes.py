"""What is kept for a purpose, and for how long."""

from alembic import op

revision = "privacy_0004"
down_revision = "privacy_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let rules about purposes name attributes and events."""
    op.execute(
        "ALTER TABLE retention_rule ADD COLUMN attributes text[] NOT NULL DEFAULT '{}',"
        " ADD COLUMN events text[] NOT NULL DEFAULT '{}', ADD COLUMN data_days integer"
    )
