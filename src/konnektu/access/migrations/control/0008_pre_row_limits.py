"""Rights by rows: which people and orders a user or a token may see."""

from alembic import op

revision = "access_0008"
down_revision = "access_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let users and tokens have a limit; null for none."""
    op.execute("ALTER TABLE app_user ADD COLUMN row_limit jsonb")
    op.execute("ALTER TABLE api_token ADD COLUMN row_limit jsonb")
