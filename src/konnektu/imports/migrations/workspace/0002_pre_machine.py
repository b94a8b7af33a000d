"""Which machine holds the file of an import."""

from alembic import op

revision = "imports_0002"
down_revision = "imports_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the machine; empty for imports that were added before."""
    op.execute("ALTER TABLE import ADD COLUMN machine text NOT NULL DEFAULT ''")
