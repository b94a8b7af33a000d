"""What was said of a list last stands beside its state, so that a word is appended and the list is not written anew."""

from alembic import op

revision = "product_lists_0003"
down_revision = "product_lists_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tail."""
    op.execute("ALTER TABLE product_list ADD COLUMN tail bytea NOT NULL DEFAULT ''")
    # Of a row that is too long the state is moved out, which a word leaves where it is; the tail stays at hand.
    op.execute("ALTER TABLE product_list ALTER COLUMN tail SET STORAGE MAIN")
