"""Up to where the log was applied when the rows of a file were read, and why a file is gone before its term."""

from alembic import op

revision = "lists_0002"
down_revision = "lists_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of files that are there it is not known, so the next erasure takes them."""
    op.execute(
        "ALTER TABLE list_work ADD COLUMN upto bigint NOT NULL DEFAULT 0, ADD COLUMN gone text NOT NULL DEFAULT ''"
    )
