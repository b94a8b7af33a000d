"""From which position on which currency holds for orders, and for prices on product lists, that name none."""

from alembic import op

from konnektu.storage.rows import open_whole

revision = "orders_0008"
down_revision = "orders_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep every one that was stated; of earlier ones the last is known."""
    op.execute("CREATE TABLE order_currency_from (position bigint PRIMARY KEY, currency text NOT NULL)")
    op.execute("INSERT INTO order_currency_from SELECT position, currency FROM order_currency")
    for statement in open_whole("order_currency_from"):
        op.execute(statement)
