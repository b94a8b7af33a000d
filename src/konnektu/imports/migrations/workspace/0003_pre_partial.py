"""How many accepted rows of an import lost a value that could not be used."""

from alembic import op

revision = "imports_0003"
down_revision = "imports_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count; 0 for imports that ended before."""
    op.execute("ALTER TABLE import ADD COLUMN partial bigint NOT NULL DEFAULT 0")
