"""Orders of a stage and of a store by time: their section is asked so."""

from alembic import op

revision = "orders_0003"
down_revision = "orders_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.execute("CREATE INDEX orders_by_stage ON orders (stage, ordered_at, number)")
    op.execute("CREATE INDEX orders_by_store ON orders (store, ordered_at, number)")
